"""Detection with the real landmarker on real portraits: where the face is, and what a refusal says."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image

from npcface.enroll.detect import Face, Landmarker, pick_face
from npcface.enroll.model_file import LANDMARKER_ENV, find_landmarker, read_landmarker
from npcface.enroll.quiet import is_noise, quiet_native_logs
from npcface.errors import DependencyError, FaceError
from npcface.vocab import ARKIT_52
from tests.enroll.pictures import Pixels, astronaut, openpeople, portrait, profile


@pytest.fixture(scope="module")
def landmarker() -> Iterator[Landmarker]:
    with Landmarker() as made:
        yield made


def canvas(width: int, height: int, *parts: tuple[Pixels, int, int]) -> Pixels:
    picture = np.full((height, width, 3), (96, 104, 90), np.uint8)
    for part, left, top in parts:
        picture[top : top + part.shape[0], left : left + part.shape[1]] = part
    return picture


def size(picture: Pixels) -> tuple[int, int]:
    return picture.shape[1], picture.shape[0]


def distance(face: Face, reference: Face, scale: float, left: float, top: float) -> float:
    """Mean distance of landmarks in parts of the face's size, after moving the reference to its place."""
    expected = reference.points[:, :2] * scale + np.array([left, top], np.float32)
    return float(np.linalg.norm(face.points[:, :2] - expected, axis=1).mean() / face.extent)


def test_astronaut_is_one_face_with_points_where_the_face_is(landmarker: Landmarker) -> None:
    faces = landmarker.detect(astronaut())
    face = pick_face(faces, None, (512, 512))
    assert len(faces) == 1
    assert face.points.shape == (478, 3) and face.points.dtype == np.float32
    left, top, right, bottom = face.bbox
    assert 150 < left < 190 and 250 < right < 290 and 50 < top < 90 and 170 < bottom < 210
    assert face.points[1, 2] < face.points[:, 2].mean(), "the nose tip is nearer than the rest"
    assert set(face.blendshapes) == set(ARKIT_52) - {"tongueOut"}
    assert face.blendshapes["mouthSmileLeft"] > 0.3 > face.blendshapes["eyeBlinkLeft"]
    assert face.matrix.shape == (4, 4) and np.allclose(face.matrix[3], (0, 0, 0, 1))


@pytest.mark.parametrize("degrees", [-25, 25])
def test_roll_is_positive_clockwise(landmarker: Landmarker, degrees: int) -> None:
    turned = np.asarray(Image.fromarray(portrait("P004", 512)).rotate(-degrees, expand=True), np.uint8)
    yaw, _, roll = landmarker.detect(turned)[0].angles
    assert roll == pytest.approx(degrees, abs=5) and abs(yaw) < 8


def test_mirroring_turns_yaw_round(landmarker: Landmarker) -> None:
    view = profile("P001")
    right = landmarker.detect(view)[0].angles[0]
    left = landmarker.detect(np.ascontiguousarray(view[:, ::-1]))[0].angles[0]
    assert right > 35 and left == pytest.approx(-right, abs=8)


def test_angles_do_not_depend_on_the_place_in_the_frame(landmarker: Landmarker) -> None:
    head = portrait("P004", 400)
    frames = [canvas(900, 400, (head, left, 0)) for left in (0, 500)]
    first, second = (landmarker.detect(frame)[0] for frame in frames)
    assert first.angles[:2] == pytest.approx(second.angles[:2], abs=3)


@pytest.mark.parametrize(("left", "top"), [(1100, 600), (1800, 0)])
def test_small_faces_in_large_pictures_are_found_on_the_second_look(
    landmarker: Landmarker, left: int, top: int
) -> None:
    head = portrait("P004", 200)
    reference = landmarker.detect(head)[0]
    picture = canvas(2000, 1400, (head, left, top))
    assert landmarker.detect(picture, thorough=False) == [], "the case is only worth testing while this is so"
    face = pick_face(landmarker.detect(picture), None, size(picture))
    assert distance(face, reference, 1.0, left, top) < 0.02


@pytest.mark.parametrize("person", ["P001", "P004", "P008"])
def test_a_face_that_fills_the_frame_is_found(landmarker: Landmarker, person: str) -> None:
    head = portrait(person, 512)
    reference = landmarker.detect(head)[0]
    left, top, right, bottom = (round(edge) for edge in reference.bbox)
    face = pick_face(landmarker.detect(np.ascontiguousarray(head[top:bottom, left:right])), None, (right, bottom))
    assert distance(face, reference, 1.0, -left, -top) < 0.04


def test_blank_picture_has_no_face(landmarker: Landmarker) -> None:
    blank = np.full((300, 400, 3), 200, np.uint8)
    faces = landmarker.detect(blank)
    with pytest.raises(FaceError, match="No face") as caught:
        pick_face(faces, None, size(blank))
    assert "--landmarks" in caught.value.remedy


def test_two_faces_are_named_from_left_to_right(landmarker: Landmarker) -> None:
    woman = np.repeat(np.repeat(astronaut()[:250, 96:346], 2, axis=0), 2, axis=1)
    picture = canvas(1100, 700, (portrait("P004", 512), 0, 188), (woman, 600, 0))
    faces = landmarker.detect(picture)
    assert len(faces) == 2
    with pytest.raises(FaceError, match=r"face 0 at the left .*; face 1 at the right ") as caught:
        pick_face(faces, None, size(picture))
    assert "--face N (0 to 1" in caught.value.remedy
    assert pick_face(faces[::-1], 0, size(picture)).bbox[2] < 512 < 600 < pick_face(faces, 1, size(picture)).bbox[0]
    with pytest.raises(FaceError, match="--face 2"):
        pick_face(faces, 2, size(picture))
    with pytest.raises(FaceError, match="--face -1"):
        pick_face(faces, -1, size(picture))


def test_a_passer_by_does_not_stop_enrolment_but_can_be_chosen(landmarker: Landmarker) -> None:
    picture = canvas(1100, 512, (astronaut(), 0, 0), (portrait("P004", 512), 588, 0))
    faces = landmarker.detect(picture)
    assert len(faces) == 2, "the small one needs the second look"
    assert pick_face(faces, None, size(picture)) is faces[1]
    assert pick_face(faces, 0, size(picture)) is faces[0]


def test_small_face_is_measured(landmarker: Landmarker) -> None:
    picture = canvas(300, 300, (portrait("P004", 110), 95, 95))
    faces = landmarker.detect(picture)
    with pytest.raises(FaceError, match=r"The face is \d\d×[56]\d px; at least 96"):
        pick_face(faces, None, size(picture))
    with pytest.raises(FaceError, match="px") as caught:
        pick_face(faces, None, size(picture), scale=0.25)
    assert "original closer" in caught.value.remedy


@pytest.mark.parametrize(("mirror", "side"), [(False, "right"), (True, "left")])
def test_turned_head_is_measured(landmarker: Landmarker, mirror: bool, side: str) -> None:
    view = profile("P004")
    view = np.ascontiguousarray(view[:, ::-1]) if mirror else view
    with pytest.raises(FaceError, match=rf"turned [5-9]\d° to the viewer's {side}"):
        pick_face(landmarker.detect(view), None, size(view))


def test_whole_figure_is_cropped_to_its_face(landmarker: Landmarker) -> None:
    with Image.open(openpeople("P004", "amateur_posture")) as image:
        picture = np.array(image.convert("RGB"), np.uint8)
    face = pick_face(landmarker.detect(picture), None, size(picture))
    assert 150 < face.extent < 260 and face.window[2] < 1000


def test_detection_is_repeatable(landmarker: Landmarker) -> None:
    first, second = (landmarker.detect(astronaut())[0] for _ in range(2))
    assert np.array_equal(first.points, second.points)


def test_wrong_arrays_are_refused(landmarker: Landmarker) -> None:
    wrong: Any
    for wrong in (np.zeros((8, 8), np.uint8), np.zeros((0, 8, 3), np.uint8), np.zeros((8, 8, 3), np.float32)):
        with pytest.raises(ValueError, match="expected uint8"):
            landmarker.detect(wrong)


def test_closed_landmarker_says_so() -> None:
    landmarker = Landmarker()
    landmarker.close()
    landmarker.close()
    with pytest.raises(ValueError, match="closed"):
        landmarker.detect(astronaut())


def test_model_file_is_found_and_checked(tmp_path, monkeypatch) -> None:
    monkeypatch.delenv(LANDMARKER_ENV, raising=False)
    assert len(read_landmarker()) == find_landmarker().stat().st_size
    other = tmp_path / "other.task"
    other.write_bytes(b"another model")
    monkeypatch.setenv(LANDMARKER_ENV, str(other))
    assert find_landmarker() == other
    with pytest.raises(DependencyError, match="sha256"):
        read_landmarker()
    assert read_landmarker(allow_other=True) == b"another model"
    with pytest.raises(DependencyError, match="refused"):
        Landmarker(allow_other=True)
    with pytest.raises(DependencyError, match="--landmarker names"):
        find_landmarker(tmp_path / "missing.task")
    monkeypatch.setenv(LANDMARKER_ENV, str(tmp_path))
    with pytest.raises(DependencyError, match=LANDMARKER_ENV):
        find_landmarker()


def test_a_process_that_detects_says_nothing_on_standard_error() -> None:
    code = (
        "import numpy as np; from npcface.enroll.detect import Landmarker; "
        "print(Landmarker().detect(np.zeros((64, 64, 3), np.uint8), thorough=False))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", "")


def test_only_native_chatter_is_held_back(capfd) -> None:
    import os

    noise = b"W0000 00:00:1795408969.253624    6721 face_landmarker_graph.cc:181] Sets FaceBlendshapesGraph\n"
    with pytest.raises(RuntimeError), quiet_native_logs():
        os.write(2, noise + b"E0000 00:00:1795408969.253624    6721 graph.cc:18] broken\n")
        print("a warning of ours", file=sys.stderr)
        raise RuntimeError
    written = capfd.readouterr().err
    assert "broken" in written and "a warning of ours" in written and "Blendshapes" not in written
    assert is_noise(noise) and not is_noise(b"Warning: something else\n")
