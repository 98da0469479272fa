"""The Python client takes frames from shared memory without being asked, and by the socket where it cannot."""

from __future__ import annotations

import gc
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from npcface.client import Client, DaemonTimeout
from npcface.client.inbox import Inbox
from npcface.errors import NpcFaceError
from npcface.state import FaceState
from npcface.wire.replies import Ring
from tests.serve.peer import Peer

WARP = ("--quality", "warp", "--threads", "1")
STATES = [FaceState.of({"jawOpen": jaw}, head=(20.0 * jaw, 0.0, 0.0)) for jaw in (0.0, 0.3, 0.6, 1.0)]


def open_small(client: Client, **options: Any) -> Any:
    return client.open("ada", size=64, quality="warp", **options)


def test_frames_are_the_same_whichever_way_they_come(daemon: Any) -> None:
    with daemon.client() as near, daemon.client(shared_memory="off") as far:
        streams = [open_small(near), open_small(near, copy=False), open_small(far), open_small(far, copy=False)]
        assert [stream.shared_memory for stream in streams] == [True, True, False, False]
        for state in STATES:
            frames = [stream.render(state) for stream in streams]
            for frame in frames:
                assert np.array_equal(frame.pixels, frames[0].pixels) and frame.pixels.shape == (64, 64, 4)
                assert frame.pixels.dtype == np.uint8 and not frame.pixels.flags.writeable and frame.intact
                assert (frame.sequence, frame.dropped) == (frames[0].sequence, 0)
                frame.release()
        assert len(list(streams[0].stream_speech([("AH", 0.0, 0.2)]))) > 2
        assert [own.unsent for own in near.stats().own_streams] == [0, 0]


def test_a_copy_is_ones_own(daemon: Any) -> None:
    with daemon.client() as client:
        stream = open_small(client)
        frames = [stream.render(state) for state in STATES * 3]  # kept, more than there are slots
        assert all(np.array_equal(frames[i].pixels, frames[i % 4].pixels) for i in range(12))
        assert len({frame.pixels.tobytes() for frame in frames}) == 4


def test_views_are_given_back_by_with_or_by_being_forgotten(daemon: Any) -> None:
    with daemon.client() as client:
        stream = open_small(client, copy=False)
        for state in STATES * 3:
            with stream.render(state) as frame:
                assert frame.intact
        for state in STATES * 3:
            frame = stream.render(state)
        seen = []
        for frame in stream.stream_states(STATES * 3, fps=60.0):
            seen.append(frame.sequence)
        assert seen == sorted(seen) and stream.shared_memory


def test_who_keeps_all_views_waits_and_goes_on_after_releasing_one(daemon: Any) -> None:
    with daemon.client(timeout_s=2.5) as client:
        stream = open_small(client, copy=False)
        kept = [stream.render(state) for state in STATES[:3]]
        looks = [frame.pixels.copy() for frame in kept]
        with pytest.raises(DaemonTimeout):
            stream.render(STATES[3])
        assert all(np.array_equal(frame.pixels, look) for frame, look in zip(kept, looks, strict=True))
        kept.pop().release()
        gc.collect()
        assert stream.render(STATES[0]).pixels.tobytes() == looks[0].tobytes()


def test_a_slow_reader_of_views_gets_new_frames(daemon: Any) -> None:
    with daemon.client() as client, open_small(client, copy=False, fps=60.0) as stream:
        frames = stream.idle()
        first = next(frames)
        for _ in range(3):
            time.sleep(0.2)
            client.ping()  # reads what has come; of views only the newest is kept
            newest = next(frames)
        assert first.intact and newest.sequence > first.sequence + 12
        assert stream.lost_frames > 0


HOLDER = """
import sys
from npcface.client import Client
from npcface.state import FaceState
client = Client(sys.argv[1], timeout_s=30.0)
stream = client.open("ada", size=64, quality="warp", copy=False)
frames = [stream.render(FaceState.of({"jawOpen": jaw})) for jaw in (0.0, 0.5, 1.0)]
print(stream.shared_memory, flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="looks at files, as on POSIX")
def test_a_client_that_is_killed_while_it_holds_slots_leaves_nothing(start_daemon: Any) -> None:
    running = start_daemon(*WARP, "--heartbeat-interval-s", "0.2")
    with Peer(running.address, shared_memory=True) as peer:
        own = Path(peer.ask({"type": "open", "stream": 1, "character": "ada", "size": 64}, "opened")["ring"]["name"])
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        process = subprocess.Popen([sys.executable, "-c", HOLDER, running.address], text=True, **pipes)
        try:
            assert process.stdout is not None and process.stdout.readline() == "True\n"
            assert len(list(own.parent.glob("*.ring"))) == 2
        finally:
            process.kill()
            process.communicate()
        deadline = time.monotonic() + 30.0
        while list(own.parent.glob("*.ring")) != [own]:
            assert time.monotonic() < deadline, "its ring is still there"
            time.sleep(0.05)
        figures = peer.ask({"type": "stats"}, "figures")
        assert (figures["clients"], figures["streams"]) == (1, 1)


def test_it_goes_on_after_the_daemon_was_killed_and_is_back(start_daemon: Any) -> None:
    first = start_daemon(*WARP)
    port = int(first.address.rsplit(":", 1)[1])
    with first.client() as client:
        stream, views = open_small(client), open_small(client, copy=False)
        before, held = stream.render(STATES[2]), views.render(STATES[2])
        first.process.kill()
        first.process.communicate()
        start_daemon(*WARP, port=port)
        after = stream.render(STATES[2])
        assert np.array_equal(before.pixels, after.pixels)
        assert stream.shared_memory and views.shared_memory
        assert np.array_equal(held.pixels, before.pixels), "the old daemon's memory stays as long as it is looked at"
        assert np.array_equal(views.render(STATES[2]).pixels, before.pixels)


@contextmanager
def tunnel(address: str) -> Iterator[str]:
    """As an SSH tunnel to another machine: bytes pass, but what the daemon calls its memory is not there."""
    host, port = address.removeprefix("tcp://").rsplit(":", 1)
    pipes: list[socket.socket] = []

    def forward(source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                sink.sendall(data.replace(b"npcface-shm-", b"npcface-far-"))
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            return

    def accept(listener: socket.socket) -> None:
        try:
            while True:
                near, _ = listener.accept()
                far = socket.create_connection((host, int(port)))
                pipes.extend((near, far))
                for ends in ((near, far), (far, near)):
                    threading.Thread(target=forward, args=ends, daemon=True).start()
        except OSError:
            return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=accept, args=(listener,))
        thread.start()
        yield f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(10.0)
    for pipe in pipes:
        pipe.close()


def test_a_daemon_behind_a_tunnel_sends_its_pixels(daemon: Any) -> None:
    with tunnel(daemon.address) as address, Client(address, timeout_s=30.0) as client:
        assert client.welcome.shared_memory, "it was offered"
        stream = open_small(client)
        assert not stream.shared_memory
        with daemon.client() as near:
            assert np.array_equal(stream.render(STATES[1]).pixels, open_small(near).render(STATES[1]).pixels)


@pytest.mark.parametrize("address", ["tcp://192.0.2.1:5747", "tcp://game.example:5747"])
def test_it_is_not_offered_to_other_machines(address: str) -> None:
    from npcface.client.connection import is_this_machine

    assert not is_this_machine(address)
    assert all(is_this_machine(f"tcp://{host}:1") for host in ("127.0.0.1", "localhost", "[::1]", "127.1.2.3"))


@pytest.mark.parametrize("name", ["/etc/hostname", "", "ring", "Local\\npcface-shm-0"])
def test_memory_that_cannot_be_mapped_is_no_error(name: str) -> None:
    inbox = Inbox(Ring(kind="file", name=name, bytes=53248, slots=3), copy=True)
    assert not inbox.shared


def test_a_frame_in_memory_that_was_never_mapped_is_refused() -> None:
    from npcface.wire.golden import REPLIES

    header = REPLIES["frame_slot"][0]
    with pytest.raises(NpcFaceError):
        Inbox(None, copy=True).take(header, None)  # type: ignore[arg-type]  # a frame, as its name says
