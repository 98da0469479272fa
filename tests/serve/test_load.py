"""More than the machine can draw, through a real daemon with the real renderer: who keeps the rate, who gives way."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from statistics import median
from typing import Any

import pytest

from npcface.errors import ProtocolError
from npcface.serve import Config, Server
from npcface.serve.post import OUTBOX_MAX
from npcface.serve.session import PENDING_INPUTS_MAX
from npcface.state import FaceState
from npcface.wire.replies import Level
from npcface.wire.requests import Idle
from tests.serve.peer import Peer

IDLE_FPS = 120.0
CROWD_PX = 128
"""Size of the idle faces. Forty of them at ``IDLE_FPS`` are 25 times what a slow core draws (``load_wanted`` of the
daemon's figures; at 64 px 8 times). From twice what it draws on all of them are lowered, so any core will do."""
SPEAKING_FPS = 8.0
LINE = [["AA", 0.2 * step] for step in range(300)]


@pytest.fixture(scope="module")
def busy(character_store: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A daemon that takes enough streams to be overwhelmed; each test leaves it empty."""
    from tests.conftest import start

    log = tmp_path_factory.mktemp("busy") / "log.txt"
    running = start(character_store, log, "--quality", "warp", "--max-streams-per-client", "64", "--threads", "1")
    yield running
    assert running.stop() == 0, log.read_text()


def opened(peer: Peer, numbers: range, **options: Any) -> None:
    for number in numbers:
        character = ("ada", "ben")[number % 2]
        answer = peer.ask(
            {"type": "open", "stream": number, "character": character, "size": 64, "fps": IDLE_FPS, **options}, "opened"
        )
        assert answer["type"] == "opened", answer


def idle(peer: Peer, numbers: range, **options: Any) -> None:
    opened(peer, numbers, **{"size": CROWD_PX, **options})
    for number in numbers:
        peer.send({"type": "idle", "stream": number, "seed": number})


def speak(peer: Peer, number: int) -> None:
    opened(peer, range(number, number + 1), fps=SPEAKING_FPS)
    peer.send({"type": "speech", "stream": number, "alphabet": "arpabet", "phonemes": LINE, "final": False})


def watch(peer: Peer, seconds: float) -> dict[int, list[dict[str, Any]]]:
    """Frames and levels of each stream in the order in which they came."""
    came: dict[int, list[dict[str, Any]]] = defaultdict(list)
    end_s = time.monotonic() + seconds
    while time.monotonic() < end_s:
        if not peer.socket.poll(50):
            continue
        message = peer.receive()
        if message["type"] in ("frame", "level"):
            came[message["stream"]].append(message)
        assert message["type"] != "error", message
    return came


def until_lowered(peer: Peer, count: int) -> dict[int, list[dict[str, Any]]]:
    """Watch until so many streams have been told of a lower level."""
    came: dict[int, list[dict[str, Any]]] = defaultdict(list)
    deadline_s = time.monotonic() + 60.0
    while sum(any(one["type"] == "level" for one in messages) for messages in came.values()) < count:
        assert time.monotonic() < deadline_s, {stream: len(messages) for stream, messages in came.items()}
        for stream, messages in watch(peer, 0.5).items():
            came[stream] += messages
    return came


def frames(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in messages if one["type"] == "frame"]


def gaps(messages: list[dict[str, Any]]) -> list[int]:
    numbers = [one["sequence"] for one in frames(messages)]
    return [after - before for before, after in pairwise(numbers)]


def test_speakers_keep_their_rate_while_idle_faces_are_lowered_told_and_raised_again(busy: Any) -> None:
    idlers, speakers = range(1, 41), (50, 51)
    with Peer(busy.address, protocol="1.2.0") as peer:
        for number in speakers:
            speak(peer, number)
        idle(peer, idlers, size_min=64, importance=0.25)
        came = until_lowered(peer, len(idlers))
        for stream, messages in watch(peer, 4.0).items():
            came[stream] += messages
        for number in speakers:
            assert not [one for one in came[number] if one["type"] == "level"], "speakers are drawn as they were opened"
            assert median(gaps(came[number])) == 1, "and miss no frame"
        for number in idlers:
            check_told(came[number], size=CROWD_PX, fps=IDLE_FPS)
        figures = peer.ask({"type": "stats"}, "figures")
        assert figures["load_wanted"] > figures["load"] > 0.0 and figures["lowered"] >= len(idlers)
        assert figures["skipped"] > 0 and sum(figures["levels"].values()) == len(idlers) + len(speakers)
        own = {one["stream"]: one for one in figures["own_streams"]}
        assert all(own[number]["level"] == 0 and own[number]["lowered"] == 0 for number in speakers)
        assert all(own[number]["level"] > 0 and own[number]["lowered"] > 0 for number in idlers)

        for number in (*idlers[1:], 51):
            peer.send({"type": "close", "stream": number})
        peer.send({"type": "stop", "stream": 1})
        until_as_opened(peer, came, [1])
        last = [one for one in came[1] if one["type"] == "level"][-1]
        assert (last["width"], last["fps"], last["reason"]) == (CROWD_PX, IDLE_FPS, "room")
        peer.send({"type": "state", "stream": 1, "sequence": 9})
        while (frame := peer.receive("frame"))["stream"] != 1 or frame["sequence"] != 9:
            pass
        assert frame["width"] == CROWD_PX


def until_as_opened(peer: Peer, came: dict[int, list[dict[str, Any]]], streams: list[int]) -> None:
    """Watch until the last word on each of these streams is level 0."""
    deadline_s = time.monotonic() + 20.0
    while any([one for one in came[number] if one["type"] == "level"][-1]["level"] for number in streams):
        assert time.monotonic() < deadline_s
        for stream, messages in watch(peer, 0.3).items():
            came[stream] += messages


def check_told(messages: list[dict[str, Any]], size: int, fps: float) -> None:
    """Each frame has a size that was announced, and the stride of its level: but one may have been under way."""
    told = [{"width": size, "fps": fps}]
    since: list[int] = []  # numbers of the frames since the level changed
    for one in messages:
        if one["type"] == "level":
            assert one["reason"] in ("load", "room", "priority") and one["width"] == one["height"]
            told.append(one)
            since = []
            continue
        since.append(one["sequence"])
        assert one["width"] == one["height"] == told[-1]["width"] or len(since) == 1
        assert one["width"] in {level["width"] for level in told[-2:]}
        if len(since) > 2 and since[-2] > 0:
            assert (since[-1] - since[-2]) % round(fps / told[-1]["fps"]) == 0


def test_all_come_back_when_the_load_is_gone(busy: Any) -> None:
    with Peer(busy.address, protocol="1.2.0") as peer:
        slow = [60, 61]  # so slow that only their size can shrink
        idle(peer, range(60, 62), fps=4.0, size=80, size_min=64, importance=0.0)
        idle(peer, range(1, 41))
        came = until_lowered(peer, 42)
        for number in range(1, 41):
            peer.send({"type": "close", "stream": number})
        until_as_opened(peer, came, slow)
        for number in slow:
            came[number] += watch(peer, 1.0)[number]
            told = [(one["width"], one["reason"]) for one in came[number] if one["type"] == "level"]
            assert told[0] == (64, "load") and told[-1] == (80, "room")
            check_told(came[number], size=80, fps=4.0)
        assert peer.ask({"type": "stats"}, "figures")["levels"] == {"0": 2}


def test_a_face_that_becomes_important_is_raised_at_once_and_misses_nothing(busy: Any) -> None:
    with Peer(busy.address, protocol="1.2.0") as peer:
        # before the crowd: an answer is waited for, and levels that come meanwhile are not kept
        idle(peer, range(50, 51), size=64, fps=10.0, importance=0.0)
        idle(peer, range(1, 41), importance=0.25)
        came = until_lowered(peer, 41)
        peer.send({"type": "adjust", "request": 5, "stream": 50, "importance": 1.0})
        until_as_opened(peer, came, [50])
        last = [one for one in came[50] if one["type"] == "level"][-1]
        assert (last["fps"], last["reason"]) == (10.0, "priority")
        assert median(gaps(watch(peer, 3.0)[50])) == 1
        assert peer.ask({"type": "adjust", "stream": 99, "importance": 1.0})["code"] == "stream"
        assert peer.ask({"type": "adjust", "stream": 50, "importance": 1.5})["code"] == "protocol"


def test_the_python_client_tells_levels_and_sets_importance(busy: Any) -> None:
    told: list[Level] = []
    with busy.client() as client:
        stream = client.open("ada", 128, fps=60.0, size_min=64, importance=0.0)
        stream.on_level = told.append
        assert stream.importance == 0.0
        for _ in range(40):  # of the same client: another's crowd could not lower a face within its fair share
            crowd = client.open("ben", 128, fps=IDLE_FPS)
            client.connection.send(Idle(stream=crowd.id))
        deadline_s = time.monotonic() + 60.0
        for frame in stream.idle():
            assert frame.pixels.shape[0] in (128, 96, 64) and time.monotonic() < deadline_s
            if told and told[-1] == stream.level and frame.pixels.shape[0] == told[-1].width < 128:
                break
        assert told[0].reason == "load"
        stream.stop()
        stream.importance = 0.75
        assert (stream.importance, stream.options.importance) == (0.75, 0.75)
        with pytest.raises(ProtocolError):
            stream.importance = 2.0
        assert stream.render(FaceState()).pixels.shape == (128, 128, 4), "lock-step is never drawn less well"
        assert stream.level is None and told[-1].level == 0


def test_a_crowd_of_one_client_does_not_starve_the_pair_of_another(busy: Any) -> None:
    with Peer(busy.address, protocol="1.2.0") as crowd, Peer(busy.address, protocol="1.2.0") as pair:
        idle(crowd, range(1, 61))
        idle(pair, range(1, 3), size=64, fps=60.0)
        until_lowered(crowd, 60)
        before = [fps_of(peer) for peer in (crowd, pair)]
        end_s = time.monotonic() + 4.0
        while time.monotonic() < end_s:
            watch(crowd, 0.1)
            watch(pair, 0.1)
        crowd_frames, pair_frames = (fps_of(peer) - had for peer, had in zip((crowd, pair), before, strict=True))
        assert pair_frames / 2 > 2 * crowd_frames / 60, (crowd_frames, pair_frames)


def fps_of(peer: Peer) -> int:
    own = peer.ask({"type": "stats"}, "figures")["own_streams"]
    return sum(one["frames"] + one["unsent"] for one in own)


def test_an_old_client_is_lowered_in_silence_and_never_in_size(busy: Any) -> None:
    with Peer(busy.address, protocol="1.1.0") as peer:
        idle(peer, range(1, 41), size_min=64, importance=0.0)
        deadline_s = time.monotonic() + 60.0
        while peer.ask({"type": "stats"}, "figures")["levels"].get("0", 0) > 0:
            assert time.monotonic() < deadline_s
            watch(peer, 0.3)
        came = watch(peer, 1.5)
        assert came and all(
            one["type"] == "frame" and one["width"] == CROWD_PX for each in came.values() for one in each
        )


def test_nothing_grows_however_a_client_behaves(character_store: Any) -> None:
    """A server in this process, so that its queues can be counted while a client floods it and reads nothing."""
    server = Server(Config(characters=character_store, port=0, quality="warp"))
    server.startup()
    loop = threading.Thread(target=server.main_loop)
    loop.start()
    try:
        with Peer(server.endpoint, protocol="1.2.0", receive_queue=1) as flood:
            idle(flood, range(1, 21), size=64)
            seen = []
            for turn in range(60):
                for number in range(1, 21):
                    flood.send({"type": "adjust", "stream": number, "importance": turn % 5 / 4})
                    flood.send({"type": "emotion", "stream": number, "emotion": "happy", "strength": turn % 3 / 2})
                    flood.send({"type": "state" if turn % 4 == 3 else "idle", "stream": number, "sequence": turn})
                time.sleep(0.03)
                for session in list(server.sessions.values()):
                    streams = list(session.streams.values())
                    seen.append(len(streams))
                    assert len(session.outbox) <= OUTBOX_MAX + 1
                    assert all(len(stream.in_flight) <= server.config.frames_in_flight for stream in streams)
                    assert all(len(stream.inputs) <= PENDING_INPUTS_MAX for stream in streams)
                assert len(server.scheduler._ledger.had_s) <= 2 and len(server.scheduler._governor.marks) <= 2
                assert len(server.scheduler.cost.known()) <= 4
            assert seen and max(seen) == 20
        with Peer(server.endpoint) as other:
            assert other.ask({"type": "ping"}, "pong")["time_s"] > 0.0
    finally:
        server.should_exit = True
        loop.join(30.0)
        server.shutdown()
    assert not loop.is_alive()
