"""Licences of every package that npcface brings to a player or an artist, against a list of those we accept.

    python scripts/licence_check.py          # a table; exit code 1 if something is not accepted

What counts is what each installed package says about itself: SPDX expression, licence field, classifiers. What says
nothing, or something that is not on the list, fails, unless it is named in ``EXCEPTIONS`` with a reason. What is not
installed cannot be asked: that is said, and with the variable CI set it fails.
"""

from __future__ import annotations

import os
import re
import sys
import tomllib
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
from licence_terms import refused  # noqa: E402
from lock_player import normalised  # noqa: E402
from player_licences import _licence  # noqa: E402

PARTS = ("bundle", "enroll", "speech", "video", "listen", "studio", "credentials", "cluster", "demo")
"""Extras that people install, beside the player itself; those of training, tests and documentation do not run. ``gpu``
is missing: its one package takes the place of ``onnxruntime``, so both cannot be here, and is of the same project."""

EXCEPTIONS = {
    "pyinstaller": "GPL-2.0 with an exception for what it bundles: it builds, its starter may go into any program",
    "pyinstaller-hooks-contrib": "Apache-2.0 for hooks that go into a bundle, GPL-2.0 for those that only run at build",
}
"""Package → why it may be there all the same. PyInstaller's starter and such hooks are the only parts in the player."""

KNOWN = {"python-osc": ("Unlicense", "its licence field holds the whole text of the Unlicense")}
"""Package whose metadata name no licence in one line → licence, and how we know."""

FFMPEG = r"av(?:codec|device|filter|format|resample|util)|sw(?:scale|resample)|postproc|opencv_videoio_ffmpeg"
QT = r"qt[4-9][a-z0-9]*|qt(?:core|dbus|gui|network|opengl|qml|quick|svg|test|widgets|xml)"
OTHERS = (
    r"x26[45]|xvidcore|(?:mp3)?lame|fdk-aac|gmp|gnutls|nettle|hogweed|unistring|readline|espeak(?:-ng)?|rubberband"
    r"|fribidi|sndfile|mpg123|gfortran|quadmath"
)
COPYLEFT = re.compile(rf"(?:lib)?(?:{FFMPEG}|{QT}|{OTHERS})(?:[^a-z].*)?", re.IGNORECASE)
"""Names of libraries, as they are on Linux, macOS (Qt: folders, see ``libraries``) and Windows."""

FORTRAN = "GCC's libgfortran (GPL-3.0 with an exception for any use) and libquadmath (LGPL-2.1), as shared libraries"
INSIDE = {
    "av": "FFmpeg under the LGPL with x264 and x265 under the GPL: video files only, never in a player bundle",
    "opencv-python": "FFmpeg and Qt 5 under the LGPL, as shared libraries that may be replaced: enrolment only",
    "opencv-contrib-python": "as opencv-python, from MediaPipe: enrolment only",
    "numpy": f"{FORTRAN} that may be replaced: also in the player, its licence text names them",
    "scipy": f"{FORTRAN}: enrolment and demo only",
}
"""Package → why libraries of another licence than its own may lie in its wheel. Only numpy is in the player."""


@dataclass(frozen=True)
class Verdict:
    """What came out for a package: its licence as stated, and why it is not accepted (empty: it is)."""

    name: str
    version: str
    stated: str
    problem: str


def verdicts() -> list[Verdict]:
    """Of all packages that the parts bring and that are installed here, by name."""
    found, _ = brought()
    return [_judged(name, found[name]) for name in sorted(found)]


def _judged(name: str, package: Distribution) -> Verdict:
    stated = _licence(package)
    problem = ""
    if name in KNOWN:
        stated = KNOWN[name][0]
    if name not in EXCEPTIONS:
        problem = refused(stated)
    if not problem and name not in INSIDE and (inner := libraries(package)):
        problem = f"its wheel brings {', '.join(inner)}"
    return Verdict(name, package.version, stated, problem)


def libraries(package: Distribution) -> list[str]:
    """Libraries under a copyleft licence in a package's wheel, by what they are called."""
    return copyleft([str(file) for file in package.files or ()])


def copyleft(files: list[str]) -> list[str]:
    """Of a wheel's files, with their folders; a framework of macOS is a folder with a library that has no suffix."""
    found = set()
    for file in files:
        *folders, name = file.split("/")
        if re.search(r"\.(so|dll|dylib|pyd)\b", name, re.IGNORECASE) and COPYLEFT.fullmatch(name):
            found.add(name)
        found |= {one for one in folders if one.endswith(".framework") and COPYLEFT.fullmatch(one)}
    return sorted(found)


def brought() -> tuple[dict[str, Distribution], list[str]]:
    """Everything that the requirements of ``PARTS`` lead to on this machine, and what is not installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras: dict[str, list[str]] = project["optional-dependencies"]
    waiting = [(text, "") for text in project["dependencies"]]
    waiting += [(text, "") for part in PARTS for text in extras[part]]
    found: dict[str, Distribution] = {}
    absent: set[str] = set()
    seen: set[tuple[str, str]] = set()
    while waiting:
        text, extra = waiting.pop()
        requirement = Requirement(text)
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = normalised(requirement.name)
        if name == "npcface":
            waiting += [(text, "") for part in requirement.extras for text in extras[part]]
            continue
        for wanted in ("", *requirement.extras):
            if (name, wanted) in seen:
                continue
            seen.add((name, wanted))
            try:
                package = distribution(requirement.name)
            except PackageNotFoundError:
                absent.add(name)
                continue
            found[name] = package
            waiting += [(text, wanted) for text in package.requires or ()]
    return found, sorted(absent)


def main() -> None:
    """Print all; fail if one is refused, and in CI if one is not here to be asked."""
    found = verdicts()
    for one in found:
        why = one.problem or EXCEPTIONS.get(one.name) or INSIDE.get(one.name) or KNOWN.get(one.name, ("", ""))[1]
        print(f"{'✗' if one.problem else '✓'} {one.name} {one.version}: {one.stated}{f'  ({why})' if why else ''}")
    _, absent = brought()
    if absent:
        print(
            f"NOT CHECKED, because not installed: {', '.join(absent)}.\n"
            "This says nothing about their licences. Install npcface[demo,dev], as make test does.",
            file=sys.stderr,
        )
    raise SystemExit(1 if any(one.problem for one in found) or (absent and os.environ.get("CI")) else 0)


if __name__ == "__main__":
    main()
