"""npcface itself, measured: it follows what the still copy misses."""

import pytest

from npcface.eval import evaluate_clips
from npcface.eval.faces import FaceFinder
from npcface.eval.methods import load_reenactors
from npcface.eval.report import STILL
from npcface.eval.sample import Protocol


@pytest.fixture(scope="module")
def report(moving_clip):
    finder = FaceFinder()
    reenactors = load_reenactors(["npcface"], finder, provider="cpu")
    return evaluate_clips(moving_clip, reenactors, Protocol(frames=4, run=4), finder=finder)


def test_a_gliding_face_is_followed_in_place(report):
    ours, still = report.mean("npcface"), report.mean(STILL)
    assert ours["lost"] == 0
    assert ours["landmarks"] < 0.25 * still["landmarks"]
    for part in ("mouth", "eyes"):
        assert ours[part] < 3.0


def test_it_looks_more_like_the_clip_than_the_still_copy(report):
    ours, still = report.mean("npcface"), report.mean(STILL)
    assert ours["lpips"] < still["lpips"]
    assert ours["identity"] > 0.8
