"""What the live verbs share: where faces go, when to stop, and one line that says how it goes."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

RecordOption = Annotated[Path | None, typer.Option("--record", help="Track file (.json) to write, whole at the end.")]
ToOption = Annotated[str | None, typer.Option("--to", help="Daemon whose stream is driven, e.g. tcp://127.0.0.1:5747.")]
CharacterOption = Annotated[str | None, typer.Option("--character", help="Who is driven there: an id in its store.")]
SizeOption = Annotated[int, typer.Option("--out-size", min=64, max=512, help="Side of the texture in pixels.")]
ShowOption = Annotated[bool, typer.Option("--show", help="Open a window with the texture.")]
TokenOption = Annotated[str, typer.Option(envvar="NPCFACE_TOKEN", help="Word of the daemon, if it wants one.")]
ServerKeyOption = Annotated[
    str | None,
    typer.Option("--server-key", envvar="NPCFACE_SERVER_KEY", help="If it wants keys: its server.pub, or the key."),
]
KeyOption = Annotated[
    str | None, typer.Option("--key", envvar="NPCFACE_KEY", help="Then also your own: NAME.key (npcface keys client).")
]
SecondsOption = Annotated[float | None, typer.Option(min=0.1, help="Stop after so long; default: until Ctrl-C.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on stdout, at the end.")]

_EVERY_S = 1.0
_EVERY_ON_A_TERMINAL_S = 0.25


def stopping(seconds: float | None) -> Callable[[], bool]:
    """A question: stop now? Ctrl-C, SIGTERM and the end of ``seconds`` make it true."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    end_s = float("inf") if seconds is None else time.perf_counter() + seconds
    return lambda: stop.is_set() or time.perf_counter() >= end_s


class StatusLine:
    """A line on stderr: written over itself on a terminal, a new one each second elsewhere.

    Args:
        quiet: no line at all.
    """

    def __init__(self, quiet: bool = False) -> None:
        self._quiet, self._terminal = quiet, sys.stderr.isatty()
        self._due_s = self._last_s = time.perf_counter()
        self._count, self._width = 0, 0

    def rate(self, count: int) -> float | None:
        """Per second since the last line; None: the next line is not due yet."""
        now_s = time.perf_counter()
        if self._quiet or now_s < self._due_s:
            return None
        rate = (count - self._count) / max(now_s - self._last_s, 1e-3)
        self._count, self._last_s = count, now_s
        self._due_s = now_s + (_EVERY_ON_A_TERMINAL_S if self._terminal else _EVERY_S)
        return rate

    def write(self, text: str) -> None:
        """Show the text; it holds no control characters, whatever a sender calls itself."""
        text = "".join(c for c in text if c.isprintable())
        sys.stderr.write(f"\r{text:<{self._width}}" if self._terminal else f"{text}\n")
        sys.stderr.flush()
        self._width = len(text)

    def close(self) -> None:
        """End the line."""
        if self._terminal and self._width:
            sys.stderr.write("\n")


def recorded(stage: Any) -> dict[str, Any]:
    """What a stage has done, for a JSON document."""
    recorder = stage.recorder
    if recorder is None:
        return {"drawn": stage.drawn}
    return {
        "drawn": stage.drawn,
        "track": str(recorder.target) if recorder.frames else None,
        "frames": recorder.frames,
        "seconds": round(recorder.seconds, 3),
        "full": recorder.full,
    }


def told(stage: Any) -> str:
    """The same as a sentence."""
    done = recorded(stage)
    parts = [f"{done['drawn']} textures drawn"] if done["drawn"] else []
    if "track" in done:
        written = f"{done['track']}: {done['frames']} frames, {done['seconds']:.1f} s" if done["track"] else "no track"
        parts.append(written + (", full" if done["full"] else ""))
    return "; ".join(parts)
