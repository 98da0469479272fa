"""Character folders: written and read back, repaired when stale, refused with a reason when broken."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from npcface.character import MODEL_VERSION, Character, EmbeddingKey, Manifest, ManifestError
from npcface.character.embedding import EMBEDDING_NAME, decode_embedding, encode_embedding
from npcface.errors import CharacterError, FaceError
from tests.character.folders import character, manifest, png


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "mira"


def never(given: Manifest, portrait: bytes) -> Character:
    raise AssertionError("enrolled again without need")


def test_round_trip(folder: Path) -> None:
    made = character(voice="alto").save(folder)
    assert made.folder == folder and made.portrait_path == folder / "portrait.png"
    assert sorted(entry.name for entry in folder.iterdir()) == [
        "embedding.safetensors", "icon.png", "manifest.json", "portrait.png",
    ]  # fmt: skip
    found = Character.load(str(folder), rebuild=never)
    assert found.id == "mira" and found.manifest == made.manifest and found.manifest.model_extra == {"voice": "alto"}
    assert found.key == made.key == EmbeddingKey(found.manifest.portrait_sha256, MODEL_VERSION)
    assert (found.portrait_png, found.icon_png) == (made.portrait_png, made.icon_png)
    for name, array in made.tensors.items():
        np.testing.assert_array_equal(found.tensors[name], array, strict=True)


def test_saving_again_replaces_all_and_keeps_what_others_put_there(folder: Path) -> None:
    character(value=1).save(folder)
    (folder / "README.txt").write_text("my mod")
    (folder / "voice" / "lines").mkdir(parents=True)
    (folder / "voice" / "lines" / "hello.txt").write_text("hello")
    character(value=2, version="1.0.1").save(folder)
    found = Character.load(folder, rebuild=never)
    assert found.manifest.version == "1.0.1" and found.tensors["atlas"].max() == 2
    assert (folder / "README.txt").read_text() == "my mod"
    assert (folder / "voice" / "lines" / "hello.txt").read_text() == "hello"
    assert [entry.name for entry in folder.parent.iterdir()] == ["mira"]


def drop(folder: Path) -> None:
    (folder / EMBEDDING_NAME).unlink()


def damage(folder: Path) -> None:
    data = bytearray((folder / EMBEDDING_NAME).read_bytes())
    data[9] ^= 0xFF
    (folder / EMBEDDING_NAME).write_bytes(data)


def age(folder: Path) -> None:
    tensors, key = decode_embedding((folder / EMBEDDING_NAME).read_bytes())
    (folder / EMBEDDING_NAME).write_bytes(encode_embedding(tensors, EmbeddingKey(key.portrait_sha256, "warp-0")))


def repaint(folder: Path) -> None:
    (folder / "portrait.png").write_bytes(png(500, 500, (9, 9, 9)))


@pytest.mark.parametrize(
    ("harm", "reason"),
    [(drop, "missing"), (damage, "not JSON"), (age, "model version 'warp-0'"), (repaint, "another portrait")],
)
def test_stale_embedding_is_computed_again_once_and_kept(harm: Any, reason: str, folder: Path) -> None:
    character(version="2.0.0", license="CC-BY-4.0", face=1).save(folder)
    harm(folder)
    seen: list[tuple[str, bytes]] = []

    def rebuild(given: Manifest, portrait: bytes) -> Character:
        seen.append((given.version, portrait))
        fresh = {"left": 1.0, "top": 2.0, "side": 300.0}
        return Character(manifest("other", framing=fresh), portrait, png(256, 256), {"atlas": np.zeros(3, np.uint8)})

    found = Character.load(folder, rebuild)
    assert seen == [("2.0.0", (folder / "portrait.png").read_bytes())]
    assert found.id == "mira" and found.manifest.license == "CC-BY-4.0" and found.tensors.keys() == {"atlas"}
    assert found.manifest.framing is not None and found.manifest.framing.side == 300
    again = Character.load(folder, rebuild=never)
    assert again.manifest == found.manifest and again.manifest.model_extra == {"face": 1}

    harm(folder) if harm is not repaint else (folder / "portrait.png").write_bytes(png(80, 80))

    def fails(given: Manifest, portrait: bytes) -> Character:
        raise FaceError("No face was found.", "Crop closer.")

    with pytest.raises(CharacterError, match=rf"{reason}.*No face was found") as caught:
        Character.load(folder, fails)
    assert caught.value.remedy == "Crop closer."


def test_read_only_folder_is_rebuilt_in_memory(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Root may write everywhere, so the obstacle is a name: the temporary sibling's would pass 255 bytes."""
    deep = folder.parent / ("d" * 250)
    character().save(folder)
    folder.rename(deep)
    (deep / EMBEDDING_NAME).unlink()
    with caplog.at_level(logging.WARNING):
        found = Character.load(deep, lambda given, portrait: character(value=7))
    assert found.tensors["atlas"].max() == 7 and not (deep / EMBEDDING_NAME).exists()
    assert "not kept" in caplog.text


def test_without_the_enrolment_extra_the_remedy_is_named(folder: Path) -> None:
    character().save(folder)
    drop(folder)
    code = (
        "import sys; sys.modules['mediapipe'] = None\n"
        "from npcface.character import Character\n"
        "from npcface.errors import CharacterError\n"
        "try: Character.load(sys.argv[1])\n"
        "except CharacterError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, timeout=120, check=True
    )
    assert "embedding.safetensors is missing" in done.stdout and "npcface[enroll]" in done.stdout


def test_loading_needs_nothing_that_a_player_lacks(folder: Path) -> None:
    character().save(folder)
    code = (
        "import sys\n"
        "from npcface.character import Character\n"
        "Character.load(sys.argv[1])\n"
        "print(sorted({'mediapipe', 'cv2', 'torch', 'scipy', 'skimage', 'npcface.enroll'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout == "[]\n"


def test_missing_icon_is_drawn_from_the_framed_portrait(folder: Path) -> None:
    framed = {"left": 100.0, "top": -50.0, "side": 100.0}
    character(value=200, framing=framed).save(folder)
    (folder / "icon.png").unlink()
    with Image.open(io.BytesIO(Character.load(folder, rebuild=never).icon_png)) as icon:
        assert icon.size == (256, 256) and icon.mode == "RGBA"
        assert icon.getpixel((128, 60)) == (0, 0, 0, 0) and icon.getpixel((128, 200)) == (200, 0, 0, 255)


def edit(folder: Path, **changes: Any) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (lambda folder: (folder / "portrait.png").unlink(), r"portrait\.png is missing"),
        (lambda folder: (folder / "portrait.png").write_bytes(b"GIF89a"), r"portrait\.png is not a PNG"),
        (lambda folder: (folder / "icon.png").write_bytes(png(64, 64)), r"icon\.png has 64×64"),
        (lambda folder: (folder / "icon.png").write_bytes(b"\0" * (2**20 + 1)), "more than the allowed 1.00 MiB"),
        (lambda folder: (folder / "manifest.json").unlink(), r"holds no manifest\.json"),
        (lambda folder: (folder / "manifest.json").write_bytes(b"\0" * 2**17), "more than the allowed 0.06 MiB"),
        (lambda folder: edit(folder, npcface=">=99"), r"needs npcface >=99, this is \d"),
        (lambda folder: edit(folder, id="..", consent=""), "2 problems.*id is.*consent is"),
    ],
)
def test_broken_folders_are_refused_with_the_reason(harm: Any, message: str, folder: Path) -> None:
    character().save(folder)
    harm(folder)
    with pytest.raises(CharacterError, match=message) as caught:
        Character.load(folder, rebuild=never)
    assert caught.value.remedy
    assert not isinstance(caught.value, ManifestError) or str(folder / "manifest.json") in str(caught.value)


def test_places_that_are_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for place, message in ((tmp_path / "none", "no character folder"), (tmp_path / "file", "is not a folder")):
        with pytest.raises(CharacterError, match=message):
            Character.load(place)


def test_unstorable_characters_write_nothing(folder: Path) -> None:
    good = character()
    for bad, message in (
        (Character(good.manifest, b"JFIF", good.icon_png, good.tensors), r"portrait\.png is not a PNG"),
        (Character(good.manifest, good.portrait_png, png(255, 256), good.tensors), r"icon\.png has 255×256"),
        (Character(good.manifest, good.portrait_png, good.icon_png, {"x": np.array([np.nan], np.float32)}), "NaN"),
    ):
        with pytest.raises(CharacterError, match=message):
            bad.save(folder)
    assert list(folder.parent.iterdir()) == []
