"""The pages stay reachable, whoever else keeps connections open."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from npcface.observe import http
from npcface.observe.http import Answer, Pages
from npcface.observe.probe import problems
from tests.observe.conftest import fetch

LARGE = 16_000_000  # bytes: more than a socket holds


@pytest.fixture
def pages() -> Iterator[Pages]:
    go_on = threading.Event()

    def held() -> Answer:
        go_on.wait(30.0)
        return Answer(200, "text/plain", "late\n")

    def large() -> Answer:
        return Answer(200, "text/plain", "x" * LARGE)

    served = Pages(
        "127.0.0.1", 0, {"/healthz": lambda: Answer(200, "text/plain", "ok\n"), "/held": held, "/large": large}
    )
    try:
        yield served
    finally:
        go_on.set()
        served.close()


@contextlib.contextmanager
def connected(pages: Pages, count: int, said: bytes) -> Iterator[list[socket.socket]]:
    host, _, port = pages.address.removeprefix("http://").partition(":")
    with contextlib.ExitStack() as stack:
        sockets = [
            stack.enter_context(contextlib.closing(socket.create_connection((host, int(port))))) for _ in range(count)
        ]
        for one in sockets:
            one.sendall(said)
        yield sockets


def ended(one: socket.socket, within_s: float) -> bool:
    """Whether the other side hangs up while a byte of a header is sent now and then."""
    one.settimeout(0.05)
    until_s = time.monotonic() + within_s
    while time.monotonic() < until_s:
        try:
            one.sendall(b"x")
            if not one.recv(100):
                return True
        except TimeoutError:
            continue
        except OSError:
            return True
    return False


def test_sockets_that_trickle_keep_nobody_out(pages: Pages) -> None:
    until_s = time.monotonic() + 1.5 * http.CLIENT_S
    with connected(pages, http.AT_ONCE, b"GET /healthz HTTP/1.0\r\nA: ") as sockets:
        while time.monotonic() < until_s:
            assert problems(pages.address) == []
            for one in sockets:
                with contextlib.suppress(OSError):  # cut, for somebody else
                    one.sendall(b"a")
            time.sleep(0.1)


def test_a_socket_that_trickles_is_cut(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "CLIENT_S", 0.4)
    with connected(pages, 1, b"GET /healthz HTTP/1.0\r\nA: ") as (one,):
        assert not ended(one, within_s=0.2)
        assert ended(one, within_s=10.0)


def test_who_does_not_take_the_answer_keeps_nobody_out(pages: Pages) -> None:
    with connected(pages, http.AT_ONCE, b"GET /large HTTP/1.0\r\n\r\n") as sockets:
        for one in sockets:
            assert one.recv(9) == b"HTTP/1.0 "  # all are being written to
        assert problems(pages.address) == []


def test_what_is_being_answered_is_not_cut(pages: Pages) -> None:
    with connected(pages, http.AT_ONCE, b"GET /held HTTP/1.0\r\n\r\n") as sockets:
        time.sleep(0.3)
        assert "does not answer" in problems(pages.address)[0]
        sockets[0].settimeout(0.1)
        with pytest.raises(TimeoutError):
            sockets[0].recv(1)


def test_an_answer_that_is_large_arrives_whole(pages: Pages) -> None:
    assert len(fetch(f"{pages.address}/large")[1]) == LARGE
