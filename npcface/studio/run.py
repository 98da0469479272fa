"""From settings to a running studio, and back to nothing when a signal comes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import threading
import webbrowser
from collections.abc import Iterator

import uvicorn

from npcface.studio.app import make_app
from npcface.studio.settings import Settings, StudioError
from npcface.studio.studio import Studio

_MOST_BYTES_OF_A_MESSAGE = 1024 * 1024
_GOODBYE_S = 3


def run(settings: Settings, *, browser: bool = True) -> None:
    """Serve until SIGINT, SIGTERM or Ctrl-Break; prints ``npcface-studio-ready URL pid=PID`` when it listens.

    Args:
        settings: what to serve.
        browser: open the page.

    Raises:
        StudioError: it cannot start.
    """
    with _listening(settings.checked()) as listener:
        asyncio.run(_serve(settings, listener, browser))


async def _serve(settings: Settings, listener: socket.socket, browser: bool) -> None:
    port = listener.getsockname()[1]
    studio = Studio(settings)
    try:
        await studio.daemon.start()
        config = uvicorn.Config(
            make_app(studio, port), log_level="warning", access_log=False, lifespan="off", server_header=False,
            ws_max_size=_MOST_BYTES_OF_A_MESSAGE, ws_per_message_deflate=False,  # pixels do not shrink in time
            timeout_graceful_shutdown=_GOODBYE_S, h11_max_incomplete_event_size=16 * 1024,
        )  # fmt: skip
        with _signals_ignored_at_the_end():
            await _Announced(config, f"http://{settings.shown_host}:{port}", browser).serve([listener])
    finally:
        await studio.close()


class _Announced(uvicorn.Server):
    """Says where it listens when it does."""

    def __init__(self, config: uvicorn.Config, address: str, browser: bool) -> None:
        super().__init__(config)
        self._address, self._browser = address, browser

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(f"npcface-studio-ready {self._address} pid={os.getpid()}", flush=True)
            if self._browser:
                # not waited for: a browser in the terminal returns when it is closed
                threading.Thread(target=webbrowser.open, args=(self._address,), daemon=True).start()


@contextlib.contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    """A bound socket: the port has to be known before the first request is judged."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as listener:
        if os.name != "nt":  # there it would let two programs share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
        except OSError as error:
            raise StudioError(
                f"The studio cannot listen on {settings.host}:{settings.port}: {error.strerror}.",
                "Is it running already? --port 0 takes a free port.",
            ) from None
        yield listener


@contextlib.contextmanager
def _signals_ignored_at_the_end() -> Iterator[None]:
    """uvicorn stops at a signal and raises it once more when it has stopped: by then it has done its work."""
    names = [name for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), lambda number, frame: None) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)
