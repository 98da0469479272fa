"""``Frame.part`` counts from the frame that was handed out before, whatever the client threw away in between."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from npcface.client import Client
from npcface.client.inbox import Inbox
from npcface.client.stream import Stream
from npcface.errors import ProtocolError
from npcface.state import FaceState
from npcface.wire.replies import Frame as Header

WHOLE = (0, 0, 128, 128)
BLINKS = [FaceState.of({"eyeBlinkLeft": 0.5 + 0.5 * (-1) ** step}) for step in range(240)]


@pytest.fixture
def stream(daemon: Any) -> Iterator[Stream]:
    """Partial, by the socket."""
    with (
        daemon.client(shared_memory="off") as client,
        client.open("ada", 128, quality="warp", fps=60.0, partial=True) as opened,
    ):
        yield opened


def until_waiting(client: Client, stream: Stream, count: int) -> None:
    """Let frames come and do not read them."""
    deadline_s = time.monotonic() + 30.0
    while len(stream._frames) < count:
        assert time.monotonic() < deadline_s
        client.ping()


def small(part: tuple[int, ...]) -> bool:
    return part[2] * part[3] < 128 * 128 / 2


def check_whole_then_parts(frames: list[Any]) -> None:
    assert frames[0].part == WHOLE
    assert any(small(frame.part) for frame in frames[1:3]), "one of two at most is the whole one of every 64"


def test_after_frames_that_did_not_fit_the_next_is_whole(stream: Stream) -> None:
    frames = stream.stream_states(BLINKS, fps=60.0)
    check_whole_then_parts([next(frames) for _ in range(3)])
    while not stream.lost_frames:
        stream._client.ping()
    check_whole_then_parts([next(frames) for _ in range(3)])
    stream.stop()


def test_after_a_stop_and_after_a_new_start_the_next_is_whole(stream: Stream) -> None:
    frames = stream.stream_states(BLINKS, fps=60.0)
    check_whole_then_parts([next(frames) for _ in range(3)])
    until_waiting(stream._client, stream, 2)
    stream.stop()
    check_whole_then_parts([stream.render(state) for state in BLINKS[:3]])
    stream.submit(BLINKS[0])
    until_waiting(stream._client, stream, 1)
    frames = stream.stream_states(BLINKS, fps=60.0)
    check_whole_then_parts([next(frames) for _ in range(3)])
    stream.stop()


def test_after_an_answer_nobody_waited_for_the_next_is_whole(stream: Stream) -> None:
    assert stream.render(BLINKS[0]).part == WHOLE
    assert small(stream.render(BLINKS[1]).part)
    stream.submit(BLINKS[2])
    until_waiting(stream._client, stream, 1)
    check_whole_then_parts([stream.render(state) for state in BLINKS[3:6]])


def test_without_shared_memory_any_more_the_next_is_whole_and_parts_follow(daemon: Any) -> None:
    with daemon.client() as client, client.open("ada", 128, quality="warp") as plain:
        stream = client.open("ada", 128, quality="warp", partial=True)
        ring = stream._inbox._ring
        assert ring is not None
        pairs = [(stream.render(state), plain.render(state)) for state in BLINKS[:3]]
        assert {ours.part for ours, _ in pairs} == {WHOLE}
        assert stream._inbox._last is None, "no copy is made of what nothing will be a part of"
        ring.detach()
        pairs += [(stream.render(state), plain.render(state)) for state in BLINKS[3:6]]
        check_whole_then_parts([ours for ours, _ in pairs[3:]])
        assert all(np.array_equal(ours.pixels, theirs.pixels) for ours, theirs in pairs)


@pytest.mark.parametrize("format", ["bc1", "bc3"])
def test_blocks_are_never_parts(daemon: Any, format: Any) -> None:
    with daemon.client(shared_memory="off") as client:
        stream = client.open("ada", 128, quality="warp", format=format, background="portrait", partial=True)
        assert {stream.render(state).part for state in BLINKS[:3]} == {WHOLE}
        assert stream._inbox._last is None


@pytest.mark.parametrize("changes", [{"format": "bc1"}, {"slot": 0, "generation": 2}])
def test_a_part_of_anything_but_pixels_in_a_message_is_refused(changes: dict[str, Any]) -> None:
    header = Header(
        stream=1, sequence=1, time_s=0.0, width=8, height=8, format="rgba8", alpha="straight", rows="top_down",
        color_space="srgb", dropped=0,
    )  # fmt: skip
    inbox = Inbox(None, copy=True, partial=True)
    assert inbox.take(header, bytes(8 * 8 * 4)) is not None
    with pytest.raises(ProtocolError):
        inbox.take(replace(header, part=[0, 0, 4, 4], **changes), bytes(4 * 4 * 4))
