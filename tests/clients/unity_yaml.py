"""Reads Unity's text assets (scenes, prefabs, materials) far enough to check them: objects, fields, references."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

HEADER = "%YAML 1.1\n%TAG !u! tag:unity3d.com,2011:\n"
_OBJECT = re.compile(r"--- !u!(\d+) &(-?\d+)( stripped)?$")
_LINE = re.compile(r"(?P<indent> *)(?P<dash>- )?(?:(?P<key>[A-Za-z_][\w .]*):(?: (?P<value>.*))?|(?P<item>\{.*\}))$")
_REFERENCE = re.compile(r"\{fileID: (-?\d+)(?:, guid: ([0-9a-f]{32}), type: ([0-3]))?\}")


@dataclass
class Item:
    """One object of a file.

    Attributes:
        kind: Unity's class id, such as 114 for a MonoBehaviour.
        name: its class.
        stripped: lives in a prefab, named here only.
        fields: top-level fields with what stands on their line.
        references: (file id, guid or "").
    """

    kind: int
    number: int
    name: str = ""
    stripped: bool = False
    fields: dict[str, str] = field(default_factory=dict)
    references: list[tuple[int, str]] = field(default_factory=list)


def read(path: Path) -> dict[int, Item]:
    """Objects by file id.

    Raises:
        ValueError: not the form Unity writes; names the line.
    """
    text = path.read_text(encoding="utf-8")
    if not text.startswith(HEADER):
        raise ValueError(f"{path.name}: no Unity header")
    items: dict[int, Item] = {}
    item: Item | None = None
    deepest = 0
    for number, line in enumerate(text.splitlines()[2:], 3):
        begin = _OBJECT.match(line)
        if begin:
            item = Item(int(begin[1]), int(begin[2]), stripped=bool(begin[3]))
            if item.number in items:
                raise ValueError(f"{path.name}:{number}: object {item.number} twice")
            items[item.number] = item
            continue
        parts = _LINE.match(line)
        if item is None or parts is None or "\t" in line:
            raise ValueError(f"{path.name}:{number}: {line!r} is no line of an object")
        indent = len(parts["indent"])
        if indent % 2 or indent > deepest:
            raise ValueError(f"{path.name}:{number}: indented by {indent}, at most {deepest} fits here")
        # what opens a block may be followed by deeper lines; a list may stand at its key's own depth
        deepest = indent + (2 if parts["value"] in (None, "") or parts["dash"] else 0) + (2 if parts["dash"] else 0)
        deepest = max(deepest, indent)
        if indent == 0:
            if item.name or parts["key"] is None:
                raise ValueError(f"{path.name}:{number}: a second root")
            item.name = parts["key"]
        elif indent == 2 and parts["key"] and not parts["dash"]:
            item.fields[parts["key"]] = parts["value"] or ""
        item.references += [(int(found[0]), found[1]) for found in _REFERENCE.findall(line)]
    return items
