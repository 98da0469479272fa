"""What looking costs is measured with two real daemons, and is little."""

from __future__ import annotations

from pathlib import Path

from npcface.bench.observing import run_observing


def test_a_watched_daemon_and_another_one_take_turns(character_store: Path) -> None:
    found = run_observing(character_store, turns=2, size=64, segment_s=0.6)
    assert found["plain_ms"] > 0 and found["watched_ms"] > 0 and len(found["ratios"]) == 2
    assert 0 < found["observe_us"] < 1000 and found["histogram_us"]["own"] > 0
    assert found["page_ms"] > 0
