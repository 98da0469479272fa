"""The measure of the face codec, with seconds of motion in place of minutes."""

from __future__ import annotations

import pytest

from npcface.bench import face_codec
from npcface.bench.registry import MEASURES
from npcface.bench.setting import Setting


def test_every_motion_is_coded_in_every_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(face_codec, "LINES", face_codec.LINES[:2])
    monkeypatch.setattr(face_codec, "TALK_ROUNDS", 1)
    monkeypatch.setattr(face_codec, "SILENCE_S", 4.0)
    found = MEASURES["face_codec"].run(Setting())
    assert found["seconds"]["idle life"] == 4.0 and list(found["seconds"]) == list(found["motions"])
    for settings in found["motions"].values():
        assert list(settings) == list(face_codec.SETTINGS)
        for row in settings.values():
            assert row["bytes_per_second"] == pytest.approx(face_codec.FPS * row["bytes_per_packet"])
            assert row["bytes_in_worst_second"] >= row["bytes_per_second"] * 0.999
            assert row["missing_with_loss"] > 0.05, "a fifth of the packets is lost"
            assert row["weight_error"] < 0.01 and row["angle_error_deg"] < 0.1
    keys, default = (found["motions"]["talk"][name]["bytes_per_packet"] for name in list(face_codec.SETTINGS)[:2])
    assert default < keys
    assert found["python_encode_us"] > 0 and found["python_decode_us"] > 0
    lines = MEASURES["face_codec"].report(found).splitlines()
    assert sum(line.startswith(("| talk", "| idle")) for line in lines) == 3 * len(face_codec.SETTINGS)
    assert lines[-1].startswith("Python here: ")
