"""Landmark files written by hand: both schemes, and a refusal that names what is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npcface.enroll.manual import IBUG_NAMES, MAX_BYTES, load_landmarks
from npcface.errors import FaceError

POINTS_68 = [[10.5 * (index % 9) + 5, 9.0 * (index // 9) + 7] for index in range(68)]
POINTS_478 = [[float(index % 22) * 4, float(index // 22) * 4] for index in range(478)]


def write(folder: Path, points: Any, schema: Any = 1) -> Path:
    path = folder / "landmarks.json"
    path.write_text(json.dumps({"schema": schema, "points": points, "comment": "a gargoyle"}))
    return path


@pytest.mark.parametrize(
    ("points", "kind"),
    [
        (POINTS_68, "ibug68"),
        ({str(index): point for index, point in reversed([*enumerate(POINTS_68)])}, "ibug68"),
        (dict(zip(IBUG_NAMES, POINTS_68, strict=True)), "ibug68"),
        (POINTS_478, "mediapipe478"),
        ({str(index): point for index, point in enumerate(POINTS_478)}, "mediapipe478"),
    ],
)
def test_every_form(points: Any, kind: str, tmp_path: Path) -> None:
    landmarks = load_landmarks(write(tmp_path, points), (100, 100))
    assert landmarks.kind == kind and landmarks.points.dtype == np.float32
    assert np.allclose(landmarks.points, POINTS_68 if kind == "ibug68" else POINTS_478)


def test_names_follow_the_ibug_order() -> None:
    assert len(IBUG_NAMES) == 68
    found = [
        IBUG_NAMES.index(name)
        for name in ("jaw16", "right_brow0", "nostrils4", "right_eye0", "left_eye0", "outer_lip0")
    ]
    assert found == [16, 17, 35, 36, 42, 48]


def replaced(index: int, point: Any) -> list[Any]:
    return [*POINTS_68[:index], point, *POINTS_68[index + 1 :]]


@pytest.mark.parametrize(
    ("points", "message"),
    [
        (POINTS_68[:-1], "has 67 points"),
        ("none", "has 0 points"),
        (replaced(3, [1, 2, 3]), "point number 3"),
        (replaced(3, [1, "2"]), "point number 3"),
        (replaced(3, [True, 2]), "point number 3"),
        (replaced(3, [1e9, 2]), "point number 3"),
        (replaced(3, [5, 900]), "outside the picture.* number 3"),
        ({str(index + 1): point for index, point in enumerate(POINTS_68)}, "lacks point '0'"),
        ({"jaw0": [0, 0], **{str(index): POINTS_68[0] for index in range(67)}}, "mixes names and numbers"),
        ([[5.0, float(index)] for index in range(68)], "one spot or line"),
    ],
)
def test_refusals(points: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(FaceError, match=message) as caught:
        load_landmarks(write(tmp_path, points), (100, 100))
    assert "docs/characters.md" in caught.value.remedy


def test_files_that_are_not_landmarks(tmp_path: Path) -> None:
    path = tmp_path / "landmarks.json"
    for text, message in (
        ("[" * 5000, "not valid JSON"),
        ('{"schema": 1, "points": [NaN', "not valid JSON"),
        ('{"schema": 1, "points": {"0": 1, "0": 2}}', "named twice"),
        ('{"schema": 2, "points": []}', "schema"),
        ("[]", "schema"),
        (" " * (MAX_BYTES + 1), "larger than"),
    ):
        path.write_text(text)
        with pytest.raises(FaceError, match=message):
            load_landmarks(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(FaceError, match="not valid JSON"):
        load_landmarks(path)
    path.write_text(json.dumps({"schema": 1, "points": replaced(0, [float("nan"), 1])}))
    with pytest.raises(FaceError, match="point number 0"):
        load_landmarks(path)
    with pytest.raises(FaceError, match="does not exist"):
        load_landmarks(tmp_path)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.just(POINTS_68),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["points", "schema", "0", "jaw0"]), inner)
    ),
    max_leaves=12,
)


@given(document=JSON)
def test_anything_else_is_a_face_error(document: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_text(json.dumps(document))
    try:
        assert load_landmarks(path).kind == "ibug68"
    except FaceError as error:
        assert error.remedy


def test_whole_numbers_of_any_length_are_coordinates_or_refused(tmp_path: Path) -> None:
    with pytest.raises(FaceError, match="impossible point number 3"):
        load_landmarks(write(tmp_path, [*POINTS_68[:3], [10**400, 5], *POINTS_68[4:]]))
