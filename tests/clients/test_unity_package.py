"""The Unity package and the sample project as files: layout, manifests, .meta, and what scenes and prefabs refer to."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import npcface
from tests.clients.unity_yaml import Item, read

ROOT = Path(npcface.__file__).parent.parent
PACKAGE = ROOT / "engine_bridge" / "unity" / "com.npcface.client"
PROJECT = ROOT / "unity_sample"
MANIFEST = json.loads((PACKAGE / "package.json").read_text(encoding="utf-8"))
UGUI = {
    "1344c3c82d62a2a41a3576d8abb8e3ea": "RawImage",
    "5f7201a12d95ffc409449d95f23cf332": "Text",
    "0cd44c1031e13a943bb63640046fad76": "CanvasScaler",
    "8a8695521f0d02e499659fee002a26c2": "GridLayoutGroup",
}
"""Scripts of com.unity.ugui, by the GUIDs Unity ships them with."""
BUILT_IN = {"0000000000000000e000000000000000", "0000000000000000f000000000000000"}
NATIVE = {1, 4, 20, 23, 29, 33, 81, 104, 157, 196, 222, 223, 224, 1001, 1660057539, 21}
TEXT_ASSETS = sorted(
    path
    for top in (PACKAGE, PROJECT / "Assets")
    for path in top.rglob("*")
    if path.suffix in (".unity", ".prefab", ".mat")
)


def assets(top: Path) -> list[Path]:
    """Everything below that Unity imports: folders that end with ~ are hidden, what lies in a sample is not."""
    return [
        path
        for path in sorted(top.rglob("*"))
        if path.suffix != ".meta" and not path.name.endswith("~") and "Documentation~" not in path.parts
    ]


def guids() -> dict[str, Path]:
    """GUID → asset, of the package and of the sample project."""
    found: dict[str, Path] = {}
    for top in (PACKAGE, PROJECT / "Assets"):
        for meta in top.rglob("*.meta"):
            lines = meta.read_text(encoding="utf-8").splitlines()
            assert lines[0] == "fileFormatVersion: 2", meta
            guid = re.fullmatch(r"guid: ([0-9a-f]{32})", lines[1])
            assert guid is not None and guid[1] not in found, f"{meta}: bad or repeated GUID"
            found[guid[1]] = meta.with_suffix("")
    return found


@pytest.mark.parametrize("top", [PACKAGE, PROJECT / "Assets"], ids=["package", "project"])
def test_every_asset_has_a_meta_file_and_every_meta_file_an_asset(top: Path) -> None:
    expected = {path.with_name(path.name + ".meta") for path in assets(top)}
    assert expected == set(top.rglob("*.meta"))
    importers = {".cs": "MonoImporter", ".asmdef": "AssemblyDefinitionImporter", ".prefab": "PrefabImporter"}
    for path in assets(top):
        text = path.with_name(path.name + ".meta").read_text(encoding="utf-8")
        assert importers.get(path.suffix, "Importer:") in text, path
        assert ("folderAsset: yes" in text) == path.is_dir(), path


def test_the_package_has_what_unity_and_people_look_for() -> None:
    for name in (
        "README.md", "CHANGELOG.md", "LICENSE.md", "Documentation~/index.md", "Runtime/Core/Npcface.Core.asmdef",
        "Runtime/Unity/Npcface.Unity.asmdef", "Editor/Npcface.Editor.asmdef",
    ):  # fmt: skip
        assert (PACKAGE / name).is_file(), name
    assert MANIFEST["name"] == PACKAGE.name and MANIFEST["unity"] == "2022.3"
    assert MANIFEST["version"] == npcface.__version__
    assert f"## [{MANIFEST['version']}]" in (PACKAGE / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "Apache License" in (PACKAGE / "LICENSE.md").read_text(encoding="utf-8")


def test_samples_are_numbered_and_where_the_manifest_says() -> None:
    folders = [PACKAGE / sample["path"] for sample in MANIFEST["samples"]]
    assert folders == sorted(path for path in (PACKAGE / "Samples~").iterdir() if path.is_dir())
    for number, folder in enumerate(folders, 1):
        assert folder.name.startswith(f"{number:02d} ")
        assert all(len(list(folder.glob(pattern))) == 1 for pattern in ("*.cs", "*.asmdef", "*.unity")), folder


def test_assemblies_refer_to_each_other_and_scripts_bear_their_class_names() -> None:
    asmdefs = {json.loads(path.read_text())["name"]: path for path in PACKAGE.rglob("*.asmdef")}
    for name, path in asmdefs.items():
        assert path.stem == name
        for reference in json.loads(path.read_text())["references"]:
            assert reference in asmdefs or reference == "UnityEngine.UI", f"{name}: {reference}"
    for path in [*PACKAGE.rglob("*.cs"), *PROJECT.rglob("*.cs")]:
        for found in re.findall(r"class (\w+) : (?:MonoBehaviour|EditorWindow)", path.read_text(encoding="utf-8")):
            assert found == path.stem, f"Unity finds {found} only in a file of its name"


def test_the_project_uses_the_package_by_file_reference() -> None:
    manifest = json.loads((PROJECT / "Packages" / "manifest.json").read_text(encoding="utf-8"))["dependencies"]
    reference = manifest["com.npcface.client"]
    assert reference.startswith("file:") and (PROJECT / "Packages" / reference[5:]).resolve() == PACKAGE
    assert set(MANIFEST["dependencies"]) <= set(manifest)
    version = (PROJECT / "ProjectSettings" / "ProjectVersion.txt").read_text(encoding="utf-8")
    assert version.startswith("m_EditorVersion: 2022.3.")
    settings = (PROJECT / "ProjectSettings" / "EditorBuildSettings.asset").read_text(encoding="utf-8")
    scene = re.search(r"path: (\S+)\n +guid: (\w+)", settings)
    assert scene is not None and guids()[scene[2]] == PROJECT / scene[1]


@pytest.mark.parametrize("path", TEXT_ASSETS, ids=lambda path: path.name)
def test_references_of_a_text_asset_resolve(path: Path) -> None:
    items, known = read(path), guids()
    for item in items.values():
        assert item.kind in NATIVE | {114}, f"{path.name}: class {item.kind}"
        for number, guid in item.references:
            if not guid:
                assert number == 0 or number in items, f"{path.name}: {item.name} {item.number} → {number}"
            elif guid not in BUILT_IN and guid not in UGUI:
                assert guid in known, f"{path.name}: nobody has the GUID {guid}"
                target = known[guid]
                if target.suffix == ".prefab" and number != 100100000:
                    assert number in read(target), f"{path.name}: {target.name} has no {number}"
        if item.kind == 114 and not item.stripped:
            check_fields(path, item, known)


def check_fields(path: Path, item: Item, known: dict[str, Path]) -> None:
    """What a component of ours stores must be a field of its script."""
    script = re.search(r"guid: (\w{32})", item.fields["m_Script"])
    assert script is not None, path
    if script[1] in UGUI:
        return
    source = known[script[1]]
    partial = [*source.parent.glob(f"{source.stem}.cs"), *source.parent.glob(f"{source.stem}_*.cs")]
    code = "\n".join(part.read_text(encoding="utf-8") for part in partial)
    for name in item.fields:
        if not name.startswith("m_"):
            assert re.search(rf"\b{name}\b( =|;)", code), f"{path.name}: {source.stem} has no field {name}"


@pytest.mark.parametrize("path", TEXT_ASSETS, ids=lambda path: path.name)
def test_objects_know_each_other(path: Path) -> None:
    """Components and their GameObject, parents and children, both ways; every root of a scene is listed."""
    items = read(path)
    text = path.read_text(encoding="utf-8")
    for item in items.values():
        if item.stripped or "m_GameObject" not in item.fields:
            continue
        owner = items[int(re.findall(r"-?\d+", item.fields["m_GameObject"])[0])]
        assert owner.kind == 1 and (item.number, "") in owner.references
        if item.kind in (4, 224):
            father = int(re.findall(r"-?\d+", item.fields["m_Father"])[0])
            assert father == 0 or (item.number, "") in items[father].references
            if father == 0 and path.suffix == ".unity":
                assert f"\n  - {{fileID: {item.number}}}\n" in text.split("SceneRoots:")[1]


def test_a_scene_with_a_mistake_is_noticed(tmp_path: Path) -> None:
    good = (PROJECT / "Assets/Scenes/Conversation.unity").read_text(encoding="utf-8")
    for number, (old, new) in enumerate([
        ("  m_Name: Main Camera", "  m_Name Main Camera"), ("  m_Name: Main Camera", "     m_Name: Main Camera"),
        ("--- !u!1 &", "--- !u!1 "), ("--- !u!104 &2", "--- !u!104 &1"),
    ]):  # fmt: skip
        bad = tmp_path / f"{number}.unity"
        bad.write_text(good.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(ValueError, match=r"\.unity:"):
            read(bad)
