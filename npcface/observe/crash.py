"""Crash reports: a few small files in the user's own folder, which nobody sends anywhere.

A report holds what happened and where in the code. It holds no environment, no tokens, and of paths only their last
name as far as ``clean`` can tell a path from other text. ``install`` catches what ends a process: an exception nobody
handled, in any thread, or a fault below Python (``faulthandler``).
"""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import os
import platform
import re
import sys
import threading
import traceback
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import npcface
from npcface.lock import try_lock
from npcface.paths import state

FILES_MAX = 20
BYTES_MAX = 64 * 1024
SUPERVISED_ENV = "NPCFACE_BEAT"
"""Set by a supervisor for its child, and by nobody else: it listens to beats (``npcface.serve.heart``), and keeps what
``faulthandler`` writes to standard error itself."""
LINES = 200
"""Of a log, the last ones: what a report may end with."""
FAULT = "fault"
"""Kind of the file that ``faulthandler`` writes into; removed at the end if there was no fault."""

_WORD = r"[^\\/\s'\":*?<>|,;)\]]+"
_PATH = re.compile(
    rf"(?<![\w.:/\\])(?:[A-Za-z]:)?(?:[\\/]+{_WORD}(?:(?:[ ]{_WORD}){{1,4}}(?=[\\/]))?)+[\\/]?"
    # whole if it is in quotes, as Python writes it; else a name with spaces is known by the separator that follows
    r"|(?P<quote>['\"])(?:[A-Za-z]:[\\/]|/|\\\\)(?:(?!(?P=quote))[^\n])+(?P=quote)"
)
_CODE = re.compile(r"(?:site|dist)-packages|python3\.\d+|npcface")
"""Folders after (npcface: at) which the part of a path begins that says where in the code, and not where on a disk."""
_secrets: list[str] = []


@dataclass(slots=True)
class _Before:
    """What ``install`` has replaced."""

    hook: Callable[[type[BaseException], BaseException, TracebackType | None], Any] = sys.excepthook
    thread_hook: Callable[[threading.ExceptHookArgs], Any] = threading.excepthook
    faults: bool = False


@dataclass(slots=True)
class _Fault:
    """The open file for ``faulthandler``, which keeps nothing but its number."""

    file: IO[bytes] | None = None
    place: Path = Path()


_before, _fault = _Before(), _Fault()
log = logging.getLogger("npcface.crash")


def folder() -> Path:
    """Where reports lie (not created here): ``crashes`` in ``npcface.paths.state()``."""
    return state() / "crashes"


def write(kind: str, text: str) -> Path | None:
    """Write a report.

    Args:
        kind: a word, part of the file's name.
        text: what is known. Paths are shortened to their last name, tokens are left out, and of more than
            ``BYTES_MAX`` bytes the middle is.

    Returns:
        The file; None if it cannot be written, for nothing may fail because a report did.
    """
    now = datetime.now(UTC)
    name = _name(now, kind)
    try:
        _make_room(FILES_MAX - 1)
        place = folder() / name
        with _created(place) as file:
            file.write(_cut(f"{_head(kind, now)}\n{clean(text)}\n").encode(errors="replace"))
    except OSError as error:
        log.warning("A crash report could not be written: %s.", error.strerror or error)
        return None
    log.error("A crash report lies in %s", place)
    return place


def report(kind: str, error: BaseException) -> Path | None:
    """``write`` of an exception's traceback."""
    return write(kind, "".join(traceback.format_exception(error)))


def note(kind: str, facts: Mapping[str, object], said: Iterable[str] = ()) -> Path | None:
    """``write`` of what is known of a daemon.

    Args:
        kind: ``crash`` or ``hang``.
        facts: name → value, a line each.
        said: what follows them: last lines of the log, stacks.
    """
    head = "".join(f"{name}: {value}\n" for name, value in facts.items())
    return write(kind, "\n".join([head, *said]))


def clean(text: str) -> str:
    """Without tokens, and of paths only the last name (of installed code, what lies inside its package).

    A path is what begins with a separator or a drive. Of one that stands without quotes a last name with spaces may be
    taken for several words, and one that is relative is not known from other text.
    """
    for secret in _secrets:
        text = text.replace(secret, "***")
    with contextlib.suppress(RuntimeError):  # nobody's home
        if len(home := str(Path.home())) > len("C:\\"):
            for way in {home, home.replace("\\", "\\\\")}:  # first, for it may hold spaces
                text = re.sub(rf"{re.escape(way)}(?![\w.-])", "", text)
    return _PATH.sub(_short, text)


def leave_out(secrets: Collection[str]) -> None:
    """Words that must not get into reports of this process."""
    _secrets[:] = [secret for secret in secrets if len(secret) >= 4]


def install(secrets: Collection[str] = ()) -> None:
    """Write reports of what ends this process, until ``uninstall``.

    Args:
        secrets: words that must not get into them.
    """
    leave_out(secrets)
    if sys.excepthook is not _unhandled:
        _before.hook, _before.thread_hook = sys.excepthook, threading.excepthook
        sys.excepthook, threading.excepthook = _unhandled, _unhandled_in_thread
    if _fault.file is not None or os.environ.get(SUPERVISED_ENV):
        return
    with contextlib.suppress(OSError):  # no report then
        _make_room(FILES_MAX - 1)
        _fault.place = folder() / _name(datetime.now(UTC), FAULT)
        _fault.file = _created(_fault.place)
        _lock(_fault.file)
        _fault.file.write(_head(FAULT, None).encode())
        _fault.file.flush()
        _before.faults = faulthandler.is_enabled()
        faulthandler.enable(_fault.file)


def uninstall() -> None:
    """As before; the file for faults goes if it is empty."""
    if sys.excepthook is _unhandled:
        sys.excepthook, threading.excepthook = _before.hook, _before.thread_hook
    file, _fault.file = _fault.file, None
    if file is not None:
        faulthandler.disable()
        if _before.faults:
            with contextlib.suppress(OSError, RuntimeError, ValueError):  # where stderr is no file
                faulthandler.enable()
        file.close()
        with contextlib.suppress(OSError):
            _drop_if_empty(_fault.place)


def _unhandled(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, Exception):
        report("exception", error)
    _before.hook(kind, error, trace)


def _unhandled_in_thread(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None and issubclass(arguments.exc_type, Exception):
        thread = arguments.thread.name if arguments.thread is not None else "?"
        write("thread", f"In the thread {thread}:\n{''.join(traceback.format_exception(arguments.exc_value))}")
    _before.thread_hook(arguments)


def _name(moment: datetime, kind: str) -> str:
    """Sorts by time, also among files that a supervisor writes."""
    word = re.sub("[^a-z0-9]+", "-", kind.lower())[:32].strip("-") or "crash"
    return f"{moment:%Y%m%dT%H%M%S.%f}-{word}-{os.getpid()}.txt"


def _head(kind: str, moment: datetime | None) -> str:
    lines = [
        f"npcface {npcface.__version__}, {kind}",
        f"Python {platform.python_version()}, {sys.platform} {platform.machine()}",
        f"process {os.getpid()}",
    ]
    return "\n".join([*lines, *([] if moment is None else [moment.isoformat(timespec="seconds")]), ""])


def _created(place: Path) -> IO[bytes]:
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", closefd=True)


def _lock(file: IO[bytes]) -> None:
    """So that other processes leave it: a number would not do, in a container all daemons have the same one."""
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            try_lock(file.fileno())


def _make_room(most: int) -> None:
    """Drop the oldest reports, and files for faults of processes that ended without one; not those that are open."""
    awaiting = {old for old in folder().glob(f"*-{FAULT}-*.txt") if _is_open(old)}
    for old in set(folder().glob(f"*-{FAULT}-*.txt")) - awaiting:
        with contextlib.suppress(OSError):  # open on Windows, or gone
            _drop_if_empty(old)
    files = sorted(set(folder().glob("*.txt")) - awaiting)
    for old in files[: max(len(files) - most, 0)]:
        with contextlib.suppress(OSError):
            old.unlink()


def _is_open(place: Path) -> bool:
    """Whether a process may still write a fault there. On Windows such a file cannot be removed anyway."""
    if sys.platform == "win32":
        return place == _fault.place and _fault.file is not None
    try:
        with place.open("rb") as file:
            free = try_lock(file.fileno(), shared=True)
    except FileNotFoundError:
        return False
    except OSError:
        free = None
    if free is not None:
        return not free
    pid = place.stem.rpartition("-")[2]  # a file system without locks
    return pid.isdecimal() and _runs(int(pid))


def _drop_if_empty(place: Path) -> None:
    """``faulthandler`` has written nothing."""
    text = place.read_bytes().lower()
    if not any(word in text for word in (b"fatal", b"timeout", b"thread 0x")):
        place.unlink(missing_ok=True)


def _runs(pid: int) -> bool:
    """Whether there is such a process (not on Windows)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _cut(text: str) -> str:
    if len(text) <= BYTES_MAX // 4:
        return text
    half = BYTES_MAX // 8
    return f"{text[:half]}\n[…]\n{text[-half:]}"


def _short(match: re.Match[str]) -> str:
    quote = match["quote"] or ""
    parts = [part for part in re.split(r"[\\/]", match[0].strip(quote or " ")) if part]
    if parts[-1].endswith(".py"):
        code = max((i for i, part in enumerate(parts[:-1]) if _CODE.fullmatch(part)), default=None)
        if code is not None:
            return quote + "/".join(parts[code if parts[code] == "npcface" else code + 1 :]) + quote
    return f"{quote}…/{parts[-1]}{quote}"
