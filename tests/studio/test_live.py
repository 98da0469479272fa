"""The live view: what the page asks for is what it sees, and it never gets more than it can take."""

from __future__ import annotations

import os
import signal
from contextlib import ExitStack
from itertools import pairwise

import pytest

from tests.studio.conftest import Page, Running, daemon_of


def test_a_view_shows_frames_of_the_asked_size_one_after_the_other(live: Page) -> None:
    live.say(type="open", view="a", character="ada", size=64, fps=60)
    assert live.wait_for("opened", view="a") | {"quality": "warp", "size": 64, "fps": 60.0} == live.told[-1]
    frames = [live.frame() for _ in range(5)]
    assert [(frame.width, frame.height, frame.line_s) for frame in frames] == [(64, 64, -1.0)] * 5
    assert [frame.sequence for frame in frames] == [*range(frames[0].sequence, frames[0].sequence + 5)]
    assert all(later.time_s > frame.time_s for frame, later in pairwise(frames))


def test_the_pose_is_drawn_and_channels_left_out_return_to_zero(live: Page) -> None:
    live.say(type="open", view="a", character="ada", size=64)
    neutral = live.frame().pixels
    live.say(type="pose", values={"jawOpen": 0.8, "headYaw": 15})
    moved = _settled(live, differs_from=neutral)
    live.say(type="pose", values={})
    assert _settled(live, differs_from=moved) == neutral


def test_layers_feel_and_live(live: Page) -> None:
    live.say(type="open", view="a", character="ada", size=64)
    neutral = live.frame().pixels
    live.say(type="layers", idle=False, emotion={"surprised": 1.0})
    _settled(live, differs_from=neutral)
    live.say(type="layers", idle=True, emotion={"surprised": 1.0})
    assert len({live.frame().pixels for _ in range(40)}) > 10


def test_a_page_that_never_acknowledges_gets_three_frames(live: Page) -> None:
    live.say(type="open", view="a", character="ada", size=64, fps=60)
    frames, stats = 0, 0
    while stats < 3:  # it has had two whole seconds by then
        message = live.next()
        if isinstance(message, bytes):
            frames += 1
        elif message["type"] == "stats":
            stats += 1
    assert frames == 3
    live.say(type="ack", view="a", sequence=2)
    live.frame()
    live.frame()


def test_two_views_show_two_people_and_one_can_be_closed(live: Page) -> None:
    live.say(type="open", view="a", character="ada", size=64)
    live.say(type="open", view="b", character="ben", size=128, background="transparent")
    a, b = live.frame("a"), live.frame("b")
    assert (a.width, b.width) == (64, 128)
    assert 0 in b.pixels[3::4] and set(a.pixels[3::4]) == {255}
    live.say(type="close", view="b")
    while set(live.wait_for("stats")["fps"]) != {"a"}:
        pass


def test_a_background_colour_stands_behind_the_head(live: Page) -> None:
    live.say(type="open", view="a", character="ada", size=64, background=[10, 200, 30])
    assert [*live.frame().pixels[:4]] == [10, 200, 30, 255]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ('{"type": "open", "view": "a", "character": "nobody"}', "character"),
        ('{"type": "open", "view": "a", "character": "../ada"}', "request"),
        ('{"type": "open", "view": "c", "character": "ada"}', "request"),
        ('{"type": "open", "view": "a", "character": "ada", "size": 100000}', "request"),
        ('{"type": "open", "view": "a", "character": "ada", "fps": 0}', "request"),
        ('{"type": "pose", "values": {"noseLength": 1}}', "state"),
        ('{"type": "pose", "values": {"jawOpen": NaN}}', "request"),
        ('{"type": "pose", "values": {"jawOpen": 1e999}}', "request"),
        ('{"type": "layers", "emotion": {"bored": 1}}', "state"),
        ('{"type": "layers", "emotion": {"happy": 7}}', "request"),
        ('{"type": "speak", "line": "nothing"}', "not-found"),
        ('{"type": "dance"}', "request"),
        ("not json", "request"),
        ("[" * 50_000, "request"),
        ("x" * 100_000, "request"),
        (b"\x00\x01", "request"),
    ],
)
def test_bad_messages_are_answered_and_the_socket_goes_on(live: Page, message: str | bytes, code: str) -> None:
    live.socket.send(message)
    error = live.wait_for("error")["error"]
    assert error["code"] == code and error["cause"]
    live.say(type="open", view="a", character="ada", size=64)
    live.frame()


def test_the_last_of_many_wishes_is_shown(live: Page) -> None:
    for size in (64, 128, 192, 256, 96):
        live.say(type="open", view="a", character="ada", size=size)
    while live.frame().width != 96:
        pass
    assert [live.frame().width for _ in range(3)] == [96, 96, 96]


def test_a_wish_that_fails_does_not_take_the_next_one_with_it(live: Page) -> None:
    for _ in range(5):
        live.say(type="open", view="a", character="nobody", size=64)
        live.say(type="open", view="a", character="ada", size=64)
        live.wait_for("opened", character="ada")
    while not isinstance(live.next(), bytes):
        pass


def test_only_so_many_pages_may_be_open(studio: Running) -> None:
    with ExitStack() as stack:
        pages = [Page(stack.enter_context(studio.socket("/api/live"))) for _ in range(5)]
        assert pages[-1].wait_for("error")["error"]["code"] == "busy"
        pages[0].say(type="open", view="a", character="ada", size=64)
        pages[0].frame()


def test_a_daemon_that_dies_is_started_again_and_views_go_on(studio: Running, live: Page) -> None:
    live.say(type="open", view="a", character="ada", size=64)
    live.frame()
    os.kill(daemon_of(studio), signal.SIGKILL)
    live.wait_for("notice", code="daemon-lost")
    live.wait_for("notice", code="daemon-back")
    live.frame()
    live.say(type="open", view="b", character="ben", size=64)
    live.frame("b")


def _settled(live: Page, *, differs_from: bytes) -> bytes:
    """The picture once it has changed and stands still for some frames."""
    last, same = differs_from, 0
    for _ in range(600):
        picture = live.frame().pixels
        same = same + 1 if picture == last else 0
        last = picture
        if picture != differs_from and (same >= 5):
            return picture
    raise AssertionError("the picture did not change, or never came to rest")
