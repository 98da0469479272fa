"""A soak that takes seconds: clients come, crash and stand still, and nothing stays behind."""

from __future__ import annotations

from pathlib import Path

from npcface.bench.soak import run_soak
from npcface.bench.soak_watch import report


def test_clients_that_crash_leave_nothing_behind(character_store: Path, tmp_path: Path) -> None:
    found = run_soak(character_store, tmp_path, minutes=0.25, quick=0.06)
    assert sum(found["endings"].values()) > 5 and found["frames_received"] > 100
    assert found["failures"] == []
    assert found["left"]["clients"] == 0 and found["left"]["streams"] == 0
    assert found["looks"] > 2 and found["unaccounted"] == 0, "a frame has no end"
    assert found["wanted"] == found["frames_sent"] + sum(found["dropped"].values()) + found["in_flight_at_end"]
    assert found["frames_lost"] <= 2, "a number is missing that no header counts"  # which lag by what is on its way
    assert "due or asked for" in report(found)
