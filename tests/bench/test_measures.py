"""Every measure measures what it says: figures are there, of sane order, and add up. None is compared with a clock."""

from __future__ import annotations

from typing import Any

import pytest

from npcface.bench import parts
from npcface.bench.chart import value_at
from npcface.bench.registry import MEASURES
from npcface.bench.run import report
from npcface.bench.setting import Setting
from tests.bench.conftest import RUN

Found = dict[str, Any]


@pytest.mark.parametrize("name", RUN)
def test_figures_that_charts_show_are_there(name: str, found: Found) -> None:
    figures = found["measures"][name]
    values = {label: value_at(figures, path) for label, path in MEASURES[name].drawn.items()}
    assert values and all(value is not None and value > 0 for value in values.values()), values


def test_the_text_names_every_measure_and_the_machine(found: Found) -> None:
    text = report(found)
    assert all(f"\n{name}: {measure.what}\n" in text for name, measure in MEASURES.items() if name in RUN)
    assert found["machine"]["cpu"] in text and "64 px, medians of 1 runs" in text


@pytest.mark.parametrize("name", ["latency", "plain"])
def test_both_qualities_have_a_pace_and_a_ratio(name: str, found: Found) -> None:
    figures = found["measures"][name]
    assert list(figures["by_quality"]) == ["warp", "neural"]
    for pace in figures["by_quality"].values():
        assert (
            0 < pace["p50_lowest_ms"] <= pace["p50_ms"] <= pace["p50_highest_ms"] and pace["p50_ms"] <= pace["p99_ms"]
        )
        assert pace["fps"] > 0
    warp, neural = (figures["by_quality"][quality]["p50_ms"] for quality in ("warp", "neural"))
    assert figures["neural_to_warp"] == pytest.approx(neural / warp, abs=0.01)


def test_the_batch_curve_tells_what_further_characters_cost(found: Found) -> None:
    for curve in found["measures"]["batch"]["by_quality"].values():
        assert list(curve) == ["1", "2", "4", "8", "16"]
        assert curve["1"]["further_percent"] is None
        for count, row in curve.items():
            assert row["each_ms"] == pytest.approx(row["call_ms"] / int(count), abs=0.01)
        one, eight = curve["1"]["call_ms"], curve["8"]
        assert one + 7 * one * eight["further_percent"] / 100 == pytest.approx(eight["call_ms"], rel=0.02)


def test_all_sizes_and_the_scene_are_drawn(found: Found) -> None:
    figures = found["measures"]["sizes"]
    for row in figures["by_quality"].values():
        assert list(row) == ["64", "128", "192", "256", "384", "512"] and min(row.values()) > 0
    assert (figures["scene"]["characters"], figures["scene"]["calls"]) == (8, 3)


def test_the_parts_of_a_face_add_up(found: Found) -> None:
    figures = found["measures"]["parts"]
    if not found["machine"]["compiled_renderer"]:
        pytest.skip("npcface was installed without its compiled renderer")
    assert tuple(figures["parts_ms"]) == parts.PARTS
    assert sum(figures["parts_ms"].values()) == pytest.approx(figures["whole_ms"], abs=0.02)
    assert sum(figures["parts_percent"].values()) == pytest.approx(100, abs=0.5)
    assert figures["graphs"]["neural_to_compiled"] == pytest.approx(
        figures["graphs"]["neural_ms"] / figures["whole_ms"], abs=0.02
    )


def test_without_the_compiled_renderer_the_graphs_are_measured(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NPCFACE_NATIVE", "0")
    figures = MEASURES["parts"].run(setting)
    assert set(figures) == {"blocks_ms", "graphs"} and set(figures["graphs"]) == {"warp_ms", "neural_ms"}
    assert "as graphs" in MEASURES["parts"].report(figures)


def test_blocks_are_an_eighth_and_a_quarter(found: Found) -> None:
    for size, row in found["measures"]["blocks"]["by_size_px"].items():
        assert row["rgba8_bytes"] == int(size) ** 2 * 4
        assert (row["bc1_bytes"] * 8, row["bc3_bytes"] * 4) == (row["rgba8_bytes"], row["rgba8_bytes"])


def test_a_start_is_ready_before_its_first_frame(found: Found) -> None:
    figures = found["measures"]["start"]
    assert 0 < figures["ready_s"] < figures["first_frame_s"] and figures["first_frame_fastest_s"] > 0
    assert figures["quality"] in ("warp", "neural")


def test_enrolment_is_of_a_real_portrait(found: Found) -> None:
    assert found["measures"]["enrol"]["portrait_bytes"] > 10_000


def test_memory_grows_with_characters(found: Found) -> None:
    figures = found["measures"]["memory"]
    assert figures["characters"] == 16 and figures["qualities"] == ["warp", "neural"]
    if figures["resident_mb"] is None:
        pytest.skip("this system does not tell a process's memory")
    assert 0 < figures["resident_ready_mb"] < figures["resident_with_one_mb"] < figures["resident_mb"]
