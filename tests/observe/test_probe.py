"""Asking for health where a proxy is set, or where something else answers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from npcface.observe.http import Answer, Pages
from npcface.observe.probe import problems


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """Something on a port that says this to the first who comes."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def once() -> None:
            one, _ = server.accept()
            with one:
                one.recv(1000)
                one.sendall(answer)

        thread = threading.Thread(target=once, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join(10.0)


def test_no_proxy_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    pages = Pages("127.0.0.1", 0, {"/healthz": lambda: Answer(200, "text/plain", "ok\n")})
    try:
        assert problems(pages.address) == []
    finally:
        pages.close()


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"\xff\x00\x01\r\n\r\n",
        b"",
        b"HTTP/1.1 503 No\r\nContent-Length: 900\r\n\r\n{",
    ],
)
def test_what_is_no_http_is_a_problem_and_no_exception(answer: bytes) -> None:
    with answering(answer) as address:
        (problem,) = problems(address, timeout_s=5.0)
    assert address in problem
