"""Speakers, a relay, a bad line and listeners, each on real sockets, up to a real daemon's texture."""

from __future__ import annotations

import contextlib
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
import zmq

from npcface.access.door import Door
from npcface.errors import DependencyError, StateError
from npcface.relay import FaceEncoder, Listener, Playout, Relay, Speaker
from npcface.relay.listener import show
from npcface.relay.playout import Playing
from npcface.state import FaceState

FREE = "tcp://127.0.0.1:0"


@contextmanager
def running(body: Any) -> Iterator[None]:
    """Run ``body(stop)`` in a thread."""
    stop = threading.Event()
    thread = threading.Thread(target=body, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(10)


@pytest.fixture
def relay() -> Iterator[Relay]:
    with Relay(FREE, FREE) as made, running(made.run):
        yield made


@contextmanager
def bad_line(address: str, loss: float, seed: int = 20) -> Iterator[tuple[str, list[int]]]:
    """A forwarder that loses a share of the packets: its address, and how many it let through and lost."""
    with zmq.Context() as context, context.socket(zmq.SUB) as near, context.socket(zmq.PUB) as far:
        near.connect(address)
        near.subscribe(b"")
        far.bind(FREE)
        counts, chance = [0, 0], random.Random(seed)

        def forward(stop: threading.Event) -> None:
            while not stop.is_set():
                if near.poll(20):
                    message = near.recv_multipart()
                    lost = chance.random() < loss
                    counts[lost] += 1
                    if not lost:
                        far.send_multipart(message)

        with running(forward):
            yield far.getsockopt_string(zmq.LAST_ENDPOINT), counts


def jaw(t: float) -> float:
    """A jaw that opens and shuts once in two seconds."""
    return abs(t % 2.0 - 1.0)


def speak(relay: Relay, name: str, stop: threading.Event, **options: int) -> None:
    """30 faces a second until told to stop; the head's yaw tells who it is."""
    with Speaker(name, relay.listening, FaceEncoder(**options)) as speaker:
        while not stop.is_set():
            now = time.monotonic()
            speaker.send(FaceState.of({"jawOpen": jaw(now)}, head=(len(name), 0.0, 0.0)), now)
            time.sleep(1 / 30)


def watch(listener: Listener, name: str, seconds: float) -> list[tuple[float, FaceState]]:
    """Faces as a game at 60 Hz shows them, from the first that came."""
    heard, seen = listener.listen(name, Playout(hold_s=5.0)), []  # this machine may be busy for a while
    deadline = time.monotonic() + 10.0
    end = None
    while time.monotonic() < (end or deadline):
        listener.poll()
        face = listener.face(name)
        if heard.playout.playing is not Playing.NOTHING:
            end = end or time.monotonic() + seconds
            seen.append((time.monotonic(), face))
        time.sleep(1 / 60)
    return seen


def test_two_speakers_are_told_apart_and_stay_in_step_over_a_line_that_loses_a_fifth(relay: Relay) -> None:
    with (
        running(lambda stop: speak(relay, "ada", stop)),
        running(lambda stop: speak(relay, "adamant", stop)),
        bad_line(relay.publishing, 0.2) as (address, counts),
        Listener(address) as listener,
    ):
        other = listener.listen("adamant")
        seen = watch(listener, "ada", 4.0)
        heard = listener.listen("nobody-speaks")
        listener.poll()
        assert heard.faces == 0 and heard.playout.playing is Playing.NOTHING
        assert other.playout.face(time.monotonic()).head[0] == pytest.approx(7.0)
    passed, lost = counts
    assert 0.1 < lost / (passed + lost) < 0.3
    assert other.broken == 0 and other.faces > 60
    settled = seen[30:]  # a subscription reaches its publisher in its own time
    assert {float(face.head[0]) for _, face in settled} == {3.0}
    late = [min(abs(face["jawOpen"] - jaw(now - d)) for d in np.arange(0.09, 0.2, 0.005)) for now, face in settled]
    assert float(np.median(late)) < 0.01, "what is shown is what was said about 0.1 s ago"
    assert np.quantile(late, 0.95) < 0.2, "also where packets are missing"


def test_what_is_shown_when_a_speaker_falls_silent_and_comes_back(relay: Relay) -> None:
    with Listener(relay.publishing) as listener:
        heard = listener.listen("ada", Playout(hold_s=0.1, ease_s=0.1))
        for _ in range(2):  # the second time with another encoder: another run
            with running(lambda stop: speak(relay, "ada", stop)):
                deadline = time.monotonic() + 10.0
                while heard.playout.playing is not Playing.FACES or listener.face("ada").head[0] != 3.0:
                    listener.poll()
                    listener.face("ada")
                    assert time.monotonic() < deadline
                    time.sleep(0.01)
            time.sleep(0.6)
            listener.poll()
            listener.face("ada")
            time.sleep(0.6)
            assert np.abs(listener.face("ada").head).max() == 0.0
            assert str(heard.playout.playing) == "resting"
        listener.leave("ada")
        with pytest.raises(StateError, match="listen"):
            listener.face("ada")


def test_rubbish_is_refused_by_the_relay_and_counted_by_the_listener(relay: Relay) -> None:
    packet = FaceEncoder().encode(FaceState(), 0.0)
    with zmq.Context() as context, context.socket(zmq.PUSH) as rude, Listener(relay.publishing) as listener:
        rude.connect(relay.listening)
        heard = listener.listen("ada")
        deadline = time.monotonic() + 10.0
        while heard.faces + heard.duplicates < 1:  # until the subscription is there
            rude.send_multipart([b"ada", packet])
            time.sleep(0.02)
            listener.poll()
            assert time.monotonic() < deadline
        bad = ([b"ada"], [b"Ada/", packet], [b"", packet], [b"ada", b""], [b"ada", b"\0" * 20], [b"ada", packet, b"x"])
        for message in bad:
            rude.send_multipart(list(message))
        rude.send_multipart([b"ada", packet[:5] + b"\xff" * 9])  # looks like one from outside
        while heard.broken < 1:
            listener.poll()
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert relay.relayed.refused == len(bad)
        assert listener.face("ada") is not None
        rude.send_multipart([b"ada", bytes(100_000)])  # closes the connection; ZeroMQ opens it again
        another = FaceEncoder(run=1).encode(FaceState(), 0.0)
        before = heard.faces
        while heard.faces == before:
            rude.send_multipart([b"ada", another])
            listener.poll()
            assert time.monotonic() < deadline + 10.0
            time.sleep(0.02)


def test_a_server_that_knows_who_sent_what_publishes_by_itself() -> None:
    encoder = FaceEncoder()
    with Relay(FREE, FREE) as relay, Listener(relay.publishing) as listener:
        heard = listener.listen("ada")
        deadline = time.monotonic() + 10.0
        while heard.faces == 0:
            relay.publish("ada", encoder.encode(FaceState(), time.monotonic()))
            listener.poll()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        with pytest.raises(StateError, match="speaker's name"):
            relay.publish("../ada", b"")


def test_addresses_and_names_are_checked() -> None:
    with Relay(FREE, FREE) as relay:
        with pytest.raises(DependencyError, match="cannot listen"):
            Relay(relay.listening, FREE)
        for make in (Speaker, lambda name, address: Listener(address)):
            with pytest.raises(StateError, match="no address"):
                make("ada", "nowhere")
        with pytest.raises(StateError, match="speaker's name"):
            Speaker("Ada Lovelace", relay.listening)


def test_a_speaker_without_a_relay_never_waits() -> None:
    with Speaker("ada", "tcp://127.0.0.1:9") as speaker:
        began = time.monotonic()
        for _ in range(100):
            speaker.send(FaceState())
        assert speaker.dropped >= 60 and time.monotonic() - began < 2.0


def test_the_command_line_relay_passes_faces_on_and_ends_when_told() -> None:
    command = [sys.executable, "-m", "npcface", "relay", "--listen", FREE, "--publish", FREE]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stderr is not None
        word, listening, publishing, pid = process.stdout.readline().split()
        assert (word, pid) == ("npcface-relay-ready", f"pid={process.pid}")
        with Speaker("ada", listening) as speaker, Listener(publishing) as listener:
            heard = listener.listen("ada")
            deadline = time.monotonic() + 10.0
            while heard.faces == 0:
                speaker.send(FaceState.of({"jawOpen": 1.0}))
                listener.poll()
                assert time.monotonic() < deadline
                time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert "packets passed on" in process.stderr.read()


def test_a_daemon_draws_the_speaker_over_a_line_that_loses_a_fifth(relay: Relay, start_daemon: Any) -> None:
    """The texture is the one the daemon draws of the speaker's own face; the mouth really moves."""
    daemon = start_daemon("--quality", "warp", "--threads", "1")
    wide = FaceState.of({"jawOpen": 0.75}, head=(8.0, 0.0, 0.0))  # exact on the wire

    def hold(stop: threading.Event) -> None:
        with Speaker("ada", relay.listening) as speaker:
            while not stop.is_set():
                speaker.send(wide)
                time.sleep(1 / 30)

    with (
        daemon.client() as client,
        bad_line(relay.publishing, 0.2) as (address, counts),
        Listener(address) as listener,
    ):
        stream = client.open("ada", size=64)
        expected = [stream.render(state).pixels for state in (FaceState(), wide)]
        assert not np.array_equal(*expected)
        heard = listener.listen("ada", Playout(hold_s=1.0, ease_s=0.1))
        with running(hold):
            shown = [frames[0].pixels for frames in islice(show(listener, [("ada", stream)]), 60)]
        assert counts[1] > 0 and heard.faces > 20
        assert np.array_equal(shown[0], expected[0]), "neutral before anything came"
        assert np.array_equal(shown[-1], expected[1])
        after = (frames[0].pixels for frames in islice(show(listener, [("ada", stream)]), 300))
        assert any(np.array_equal(pixels, expected[0]) for pixels in after), "at rest after a second of silence"


def test_a_web_page_is_no_speaker(relay: Relay) -> None:
    """To ZMTP 1, which has no handshake, an HTTP request is a frame of the length that its first letter is."""
    packet = FaceEncoder().encode(FaceState(), 0.0)
    head = b"POST / HTTP/1.1\r\nX: ".ljust(81, b"x")
    host, port = relay.listening.removeprefix("tcp://").rsplit(":", 1)
    with Speaker("ben", relay.listening) as speaker, Listener(relay.publishing) as listener:
        page_s, heard = listener.listen("ada"), listener.listen("ben")
        while heard.faces < 3:  # from here on subscriptions have arrived
            speaker.send(FaceState())
            listener.poll()
        with socket.create_connection((host, int(port)), timeout=30) as page, contextlib.suppress(ConnectionError):
            page.sendall(head + bytes([4, 1]) + b"ada" + bytes([len(packet) + 1, 0]) + packet)
            page.settimeout(0.5)
            with contextlib.suppress(TimeoutError):
                while page.recv(1 << 16):
                    pass
        before = heard.faces
        while heard.faces < before + 3:
            speaker.send(FaceState())
            listener.poll()
        assert page_s.faces == 0


@pytest.mark.skipif(not zmq.has("ipc"), reason="ZeroMQ has no ipc here")
def test_a_relay_without_tcp() -> None:
    with (
        TemporaryDirectory() as folder,
        Relay(f"ipc://{folder}/in", f"ipc://{folder}/out") as made,
        running(made.run),
        Listener(made.publishing) as listener,
        running(lambda stop: speak(made, "ada", stop)),
    ):
        assert watch(listener, "ada", 0.1)


def test_whatever_keeps_a_relay_from_starting_leaves_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Door] = []

    def start(door: Door) -> None:
        opened.append(door)
        raise ValueError("no number")

    monkeypatch.setattr(Door, "start", start)
    with pytest.raises(ValueError, match="no number"):
        Relay(FREE, FREE)
    assert opened[0]._zap.closed and all(socket.closed for socket in opened[0]._guarded)
