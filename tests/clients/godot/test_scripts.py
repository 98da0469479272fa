"""Every script of the addon: it compiles as typed GDScript, is documented, and says nothing of this machine."""

from __future__ import annotations

import re
import subprocess
from typing import Any

import pytest

from tests.clients.godot.conftest import PROJECT

SCRIPTS = sorted(PROJECT.rglob("*.gd"))
ADDON = PROJECT / "addons" / "npcface"
PUBLIC = re.compile(r"(?:@\w+(?:\([^)]*\))? )*(?:static )?(?:var|func|signal|const|enum|class) [a-zA-Z]")


def test_every_script_compiles_with_untyped_declarations_as_errors(godot: Any) -> None:
    names = [path.relative_to(PROJECT).as_posix() for path in SCRIPTS if "editor_driver" not in path.parts]
    godot.tests("scripts", "scripts=" + ",".join(names))
    untyped = godot.project / "addons" / "npcface" / "untyped.gd"
    untyped.write_text("extends Node\n\nvar number = 5\n", encoding="utf-8")
    check = godot.command("--check-only", "--script", "res://addons/npcface/untyped.gd")
    done = subprocess.run(check, env=godot.environment(), capture_output=True, text=True, timeout=60)
    untyped.unlink()
    assert done.returncode == 1 and "has no static type" in done.stdout + done.stderr, "the rule itself works"


@pytest.mark.parametrize("path", sorted(ADDON.rglob("*.gd")), ids=lambda path: path.stem)
def test_every_public_member_is_documented(path: Any) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 500
    assert any(line.startswith("## ") for line in lines[:6]), "what is this file?"
    bare = []
    for number, line in enumerate(lines):
        if PUBLIC.match(line) and "preload(" not in line and not lines[number - 1].startswith("##"):
            bare.append(line)
    assert not bare


def test_the_addon_has_what_godot_needs() -> None:
    text = (ADDON / "plugin.cfg").read_text(encoding="utf-8")
    assert 'script="plugin.gd"' in text and (ADDON / "plugin.gd").exists()
    for scene in PROJECT.rglob("*.tscn"):
        for path in re.findall(r'path="res://([^"]+)"', scene.read_text(encoding="utf-8")):
            assert (PROJECT / path).exists(), f"{scene.name} names {path}"
    for script in SCRIPTS:
        for path in re.findall(r'preload\("(?:res://)?([^"]+)"\)', script.read_text(encoding="utf-8")):
            assert (PROJECT / path).exists() or (script.parent / path).exists(), f"{script.name} preloads {path}"
