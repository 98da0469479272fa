"""Recording a track while it happens: row by row to a file beside the target, which appears whole at the end."""

from __future__ import annotations

import json
import math
import os
import tempfile
from pathlib import Path
from types import TracebackType

from npcface.drive.track import MOST_BYTES, MOST_FRAMES, MOST_SECONDS, SCHEMA, row
from npcface.errors import StateError
from npcface.listen.packet import Moment
from npcface.whole import sync

_RESERVE = 4096  # bytes for the end of the file


class Recorder:
    """Writes moments to a track file; a context manager.

    Leaving it, also by an exception or Ctrl-C, finishes the file and puts it in its place. A process that is killed
    leaves the rows in ``NAME….part``. What a track file may hold ends the recording: ``full`` becomes True.

    Args:
        target: the file to write.

    Raises:
        StateError: its folder cannot be written.
    """

    def __init__(self, target: str | os.PathLike[str]) -> None:
        self.target = Path(target)
        try:
            handle, part = tempfile.mkstemp(prefix=self.target.name, suffix=".part", dir=self.target.absolute().parent)
        except OSError as error:
            raise StateError(f"Cannot write {self.target}: {error.strerror}.", "Check folder and rights.") from None
        self._part = Path(part)
        self._file = os.fdopen(handle, "w", encoding="utf-8")
        self._bytes = self._file.write(f'{{"schema":{SCHEMA},"frames":[')
        self._first_s = self._last_s = -math.inf
        self.frames = 0
        self.full = False

    def __enter__(self) -> Recorder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def seconds(self) -> float:
        """From the first to the last frame."""
        return self._last_s - self._first_s if self.frames else 0.0

    @property
    def fps(self) -> float:
        """Frames a second on average, 1 to 240."""
        return min(max(round((self.frames - 1) / self.seconds, 2), 1.0), 240.0) if self.seconds > 0.0 else 30.0

    def add(self, moment: Moment) -> None:
        """Add a frame; one that is not later than the last is left out."""
        first_s = moment.time_s if self.frames == 0 else self._first_s
        t = round(moment.time_s - first_s, 6)
        if self.full or (self.frames and t <= round(self._last_s - first_s, 6)):
            return
        line = json.dumps(row(t, moment.state), separators=(",", ":"))
        if self.frames >= MOST_FRAMES or t > MOST_SECONDS or self._bytes + len(line) > MOST_BYTES - _RESERVE:
            self.full = True
            return
        self._bytes += self._file.write((",\n" if self.frames else "\n") + line)
        self._first_s, self._last_s = first_s, moment.time_s
        self.frames += 1

    def close(self) -> None:
        """Finish the file; nothing is written if there was no frame. Can be called twice."""
        if self._file.closed:
            return
        try:
            with self._file:
                self._file.write(f'\n],"fps":{self.fps}}}\n')
                self._file.flush()
                os.fsync(self._file.fileno())
            if self.frames:
                os.replace(self._part, self.target)
                sync(self.target.absolute().parent)
        except OSError as error:
            raise StateError(
                f"Cannot write {self.target}: {error.strerror}.", f"The frames are in {self._part.name}."
            ) from None
        if not self.frames:
            self._part.unlink(missing_ok=True)
