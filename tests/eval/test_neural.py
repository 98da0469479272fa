"""The neural quality, several shots and finetuning through the whole evaluation, on the gliding clip."""

import numpy as np
import pytest

from npcface.eval import Report, evaluate_clips
from npcface.eval.faces import FaceFinder
from npcface.eval.methods import NOT_BETTER, load_reenactors
from npcface.eval.sample import Protocol
from npcface.model.weights import WEIGHTS_FILE

QUICK = Protocol(frames=2, run=0)
OWN_WEIGHTS = f"weights={WEIGHTS_FILE}"
METHODS = ["warp", "neural", "landmarks", "neural-4"]


@pytest.fixture(scope="module")
def measured(moving_clip) -> tuple[Report, dict[str, np.ndarray]]:
    finder = FaceFinder()
    kept: dict[str, np.ndarray] = {}
    reenactors = load_reenactors([*METHODS, OWN_WEIGHTS], finder, provider="cpu")
    report = evaluate_clips(
        moving_clip, reenactors, QUICK, finder=finder, keep=lambda sample, outputs: kept.update(outputs)
    )
    return report, kept


def test_every_method_makes_pictures_of_its_own(measured):
    _, outputs = measured
    for index, first in enumerate(METHODS):
        for second in METHODS[index + 1 :]:
            assert (outputs[first] != outputs[second]).any(), f"{first} and {second} are the same"


def test_all_follow_the_face(measured):
    report, _ = measured
    for method in METHODS:
        score = report.mean(method)
        assert score["lost"] == 0 and score["landmarks"] < 6.0, method


def test_weights_through_torch_draw_what_the_exported_graph_draws(measured):
    _, outputs = measured
    off = outputs["neural"].astype(int) - outputs["data"]  # the weights' folder
    assert np.abs(off).mean() < 0.1 and np.mean(off**2) < 255**2 / 10**4.5  # 45 dB: one is in 8 bits, the other not


def test_methods_are_compared_with_the_warp(measured):
    report, _ = measured
    compared = report.versus_warp()
    assert list(compared) == [*METHODS[1:], "data"]
    assert report.as_json()["versus_warp"]["all"]["neural"]["lpips"] is not None


@pytest.mark.slow
def test_finetuning_is_measured_or_its_refusal_is_remarked(moving_clip):
    finder = FaceFinder()
    kept: dict[str, np.ndarray] = {}
    reenactors = load_reenactors(["neural-2", "finetuned-2"], finder, provider="cpu")
    report = evaluate_clips(
        moving_clip, reenactors, QUICK, finder=finder, keep=lambda sample, outputs: kept.update(outputs)
    )
    refused = report.remarks.get("finetuned-2", {}).get(NOT_BETTER, 0)
    assert refused == int((kept["neural-2"] == kept["finetuned-2"]).all())
