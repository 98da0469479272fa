"""Where live states go: into a track, to a daemon's stream, onto the screen."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from npcface.errors import StateError
from npcface.listen.packet import Moment
from npcface.listen.record import Recorder

if TYPE_CHECKING:
    from npcface.client import Client, Stream
    from npcface.listen.window import Window


class Stage:
    """Takes moments and sends them everywhere they were asked for; a context manager.

    Args:
        record: track file to write.
        to: address of a daemon, with ``character`` and ``size`` of the stream to open there.
        show: open a window; needs ``to``.
        token: word of the daemon, if it wants one.
        server_key, key: if it wants keys, as for ``Client``.

    Raises:
        StateError: nothing to show, or no character.
        NpcFaceError: what the daemon refuses, or no window can be opened.
    """

    def __init__(
        self,
        *,
        record: Path | None = None,
        to: str | None = None,
        character: str | None = None,
        size: int = 256,
        show: bool = False,
        token: str = "",
        server_key: str | None = None,
        key: str | None = None,
    ) -> None:
        if (to is None) != (character is None):
            raise StateError("--to and --character belong together.", "Name the daemon and who is driven.")
        if show and to is None:
            raise StateError("There is nothing to show without a daemon.", "Add --to ADDRESS --character ID.")
        self._client: Client | None = None
        self._stream: Stream | None = None
        self._window: Window | None = None
        self.recorder: Recorder | None = None
        self.drawn = 0
        if to is not None and character is not None:
            from npcface.client import Client

            self._client = Client(to, token=token, server_key=server_key, key=key)
            self._stream = self._client.open(character, size)
        if show:
            from npcface.listen.window import Window

            self._window = Window(f"npcface: {character}", size)
        if record is not None:
            self.recorder = Recorder(record)

    def __enter__(self) -> Stage:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self.recorder is not None:
                self.recorder.close()
        finally:
            if self._client is not None:
                self._client.close()
            if self._window is not None:
                self._window.close()

    @property
    def closed(self) -> bool:
        """The person has closed the window."""
        return self._window is not None and self._window.closed

    def play(self, moments: Sequence[Moment]) -> None:
        """Record all of them and draw the newest.

        Raises:
            NpcFaceError: the daemon is lost, or refuses.
        """
        if self.recorder is not None:
            for moment in moments:
                self.recorder.add(moment)
        if moments and self._stream is not None:
            frame = self._stream.render(moments[-1].state)
            self.drawn += 1
            if self._window is not None:
                self._window.show(frame.pixels)
        if self._window is not None:
            self._window.answer()

    def pause(self, until_s: float) -> None:
        """Wait until ``time.perf_counter()`` says so, and keep the window alive."""
        while (left_s := until_s - time.perf_counter()) > 0.0 and not self.closed:
            time.sleep(min(left_s, 0.02))
            if self._window is not None:
                self._window.answer()
