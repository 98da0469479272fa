"""One picture on the page: its stream of the daemon, and when the next frame is due.

Frames go out one by one: the next one is composed when its time has come, the one before is on its way, and the
page has drawn all but ``UNSEEN_MAX``. So a slow page or network gets fewer frames, and nothing piles up anywhere.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from npcface.client import Client, Stream
from npcface.client.client import DaemonLost, DaemonTimeout
from npcface.errors import NpcFaceError
from npcface.studio.daemon import OwnDaemon
from npcface.studio.messages import Open, ViewName, packed
from npcface.studio.problems import as_dict
from npcface.studio.stage import Stage

UNSEEN_MAX = 3
"""Frames that the page may not have acknowledged yet."""
_PAUSE_S = 0.1
"""Between two tries to reach a daemon that does not answer."""
SendFrame = Callable[[bytes], Awaitable[None]]
SendNote = Callable[[dict[str, Any]], Awaitable[None]]


class View:
    """View a or b of one page. ``show``, ``seen`` and ``run`` belong to the event loop; one thread of its own draws.

    Args:
        name: of the view.
        daemon: whose pictures.
        stage: what the face does.
        send_frame, send_note: to the page; they wait while it does not read.
    """

    def __init__(
        self, name: ViewName, daemon: OwnDaemon, stage: Stage, send_frame: SendFrame, send_note: SendNote
    ) -> None:
        self._name, self._daemon, self._stage = name, daemon, stage
        self._send_frame, self._send_note = send_frame, send_note
        self._thread = ThreadPoolExecutor(1, f"studio-view-{name}")  # a client belongs to one thread
        self._client: Client | None = None
        self._stream: Stream | None = None
        self._wanted: Open | None = None
        self._shown: Open | None = None
        self._woken = asyncio.Event()
        self._sent = self._seen = 0
        self._due_s = 0.0
        self._times_ms: list[float] = []

    def show(self, wanted: Open | None) -> None:
        """Show this, or nothing; of several wishes the last counts."""
        self._wanted = wanted
        self._woken.set()

    def seen(self, sequence: int) -> None:
        """The page has drawn a frame, and all before it."""
        self._seen = min(max(self._seen, sequence), self._sent)
        self._woken.set()

    def figures(self) -> tuple[int, float] | None:
        """Frames since the last call and their median way through the daemon in ms; None while nothing is shown."""
        times, self._times_ms = sorted(self._times_ms), []
        if self._shown is None:
            return None
        return len(times), times[len(times) // 2] if times else 0.0

    async def run(self) -> None:
        """Draw until cancelled."""
        try:
            while True:
                if self._wanted is not self._shown:
                    await self._change()
                elif self._stream is not None and self._may_draw():
                    await self._draw()
                else:
                    await self._sleep()
        finally:
            self._thread.submit(self._leave)
            self._thread.shutdown(wait=False)

    def _may_draw(self) -> bool:
        return self._sent - self._seen < UNSEEN_MAX and time.monotonic() >= self._due_s

    async def _sleep(self) -> None:
        """Until the next frame is due, or something has happened."""
        self._woken.clear()
        drawing = self._stream is not None and self._sent - self._seen < UNSEEN_MAX
        wait_s = max(self._due_s - time.monotonic(), 0.0) if drawing else None
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), wait_s)

    async def _change(self) -> None:
        """Open what is wanted; if it cannot be, the page is told, and nothing is shown until the next wish."""
        self._shown = wanted = self._wanted
        self._seen = self._sent  # a new picture does not wait for acknowledgements of the old one
        try:
            await self._daemon.up.wait()
            stream = await self._in_thread(lambda: self._opened(wanted))
        except (DaemonLost, DaemonTimeout):
            await self._lost()
            return
        except NpcFaceError as error:
            self._shown = None
            await self._failed(wanted, error)
            return
        if wanted is not None and stream is not None:
            told = {"quality": stream.quality, "size": wanted.size, "fps": wanted.fps, "character": wanted.character}
            await self._send_note({"type": "opened", "view": self._name, **told})

    async def _draw(self) -> None:
        assert self._shown is not None
        shown = self._shown
        now, period_s = time.monotonic(), 1.0 / shown.fps
        self._due_s = max(self._due_s + period_s, now)
        try:
            picture = await self._in_thread(self._rendered)
        except (DaemonLost, DaemonTimeout):
            await self._lost()
            return
        except NpcFaceError as error:
            await self._failed(shown, error)
            return
        await self._send_frame(picture)

    async def _lost(self) -> None:
        """The daemon does not answer: what is wanted is opened again."""
        await asyncio.sleep(_PAUSE_S)  # until its end has been seen
        await self._daemon.up.wait()
        self._shown = None

    async def _failed(self, wanted: Open | None, error: NpcFaceError) -> None:
        if self._wanted is wanted:  # not when the page has asked for something else meanwhile
            self._wanted = None
        await self._send_note({"type": "error", "view": self._name, "error": as_dict(error)})

    async def _in_thread(self, work: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    # What follows runs in the view's thread.

    def _opened(self, wanted: Open | None) -> Stream | None:
        old, self._stream = self._stream, None
        if self._client is not None and self._client.connection.address != self._daemon.address:
            self._leave()
            old = None
        if old is not None:
            old.close()
        if wanted is None:
            return None
        if self._client is None:
            self._client = Client(self._daemon.address, token=self._daemon.token)
        self._stream = self._client.open(
            wanted.character, wanted.size, quality=wanted.quality, background=wanted.background, fps=wanted.fps,
            copy=False,
        )  # fmt: skip
        return self._stream

    def _rendered(self) -> bytes:
        assert self._stream is not None
        began = time.perf_counter()
        moment = self._stage.moment()
        with self._stream.render(moment.state) as frame:
            self._sent += 1
            picture = packed(frame, self._name, self._sent, moment)
        self._times_ms.append((time.perf_counter() - began) * 1000.0)
        return picture

    def _leave(self) -> None:
        client, self._client, self._stream = self._client, None, None
        if client is not None:
            client.close()
