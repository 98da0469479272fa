"""Roslyn compiles all C# of the package at C# 9, with warnings and missing comments as errors."""

from __future__ import annotations

import json
import re

from tests.clients.csharp.build import PACKAGE, Build

NEWER_THAN_NETSTANDARD = (
    "TickCount64",
    "ReadSingleBigEndian",
    "ReadDoubleBigEndian",
    "Kill(true)",
    "CollectionsMarshal",
)


def test_everything_compiles_without_a_warning(csharp: Build) -> None:
    found = {name: lines for name, lines in csharp.diagnostics.items() if lines}
    assert not found, "\n".join(line for lines in found.values() for line in lines)


def test_each_asmdef_was_compiled(csharp: Build) -> None:
    names = {json.loads(path.read_text())["name"] for path in PACKAGE.rglob("*.asmdef")}
    assert len(names) == 7 and names <= set(csharp.diagnostics)


def test_the_core_knows_no_unity_and_nothing_newer_than_netstandard() -> None:
    """What the run time here has and Unity's .NET Standard 2.1 lacks would compile and then fail in Unity."""
    for path in (PACKAGE / "Runtime" / "Core").rglob("*.cs"):
        text = path.read_text(encoding="utf-8")
        assert "UnityEngine" not in text, path
        assert not [name for name in NEWER_THAN_NETSTANDARD if name in text], path
    assert json.loads((PACKAGE / "Runtime/Core/Npcface.Core.asmdef").read_text())["noEngineReferences"] is True


def test_files_are_short() -> None:
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in PACKAGE.rglob("*.cs")}
    assert max(lengths.values()) <= 250, max(lengths.items(), key=lambda item: item[1])
    assert sorted(lengths.values())[len(lengths) // 2] <= 110


def test_no_file_holds_a_line_over_120_columns_or_a_tab() -> None:
    for path in PACKAGE.rglob("*.cs"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            assert len(line) <= 120 and not re.search(r"\t|\s$", line), f"{path.name}:{number}"
