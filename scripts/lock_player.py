"""Lock what the player build is made of: ``scripts/player/requirements.lock``, for pip's ``--require-hashes``.

    python scripts/lock_player.py            # versions as they are now; needs uv and a network
    python scripts/lock_player.py --upgrade  # the newest ones that fit

One file serves Linux, Windows and macOS with Python 3.11 to 3.13: every package that any of them needs, one version
each, and the sha256 of every file of that version. pip then takes what fits the machine and refuses any other byte.
No address is written into it: who installs decides where from.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "scripts/player/requirements.lock"
HEAD = """\
# What the player build is made of, with the sha256 of every file: scripts/lock_player.py writes this file.
# pip install --require-hashes --only-binary :all: -r scripts/player/requirements.lock
"""
OLDEST_PYTHON = "3.11"


def main() -> None:
    """Resolve and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--upgrade", action="store_true", help="take newer versions where they fit")
    given = parser.parse_args()
    LOCK.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=LOCK.parent) as folder:
        text = _resolved(Path(folder) / LOCK.name, upgrade=given.upgrade)
    print(f"{LOCK.relative_to(ROOT)}: {len(pins(text))} packages")


def _resolved(place: Path, *, upgrade: bool) -> str:
    """Let uv write beside the lock, and put it in the lock's place only if it may be kept."""
    if LOCK.exists():
        shutil.copyfile(LOCK, place)  # uv keeps the versions that it finds there
    command = [
        sys.executable, "-m", "uv", "pip", "compile", str(ROOT / "pyproject.toml"), "--extra", "bundle", "--universal",
        "--python-version", OLDEST_PYTHON, "--generate-hashes", "--no-header", "--no-annotate", "--quiet",
        "--fork-strategy", "fewest", "--no-emit-index-url", "--no-emit-find-links", "--output-file", str(place),
    ]  # fmt: skip
    if upgrade:
        command.append("--upgrade")
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        raise SystemExit("uv could not resolve the player's dependencies. Is it installed (pip install uv)?")
    text = place.read_text("utf-8")
    if "://" in text or str(ROOT) in text:
        raise SystemExit(f"What uv wrote names an address or a path of this machine: {LOCK} stays as it was.")
    place.write_text(HEAD + text, "utf-8")
    os.replace(place, LOCK)
    return text


def pins(text: str) -> dict[str, tuple[str, str, frozenset[str]]]:
    """Name → version, marker (may be empty) and sha256s of a lock file."""
    found = {}
    for line in text.replace("\\\n", " ").splitlines():
        match = re.match(r"([A-Za-z0-9._-]+)==(\S+)\s*(?:;\s*(.*?))?\s+(--hash=.*)$", line)
        if match is not None:
            name, version, marker, hashes = match.groups()
            sums = frozenset(re.findall(r"--hash=sha256:([0-9a-f]{64})", hashes))
            found[normalised(name)] = (version, marker or "", sums)
    return found


def normalised(name: str) -> str:
    """A distribution's name as indices compare them (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def wanted() -> list[str]:
    """Requirements of the player and of the tool that bundles it, from pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return [*project["dependencies"], *project["optional-dependencies"]["bundle"]]


def differing() -> list[str]:
    """What is installed here in another version than the lock's, as ``name 1.0 (locked 2.0)``."""
    listing = subprocess.run(
        [sys.executable, "-m", "pip", "list", "--format", "json", "--disable-pip-version-check"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    installed = {normalised(one["name"]): one["version"] for one in json.loads(listing.stdout)}
    locked = pins(LOCK.read_text("utf-8"))
    return [
        f"{name} {installed[name]} (locked {version})"
        for name, (version, _, _) in sorted(locked.items())
        if name in installed and installed[name] != version
    ]


if __name__ == "__main__":
    main()
