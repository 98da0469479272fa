"""pack: one zip, the same bytes each time, read back as the same characters, and nothing that would be refused."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from npcface.character import CharacterStore, ManifestError
from npcface.errors import CharacterError
from npcface.pack import Library, PackError, PackInfo, pack
from npcface.pack.manifest import PACK_NAME, parse_pack
from npcface.pack.thunderstore import Thunderstore, ThunderstoreManifest
from tests.character.folders import character, png


def store(root: Path, *ids: str) -> list[Path]:
    kept = CharacterStore(root)
    for number, name in enumerate(ids):
        kept.save(character(name, number, name=name.title(), authors=["A. Painter"], version=f"1.{number}.0"))
    return [root / name for name in ids]


def package(**changes: object) -> Thunderstore:
    fields: dict[str, object] = {
        "name": "Faces", "version_number": "1.2.3", "website_url": "", "description": "Faces.", "dependencies": [],
    }  # fmt: skip
    return Thunderstore(ThunderstoreManifest.model_validate(fields | changes), png(256, 256), "# Faces\n", "Anna")


def test_the_same_folders_give_the_same_bytes(tmp_path: Path) -> None:
    folders = store(tmp_path / "store", "mira", "zoe")
    first = pack(folders, tmp_path / "first.zip").read_bytes()
    for file in (tmp_path / "store").rglob("*"):
        os.utime(file, (1_700_000_000, 1_700_000_000))
        file.chmod(0o700)
    assert pack(reversed(folders), tmp_path / "second.zip").read_bytes() == first
    with zipfile.ZipFile(tmp_path / "first.zip") as zipped:
        assert zipped.namelist() == sorted(zipped.namelist())
        assert {info.date_time for info in zipped.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_what_goes_in_comes_out(tmp_path: Path) -> None:
    folders = store(tmp_path / "store", "mira", "zoe")
    (folders[0] / "voice").mkdir()
    (folders[0] / "voice" / "hello.ogg").write_bytes(b"sound" * 1000)
    for junk in (".git", "__MACOSX"):
        (folders[0] / junk).mkdir()
        (folders[0] / junk / "x").write_text("x")
    (folders[0] / "Thumbs.db").write_text("x")
    made = pack(folders, tmp_path / "out" / "two.zip", PackInfo(name="Two", description="Both."))
    library = Library([made])
    assert [entry.id for entry in library.list().entries] == ["mira", "zoe"]
    for number, folder in enumerate(folders):
        packed, plain = library.load(folder.name), CharacterStore(tmp_path / "store").load(folder.name)
        assert (packed.manifest, packed.portrait_png, packed.icon_png) == (
            plain.manifest,
            plain.portrait_png,
            plain.icon_png,
        )
        assert packed.tensors["camera"][0] == number and packed.folder is None
    with zipfile.ZipFile(made) as zipped:
        assert zipped.read("characters/mira/voice/hello.ogg") == b"sound" * 1000
        assert not [name for name in zipped.namelist() if "Thumbs" in name or ".git" in name or "MACOSX" in name]
        about = parse_pack(zipped.read(PACK_NAME))
    assert (about.name, about.description, about.authors) == ("Two", "Both.", ["A. Painter"])
    assert about.characters == ["mira", "zoe"]


def test_one_folder_gives_the_pack_its_name_and_version(tmp_path: Path) -> None:
    made = pack(str(store(tmp_path / "store", "a", "mira")[1]), tmp_path)
    assert made == tmp_path / "mira-1.1.0.zip"
    with zipfile.ZipFile(made) as zipped:
        about = parse_pack(zipped.read(PACK_NAME))
    assert (about.name, about.version) == ("Mira", "1.1.0")


def test_a_thunderstore_package(tmp_path: Path) -> None:
    made = pack(store(tmp_path / "store", "mira"), tmp_path, thunderstore=package())
    assert made.name == "Anna-Faces-1.2.3.zip"
    with zipfile.ZipFile(made) as zipped:
        names = zipped.namelist()
        assert {"manifest.json", "icon.png", "README.md"} == {name for name in names if "/" not in name}
        assert all(name.startswith("plugins/") for name in names if "/" in name)
    assert [entry.id for entry in Library([made]).list().entries] == ["mira"]


def test_an_icon_of_another_size_is_refused(tmp_path: Path) -> None:
    wrong = Thunderstore(package().manifest, png(128, 128), "text")
    with pytest.raises(CharacterError, match="Make it 256×256"):
        pack(store(tmp_path / "store", "mira"), tmp_path / "x.zip", thunderstore=wrong)


def test_what_cannot_be_packed(tmp_path: Path) -> None:
    (folder,) = store(tmp_path / "store", "mira")
    out = tmp_path / "x.zip"
    for name, match in (("more.zip", "is an archive"), ("what?.txt", "control character or one of")):
        (folder / name).write_text("x")
        with pytest.raises(PackError, match=match):
            pack(folder, out)
        (folder / name).unlink()
    (folder / "link.txt").symlink_to("/etc/hostname")
    with pytest.raises(PackError, match="is a link"):
        pack(folder, out)
    (folder / "link.txt").unlink()
    for name in ("Read.md", "read.md"):
        (folder / name).write_text("x")
    if len(list(folder.glob("?ead.md"))) == 2:
        with pytest.raises(PackError, match="one name on some systems"):
            pack(folder, out)
    (folder / "portrait.png").unlink()
    with pytest.raises(CharacterError, match=r"holds no portrait.png"):
        pack(folder, out)
    (folder / "manifest.json").write_text("{}")
    with pytest.raises(CharacterError, match=r"holds no portrait.png"):
        pack(folder, out)
    assert not out.exists() and not list(tmp_path.glob(".x.zip*"))


def test_bad_words_about_the_pack_are_findings(tmp_path: Path) -> None:
    info = PackInfo().model_copy(update={"version": "one"})
    with pytest.raises(ManifestError, match="three numbers"):
        pack(store(tmp_path / "store", "mira"), tmp_path / "x.zip", info)


def test_an_older_pack_stays_when_writing_fails(tmp_path: Path) -> None:
    out = tmp_path / "x.zip"
    (folder,) = store(tmp_path / "store", "mira")
    before = pack(folder, out).read_bytes()
    (folder / "more.zip").write_text("x")
    with pytest.raises(PackError):
        pack(folder, out)
    assert out.read_bytes() == before


def test_two_of_one_id_and_none_at_all(tmp_path: Path) -> None:
    folders = [*store(tmp_path / "a", "mira"), *store(tmp_path / "b", "mira")]
    with pytest.raises(PackError, match="both 'mira'"):
        pack(folders, tmp_path / "x.zip")
    with pytest.raises(PackError, match="0 characters"):
        pack([], tmp_path / "x.zip")
