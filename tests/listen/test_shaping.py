"""Calibration, and recording while it happens."""

import json
from itertools import pairwise

import numpy as np
import pytest

from npcface.drive import track
from npcface.drive.smooth import OneEuro
from npcface.errors import StateError
from npcface.listen import record
from npcface.listen.names import of_source
from npcface.listen.neutral import Neutral
from npcface.listen.packet import Moment
from npcface.listen.record import Recorder
from npcface.listen.shaping import Shaping
from npcface.state import FaceState

REST = FaceState.of({"jawOpen": 0.1, "browDownLeft": 0.2}, head=(8.0, -5.0, 2.0), gaze=(3.0, 0.0), scale=1.25)


def calibrated():
    neutral = Neutral(0.5)
    for k in range(32):
        blinking = REST.with_weights({"eyeBlinkLeft": 1.0}) if k in (9, 10, 11) else REST
        assert (neutral.apply(blinking, k / 30).weights == 0.0).all()
    assert neutral.ready
    return neutral


def test_the_resting_face_becomes_neutral():
    state = calibrated().apply(REST, 2.0)
    for name in ("weights", "head", "gaze", "translation"):
        np.testing.assert_allclose(getattr(state, name), 0.0, atol=1e-6)
    assert state.scale == pytest.approx(1.0)


def test_full_stays_full_and_angles_are_differences():
    state = calibrated().apply(
        FaceState.of({"jawOpen": 1.0, "browDownLeft": 0.6, "eyeBlinkLeft": 0.5}, head=(18.0, 0.0, 0.0)), 2.0
    )
    assert state["jawOpen"] == pytest.approx(1.0) and state["browDownLeft"] == pytest.approx(0.5)
    assert state["eyeBlinkLeft"] == pytest.approx(0.5)  # a blink while it learned was no rest
    np.testing.assert_allclose(state.head, [10.0, 5.0, -2.0], atol=1e-5)


def test_a_grin_held_while_calibrating_is_an_expression():
    neutral = Neutral(0.1)
    for k in range(10):
        neutral.apply(FaceState.of({"mouthSmileLeft": 0.9}), k / 30)
    assert neutral.apply(FaceState.of({"mouthSmileLeft": 0.9}), 1.0)["mouthSmileLeft"] == pytest.approx(0.9)


def test_calibration_needs_a_sensible_time():
    with pytest.raises(StateError):
        Neutral(0.0)


def test_smoothing_takes_clocks_that_stand_still():
    shaping = Shaping(of_source("livelink"), smooth=OneEuro())
    times = [shaping.moment({"JawOpen": 0.5}, t).time_s for t in (1.0, 1.0, 0.9, 1.1)]
    assert all(a < b for a, b in pairwise(times))


def test_a_recording_is_a_track(tmp_path):
    moments = [Moment(100.0 + k / 50, FaceState.of({"jawOpen": k / 50}, head=(k, 0, 0))) for k in range(51)]
    with Recorder(tmp_path / "take.json") as recorder:
        for moment in moments:
            recorder.add(moment)
            recorder.add(moment)  # the same moment again is left out
        assert not (tmp_path / "take.json").exists()  # it appears whole, or not at all
    taken = track.load(tmp_path / "take.json")
    assert taken.fps == pytest.approx(50, abs=0.1) and len(taken.frames) == 51
    for (t, state), moment in zip(taken.frames, moments, strict=True):
        assert t == pytest.approx(moment.time_s - 100.0, abs=1e-5)
        assert state["jawOpen"] == pytest.approx(moment.state["jawOpen"], abs=1e-4)
    assert [path.name for path in tmp_path.iterdir()] == ["take.json"]


def test_an_interrupted_recording_is_a_track_too(tmp_path):
    with pytest.raises(KeyboardInterrupt), Recorder(tmp_path / "take.json") as recorder:
        recorder.add(Moment(0.0, FaceState()))
        recorder.add(Moment(0.5, FaceState.of({"jawOpen": 1.0})))
        raise KeyboardInterrupt
    assert len(track.load(tmp_path / "take.json").frames) == 2


def test_a_recording_without_a_frame_writes_nothing_and_keeps_what_was_there(tmp_path):
    (tmp_path / "take.json").write_text("{}")
    with Recorder(tmp_path / "take.json"):
        pass
    assert (tmp_path / "take.json").read_text() == "{}" and len(list(tmp_path.iterdir())) == 1


def test_a_recording_ends_where_tracks_end(tmp_path, monkeypatch):
    monkeypatch.setattr(record, "MOST_FRAMES", 10)
    with Recorder(tmp_path / "take.json") as recorder:
        for k in range(20):
            recorder.add(Moment(k / 30, FaceState()))
        assert recorder.full and recorder.frames == 10
    assert len(json.loads((tmp_path / "take.json").read_text())["frames"]) == 10


def test_a_recording_needs_a_folder(tmp_path):
    with pytest.raises(StateError, match="nowhere"):
        Recorder(tmp_path / "nowhere" / "take.json")
