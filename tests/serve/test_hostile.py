"""Peers that mean harm, against a daemon over real sockets: it stays small, quick and friendly to everybody else."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import socket
import sys
import threading
from pathlib import Path
from typing import Any

import msgpack
import numpy as np
import pytest

from npcface.state import FaceState
from npcface.wire import zmtp
from tests.fuzz.child import corpus_of
from tests.fuzz.mutate import mutants
from tests.fuzz.targets.wire_request import MARK
from tests.serve.peer import Peer
from tests.serve.test_raw_zmtp import HELLO, RawPeer

OPEN = {"type": "open", "stream": 1, "character": "ada", "size": 64}
MUTANTS = int(os.environ.get("NPCFACE_HOSTILE_MUTANTS", "2000"))
"""Each is a message."""
RSS_GROWTH_MAX_MB = 700
"""What one look-round of the backlog may miss at a few GB/s, and the freed memory that the allocator keeps."""


def rss_mb(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def connected(address: str) -> socket.socket:
    host, port = address.removeprefix("tcp://").rsplit(":", 1)
    return socket.create_connection((host, int(port)), timeout=30)


def garbage(address: str) -> None:
    """No ZMTP, broken ZMTP, ZMTP in crumbs, and frames that are longer than allowed."""
    huge = zmtp.encode_part(zmtp.Part(b"x"))[:1].replace(b"\0", b"\2") + (1 << 62).to_bytes(8, "big")
    talks = (b"GET / HTTP/1.1\r\n\r\n", os.urandom(4096), zmtp.GREETING[:40], zmtp.GREETING + os.urandom(4096),
             zmtp.GREETING + zmtp.ready(bytes(255)) + b"\xff" * 64, zmtp.GREETING + zmtp.ready() + huge)  # fmt: skip
    for talk in talks * 5:
        with connected(address) as peer:
            for at in range(0, len(talk), 1 + len(talk) // 50):
                try:
                    peer.sendall(talk[at : at + 1 + len(talk) // 50])
                except OSError:
                    break


def strangers(address: str) -> None:
    """Mutated messages of the golden set, by many who never said hello and by some who did."""
    for lot in range(10):
        with Peer(address, hello=lot % 2 == 0) as peer:
            for data in itertools.islice(mutants(corpus_of("wire_request"), seed=lot), MUTANTS // 10):
                frames = data.split(MARK, 2)
                peer.send_frames(frames)
                while peer.socket.poll(0):
                    peer.socket.recv_multipart()


def slow(address: str, over: threading.Event) -> None:
    """Say hello at one byte every now and then, and never end."""
    with connected(address) as peer:
        for byte in itertools.cycle(zmtp.GREETING):
            try:
                peer.sendall(bytes([byte]))
            except OSError:
                return
            if over.wait(0.05):
                return


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_everybody_at_once(start_daemon: Any) -> None:
    daemon = start_daemon("--quality", "warp")
    over, failed = threading.Event(), list[BaseException]()

    def safely(what: Any, *arguments: Any) -> threading.Thread:
        def run() -> None:
            try:
                what(*arguments)
            except BaseException as error:
                failed.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    with daemon.client() as client, client.open("ada", size=64) as face:
        face.render(FaceState())
        before = rss_mb(daemon.process.pid)
        attackers = [safely(garbage, daemon.address), safely(strangers, daemon.address)]
        dribble = safely(slow, daemon.address, over)
        frames = during = 0
        while frames < 30 or any(thread.is_alive() for thread in attackers):
            shown = face.render(FaceState.of({"jawOpen": frames % 7 / 7.0}))
            assert shown.pixels.shape == (64, 64, 4)
            frames += 1
            during += any(thread.is_alive() for thread in attackers)
        over.set()
        dribble.join()
        assert not failed
        assert during > 0  # it was not kept waiting until the others had left
        assert rss_mb(daemon.process.pid) - before < RSS_GROWTH_MAX_MB
        assert client.ping() >= 0.0
    assert daemon.stop() == 0
    log = daemon.log.read_text()
    assert "Unexpected error" not in log and "Traceback" not in log, log[-4000:]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the kernel does not tell: npcface/serve/backlog.py")
def test_a_message_of_endless_frames_is_cut(start_daemon: Any) -> None:
    daemon = start_daemon()
    with daemon.client() as client, RawPeer(daemon.address) as endless:
        before = rss_mb(daemon.process.pid)
        part = zmtp.encode_part(zmtp.Part(bytes(1 << 20), more=True))
        with pytest.raises(OSError):  # 4 GB: far more than the daemon may keep
            for _ in range(4096):
                endless.send(part)
        assert rss_mb(daemon.process.pid) - before < RSS_GROWTH_MAX_MB
        client.ping()
        with RawPeer(daemon.address) as again:
            assert again.ask(HELLO)[0]["type"] == "welcome"
    assert "A connection was cut" in daemon.log.read_text()


def test_many_whole_messages_are_not_cut(start_daemon: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NPCFACE_MEGABYTES_PER_S", "1000")  # of waiting frames, not of bytes a second
    daemon = start_daemon()
    rows = bytes(4 * 60 * 30_000)  # 7.2 MB each
    with Peer(daemon.address) as peer:
        assert peer.ask(OPEN, "opened")["stream"] == 1
        for request in range(20):
            header = {"type": "timeline", "stream": 1, "frames": 30_000, "request": request + 100}
            peer.send(header, rows)
            assert peer.receive("done", "error")["type"] == "done"


def test_what_a_web_page_can_send_is_no_message(daemon: Any) -> None:
    """An HTTP request is valid ZMTP 1, which has no handshake: its first byte is a length."""
    hello = msgpack.packb({"type": "hello", "protocol": "1.0.0", "client": "a page"})
    head = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nX: ".ljust(81, b"x")
    answer = b""
    with connected(daemon.address) as page, contextlib.suppress(ConnectionError):
        page.sendall(head + bytes([len(hello) + 1, 0]) + hello)
        while piece := page.recv(1 << 16):
            answer += piece
    assert b"welcome" not in answer
    assert "'a page'" not in daemon.log.read_text()


def test_payloads_that_wait_for_a_stream_are_counted(start_daemon: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NPCFACE_MEGABYTES_PER_S", "1000")
    daemon = start_daemon()
    with Peer(daemon.address) as peer:
        for stream in range(1, 9):  # nothing is loaded yet: all of them wait for the same character
            peer.send({**OPEN, "stream": stream})
        for sequence in range(12):
            header = {"type": "timeline", "stream": 8, "frames": 1, "request": sequence}
            peer.send(header, bytes(8 << 20))
        answers = [peer.receive("error", "opened") for _ in range(8)]
        assert {answer.get("code", "opened") for answer in answers} <= {"opened", "limit", "protocol"}
        assert peer.ask({"type": "ping"}, "pong")["type"] == "pong"


def test_sounds_that_wait_are_counted(daemon: Any) -> None:
    with Peer(daemon.address) as peer:
        assert peer.ask(OPEN, "opened")["stream"] == 1
        line = {"type": "speech", "stream": 1, "alphabet": "arpabet", "phonemes": [["AA", 0.0]] * 4096, "final": False}
        peer.send(line)
        for _ in range(40):
            peer.send({**line, "begin": False})
        assert peer.ask({"type": "ping"}, "pong")["type"] == "pong"
        peer.send({"type": "stop", "stream": 1})
        peer.send({"type": "state", "stream": 1, "sequence": 5})
        assert peer.receive("frame")["stream"] == 1


def test_enormous_numbers_are_brought_back(daemon: Any) -> None:
    rows = np.tile(np.array([3e38, -3e38], np.float32), (2, 30)).reshape(2, 60)
    with Peer(daemon.address) as peer:
        assert peer.ask(OPEN, "opened")["stream"] == 1
        peer.send({"type": "timeline", "stream": 1, "frames": 2, "fps": 1.0}, rows.tobytes())
        assert peer.receive("frame", "error")["type"] == "frame"
        points = {"type": "landmarks", "stream": 1, "sequence": 3, "points": 68, "dims": 2, "width": 9, "height": 9}
        for cloud in (bytes(68 * 8), np.full(136, 3e38, "<f4").tobytes()):
            peer.send(points, cloud)
            while (answer := peer.receive("frame", "error"))["type"] == "frame" and answer["sequence"] != 3:
                pass
            assert answer.get("code", "state") == "state"


def test_names_that_are_no_text_hide_nobody(start_daemon: Any, character_store: Path, tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("file systems elsewhere refuse such names")
    store = tmp_path / "store"
    store.mkdir()
    shutil.copytree(character_store / "ada", store / "ada")
    bad = os.fsencode(store) + b"/\xff\xfe"
    os.mkdir(bad)
    with open(bad + b"/manifest.json", "wb") as file:
        file.write(b"{}")
    with start_daemon(store=store).client() as client:
        assert [one.id for one in client.characters() if not one.error] == ["ada"]
