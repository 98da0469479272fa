"""Names inside a pack: the same file on Linux, macOS and Windows, and never one outside.

The writer makes only such names and the reader accepts no others. Source of the Windows rules: "Naming Files, Paths,
and Namespaces" (Microsoft); of the ``..`` trick: "Zip Slip" (Snyk, 2018).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

from npcface.character.manifest import DEVICES
from npcface.errors import CharacterError

MAX_NAME = 200
"""Characters of a name, folders included: with a store's own path it stays below Windows' 260."""
MAX_DEPTH = 8
ARCHIVES = frozenset(
    {".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".cab", ".jar", ".nupkg", ".iso"}
)
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f\\:*?"<>|]')
_JUNK_FILES = frozenset({"thumbs.db", "desktop.ini"})


class PackError(CharacterError):
    """A pack is damaged, past a limit, or not a pack; on the wire it has the code of ``CharacterError``."""


def name_problem(name: str) -> str:
    """What is wrong with a file's name inside a pack (``/`` between folders), or an empty string."""
    if not name or len(name) > MAX_NAME:
        return f"has {len(name)} characters, allowed are 1 to {MAX_NAME}"
    if name.startswith("/"):
        return "is absolute"
    if _FORBIDDEN.search(name):
        return 'holds a control character or one of \\ : * ? " < > |'
    parts = name.split("/")
    if len(parts) > MAX_DEPTH:
        return f"lies more than {MAX_DEPTH} folders deep"
    if any(part in ("", ".", "..") for part in parts):
        return "holds an empty part, . or .."
    if any(part[-1] in ". " or part[0] == " " for part in parts):
        return "has a part that ends in a dot, or begins or ends with a space"
    if any(part.split(".")[0].rstrip().lower() in DEVICES for part in parts):
        return "names a Windows device"
    return ""


def is_archive(name: str) -> bool:
    """Whether a name is that of an archive, which packs must not hold."""
    return PurePosixPath(name).suffix.lower() in ARCHIVES


def is_junk(name: str) -> bool:
    """What systems and editors leave behind: hidden files and folders, Windows' own files."""
    parts = name.split("/")
    return any(part.startswith((".", "__MACOSX")) for part in parts) or parts[-1].lower() in _JUNK_FILES


def clash(files: Iterable[str]) -> str:
    """Two of these files that some system takes for one, as the end of a sentence, or an empty string.

    Names are compared without case and in Unicode's composed form, with all folders they imply; the same name twice
    and a file in the place of a folder are clashes too.
    """
    seen: dict[str, tuple[str, str]] = {}
    for name in files:
        parts = name.split("/")
        folders = [("/".join(parts[:depth]), "a folder") for depth in range(1, len(parts))]
        for path, kind in [*folders, (name, "a file")]:
            known = unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
            before = seen.get(known)
            if before is None:
                seen[known] = (path, kind)
            elif before[0] != path:
                return f"{before[0]!r} and {path!r}, one name on some systems"
            elif before[1] != kind:
                return f"{path!r} as {before[1]} and as {kind}"
            elif kind == "a file":
                return f"{path!r} twice"
    return ""
