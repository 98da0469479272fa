"""Clients that vanish, stop reading or never say a word: nobody else notices, and their places come free."""

from __future__ import annotations

import itertools
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import msgpack
import pytest

from npcface.state import FaceState
from npcface.wire import zmtp
from tests.faults.processes import PATIENCE_S
from tests.serve.test_raw_zmtp import HELLO, OPEN, RawPeer

CLIENT = """
import sys
from npcface.client import Client
with Client(sys.argv[1], shared_memory=sys.argv[2]) as client:
    streams = [client.open("ada", size=256, fps=60).idle() for _ in range(2)]
    while True:
        for stream in streams:
            next(stream)
        print("frame", flush=True)
"""
SOON = ("--heartbeat-interval-s", "0.3", "--heartbeat-timeout-s", "1")


def until(client: Any, **wanted: int) -> None:
    """Ask for the daemon's figures until they are as wanted."""
    deadline_s = time.monotonic() + PATIENCE_S
    while any(getattr(found, name) != count for found in [client.stats()] for name, count in wanted.items()):
        assert time.monotonic() < deadline_s, client.stats()


@pytest.mark.parametrize("way", ["auto", "off"])
def test_a_client_that_is_killed_while_frames_are_on_their_way(start_daemon: Any, way: str) -> None:
    running = start_daemon("--quality", "warp", *SOON)
    with running.client() as other, other.open("ben", size=64) as stream:
        idle = stream.idle()
        with subprocess.Popen([sys.executable, "-c", CLIENT, running.address, way], stdout=subprocess.PIPE) as client:
            assert client.stdout is not None
            for _ in range(5):
                client.stdout.readline()
            client.kill()
        assert len(list(itertools.islice(idle, 10))) == 10
        until(other, clients=1, streams=1)
        assert stream.restarts == 0
    assert "Traceback" not in running.log.read_text()


def test_a_client_that_stops_reading(start_daemon: Any) -> None:
    running = start_daemon("--quality", "warp", "--shared-memory", "off", *SOON)
    with RawPeer(running.address) as deaf, running.client() as other, other.open("ben", size=64) as stream:
        deaf.ask(HELLO)
        deaf.ask({**OPEN, "size": 512, "fps": 60})
        deaf.send(zmtp.encode_message([msgpack.packb({"type": "idle", "stream": 1})]))
        assert len(list(itertools.islice(stream.idle(), 30))) == 30
        until(other, clients=1, streams=1)


@pytest.mark.skipif(sys.platform != "linux", reason="open files are counted in /proc")
def test_silent_connections_come_free_and_shut_nobody_out(start_daemon: Any) -> None:
    """Four hundred: half say nothing at all, half nothing after the greeting."""
    running = start_daemon("--quality", "warp", "--handshake-s", "1")
    host, port = running.address.removeprefix("tcp://").rsplit(":", 1)
    files = Path(f"/proc/{running.process.pid}/fd")
    with running.client() as client, client.open("ada", size=64) as stream:
        stream.render(FaceState())
        before = len(list(files.iterdir()))
        silent = [socket.create_connection((host, int(port)), timeout=PATIENCE_S) for _ in range(400)]
        for one in silent[::2]:
            one.sendall(zmtp.GREETING)
        assert stream.render(FaceState()).pixels.any()
        with running.client() as late:
            assert late.ping() > 0
        for one in silent:
            while one.recv(64):
                pass  # the daemon's own greeting; then it hangs up
            one.close()
        deadline_s = time.monotonic() + PATIENCE_S
        while len(list(files.iterdir())) > before:
            assert time.monotonic() < deadline_s
        assert stream.render(FaceState()).pixels.any() and stream.restarts == 0


def test_a_daemon_that_was_asleep(start_daemon: Any) -> None:
    """A laptop is closed for longer than heartbeats wait: then streams go on, and what was missed is left out."""
    running = start_daemon("--quality", "warp", *SOON)
    with running.client() as client, client.open("ada", size=64) as stream:
        idle = stream.idle()
        before = [next(idle) for _ in range(5)][-1]
        running.process.send_signal(signal.SIGSTOP)
        asleep_until_s = time.monotonic() + 2.0
        while time.monotonic() < asleep_until_s:  # the client goes on listening
            client.connection.receive(asleep_until_s)
        running.process.send_signal(signal.SIGCONT)
        after = [next(idle) for _ in range(20)]
        assert stream.restarts <= 1
        numbers = [before.sequence, *(frame.sequence for frame in after)]
        steps = [later - earlier for earlier, later in itertools.pairwise(numbers)]
        if stream.restarts:
            assert min(steps) < 0, "it begins anew"
        else:
            assert max(steps) >= 40, "frames of that time are left out"
    assert running.process.poll() is None


def test_a_client_that_was_asleep(start_daemon: Any) -> None:
    running = start_daemon("--quality", "warp", *SOON)
    with (
        running.client() as other,
        subprocess.Popen([sys.executable, "-c", CLIENT, running.address, "auto"], stdout=subprocess.PIPE) as client,
    ):
        assert client.stdout is not None
        client.stdout.readline()
        client.send_signal(signal.SIGSTOP)
        until(other, clients=1)
        os.set_blocking(client.stdout.fileno(), False)
        while client.stdout.read(1 << 16):
            pass
        os.set_blocking(client.stdout.fileno(), True)
        client.send_signal(signal.SIGCONT)
        for _ in range(15):
            assert client.stdout.readline() == b"frame\n"
        client.kill()
