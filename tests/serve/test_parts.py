"""Only what has changed is sent, and the client has the whole picture all the same."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from npcface.client import Client
from npcface.serve import Config, Server
from npcface.serve.parts import changed, cut
from npcface.state import FaceState
from npcface.wire.requests import Format
from tests.serve.peer import Peer

PICTURE = arrays(np.uint32, (16, 24), elements=st.integers(0, 3))


@given(PICTURE, PICTURE)
def test_the_rectangle_and_the_picture_before_are_the_picture(
    before: NDArray[np.uint32], now: NDArray[np.uint32]
) -> None:
    now[6:] = before[6:]
    x, y, across, down = part = changed(before.tobytes(), now.tobytes(), 24, 16)
    assert x % 4 == y % 4 == across % 4 == down % 4 == 0 and across and down and y + down <= 8
    whole = before.copy()
    whole[y : y + down, x : x + across] = np.frombuffer(cut(now.tobytes(), 24, 16, part), np.uint32).reshape(
        down, across
    )
    assert np.array_equal(whole, now)


def test_eyes_that_close_are_sent_alone(daemon: Any) -> None:
    states = [FaceState.of({"eyeBlinkLeft": 0.1 * step, "eyeBlinkRight": 0.1 * step}) for step in range(8)]
    with (
        Client(daemon.address, shared_memory="off") as client,
        client.open("ada", 128, quality="warp", partial=True) as partial,
        client.open("ada", 128, quality="warp") as whole,
    ):
        frames = [(partial.render(state), whole.render(state)) for state in states]
        for ours, theirs in frames:
            assert np.array_equal(ours.pixels, theirs.pixels)
            assert theirs.part == (0, 0, 128, 128)
        assert frames[0][0].part == (0, 0, 128, 128), "the first is whole"
        areas = [ours.part[2] * ours.part[3] for ours, _ in frames[1:]]
        assert max(areas) < 128 * 128 / 3, areas
        turned = partial.render(FaceState.of(head=(20, 0, 0)))
        assert turned.part == (0, 0, 128, 128), "a head that turns is worth a whole frame"
        winks = [FaceState.of({"eyeBlinkLeft": 0.01 * step}, head=(20, 0, 0)) for step in range(1, 64)]
        again = [partial.render(state).part for state in winks]
        assert (0, 0, 128, 128) in again, "now and then a whole one, for who lost a part"


def test_a_hand_written_client_sees_the_part(daemon: Any) -> None:
    with Peer(daemon.address) as peer:
        opened = {"type": "open", "stream": 1, "character": "ada", "size": 64, "quality": "warp", "partial": True}
        assert peer.ask(opened, "opened")["type"] == "opened"
        sizes = []
        for sequence, lid in enumerate((0.0, 0.4)):
            peer.send({"type": "state", "stream": 1, "sequence": sequence, "named": {"eyeBlinkLeft": lid}})
            frame = peer.receive("frame")
            x, y, across, down = frame["part"] or (0, 0, 64, 64)
            assert (frame["width"], frame["height"]) == (64, 64) and x + across <= 64 and y + down <= 64
            assert len(peer.pixels) == across * down * 4
            sizes.append(len(peer.pixels))
        assert sizes[0] == 64 * 64 * 4 and sizes[1] < sizes[0] / 2


def test_only_pixels_are_compared_and_kept(character_store: Any) -> None:
    """A server in this process, to see what it keeps of streams of blocks, which are never parts."""
    server = Server(Config(characters=character_store, port=0, quality="warp"))
    server.startup()
    loop = threading.Thread(target=server.main_loop)
    loop.start()
    try:
        with Client(server.endpoint, shared_memory="off", timeout_s=30.0) as client:
            formats: tuple[Format, ...] = ("rgba8", "bc1", "bc3")
            for format in formats:
                client.open("ada", 64, format=format, partial=True).render(FaceState())
            client.stats()  # answered after all that came before is done
            kept = {one.options.format: (one.options.partial, one.shown is not None) for one in server.streams()}
        assert kept == {"rgba8": (True, True), "bc1": (False, False), "bc3": (False, False)}
    finally:
        server.should_exit = True
        loop.join(30.0)
        server.shutdown()
