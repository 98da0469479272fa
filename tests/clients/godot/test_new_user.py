"""An empty project, the addon, and what its README says: a talking face."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.clients.godot.conftest import PROJECT

SWITCH_ON = """@tool
extends EditorPlugin


func _enter_tree() -> void:
	await get_tree().create_timer(1.0).timeout
	EditorInterface.set_plugin_enabled("npcface", true)
	ProjectSettings.save()
	await get_tree().create_timer(0.5).timeout
	get_tree().quit()
"""
SCENE = """[gd_scene load_steps=2 format=3]

[ext_resource type="Script" path="res://talks.gd" id="1"]

[node name="Face" type="TextureRect"]
script = ExtResource("1")
character = "ada"
"""
WATCH = """

func _process(_delta: float) -> void:
	if npc_face().image != null and npc_face().is_speaking():
		print("TALKS ", npc_face().image.get_width())
		get_tree().quit()
"""


def test_an_empty_project_and_the_readme_lead_to_a_talking_face(godot: Any, daemon: Any, tmp_path: Path) -> None:
    project = tmp_path / "game"
    addons = project / "addons"
    addons.mkdir(parents=True)
    (project / "project.godot").write_text('config_version=5\n\n[application]\n\nconfig/name="Mine"\n')
    shutil.copytree(PROJECT / "addons" / "npcface", addons / "npcface")
    (addons / "hand").mkdir()
    (addons / "hand" / "plugin.cfg").write_text('[plugin]\n\nname="hand"\nscript="hand.gd"\nversion="1"\n')
    (addons / "hand" / "hand.gd").write_text(SWITCH_ON)
    settings = project / "project.godot"
    bare = settings.read_text()
    settings.write_text(bare + '\n[editor_plugins]\n\nenabled=PackedStringArray("res://addons/hand/plugin.cfg")\n')
    mine = replace(godot, project=project)
    mine.run("--editor")
    text = settings.read_text()
    assert 'NpcFaceServer="*' in text, "the autoload"
    assert "res://addons/npcface/plugin.cfg" in text

    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    script = next(code for code in re.findall(r"```gdscript\n(.*?)```", readme, re.DOTALL) if "extends" in code)
    (project / "talks.gd").write_text(script + WATCH, encoding="utf-8")
    (project / "talks.tscn").write_text(SCENE)
    settings.write_text(text + f'\n[npcface]\n\nconnection/address="{daemon.address}"\n')
    assert "TALKS 256" in mine.run("res://talks.tscn", timeout_s=60)
