"""The whole scheduler on a simulated clock: streams as the daemon makes them, a machine of any speed."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npcface.serve import batch
from npcface.serve.cost import Kind, guess_s
from npcface.serve.driver import Driver
from npcface.serve.level import Shape
from npcface.serve.schedule import Scheduler
from npcface.serve.session import Asked, Session, Stream
from npcface.state import FaceState
from npcface.wire.channels import ChannelMap
from npcface.wire.requests import Open, Quality

CHANNELS = ChannelMap()


class Machine:
    """A daemon's main loop without sockets: a face takes ``slower`` times what the model guesses, in simulated time."""

    def __init__(self, slower: float) -> None:
        self.slower = slower
        self.now_s = 100.0
        self.scheduler = Scheduler()
        self.streams: list[Stream] = []
        self.sessions: dict[str, Session] = {}
        self.shown: Counter[Stream] = Counter()
        self.longest_batch_s = 0.0

    def open(self, client: str, count: int, *, line: bool = False, **options: Any) -> list[Stream]:
        session = self.sessions.setdefault(client, Session(client.encode(), client, CHANNELS, 0.0, minor=2))
        opened = []
        for _ in range(count):
            asked = Open(stream=len(session.streams), character="ada", **options)
            quality: Quality = "neural" if asked.quality == "auto" else asked.quality
            stream = Stream(asked.stream, session, asked, Driver(asked.fps), quality)
            session.streams[stream.id] = stream
            stream.start_pushing(self.now_s)
            stream.attention.line = line
            opened.append(stream)
        self.streams += opened
        self.scheduler.wake()
        return opened

    def close(self, streams: list[Stream]) -> None:
        self.streams = [stream for stream in self.streams if stream not in streams]
        self.scheduler.wake()

    def run(self, seconds: float) -> None:
        """Batch after batch; the clock moves by what they take, or to the next frame that is due."""
        end_s = self.now_s + seconds
        while self.now_s < end_s:
            self.scheduler.control(self.streams, self.now_s)
            chosen = self.scheduler.choose(self.streams, self.now_s, 64)
            tasks = [batch.take(stream, cast(Any, None), self.now_s, 0.0) for stream in chosen]
            self.scheduler.took(tasks)
            for task in tasks:
                task.pixels, task.stream.busy = True, False
                self.shown[task.stream] += 1
            kinds = [Kind(task.shape.quality, task.shape.size, task.stream.options.format) for task in tasks]
            spent_s = self.slower * sum(guess_s(kind) for kind in kinds)
            self.scheduler.measured(tasks, spent_s)
            self.longest_batch_s = max(self.longest_batch_s, spent_s)
            self.now_s = self.now_s + spent_s if tasks else max(batch.next_due_s(self.streams), self.now_s + 1e-3)

    def rates(self, streams: list[Stream], seconds: float) -> list[float]:
        """Frames a second of each of some streams over the next seconds."""
        self.shown.clear()
        self.run(seconds)
        return [self.shown[stream] / seconds for stream in streams]


speeds = st.floats(0.1, 3.0)


@settings(deadline=None, max_examples=12)
@given(speeds)
def test_whatever_the_speed_speakers_keep_their_rate_and_idle_faces_share_the_rest(slower: float) -> None:
    machine = Machine(slower)
    speakers = machine.open("game", 4, line=True)
    idle = machine.open("game", 60, size_min=128, importance=0.25)
    machine.run(3.0)
    rates = machine.rates([*speakers, *idle], 4.0)
    if 120 * slower * guess_s(Kind("warp", 256)) < 0.8:
        assert min(rates[:4]) >= 24.0
    assert min(rates[4:]) > 0.0
    if 64 * 30 * slower * guess_s(Kind("neural", 256)) > 1.0:
        assert max(stream.level for stream in idle) > 0
    if 60 * 5 * slower * guess_s(Kind("warp", 128)) + 120 * slower * guess_s(Kind("neural", 256)) < 0.7:
        assert min(rates[4:]) >= 4.5, "all of it was planned, so none is late"
        assert machine.scheduler.load <= 0.96


@settings(deadline=None, max_examples=12)
@given(speeds)
def test_whatever_the_speed_everything_is_back_within_two_seconds(slower: float) -> None:
    machine = Machine(slower)
    crowd = machine.open("game", 64, size_min=128, fps=20.0)
    machine.run(4.0)
    stay = max(1, min(8, int(0.6 / (20 * slower * guess_s(Kind("neural", 256))))))
    machine.close(crowd[stay:])
    machine.run(2.0)
    assert [stream.level for stream in crowd[:stay]] == [0] * stay
    assert min(machine.rates(crowd[:stay], 2.0)) >= 19.0


def test_a_lone_stream_that_is_too_much_becomes_cheaper_instead_of_late() -> None:
    machine = Machine(8.0)  # 56 ms a neural face, 24 ms a warped one
    (stream,) = machine.open("game", 1, line=True)
    machine.run(3.0)
    assert stream.shape == Shape(1, "warp", 256)
    before = stream.account.dropped["late"]
    assert machine.rates([stream], 3.0)[0] == pytest.approx(30.0, abs=0.5)
    assert stream.account.dropped["late"] - before <= 1


def test_a_batch_is_no_longer_than_a_frame_of_the_fastest() -> None:
    machine = Machine(1.0)
    machine.open("game", 64, quality="warp")
    machine.open("game", 1, line=True, fps=60.0, quality="warp")
    machine.run(2.0)
    machine.longest_batch_s = 0.0
    machine.run(4.0)
    assert 0.005 < machine.longest_batch_s <= 1 / 60


def test_a_client_with_two_streams_is_not_starved_by_one_with_sixty() -> None:
    machine = Machine(4.0)
    machine.open("crowd", 60, size_min=64)
    pair = machine.open("pair", 2, quality="warp", fps=15.0)  # 0.36 of the time, less than half
    machine.run(3.0)
    rates = machine.rates(pair, 4.0)
    assert [stream.level for stream in pair] == [0, 0]
    assert min(rates) >= 14.5


def test_lock_step_is_drawn_as_it_was_opened_and_does_not_starve_the_rest() -> None:
    machine = Machine(4.0)
    crowd = machine.open("crowd", 20, size_min=128)
    (asking,) = machine.open("greedy", 1, quality="neural")
    asking.stop_pushing()
    machine.run(2.0)
    answered = 0
    for sequence in range(200):
        asking.asked = Asked(sequence, FaceState(), machine.now_s)
        machine.run(0.02)
        answered += asking.asked is None
    assert answered >= 4.0 * 30 * 0.5, "it asks 50 times a second, and 30 are its right"
    assert asking.shape == asking.as_opened and asking.news is None
    assert min(machine.rates(crowd, 2.0)) >= 2.0


def test_an_importance_that_wavers_does_not_make_a_face_flicker() -> None:
    machine = Machine(0.3)
    stream = machine.open("game", 1)[0]
    machine.open("game", 60)
    machine.run(3.0)
    levels = []
    for turn in range(100):
        stream.attention.importance = 0.5 + 0.1 * (-1) ** turn
        machine.scheduler.wake()
        machine.run(0.11)
        levels.append(stream.level)
    changes = sum(after != before for before, after in pairwise(levels))
    assert 0 < changes <= 2 * 11.0 / 0.5, "without a hold it would be 99"


def test_news_is_one_place_however_often_levels_change() -> None:
    machine = Machine(1.0)
    stream = machine.open("game", 1, importance=0.0)[0]
    for turn in range(6):
        crowd = machine.open("game", 60)
        machine.run(1.0)
        machine.close(crowd)
        machine.run(1.5)
        assert stream.news is not None and stream.level == 0 and stream.lowered == turn + 1
    assert stream.news is not None and stream.news.reason == "room" and stream.news.fps == 30.0


def test_streams_of_blocks_are_planned_with_what_blocks_cost() -> None:
    machine = Machine(1.0)
    streams = [machine.open("game", 1, quality="warp", format=format)[0] for format in ("rgba8", "bc1")]
    for _ in range(100):
        for stream, spent_s in zip(streams, (0.002, 0.010), strict=True):
            task = batch.take(stream, cast(Any, None), machine.now_s, 0.0)
            task.pixels = True
            machine.scheduler.measured([task], spent_s)
    machine.scheduler.control(streams, machine.now_s)
    assert machine.scheduler.load_wanted == pytest.approx(30 * (0.002 + 0.010), rel=0.05)
    pixels_s, blocks_s = (machine.scheduler.cost.face_s(Kind("warp", 256, format)) for format in ("rgba8", "bc1"))
    assert blocks_s > 4 * pixels_s


def test_a_smaller_picture_at_the_same_rate_excuses_no_late_frame() -> None:
    machine = Machine(1.0)
    (stream,) = machine.open("game", 1, quality="warp", size_min=64)
    assert stream.clock.take(stream.due_s, 1) == (0, 0, 0)
    stream.draw(1, Shape(1, "warp", 64), False, stream.clock.start_s + 5.5 / 30.0)
    assert stream.clock.take(stream.clock.start_s + 5.5 / 30.0, 1) == (5, 4, 0)


def test_another_rate_excuses_only_what_the_old_one_left_out() -> None:
    machine = Machine(1.0)
    (stream,) = machine.open("game", 1, quality="warp")
    stream.clock.phase = 0
    stream.draw(1, Shape(2, "warp", 256), False, machine.now_s)
    assert stream.clock.take(stream.due_s, 2) == (0, 0, 0)
    stream.draw(0, Shape(1, "warp", 256), False, stream.clock.start_s + 5.5 / 30.0)
    assert stream.clock.take(stream.clock.start_s + 5.5 / 30.0, 1) == (5, 2, 2)
