"""The load bench runs, and its figures add up; how large they are is the machine's affair."""

from __future__ import annotations

from typing import Any

from npcface.bench.load import report, run_load


def test_a_crowd_is_watched_and_leaves(character_store: Any) -> None:
    found = run_load(
        character_store, streams=40, speaking=1, size=128, size_min=64, fps=100.0, quality="warp", seconds=1.5,
        settle_s=1.5, recovery_s=1.0,
    )  # fmt: skip
    speaking, idle = found["speaking"], found["idle"]
    assert (speaking["streams"], idle["streams"], found["left"]) == (1, 39, 8)
    assert sum(speaking["levels"].values()) == 1 and sum(idle["levels"].values()) == 39
    assert speaking["fps_slowest"] > 2 * idle["fps_median"], "4000 frames a second are too many, and one speaks"
    assert found["lowered"] > 0 and found["skipped"] > 0 and found["untold_sizes"] == 0
    assert found["load_wanted"] > 1.0 and 0.0 <= found["recovery_s"] <= 1.0 + 1.0
    assert "speaking    1 streams" in report(found)
