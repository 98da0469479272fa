"""A small HTTP server: GET of a few pages, a few at a time, never for long. Standard library only.

A supervisor ends a daemon whose health cannot be asked, so nobody may keep others out: who says nothing, says it a byte
at a time, or does not take the answer is cut after ``CLIENT_S``, and at once if somebody else needs the place.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import socket
import threading
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from npcface.access.rule import is_loopback
from npcface.serve.config import StartupError

AT_ONCE = 8
"""Connections. A further one takes the place of the oldest that waits for its client; if none does, it is closed."""
CLIENT_S = 2.0
"""For a client to say what it wants, in all, and again to take the answer."""
LOOK_S = 0.2
"""Between two looks at who has had its time."""


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
            target=self._server.serve_forever, args=(LOOK_S,), name="npcface-monitor", daemon=True
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
        self._open: dict[socket.socket, float | None] = {}  # → waits for its client since, None while it is answered
        self._changing = threading.Lock()
        super().__init__(address, handler)

    def server_bind(self) -> None:
        """As usual, but without asking a name server who this is."""
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self._has_place(request):
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except RuntimeError:  # no thread for it
            self._leave(request)
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._leave(request)

    def waits(self, request: socket.socket, for_client: bool) -> None:
        """Whether it is the client's turn now; not if it has been cut meanwhile."""
        with self._changing:
            if request in self._open:
                self._open[request] = time.monotonic() if for_client else None

    def service_actions(self) -> None:
        """Each ``LOOK_S``: cut who has had its time. A time-out of the socket would begin anew with every byte."""
        late_s = time.monotonic() - CLIENT_S
        with self._changing:
            for request in [one for one, since_s in self._open.items() if since_s is not None and since_s < late_s]:
                self._cut(request)

    def _has_place(self, request: socket.socket) -> bool:
        with self._changing:
            if len(self._open) >= AT_ONCE:
                slow = [(since_s, place) for place, since_s in enumerate(self._open.values()) if since_s is not None]
                if not slow:
                    return False
                self._cut(list(self._open)[min(slow)[1]])
            self._open[request] = time.monotonic()
            return True

    def _cut(self, request: socket.socket) -> None:
        """Its thread wakes, finds nothing more to read or nobody to write to, and closes it."""
        del self._open[request]
        with contextlib.suppress(OSError):  # closed already
            request.shutdown(socket.SHUT_RDWR)

    def _leave(self, request: socket.socket) -> None:
        with self._changing:
            self._open.pop(request, None)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asks may hang up."""


class _Server6(_Server):
    address_family = socket.AF_INET6


def _handler(routes: Mapping[str, Callable[[], Answer]], *, local: bool) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = CLIENT_S
        server_version, sys_version = "npcface", ""

        def do_GET(self) -> None:
            assert isinstance(self.server, _Server)
            self.server.waits(self.connection, for_client=False)
            make = routes.get(self.path.partition("?")[0])
            if local and not _is_here(self.headers.get("Host", "")):
                answer = Answer(403, "text/plain; charset=utf-8", "Ask by an address of this machine.\n")
            elif make is None:
                answer = Answer(404, "text/plain; charset=utf-8", "".join(f"{path}\n" for path in routes))
            else:
                answer = make()
            body = answer.body.encode()
            self.server.waits(self.connection, for_client=True)
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
