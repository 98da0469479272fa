"""What the daemon shows over HTTP: metrics, health and slow frames, from a thread of its own.

The thread never touches the daemon's state. It asks for a snapshot, which the main loop takes between two ticks, and it
reads a few signs of life. So it still answers, and says so, when the main loop hangs.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from npcface.observe import snapshot as snapshots
from npcface.observe.exposition import CONTENT_TYPE, text
from npcface.observe.health import RESTARTS_ENV, Pulse, unhealthy, unready
from npcface.observe.http import Answer, Pages
from npcface.observe.metrics import Moment, families, stream_families
from npcface.observe.slow import chrome_trace
from npcface.observe.snapshot import Snapshot

if TYPE_CHECKING:
    from npcface.render import Renderer
    from npcface.serve.config import Config
    from npcface.serve.server import Server

SNAPSHOT_WAIT_S = 1.0


class Monitor:
    """Pages over one server.

    Args:
        config: ``metrics_host``, ``metrics_port``, ``health_timeout_s``.
        pulse: of the main loop.
        places: stores, looked at when readiness is asked for.
        renderer: what draws.
        quality: of streams that ask for auto.

    Attributes:
        address: such as ``http://127.0.0.1:9747``.

    Raises:
        StartupError: it cannot listen there.
    """

    def __init__(self, config: Config, pulse: Pulse, places: Sequence[Path], renderer: Renderer, quality: str) -> None:
        self._pulse, self._places, self._timeout_s = pulse, places, config.health_timeout_s
        self._started_s = time.time()
        self._restarts = _restarts(os.environ)
        self._renderer, self._quality = renderer, quality
        self._asking = threading.Lock()
        self._wanted = False
        self._taken = threading.Event()
        self._latest: Snapshot | None = None
        routes: dict[str, Callable[[], Answer]] = {
            "/metrics": self._metrics,
            "/metrics/streams": self._streams,
            "/healthz": self._healthz,
            "/readyz": self._readyz,
            "/debug/slow": self._slow,
        }
        self._pages = Pages(config.metrics_host, config.metrics_port, routes)
        self.address = self._pages.address

    def look(self, server: Server) -> None:
        """Main loop, between two ticks: take a snapshot if one is wanted."""
        if self._wanted:
            self._wanted = False
            self._latest = snapshots.take(server)
            self._taken.set()

    def close(self) -> None:
        """Stop answering."""
        self._pages.close()

    def _snapshot(self) -> Snapshot | None:
        """A fresh one, or the last one if the main loop does not come by; None before the first."""
        with self._asking:
            self._taken.clear()
            self._wanted = True
            self._taken.wait(SNAPSHOT_WAIT_S)
            return self._latest

    def _moment(self) -> Moment:
        renderer = self._renderer  # two attributes that are values: any thread may look
        return Moment(
            alive=not unhealthy(self._pulse, self._timeout_s),
            ready=not unready(self._pulse, self._places, self._timeout_s),
            loop_age_s=self._pulse.age_s(),
            started_s=self._started_s,
            restarts=self._restarts,
            renderer=(renderer.provider, "native" if renderer.compiled else "graphs", self._quality),
            compiled=renderer.compiled or renderer.provider != "cpu",
        )

    def _metrics(self) -> Answer:
        if (snapshot := self._snapshot()) is None:
            return _ABSENT
        return Answer(200, CONTENT_TYPE, text(families(snapshot, self._moment())))

    def _streams(self) -> Answer:
        if (snapshot := self._snapshot()) is None:
            return _ABSENT
        return Answer(200, CONTENT_TYPE, text(stream_families(snapshot)))

    def _healthz(self) -> Answer:
        problem = unhealthy(self._pulse, self._timeout_s)
        return _verdict([problem] if problem else [], main_loop_age_s=round(self._pulse.age_s(), 3))

    def _readyz(self) -> Answer:
        return _verdict(unready(self._pulse, self._places, self._timeout_s))

    def _slow(self) -> Answer:
        if (snapshot := self._snapshot()) is None:
            return _ABSENT
        return Answer(200, "application/json", json.dumps(chrome_trace(snapshot.slow)))


_ABSENT = Answer(503, "text/plain; charset=utf-8", "The main loop has not taken a snapshot yet.\n")


def _verdict(problems: list[str], **facts: float) -> Answer:
    document = {"ok": not problems, "problems": problems, **facts}
    return Answer(503 if problems else 200, "application/json", json.dumps(document) + "\n")


def _restarts(environment: Mapping[str, str]) -> int:
    given = environment.get(RESTARTS_ENV, "0")
    return int(given) if given.isdecimal() else 0
