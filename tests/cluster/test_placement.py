"""Which worker gets a stream: by load, by what is in memory, and never in circles."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from npcface.cluster.placement import SPILL, WorkerView, choose, relief, share, spare_homes

CHARACTERS = ("ada", "ben", "eve")


@st.composite
def fleets(draw: st.DrawFn) -> list[WorkerView]:
    count = draw(st.integers(0, 6))
    return [
        WorkerView(
            f"w{index}",
            draw(st.floats(0, 3)),
            draw(st.integers(0, 40)),
            draw(st.floats(1, 200)),
            frozenset(draw(st.sets(st.sampled_from(CHARACTERS)))),
        )
        for index in range(count)
    ]


def view(name: str, load: float, *characters: str, streams: int = 0) -> WorkerView:
    return WorkerView(name, load, streams, 10.0, frozenset(characters))


@given(fleets(), st.sampled_from(CHARACTERS), st.floats(1, 120), st.sets(st.sampled_from(["w0", "w1", "w2"])))
def test_somebody_is_chosen_if_there_is_anybody_and_the_avoided_only_in_need(
    fleet: list[WorkerView], character: str, fps: float, avoid: set[str]
) -> None:
    chosen = choose(fleet, character, fps, avoid)
    names = {worker.id for worker in fleet}
    assert (chosen is None) == (not names)
    if names - avoid:
        assert chosen in names - avoid


@given(fleets(), st.sampled_from(CHARACTERS), st.floats(1, 120))
def test_order_does_not_matter(fleet: list[WorkerView], character: str, fps: float) -> None:
    assert choose(fleet, character, fps) == choose(fleet[::-1], character, fps)


@given(fleets(), st.sampled_from(CHARACTERS), st.floats(1, 120))
def test_a_full_worker_is_passed_over_while_another_has_room(
    fleet: list[WorkerView], character: str, fps: float
) -> None:
    chosen = next((worker for worker in fleet if worker.id == choose(fleet, character, fps)), None)
    after = {worker.id: worker.load + share(fps, worker.face_ms) for worker in fleet}
    if chosen is not None and after[chosen.id] > SPILL:
        assert after[chosen.id] == min(after.values())


def test_a_character_stays_where_it_is_while_there_is_room_and_spreads_when_there_is_not() -> None:
    fleet = [view("a", 0.2, "ada"), view("b", 0.0)]
    assert choose(fleet, "ada", 30) == "a"
    assert choose(fleet, "ben", 30) == "b"
    placed = []
    for _ in range(8):  # 8 × 0.3 on two workers
        name = choose(fleet, "ada", 30)
        placed.append(name)
        fleet = [worker.with_stream("ada", 30) if worker.id == name else worker for worker in fleet]
    assert placed[0] == "a" and set(placed) == {"a", "b"}
    assert abs(fleet[0].load - fleet[1].load) <= 0.3 + 1e-9


@given(fleets(), st.dictionaries(st.sampled_from(CHARACTERS), st.floats(0, 10)), st.integers(0, 9))
def test_spare_homes_are_new_ones_and_come_to_an_end(
    fleet: list[WorkerView], demand: dict[str, float], streams: int
) -> None:
    counted = dict.fromkeys(demand, streams)
    for _ in range(len(fleet) * len(CHARACTERS) + 1):
        additions = spare_homes(fleet, demand, counted)
        if not additions:
            break
        for character, name in additions:
            (home,) = (worker for worker in fleet if worker.id == name)
            assert character not in home.characters and streams >= 2
            grown = replace(home, characters=home.characters | {character})
            fleet = [grown if worker.id == name else worker for worker in fleet]
    else:
        raise AssertionError("it never ends")


def test_the_more_a_character_is_wanted_the_more_homes_it_gets() -> None:
    fleet = [view("a", 1.0, "ada", "ben"), view("b", 0.1), view("c", 0.2)]
    assert spare_homes(fleet, {"ada": 0.3, "ben": 0.3}, {"ada": 1, "ben": 2}) == [("ben", "b")]
    fleet[1] = view("b", 0.1, "ben")
    assert spare_homes(fleet, {"ben": 0.3}, {"ben": 2}) == []
    assert spare_homes(fleet, {"ben": 1.2}, {"ben": 2}) == [("ben", "c")]


@given(fleets())
def test_relief_brings_loads_together_and_ends(fleet: list[WorkerView]) -> None:
    for _ in range(500):
        move = relief(fleet)
        if move is None:
            return
        full, free = (next(worker for worker in fleet if worker.id == name) for name in move)
        one = full.load / full.streams
        before = full.load - free.load
        full = replace(full, load=full.load - one, streams=full.streams - 1)
        free = replace(free, load=free.load + one, streams=free.streams + 1)
        assert full.load > 0 and 0 <= full.load - free.load + 1e-9 < before
        fleet = [{full.id: full, free.id: free}.get(worker.id, worker) for worker in fleet]
    raise AssertionError("streams are moved in circles")


def test_one_stream_is_not_pushed_around() -> None:
    assert relief([view("a", 1.0, streams=1), view("b", 0.0)]) is None
    assert relief([view("a", 1.0, streams=2), view("b", 0.0)]) == ("a", "b")
    assert relief([view("a", 0.7, streams=2), view("b", 0.0)]) is None
