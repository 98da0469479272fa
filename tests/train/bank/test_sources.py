"""Folders of people: layouts, names, who is held back, and what is said about a folder that has none of it."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from npcface.train.bank.sources import MOST_FRAMES_PER_CLIP, SourceError, held_out, people, read_group
from npcface.train.holdout import is_held_out
from tests.needed import needed

STRANGER = "someone9"
"""Held out by the hash of the name."""


def write_manifest(folder: Path, columns: tuple[str, ...], *rows: tuple[str, ...]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([columns, *rows])
    return folder


def write_picture(path: Path, level: int = 90) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((16, 24, 3), (level, 0, 255 - level), np.uint8)).save(path)
    return path


def test_stills_are_gathered_by_identity(tmp_path: Path) -> None:
    folder = write_manifest(tmp_path, ("file", "identity"), ("a/1.png", "ann"), ("2.png", "carl"), ("a/3.png", "ann"))
    found = {person.identity: person for person in people([folder])}
    assert set(found) == {"ann", "carl"}
    assert found["ann"].kind == "still"
    assert found["ann"].groups == ((tmp_path / "a/1.png",), (tmp_path / "a/3.png",))


def test_one_person_in_two_folders_is_one_identity(tmp_path: Path) -> None:
    folders = [write_manifest(tmp_path / name, ("file", "identity"), ("1.png", "ann")) for name in "xy"]
    (only,) = people(folders)
    assert len(only.groups) == 2
    assert people(folders[::-1])[0].identity == only.identity


def test_folders_of_frames_are_thinned_out_clips(tmp_path: Path) -> None:
    for number in range(3 * MOST_FRAMES_PER_CLIP):
        write_picture(tmp_path / "id1" / "clip" / f"{number:04d}.png")
    write_picture(tmp_path / "id1" / "other" / "deep" / "0.jpg")
    (person,) = people([tmp_path])
    assert (person.identity, person.kind) == ("id1", "video")
    long, short = sorted(person.groups, key=len, reverse=True)
    assert len(long) == MOST_FRAMES_PER_CLIP and list(long) == sorted(set(long))
    assert (long[0].name, long[-1].name) == ("0000.png", f"{3 * MOST_FRAMES_PER_CLIP - 1:04d}.png")
    assert [path.name for path in short] == ["0.jpg"]


def test_films_of_a_person_are_clips(tmp_path: Path) -> None:
    for name in ("v1/00001.mp4", "v2/00001.MP4"):
        (tmp_path / "id1" / name).parent.mkdir(parents=True)
        (tmp_path / "id1" / name).touch()
    (person,) = people([tmp_path])
    assert person.kind == "video"
    assert person.groups == ((tmp_path / "id1/v1/00001.mp4",), (tmp_path / "id1/v2/00001.MP4",))


def test_a_manifest_may_list_clips(tmp_path: Path) -> None:
    folder = write_manifest(tmp_path, ("file", "person"), ("one.mp4", "ann"), ("frames", "ann"))
    write_picture(tmp_path / "frames" / "0.png")
    (person,) = people([folder])
    assert (person.kind, person.groups) == ("video", ((tmp_path / "one.mp4",), (tmp_path / "frames/0.png",)))


def test_openpeople_are_told_apart_by_file_name(tmp_path: Path) -> None:
    columns = ("file", "identity", "source_repo")
    rows = [(f"P00{k}_studio.jpg", "cluster-7", "someone/openpeople") for k in (1, 2)]
    folder = write_manifest(tmp_path, columns, *rows, ("P003_x.jpg", "cluster-7", "elsewhere"))
    assert {p.identity for p in people([folder])} == {"openpeople-P001", "openpeople-P002", "cluster-7"}


def test_who_is_held_out_is_never_returned(tmp_path: Path) -> None:
    assert is_held_out(STRANGER)
    columns = ("file", "identity", "source_repo")
    names = [f"person{k}" for k in range(60)]
    rows = [(f"P0{k:02d}_a.jpg", "x", "openpeople") for k in range(1, 11)] + [(f"{n}.png", n, "") for n in names]
    stills = write_manifest(tmp_path / "stills", columns, *rows)
    write_picture(tmp_path / "clips" / STRANGER / "clip" / "0.png")
    write_picture(tmp_path / "clips" / "id1" / "clip" / "0.png")
    listed = write_manifest(tmp_path / "listed", ("file", "person"), ("a.mp4", STRANGER))
    found = {person.identity for person in people([stills, tmp_path / "clips", listed])}
    assert STRANGER not in found and not any(held_out(name) for name in found)
    assert found == {name for name in [*names, "id1"] if not is_held_out(name)} | {
        f"openpeople-P{k:03d}" for k in range(1, 9)
    }


def test_the_order_is_fixed_and_mixed(tmp_path: Path) -> None:
    names = [f"person{k:02d}" for k in range(40)]
    forth = write_manifest(tmp_path / "forth", ("file", "identity"), *((f"{name}.png", name) for name in names))
    back = write_manifest(tmp_path / "back", ("file", "identity"), *((f"{name}.png", name) for name in names[::-1]))
    order = [person.identity for person in people([forth])]
    assert order == [person.identity for person in people([back])]
    assert order != sorted(order)


def test_a_folder_of_another_layout_is_explained(tmp_path: Path) -> None:
    write_picture(tmp_path / "loose.png")
    with pytest.raises(SourceError, match=r"manifest\.csv") as caught:
        people([tmp_path])
    assert str(tmp_path) in caught.value.cause and "docs/training.md" in caught.value.remedy


def test_a_group_of_pictures_is_read_as_rgb(tmp_path: Path) -> None:
    group = tuple(write_picture(tmp_path / f"{level}.png", level) for level in (10, 200))
    pictures = list(read_group(group))
    assert [picture.shape for picture in pictures] == [(16, 24, 3)] * 2
    assert pictures[1][0, 0].tolist() == [200, 0, 55]


def test_a_broken_picture_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_text("no picture")
    with pytest.raises(SourceError, match=r"broken\.png"):
        list(read_group((tmp_path / "broken.png",)))


def test_a_film_gives_frames_spread_over_it(tmp_path: Path) -> None:
    av = needed("av", "av is not installed")
    count = 2 * MOST_FRAMES_PER_CLIP
    with av.open(str(tmp_path / "film.mp4"), "w") as film:
        stream = film.add_stream("mpeg4", rate=Fraction(25))
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(count):
            picture = np.full((48, 64, 3), 20 + 4 * number, np.uint8)
            film.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        film.mux(stream.encode())
    levels = [picture.mean() for picture in read_group((tmp_path / "film.mp4",))]
    assert len(levels) == MOST_FRAMES_PER_CLIP
    assert levels == sorted(levels)
    assert levels[0] < 30 and levels[-1] > 20 + 4 * (count - 2)
