"""Comparisons with the warp, on made-up scores."""

import json
import math

import pytest

from npcface.eval.change import Change, change_text, changes
from npcface.eval.report import STILL, ClipScores, Report
from npcface.eval.sample import Protocol
from npcface.eval.score import METRICS

FLAT = dict.fromkeys(METRICS, 1.0)
WARP = FLAT | {"lpips": 0.10, "psnr": 24.0, "identity": 0.80}
NEURAL = FLAT | {"lpips": 0.083, "psnr": 24.53, "identity": 0.86, "inside": math.nan}


def report_of(*methods: str) -> Report:
    report = Report(Protocol(), (STILL, *methods))
    scores = {STILL: FLAT, "warp": WARP, "neural": NEURAL, "neural-8": NEURAL, "rival": NEURAL}
    for name, px in (("a", 120.0), ("b", 250.0)):
        report.clips.append(ClipScores(name, px, 0.0, {method: scores[method] for method in (STILL, *methods)}))
    return report


def test_distances_change_by_a_share_and_scores_by_a_difference():
    found = report_of("warp", "neural").versus_warp()["neural"]
    assert found["lpips"].value == pytest.approx(-0.17) and change_text(found["lpips"]) == "-17 %"
    assert found["psnr"].value == pytest.approx(0.53) and change_text(found["psnr"]) == "+0.53"
    assert change_text(found["identity"]) == "+0.060"
    assert change_text(found["inside"]) == "–"
    assert "jitter_own" not in found  # the clip's, whoever is measured


def test_only_clips_in_which_both_are_known_count():
    hard, easy = FLAT | {"landmarks": 3.0}, FLAT | {"landmarks": 1.0}
    lost = FLAT | {"landmarks": math.nan}
    assert changes([hard, easy], [lost, easy])["landmarks"].value == 0.0


def test_nothing_is_divided_by_zero():
    nothing = dict.fromkeys(METRICS, 0.0)
    assert math.isnan(changes([nothing], [FLAT])["lpips"].value)
    assert Change("lpips", math.nan).as_json() is None


def test_all_methods_are_compared_but_only_when_warp_and_neural_are_there():
    assert list(report_of("warp", "neural", "neural-8", "rival").versus_warp()) == ["neural", "neural-8", "rival"]
    for methods in (("warp",), ("neural",), ("warp", "neural-8")):
        report = report_of(*methods)
        assert report.versus_warp() == {} and report.as_json()["versus_warp"] == {}


def test_table_and_json_show_it():
    report = report_of("warp", "neural")
    document = json.loads(json.dumps(report.as_json(), allow_nan=False))
    assert document["versus_warp"]["all"]["neural"]["lpips"] == -0.17
    assert document["versus_warp"]["face ≥ 200 px"]["neural"]["inside"] is None
    table = report.summary_table()
    assert table.row_count == 4 * 3
    assert "neural : warp" in list(table.columns[2].cells)


def test_the_table_fits_a_terminal_of_usual_width():
    from rich.console import Console

    table = report_of("warp", "neural", "neural-8").summary_table()
    assert table.__rich_measure__(Console(width=400), Console(width=400).options).maximum <= 180
