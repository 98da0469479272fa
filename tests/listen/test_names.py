"""Name tables: data that is checked, complete, and replaced name by name."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npcface.errors import LimitError, StateError
from npcface.listen.names import DATA, MOST_BYTES, MapFile, of_source, read
from npcface.listen.sources import SOURCES
from npcface.vocab import ARKIT_52

FULL = ("livelink", "ifacialmocap", "a2f", "vmc", "mediapipe")


def written(path, names, **more):
    path.write_text(json.dumps({"schema": 1, "names": names, **more}))
    return path


@pytest.mark.parametrize("source", FULL)
def test_every_shape_can_be_reached(source):
    reached = {channel.target for channels in of_source(source).table.values() for channel in channels}
    assert set(ARKIT_52) - reached <= ({"tongueOut"} if source == "mediapipe" else set())


def test_every_source_has_a_table_and_every_table_is_of_a_source():
    assert {path.stem for path in DATA.glob("*.json")} == {*SOURCES, "mediapipe", "map.schema"}


def test_the_schema_is_the_models():
    assert json.loads((DATA / "map.schema.json").read_text()) == MapFile.model_json_schema()


@pytest.mark.parametrize(("vrm0", "vrm1"), [
    ("Joy", "happy"), ("Angry", "angry"), ("Sorrow", "sad"), ("Fun", "relaxed"), ("A", "aa"), ("I", "ih"),
    ("U", "ou"), ("E", "ee"), ("O", "oh"), ("Blink_L", "blinkLeft"), ("Blink_R", "blinkRight"), ("BLINK", "blink"),
])  # fmt: skip
def test_vrm_names_of_both_versions_mean_the_same(vrm0, vrm1):
    vmc = of_source("vmc")
    assert (vmc.state({vrm0: 0.7}).weights == vmc.state({vrm1: 0.7}).weights).all()
    assert vmc.state({vrm0: 0.7}).weights.any()


def test_presets_count_only_where_perfect_sync_is_silent():
    state = of_source("vmc").state({"A": 1.0, "jawOpen": 0.0, "Blink": 1.0, "EyeBlinkLeft": 0.25})
    assert state["jawOpen"] == 0.0 and state["eyeBlinkLeft"] == 0.25 and state["eyeBlinkRight"] == 1.0


def test_an_own_file_replaces_single_names(tmp_path):
    own = written(tmp_path / "own.json", {
        "JawOpen": {"to": "jawOpen", "gain": 0.5, "offset": 0.1, "high": 0.4},
        "HeadYaw": {"to": "headYaw", "gain": 180, "sign": -1},
        "MouthClose": None,
        "Extra": [{"to": "mouthFunnel"}, {"to": "mouthPucker", "gain": 0.5}],
        "TongueOut": "jawForward",
    })  # fmt: skip
    values = {"JawOpen": 0.2, "HeadYaw": 0.1, "MouthClose": 1.0, "Extra": 0.6, "TongueOut": 0.3, "BrowInnerUp": 0.9}
    state = of_source("livelink").replaced(own).state(values)
    assert state["jawOpen"] == pytest.approx(0.2) and state.head[0] == pytest.approx(-18.0)
    assert state["mouthClose"] == 0.0 and state["mouthFunnel"] == pytest.approx(0.6)
    assert state["mouthPucker"] == pytest.approx(0.3) and state["jawForward"] == pytest.approx(0.3)
    assert state["tongueOut"] == 0.0 and state["browInnerUp"] == pytest.approx(0.9)


def test_own_names_of_vmc_may_be_in_any_case(tmp_path):
    own = written(tmp_path / "own.json", {"MyWink": "eyeBlinkLeft", "JOY": None})
    state = of_source("vmc").replaced(own).state({"mywink": 0.5, "joy": 1.0})
    assert state["eyeBlinkLeft"] == 0.5 and state["mouthSmileLeft"] == 0.0


def test_the_map_in_the_documentation_is_one(tmp_path):
    page = (Path(__file__).parents[2] / "docs" / "trackers.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```json\n(.*?)```", page, re.S)
    (tmp_path / "own.json").write_text(shown)
    assert of_source("livelink").replaced(tmp_path / "own.json").state({"MyGrin": 1.0})[
        "mouthSmileLeft"
    ] == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not JSON"),
        ("[]", "no map"),
        ('{"schema": 2, "names": {}}', "schema"),
        ('{"schema": 1}', "names"),
        ('{"schema": 1, "names": {"a": {"to": "jawOpn"}}}', "jawOpn"),
        ('{"schema": 1, "names": {"a": {"to": "jawOpen", "gain": NaN}}}', "gain"),
        ('{"schema": 1, "names": {"a": {"to": "jawOpen", "gain": 1e99}}}', "gain"),
        ('{"schema": 1, "names": {"a": {"to": "jawOpen", "sign": 2}}}', "sign"),
        ('{"schema": 1, "names": {"a": {"to": "jawOpen", "gian": 1}}}', "gian"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_file_that_is_no_map_is_refused_with_the_place(tmp_path, text, said):
    (tmp_path / "own.json").write_text(text)
    with pytest.raises(StateError, match=said):
        read(tmp_path / "own.json")


def test_a_map_has_an_end(tmp_path):
    (tmp_path / "own.json").write_bytes(b" " * (MOST_BYTES + 1))
    with pytest.raises(LimitError):
        read(tmp_path / "own.json")
    with pytest.raises(LimitError):
        read(written(tmp_path / "many.json", {f"n{k}": None for k in range(3000)}))
    with pytest.raises(StateError, match="missing"):
        read(tmp_path / "missing.json")


@given(st.dictionaries(st.text(max_size=20), st.floats(-1e6, 1e6), max_size=20), st.sampled_from([*SOURCES]))
def test_any_finite_numbers_are_a_face(values, source):
    of_source(source).state(values).checked()
