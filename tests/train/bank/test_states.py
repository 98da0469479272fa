"""Random states of round trips: within what a face can do, and truly apart where they should be."""

from __future__ import annotations

import numpy as np

from npcface.train.bank.states import opposite_state, random_state
from npcface.vocab import ARKIT_INDEX

JAW = ARKIT_INDEX["jawOpen"]
LIDS = [ARKIT_INDEX["eyeBlinkLeft"], ARKIT_INDEX["eyeBlinkRight"]]


def test_random_states_are_possible_and_differ() -> None:
    rng = np.random.default_rng(1)
    states = [random_state(rng).checked() for _ in range(100)]
    assert all((state.weights >= 0).all() and (state.weights <= 1).all() for state in states)
    assert all((np.abs(state.head) <= (30, 15, 14)).all() for state in states)
    assert 20 < sum(float(state.weights[JAW]) > 0.3 for state in states) < 70
    assert 10 < sum(float(state.weights[LIDS].min()) > 0.3 for state in states) < 50


def test_a_seed_fixes_a_state() -> None:
    first, again, other = (random_state(np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert np.array_equal(first.weights, again.weights) and np.array_equal(first.head, again.head)
    assert not np.array_equal(first.weights, other.weights)


def test_opposite_states_open_what_the_other_shuts() -> None:
    rng = np.random.default_rng(2)
    both_ways = set()
    for _ in range(30):
        portrait, wanted = opposite_state(rng)
        assert abs(float(portrait.weights[JAW] - wanted.weights[JAW])) > 0.4
        assert np.abs(portrait.weights[LIDS] - wanted.weights[LIDS]).min() > 0.7
        both_ways.add((bool(portrait.weights[JAW] > wanted.weights[JAW]), bool(portrait.weights[LIDS[0]] > 0.5)))
    assert len(both_ways) >= 2
