"""A small HTTP server: GET of a few pages, a few at a time, never for long. Standard library only."""

from __future__ import annotations

import ipaddress
import os
import socket
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from npcface.serve.config import StartupError, is_loopback

AT_ONCE = 8
"""Connections; further ones are closed at once."""
TIMEOUT_S = 5.0
"""For a client to say what it wants."""


class Answer(NamedTuple):
    """A page."""

    status: int
    content_type: str
    body: str


class Pages:
    """Answers in threads of its own.

    Args:
        host: address to listen on.
        port: 0 = any free one.
        routes: path → what makes the page.

    Attributes:
        address: such as ``http://127.0.0.1:9747``.

    Raises:
        StartupError: the address is taken or not of this machine.
    """

    def __init__(self, host: str, port: int, routes: Mapping[str, Callable[[], Answer]]) -> None:
        kind = _Server6 if ":" in host else _Server
        try:
            self._server = kind((host, port), _handler(routes, local=is_loopback(host)))
        except OSError as error:
            raise StartupError(
                f"Metrics cannot be shown on {host} port {port}: {error.strerror or error}.",
                "Choose another metrics_port (0 takes any free one).",
            ) from None
        shown = f"[{host}]" if ":" in host else host
        self.address = f"http://{shown}:{self._server.server_address[1]}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.2,), name="npcface-monitor", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop listening; what is being answered is finished or cut."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = os.name != "nt"  # there it would let two processes have the same port
    block_on_close = False
    request_queue_size = AT_ONCE

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._free = threading.BoundedSemaphore(AT_ONCE)
        super().__init__(address, handler)

    def server_bind(self) -> None:
        """As usual, but without asking a name server who this is."""
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asks may hang up."""


class _Server6(_Server):
    address_family = socket.AF_INET6


def _handler(routes: Mapping[str, Callable[[], Answer]], *, local: bool) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = TIMEOUT_S
        server_version, sys_version = "npcface", ""

        def do_GET(self) -> None:
            make = routes.get(self.path.partition("?")[0])
            if local and not _is_here(self.headers.get("Host", "")):
                answer = Answer(403, "text/plain; charset=utf-8", "Ask by an address of this machine.\n")
            elif make is None:
                answer = Answer(404, "text/plain; charset=utf-8", "".join(f"{path}\n" for path in routes))
            else:
                answer = make()
            body = answer.body.encode()
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("X-Content-Type-Options", "nosniff")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_HEAD = do_GET

        def log_message(self, format: str, *args: Any) -> None:
            """Not a line for each scrape."""

    return Handler


def _is_here(host: str) -> bool:
    """Whether a browser was really sent to this machine, and not to a name that was made to point here."""
    name = host.rpartition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return not name  # HTTP/1.0 without a Host: no browser
