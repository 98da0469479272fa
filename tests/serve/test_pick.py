"""Which faces make a batch: budget, order, fairness. Time is simulated."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npcface.serve.pick import OWED_MAX_S, REST_SHARE, Ledger, Waiting

waiting = st.lists(
    st.builds(
        Waiting,
        index=st.integers(),
        client=st.sampled_from("abc"),
        front=st.booleans(),
        deadline_s=st.floats(0.0, 10.0),
        cost_s=st.floats(1e-4, 0.2),
    ),
    max_size=30,
    unique_by=lambda one: one.index,
)


@settings(deadline=None)
@given(waiting, st.floats(0.0, 0.2), st.integers(1, 32))
def test_a_batch_keeps_its_budget_and_is_never_empty(due: list[Waiting], budget_s: float, most: int) -> None:
    chosen = Ledger().pick(due, budget_s, most)
    assert len(chosen) == len(set(chosen)) <= most and set(chosen) <= set(due)
    assert bool(chosen) == bool(due)
    assert len(chosen) <= 1 or sum(one.cost_s for one in chosen) <= budget_s + 1e-9
    assert [one.front for one in chosen] == sorted((one.front for one in chosen), reverse=True)
    if any(one.front for one in due) and due:
        assert chosen[0].front, "a new ledger owes nothing to the rest"


@settings(deadline=None)
@given(waiting, st.floats(0.0, 0.2))
def test_of_one_clients_faces_the_earliest_deadline_goes_first(due: list[Waiting], budget_s: float) -> None:
    chosen = set(Ledger().pick(due, budget_s, 32))
    for one in chosen:
        for other in due:
            if (other.client, other.front) == (one.client, one.front) and other not in chosen:
                assert other.deadline_s >= one.deadline_s


def played(streams: dict[str, int], cost_s: float, batches: int, front: dict[str, bool] | None = None) -> Counter[str]:
    """Every stream is due all the time: how many frames each client gets."""
    ledger, got = Ledger(), Counter[str]()
    last: Counter[tuple[str, int]] = Counter()
    for batch in range(batches):
        due: list[Waiting] = []
        names: list[tuple[str, int]] = []
        for client, count in streams.items():
            for number in range(count):
                is_front = bool(front and front[client])
                due.append(Waiting(len(due), client, is_front, last[client, number], cost_s))
                names.append((client, number))
        for one in ledger.pick(due, 0.030, 32):
            got[one.client] += 1  # type: ignore[index]  # a text here
            last[names[one.index]] = batch + 1
    return got


def test_sixty_streams_of_one_client_do_not_starve_two_of_another() -> None:
    got = played({"crowd": 60, "pair": 2}, 0.010, 300)
    assert got["pair"] == pytest.approx(got["crowd"], rel=0.05), "both are always due: half each"


@settings(deadline=None)
@given(st.lists(st.integers(1, 40), min_size=2, max_size=5), st.floats(0.001, 0.05))
def test_no_client_gets_more_than_its_turn(counts: list[int], cost_s: float) -> None:
    streams = {str(number): count for number, count in enumerate(counts)}
    got = played(streams, cost_s, 60)
    in_batch = max(1, int(0.030 / cost_s))
    if min(counts) * len(counts) >= in_batch:  # else the small ones are served completely, and the large get the rest
        assert max(got.values()) - min(got[name] for name in streams) <= len(counts)


def test_the_front_goes_first_but_cannot_take_everything() -> None:
    got = played({"speakers": 20, "still": 20}, 0.010, 600, {"speakers": True, "still": False})
    share = got["still"] / sum(got.values())
    assert REST_SHARE * 0.5 < share < REST_SHARE * 1.5


def test_who_was_away_has_no_claim_on_the_time_it_did_not_use() -> None:
    ledger = Ledger()
    for _ in range(100):
        ledger.pick([Waiting(0, "here", False, 0.0, 0.01)], 0.03, 32)
    both = [Waiting(index, "back" if index % 2 else "here", False, 0.0, 0.01) for index in range(20)]
    got = Counter(one.client for _ in range(5) for one in ledger.pick(both, 0.03, 32))
    assert abs(got["back"] - got["here"]) <= 1


def test_a_face_that_costs_more_than_a_frame_period_has_its_turn() -> None:
    ledger, large = Ledger(), 0
    for _ in range(200):
        due = [Waiting(0, "a", True, 0.0, 0.01), Waiting(1, "a", True, 0.0, 0.01), Waiting(2, "a", False, 0.0, 0.5)]
        large += any(one.index == 2 for one in ledger.pick(due, 0.03, 32))
    assert 1 <= large < 50


def test_a_ledger_forgets_clients_and_never_owes_much() -> None:
    ledger = Ledger()
    for number in range(200):
        ledger.pick([Waiting(0, number, True, 0.0, 1.0), Waiting(1, number, False, 0.0, 1.0)], 0.03, 32)
        assert 0.0 <= ledger.owed_s <= OWED_MAX_S
        ledger.keep([number])
    assert len(ledger.had_s) <= 2
