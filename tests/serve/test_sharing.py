"""Frames through shared memory, seen by a client that has nothing of npcface in it: a socket, mmap and the document."""

from __future__ import annotations

import mmap
import signal
import struct
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from npcface.serve.sharing import UNATTACHED_FRAMES_MAX
from tests.serve.peer import Peer

POSIX_ONLY = pytest.mark.skipif(sys.platform == "win32", reason="maps files, as on POSIX")
pytestmark = POSIX_ONLY
WARP = ("--quality", "warp", "--threads", "1")


class Mapped:
    """A ring, by hand."""

    def __init__(self, ring: dict[str, Any], *, attach: bool = True) -> None:
        self.path = Path(ring["name"])
        with self.path.open("r+b") as file:
            self.memory = mmap.mmap(file.fileno(), ring["bytes"])
        magic, version, self.slots, _, self.stride, self.first, self.head, key = struct.unpack_from(
            "<8s6IQ", self.memory
        )
        assert (magic, version, self.slots) == (b"NPCFRING", 1, ring["slots"])
        if attach:
            struct.pack_into("<Q", self.memory, 64, key)

    def pixels(self, frame: dict[str, Any]) -> bytes:
        at = self.first + frame["slot"] * self.stride
        magic, form, generation, sequence, width, height, row, size = struct.unpack_from("<4sIQqIIII", self.memory, at)
        assert (magic, form, generation, sequence) == (b"SLOT", 1, frame["generation"], frame["sequence"])
        assert (width, height, row, size) == (frame["width"], frame["height"], width * 4, width * height * 4)
        return self.memory[at + self.head : at + self.head + size]

    def release(self, frame: dict[str, Any]) -> None:
        struct.pack_into("<Q", self.memory, self.first + frame["slot"] * self.stride + 64, frame["generation"])


def open_stream(peer: Peer, stream: int = 1, size: int = 64, **options: Any) -> dict[str, Any] | None:
    opened = peer.ask(
        {"type": "open", "stream": stream, "character": "ada", "size": size, "quality": "warp", **options}, "opened"
    )
    assert opened["type"] == "opened", opened
    ring: dict[str, Any] | None = opened["ring"]
    return ring


def mapped(peer: Peer, stream: int = 1, **options: Any) -> Mapped:
    ring = open_stream(peer, stream, **options)
    assert ring is not None
    return Mapped(ring)


def step(peer: Peer, sequence: int, stream: int = 1) -> dict[str, Any]:
    peer.send({"type": "state", "stream": stream, "sequence": sequence, "named": {"jawOpen": (sequence % 5) / 5}})
    frame = peer.receive("frame")
    assert frame["sequence"] == sequence
    return frame


def until_gone(path: Path, timeout_s: float = 30.0) -> None:
    deadline = time.monotonic() + timeout_s
    while path.exists():
        assert time.monotonic() < deadline, f"{path} is still there"
        time.sleep(0.02)


def test_both_ways_give_the_same_pixels(daemon: Any) -> None:
    with Peer(daemon.address, shared_memory=True) as near, Peer(daemon.address) as far:
        assert (near.welcome["shared_memory"], far.welcome["shared_memory"]) == (True, False)
        ring = mapped(near)
        assert open_stream(far) is None
        for sequence in range(8):
            shared, sent = step(near, sequence), step(far, sequence)
            assert near.pixels == b"" and sent["slot"] == -1
            assert ring.pixels(shared) == far.pixels
            ring.release(shared)


def test_a_client_that_never_releases_loses_frames_and_nothing_else(daemon: Any) -> None:
    with Peer(daemon.address, shared_memory=True) as greedy, Peer(daemon.address) as other:
        ring = mapped(greedy, fps=60)
        greedy.ask({"type": "idle", "stream": 1}, "done")
        frames = [greedy.receive("frame") for _ in range(3)]
        held = [ring.pixels(frame) for frame in frames]
        open_stream(other)
        for sequence in range(10):
            step(other, sequence)
        while (figures := greedy.ask({"type": "stats"}, "figures"))["own_streams"][0]["unsent"] < 6:
            time.sleep(0.05)
        assert figures["own_streams"][0]["frames"] == 3
        assert [ring.pixels(frame) for frame in frames] == held and len({frame["slot"] for frame in frames}) == 3
        ring.release(frames[1])
        newest = greedy.receive("frame")
        assert newest["slot"] == frames[1]["slot"] and newest["sequence"] > frames[2]["sequence"] + 1
        assert newest["dropped"] >= 5, "a header may lag by one"


def test_a_client_that_cannot_map_gets_its_pixels_by_the_socket_and_the_ring_is_taken_back(daemon: Any) -> None:
    with Peer(daemon.address, shared_memory=True) as remote:
        ring = open_stream(remote)
        assert ring is not None
        for sequence in range(UNATTACHED_FRAMES_MAX):
            assert step(remote, sequence)["slot"] == -1 and len(remote.pixels) == 64 * 64 * 4
        until_gone(Path(ring["name"]))
        assert step(remote, UNATTACHED_FRAMES_MAX)["slot"] == -1


def test_a_client_may_change_its_mind(daemon: Any) -> None:
    with Peer(daemon.address, shared_memory=True) as peer:
        ring = mapped(peer)
        assert step(peer, 1)["slot"] >= 0
        struct.pack_into("<Q", ring.memory, 64, 0)
        assert step(peer, 2)["slot"] == -1 and len(peer.pixels) == 64 * 64 * 4


def test_a_partial_stream_is_whole_in_the_ring_and_right_after_it(daemon: Any) -> None:
    with Peer(daemon.address, shared_memory=True) as peer:
        ring = mapped(peer, partial=True)
        key = struct.unpack_from("<Q", ring.memory, 64)
        for sequence in (1, 2):
            frame = step(peer, sequence)
            assert frame["slot"] >= 0 and not frame["part"] and len(ring.pixels(frame)) == 64 * 64 * 4
            ring.release(frame)
        struct.pack_into("<Q", ring.memory, 64, 0)
        frame = step(peer, 3)
        assert frame["slot"] == -1 and not frame["part"] and len(peer.pixels) == 64 * 64 * 4
        assert step(peer, 4)["part"] and len(peer.pixels) < 64 * 64 * 4
        struct.pack_into("<Q", ring.memory, 64, *key)
        assert step(peer, 5)["slot"] >= 0
        struct.pack_into("<Q", ring.memory, 64, 0)
        assert not step(peer, 6)["part"] and len(peer.pixels) == 64 * 64 * 4


def test_rings_go_with_their_streams_and_sessions(daemon: Any) -> None:
    with Peer(daemon.address, shared_memory=True) as peer:
        first, second, third = (mapped(peer, number).path for number in (1, 2, 3))
        assert len({first, second, third}) == 3
        peer.ask({"type": "close", "stream": 1}, "closed")
        assert (first.exists(), second.exists()) == (False, True)
        peer.ask({"type": "hello", "protocol": "1.2.0", "shared_memory": True}, "welcome")
        assert not second.exists()
        fourth = mapped(peer).path
        peer.ask({"type": "bye"}, "done")
        until_gone(fourth)
        assert fourth.parent.exists()


def test_limits_fall_back_to_the_socket(start_daemon: Any) -> None:
    running = start_daemon(*WARP, "--shared-memory-client-mb", "1", "--shared-memory-total-mb", "2")
    with Peer(running.address, shared_memory=True) as one, Peer(running.address, shared_memory=True) as two:
        assert open_stream(one, 1, 512) is None, "3 MiB are more than a client may have"
        assert open_stream(one, 2, 256) is not None
        assert open_stream(one, 3, 256) is None
        assert open_stream(two, 1, 256) is not None
        with Peer(running.address, shared_memory=True) as three:
            assert open_stream(three, 1, 256) is None, "together they have all there is"
            one.ask({"type": "close", "stream": 2}, "closed")
            assert open_stream(three, 2, 256) is not None, "and now there is some"
        assert step(one, 7, 3)["slot"] == -1


def test_it_can_be_switched_off(start_daemon: Any) -> None:
    running = start_daemon(*WARP, "--shared-memory", "off")
    with Peer(running.address, shared_memory=True) as peer:
        assert peer.welcome["shared_memory"] is False
        assert open_stream(peer) is None


def test_nothing_is_left_after_a_signal_and_after_a_kill_the_next_daemon_cleans_up(start_daemon: Any) -> None:
    killed, stopped = start_daemon(*WARP), start_daemon(*WARP)
    with Peer(killed.address, shared_memory=True) as peer, Peer(stopped.address, shared_memory=True) as other:
        ring, folder = mapped(peer), mapped(other).path.parent
        frame = step(peer, 1)
        before = ring.pixels(frame)
        killed.process.send_signal(signal.SIGKILL)
        killed.process.wait()
        assert stopped.stop() == 0
        assert not folder.exists()
        assert ring.path.exists(), "nobody was left to remove it"
        start_daemon(*WARP)
        assert not ring.path.parent.exists()
        assert ring.pixels(frame) == before, "who looks at it still sees it"
