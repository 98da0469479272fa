"""Which process listens at a TCP port, as far as the system tells without further rights."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

PATIENCE_S = 5.0
LISTEN = "0A"  # state of a socket in /proc/net/tcp (Linux, include/net/tcp_states.h)


@dataclass(frozen=True, slots=True)
class Holder:
    """A process: its number and what people call it."""

    pid: int
    name: str


def holder(port: int) -> Holder | None:
    """The process that listens at a port on this machine; None if nobody does, or it is another user's."""
    look = {"Linux": _linux, "Windows": _windows}.get(platform.system(), _lsof)
    return look(port)


def _linux(port: int) -> Holder | None:
    inodes = set[str]()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError):
            inodes |= listening(Path(table).read_text(), port)
    links = {f"socket:[{inode}]" for inode in inodes}
    for process in Path("/proc").iterdir() if links else ():
        if not process.name.isdecimal():
            continue
        with contextlib.suppress(OSError):  # another user's, or gone meanwhile
            if any(os.readlink(file) in links for file in (process / "fd").iterdir()):
                words = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
                return Holder(int(process.name), command_name(words))
    return None


def listening(table: str, port: int) -> set[str]:
    """Inodes of the sockets that listen at a port, out of the text of ``/proc/net/tcp``."""
    rows = (line.split() for line in table.splitlines()[1:])
    ending = f":{port:04X}"
    return {row[9] for row in rows if len(row) > 9 and row[1].endswith(ending) and row[3] == LISTEN}


def command_name(words: list[str]) -> str:
    """A short name for a command line: the program, with the module or script if an interpreter runs it.

    Nothing from the first ``--option`` on is shown: its value may be a password.
    """
    plain = takewhile(lambda word: not word.startswith("--"), filter(None, words))
    shown = [Path(word).name if "/" in word or "\\" in word else word for word in plain][:4]
    name = " ".join(shown)
    return name[:60] or "unknown"


def _lsof(port: int) -> Holder | None:
    """macOS and other Unix systems: ``lsof`` in its format for programs (``-F``)."""
    command = shutil.which("lsof")
    if command is None:
        return None
    text = _output([command, "-nP", f"-iTCP:{port}", "-sTCP:LISTEN", "-Fpc"])
    found = re.search(r"^p(\d+)\nc(.*)$", text, re.MULTILINE)
    return Holder(int(found[1]), found[2][:60]) if found else None


def _windows(port: int) -> Holder | None:
    """Windows: ``netstat`` for the number, ``tasklist`` for the name. The words depend on the language, so only
    numbers are read: a line of a listening socket has the remote port 0."""
    pid = windows_pid(_output(["netstat", "-ano", "-p", "TCP"]), port)
    if pid is None:
        return None
    rows = list(csv.reader(io.StringIO(_output(["tasklist", "/FI", f"PID eq {pid}", "/FO", "CSV", "/NH"]))))
    return Holder(pid, rows[0][0][:60] if rows and len(rows[0]) > 1 else "unknown")


def windows_pid(table: str, port: int) -> int | None:
    """The process that listens at a port, out of the text of ``netstat -ano``."""
    for line in table.splitlines():
        row = line.split()
        if len(row) == 5 and row[1].endswith(f":{port}") and row[2].endswith(":0") and row[4].isdecimal():
            return int(row[4])
    return None


def _output(command: list[str]) -> str:
    try:
        return subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=PATIENCE_S, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
