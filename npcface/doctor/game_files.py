"""Find the Godot addon and the Unity package in a game's folder and read their versions.

The folder is somebody's game: it may be huge, so the search keeps to a depth and a number of folders, and reads
nothing but the three small files that hold versions.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

DEPTH = 6
MOST_FOLDERS = 20_000
MOST_BYTES = 256 * 1024
SKIPPED = {"node_modules", "Temp", "Logs", "obj", "bin", "__pycache__"}

UNITY_NAME = "com.npcface.client"
_GODOT_VERSION = re.compile(r'^version\s*=\s*"([^"\n]{1,40})"', re.MULTILINE)
_GODOT_PROTOCOL = re.compile(r'^const PROTOCOL[^=\n]*=\s*"([^"\n]{1,40})"', re.MULTILINE)
_UNITY_PROTOCOL = re.compile(r'\bconst string Protocol\s*=\s*"([^"\n]{1,40})"')


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of npcface's client in a game; a version that cannot be read is ""."""

    kind: str
    folder: Path
    version: str
    protocol: str


def copies(project: Path) -> Iterator[Copy]:
    """Every copy below a folder, Unity's package cache included. Links are not followed."""
    for place, folders, files in islice(os.walk(project), MOST_FOLDERS):
        here = Path(place)
        depth = len(here.relative_to(project).parts)
        folders[:] = sorted(
            name for name in folders if depth < DEPTH and not name.startswith(".") and name not in SKIPPED
        )
        found = None
        if "plugin.cfg" in files and here.name == "npcface":
            found = _godot(here)
        elif "package.json" in files:
            found = _unity(here)
        if found is not None:
            folders.clear()
            yield found


def _godot(folder: Path) -> Copy:
    version = _GODOT_VERSION.search(_text(folder / "plugin.cfg"))
    protocol = _GODOT_PROTOCOL.search(_text(folder / "wire" / "messages.gd"))
    return Copy("Godot addon", folder, version[1] if version else "", protocol[1] if protocol else "")


def _unity(folder: Path) -> Copy | None:
    try:
        package = json.loads(_text(folder / "package.json"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(package, dict) or package.get("name") != UNITY_NAME:
        return None
    protocol = _UNITY_PROTOCOL.search(_text(folder / "Runtime" / "Core" / "Wire" / "Requests.cs"))
    version = package.get("version")
    return Copy(
        "Unity package", folder, version[:40] if isinstance(version, str) else "", protocol[1] if protocol else ""
    )


def _text(file: Path) -> str:
    """The beginning of a text file, "" if there is none."""
    try:
        if not file.is_file():
            return ""
        with file.open("rb") as stream:
            return stream.read(MOST_BYTES).decode(errors="replace")
    except OSError:
        return ""
