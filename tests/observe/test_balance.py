"""Every frame is accounted for: made to end in every way there is, and the books still balance, at every look."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from npcface.observe import Balance, balance
from npcface.observe.account import REASONS
from tests.observe.conftest import Watched
from tests.serve.peer import Peer

TOKEN = "open-sesame"


def peer(watched: Watched, **options: Any) -> Peer:
    return Peer(watched.address, token=TOKEN, **options)


def opening(number: int, **options: Any) -> dict[str, Any]:
    return {"type": "open", "stream": number, "character": "ada", "size": 64, "quality": "warp", **options}


@contextmanager
def looked_at(watched: Watched) -> Iterator[list[Balance]]:
    """Somebody looks again and again meanwhile; every look must balance, as a whole and stream by stream."""
    looks: list[Balance] = []
    wrong: list[Any] = []
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set() or len(looks) < 2:  # on a busy machine it may be over before the first
            looks.append(watched.balance())
            each = watched.streams()
            wrong.extend(one for one in [looks[-1], *each.values()] if one.missing)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield looks
    finally:
        stop.set()
        thread.join()
    assert wrong == [] and len(looks) > 1


def dropped(watched: Watched, reason: str) -> int:
    return watched.balance().dropped[reason]


def until_dropped(watched: Watched, reason: str, more_than: int) -> None:
    deadline = time.monotonic() + 20.0
    while dropped(watched, reason) <= more_than:
        assert time.monotonic() < deadline, f"no frame was dropped as {reason}"


def test_lock_step_frames_are_asked_and_sent(watched: Watched) -> None:
    before = watched.balance()
    with peer(watched) as client:
        client.ask(opening(1), "opened")
        for sequence in range(5):
            client.ask({"type": "state", "stream": 1, "sequence": sequence}, "frame")
        (own,) = watched.streams().values()
        assert (own.asked, own.sent, own.due, own.missing) == (5, 5, 0, 0)
    after = watched.balance()
    assert (after.asked - before.asked, after.sent - before.sent) == (5, 5)


def test_states_overtaken_while_waiting_or_while_the_character_is_read_are_superseded(watched: Watched) -> None:
    before = dropped(watched, "superseded")
    with looked_at(watched), peer(watched) as client:
        client.send({**opening(1), "character": "ben"})
        for sequence in range(30):
            client.send({"type": "state", "stream": 1, "sequence": sequence})
        client.receive("opened")
        while client.receive("frame")["sequence"] != 29:
            pass
        for sequence in range(30, 90):
            client.send({"type": "state", "stream": 1, "sequence": sequence})
        while client.receive("frame")["sequence"] != 89:
            pass
        (own,) = watched.streams().values()
        assert own.asked == 90 and own.sent + own.dropped["superseded"] == 90
    assert dropped(watched, "superseded") - before == own.dropped["superseded"] > 0


def test_what_waits_when_a_line_begins_again_or_stops_is_outdated(watched: Watched) -> None:
    with looked_at(watched), peer(watched) as client:
        client.ask(opening(1, fps=120.0), "opened")
        before = dropped(watched, "outdated")
        while dropped(watched, "outdated") - before < 3:
            client.send({"type": "state", "stream": 1, "sequence": 1})
            client.send({"type": "idle", "stream": 1})
            client.send({"type": "state", "stream": 1, "sequence": 2})
            client.send({"type": "stop", "stream": 1})
            client.ask({"type": "ping"}, "pong")


def test_frames_that_come_too_late_or_are_left_out_are_counted(watched: Watched) -> None:
    late, skipped = dropped(watched, "late"), dropped(watched, "skipped")
    with looked_at(watched), peer(watched) as client:
        for number in range(24):
            client.ask(opening(number, fps=120.0, size=512, quality="neural"), "opened")
            client.ask({"type": "idle", "stream": number}, "done")
        until_dropped(watched, "late", late)
        until_dropped(watched, "skipped", skipped)
        client.ask({"type": "bye"}, "done")


def test_a_client_that_does_not_read_and_then_dies(watched: Watched) -> None:
    unsent, closed = dropped(watched, "unsent"), dropped(watched, "closed")
    with looked_at(watched):
        client = peer(watched, receive_queue=1)
        client.socket.linger = 0
        for number in range(3):
            client.ask(opening(number, fps=60.0, size=512), "opened")
            client.send({"type": "idle", "stream": number})
        until_dropped(watched, "unsent", unsent)
        client.socket.close()  # without a word
        client.context.term()
        until_dropped(watched, "closed", closed)
    assert watched.streams() == {}


def test_a_stream_that_is_closed_while_it_is_drawn(watched: Watched) -> None:
    closed = dropped(watched, "closed")
    with looked_at(watched), peer(watched) as client:
        while dropped(watched, "closed") == closed:
            client.ask(opening(1, size=512, quality="neural"), "opened")
            client.send({"type": "state", "stream": 1, "sequence": 1})
            client.ask({"type": "close", "stream": 1}, "closed")


def test_a_frame_that_fails_is_an_error(watched: Watched) -> None:
    before, told = dropped(watched, "error"), watched.balance().sent
    points = np.zeros((478, 2), np.float32)  # no face at all
    with looked_at(watched), peer(watched) as client:
        client.ask(opening(1), "opened")
        message = {"type": "landmarks", "stream": 1, "sequence": 1, "points": 478, "dims": 2, "width": 64, "height": 64}
        client.send(message, points.tobytes())
        answer = client.receive("error", "frame")
        assert (answer["type"], answer["sequence"]) == ("error", 1)
        assert (dropped(watched, "error"), watched.balance().sent) == (before + 1, told)
    assert watched.value(f'npcface_errors_total{{code="{answer["code"]}"}}') >= 1


def test_nothing_vanishes_whatever_clients_do(watched: Watched) -> None:
    """Three clients that do anything in any order, say hello again in the midst of it, and leave in both ways."""
    chance = random.Random(5)
    with looked_at(watched) as looks:
        clients = [peer(watched) for _ in range(3)]
        for step in range(400):
            client = chance.choice(clients)
            number, sequence = chance.randrange(3), step
            message = chance.choice(
                [
                    opening(number, fps=chance.choice([20.0, 60.0, 120.0]), character=chance.choice(["ada", "ben"])),
                    {"type": "state", "stream": number, "sequence": sequence},
                    {"type": "state", "stream": number, "sequence": sequence},
                    {"type": "idle", "stream": number},
                    {"type": "idle", "stream": number},
                    {"type": "emotion", "stream": number, "emotion": "joy"},
                    {"type": "stop", "stream": number},
                    {"type": "close", "stream": number},
                    {"type": "hello", "protocol": "1.0.0", "token": TOKEN},
                ]
            )
            client.send(message)
            if chance.random() < 0.3:
                client.ask({"type": "ping"}, "pong")
        for client in clients[1:]:
            client.ask({"type": "bye"}, "done")
        for client in clients:
            client.__exit__(None, None, None)
    assert looks[-1].sent > looks[0].sent


def test_in_the_end_nothing_is_in_flight(watched: Watched) -> None:
    deadline = time.monotonic() + 20.0
    while watched.value("npcface_clients") or sum((found := watched.balance()).in_flight.values()):
        assert time.monotonic() < deadline, "a client that left is still there"
    found = watched.balance()
    assert found.missing == 0
    assert {reason for reason, count in found.dropped.items() if count} >= set(REASONS) - {"untold"}


def test_a_page_without_frames_is_refused() -> None:
    with pytest.raises(ValueError, match="/metrics"):
        balance("hello")
