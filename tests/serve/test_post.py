"""Frames that wait because a client does not read: a real post, a real inbox, and queues of one message between."""

from __future__ import annotations

import gc
import time
import weakref
from collections.abc import Iterator
from mmap import mmap

import numpy as np
import pytest
import zmq
from numpy.typing import NDArray

from npcface.client.frame import Frame
from npcface.client.inbox import Inbox
from npcface.serve.driver import Driver
from npcface.serve.level import Shape
from npcface.serve.parts import alone
from npcface.serve.post import Post
from npcface.serve.session import Session, Stream
from npcface.serve.stats import Meter
from npcface.shm.layout import Layout
from npcface.shm.reader import RingReader
from npcface.shm.writer import RingWriter
from npcface.wire import decode_reply
from npcface.wire.channels import ChannelMap
from npcface.wire.codec import Buffer
from npcface.wire.replies import AnyReply, Level
from npcface.wire.replies import Frame as Header
from npcface.wire.requests import Open

WHOLE = (0, 0, 64, 64)
Picture = NDArray[np.uint8]


class Line:
    """The daemon's end and the client's end of one partial stream; two messages fit between them."""

    def __init__(self) -> None:
        self.context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        router, self.dealer = self.context.socket(zmq.ROUTER), self.context.socket(zmq.DEALER)
        router.sndhwm = self.dealer.rcvhwm = 1
        router.router_mandatory = True
        router.bind("inproc://line")
        self.dealer.connect("inproc://line")
        self.dealer.send(b"")
        self.session = Session(router.recv_multipart()[0], "game", ChannelMap(), 0.0, minor=2)
        self.stream = Stream(1, self.session, Open(stream=1, character="ada", partial=True), Driver(30.0), "warp")
        self.session.streams[1] = self.stream
        self.meter = Meter()
        self.stream.account.whole = self.meter.account
        self.post = Post(router, 8, self.meter)
        self.inbox = Inbox(None, copy=True, partial=True)
        self.sent = 0

    def send(self, *pictures: Picture) -> None:
        for picture in pictures:
            self.sent += 1
            height, width, _ = picture.shape
            header = Header(
                stream=1, sequence=self.sent, time_s=0.0, width=width, height=height, format="rgba8", alpha="straight",
                rows="top_down", color_space="srgb", dropped=0,
            )  # fmt: skip
            self.post.frame(self.stream, header, picture.reshape(-1).data, time.monotonic())

    def message(self) -> tuple[AnyReply, Buffer | None]:
        """The next one; the daemon tries again what waited, as it does every 2 ms."""
        deadline_s = time.monotonic() + 10.0
        while not self.dealer.poll(5):
            assert time.monotonic() < deadline_s
            self.post.flush(self.session)
        parts = self.dealer.recv_multipart()
        time.sleep(0.01)  # ZeroMQ looks for new room in its queue every millisecond or so
        return decode_reply(parts)

    def frame(self) -> Frame:
        header, payload = self.message()
        assert isinstance(header, Header)
        frame = self.inbox.take(header, payload)
        assert frame is not None
        return frame


@pytest.fixture
def line() -> Iterator[Line]:
    made = Line()
    yield made
    made.context.destroy(linger=0)


def pictures(*places: tuple[int, int], size: int = 64) -> list[Picture]:
    """A grey picture, then one after the other, each with one more bright square of 4 pixels."""
    found = [np.full((size, size, 4), 90, np.uint8)]
    for x, y in places:
        found.append(found[-1].copy())
        found[-1][y : y + 4, x : x + 4] = 255
    return found


def test_a_frame_that_waits_is_compared_once(line: Line) -> None:
    shown = pictures((0, 0), (8, 8))
    line.send(*shown)
    waiting = line.stream.unsent
    assert waiting is not None and waiting.ready is not None and waiting.ready[0].part == [8, 8, 4, 4]
    ready = waiting.ready
    for _ in range(3):
        assert line.post.flush(line.session) and waiting.ready is ready
    frames = [line.frame() for _ in shown]
    assert [frame.part for frame in frames] == [WHOLE, (0, 0, 4, 4), (8, 8, 4, 4)]
    assert all(np.array_equal(frame.pixels, picture) for frame, picture in zip(frames, shown, strict=True))


def test_a_part_counts_from_the_last_frame_that_was_sent_not_from_a_dropped_one(line: Line) -> None:
    shown = pictures((0, 0), (8, 8), (40, 20))
    line.send(*shown)
    assert (line.stream.dropped_unsent, line.meter.unsent) == (1, 1)
    frames = [line.frame() for _ in range(3)]
    assert frames[2].sequence == 4 and frames[2].part == (8, 8, 36, 16), "both squares"
    assert np.array_equal(frames[2].pixels, shown[3])


def test_another_size_is_sent_whole_and_parts_go_on_from_it(line: Line) -> None:
    large, small = pictures((0, 0), (4, 4)), pictures((20, 20), size=48)
    frames = []
    for picture in (large[0], large[1], *small, large[1], large[2]):
        line.send(picture)
        frames.append(line.frame())
        assert np.array_equal(frames[-1].pixels, picture)
    assert [frame.part for frame in frames] == [
        WHOLE, (0, 0, 4, 4), (0, 0, 48, 48), (20, 20, 4, 4), WHOLE, (4, 4, 4, 4),
    ]  # fmt: skip


def test_what_was_shown_does_not_keep_the_batch_it_was_drawn_in(line: Line) -> None:
    batch = np.zeros((16, 64, 64, 4), np.uint8)
    seen = weakref.ref(batch)
    line.send(batch[3])
    line.frame()
    del batch
    deadline_s = time.monotonic() + 10.0  # ZeroMQ lets go of it in a thread of its own
    while seen() is not None and time.monotonic() < deadline_s:
        gc.collect()
        time.sleep(0.01)
    assert seen() is None
    assert line.stream.shown is not None and line.stream.shown[2] == bytes(64 * 64 * 4)


def test_only_what_lies_in_a_larger_array_is_copied() -> None:
    own = np.arange(64, dtype=np.uint8)
    pixels = own.data
    assert alone(pixels) is pixels
    assert alone(own.reshape(4, 16)[1].data) == bytes(range(16, 32))


def test_a_ring_that_goes_while_a_frame_waits_in_it_leaves_a_whole_frame_for_the_socket(line: Line) -> None:
    layout = Layout(4, 64 * 64 * 4)
    memory = mmap(-1, layout.ring_bytes)
    shown = pictures((0, 0), (8, 8), (16, 16), (24, 24))
    line.send(shown[0])
    assert line.frame().part == WHOLE
    line.stream.ring = RingWriter("here", memory, layout)
    reader = RingReader(memory)
    reader.attach()
    line.send(*shown[1:4])
    assert line.stream.unsent is not None and line.stream.unsent.ready is not None
    assert line.stream.unsent.ready[0].slot >= 0, "its pixels lie there, its message waits"
    reader.detach()
    for sequence in (2, 3):
        header, payload = line.message()
        assert isinstance(header, Header) and (header.sequence, payload) == (sequence, None) and header.slot >= 0
    frame = line.frame()
    assert frame.part == WHOLE and np.array_equal(frame.pixels, shown[3]), "the client has no copy of those before"
    line.send(shown[4])
    frame = line.frame()
    assert frame.part == (24, 24, 4, 4) and np.array_equal(frame.pixels, shown[4])


def test_a_frame_of_a_level_that_was_never_told_is_dropped_and_counted_everywhere(line: Line) -> None:
    shown = pictures((0, 0), (8, 8))
    line.send(*shown)
    line.stream.draw(1, Shape(2, "warp", 256), False, 1.0)
    line.stream.draw(2, Shape(4, "warp", 256), False, 1.0)
    line.post.flush(line.session)
    assert line.stream.unsent is None
    assert line.stream.figures().unsent == line.stream.dropped == line.meter.unsent == 1
    assert [line.frame().sequence for _ in range(2)] == [1, 2]
    news, _ = line.message()
    assert isinstance(news, Level) and news.level == 2
    assert not line.dealer.poll(50)
