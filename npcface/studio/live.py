"""The live socket of one page: control messages in, frames and news out."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, assert_never

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from npcface.errors import NpcFaceError
from npcface.studio import messages as page
from npcface.studio.channels import pose_of
from npcface.studio.problems import Busy, Unfit, as_dict
from npcface.studio.stage import Stage
from npcface.studio.view import View

if TYPE_CHECKING:
    from npcface.studio.studio import Studio

log = logging.getLogger("npcface.studio")

PAGES_MAX = 4
_STATS_S = 1.0
_NEWS_S = 0.05
NAMES: tuple[page.ViewName, ...] = ("a", "b")


class Page:
    """One open page.

    Args:
        studio: whose page.
        socket: accepted.
    """

    def __init__(self, studio: Studio, socket: WebSocket) -> None:
        self._studio, self._socket = studio, socket
        self._sending = asyncio.Lock()
        self.stage = Stage(studio.camera.latest)
        self.views = {name: View(name, studio.daemon, self.stage, self._frame, self.note) for name in NAMES}

    async def run(self) -> None:
        """Until the page leaves."""
        tasks = [asyncio.create_task(view.run()) for view in self.views.values()]
        tasks += [asyncio.create_task(self._tell_news()), asyncio.create_task(self._tell_stats())]
        tasks.append(asyncio.create_task(self._listen()))
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                self._ended(task)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Raise what ended the page's work, unless it is that the page has left."""
        try:
            task.result()
        except WebSocketDisconnect:
            pass
        except (RuntimeError, OSError) as error:
            if self._socket.client_state is WebSocketState.CONNECTED:
                log.error("A page was given up", exc_info=error)

    async def note(self, document: dict[str, Any]) -> None:
        """Send JSON; waits while the page does not read."""
        async with self._sending:
            await self._socket.send_json(document)

    async def _frame(self, picture: bytes) -> None:
        await self._news()  # a line's first picture finds a page that knows the line
        async with self._sending:
            await self._socket.send_bytes(picture)

    async def _listen(self) -> None:
        while True:
            event = await self._socket.receive()
            if event["type"] == "websocket.disconnect":
                return
            try:
                text = event.get("text")
                if text is None:
                    raise Unfit("Bytes came where JSON was expected.", "Camera pictures go to /api/camera.")
                self._obey(page.read(text))
            except NpcFaceError as error:
                await self.note({"type": "error", "error": as_dict(error)})

    def _obey(self, message: page.Message) -> None:
        match message:
            case page.Open():
                self.views[message.view].show(message)
            case page.Close():
                self.views[message.view].show(None)
            case page.Pose():
                self.stage.pose(pose_of(message.values))
            case page.Layers():
                self.stage.layers(idle=message.idle, emotion=message.emotion, camera=message.camera)
            case page.Speak():
                self.stage.speak(self._studio.lines.get(message.line))
            case page.Hush():
                self.stage.hush()
            case page.Ack():
                self.views[message.view].seen(message.sequence)
            case _:
                assert_never(message)

    async def _tell_news(self) -> None:
        while True:
            await self._news()
            await asyncio.sleep(_NEWS_S)

    async def _news(self) -> None:
        while self.stage.news:
            await self.note({"type": "line", **self.stage.news.popleft()._asdict()})

    async def _tell_stats(self) -> None:
        clock = asyncio.get_running_loop().time
        last_s = clock()
        while True:
            await asyncio.sleep(_STATS_S)
            passed_s, last_s = clock() - last_s, clock()
            figures = {name: view.figures() for name, view in self.views.items()}
            shown = {name: figure for name, figure in figures.items() if figure is not None}
            fps = {name: round(count / passed_s, 1) for name, (count, _) in shown.items()}
            render_ms = {name: round(ms, 1) for name, (_, ms) in shown.items()}
            await self.note({"type": "stats", "fps": fps, "render_ms": render_ms})


async def live(socket: WebSocket) -> None:
    """``WS /api/live``."""
    studio: Studio = socket.app.state.studio
    if len(studio.pages) >= PAGES_MAX:
        await socket.accept()
        error = Busy(f"{PAGES_MAX} pages are open already.", "Close one of them.")
        await socket.send_json({"type": "error", "error": as_dict(error)})
        await socket.close(1013)
        return
    await socket.accept()
    opened = Page(studio, socket)
    studio.pages.add(opened)
    try:
        await opened.run()
    finally:
        studio.pages.discard(opened)
