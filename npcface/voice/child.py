"""A program beside npcface that speaks: requests in, lines of JSON and sound out; limited in time and size."""

from __future__ import annotations

import json
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npcface.errors import DependencyError, VoiceError

MOST_BYTES = 192 * 2**20
"""Of an answer: about an hour at 24 kHz."""
_START_S, _SECONDS_A_CHARACTER = 30.0, 0.15


Answer = tuple[dict[str, Any], NDArray[np.int16]]


def ask(python: str, script: Path, requests: list[dict[str, Any]], remedy: str) -> list[Answer]:
    """Run a script in a Python of its own.

    Args:
        python: interpreter; started with ``-I``, so that no setting of the user's reaches it.
        script: reads JSON objects from stdin, one a line, answers each with a line of JSON, then samples.
        requests: the objects; texts travel in them and never on a command line.
        remedy: for errors.

    Returns:
        For each request the decoded line, and int16 [n].

    Raises:
        DependencyError: the interpreter cannot be started.
        VoiceError: the program reported an error, crashed, took too long or said too much.
    """
    limit_s = _START_S + _SECONDS_A_CHARACTER * sum(len(str(one.get("text", ""))) for one in requests)
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as complaints:
        asked.writelines(json.dumps(one).encode() + b"\n" for one in requests)
        asked.seek(0)
        try:
            process = subprocess.Popen(
                [python, "-I", str(script)], stdin=asked, stdout=subprocess.PIPE, stderr=complaints
            )
        except OSError as error:
            raise DependencyError(f"{python} cannot be started ({error.strerror}).", remedy) from None
        late = threading.Event()
        data = _read(process, limit_s, late)
        complaints.seek(0)
        said = complaints.read(65_536).decode("utf-8", "replace").strip().rpartition("\n")[2]
    if late.is_set():
        raise VoiceError(f"{script.stem} gave no answer within {limit_s:.0f} s.", "Speak shorter pieces.")
    if len(data) > MOST_BYTES:
        raise VoiceError(f"{script.stem} answered with more than {MOST_BYTES >> 20} MiB.", "Speak shorter pieces.")
    if process.returncode != 0:
        raise VoiceError(f"{script.stem} ended with code {process.returncode}: {said!s:.200}.", remedy)
    answers: list[Answer] = []
    for _ in requests:
        line, _, data = data.partition(b"\n")
        answers.append(_answer(line, data, script.stem, remedy))
        data = data[2 * len(answers[-1][1]) :]
    return answers


def _read(process: subprocess.Popen[bytes], limit_s: float, late: threading.Event) -> bytes:
    """What the program writes; it is ended when it is late or says too much."""

    def end() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(limit_s, end)
    timer.start()
    try:
        with process:
            assert process.stdout is not None
            data = process.stdout.read(MOST_BYTES + 1)
            if len(data) > MOST_BYTES:
                process.kill()
        return data
    finally:
        process.kill()
        timer.cancel()


def _answer(line: bytes, rest: bytes, name: str, remedy: str) -> Answer:
    try:
        answer = json.loads(line)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise VoiceError(f"{name} answered with something else than JSON.", remedy)
    if "error" in answer:
        raise VoiceError(f"{name}: {answer['error']!s:.300}.", remedy)
    size = answer.get("bytes", 0)
    if not isinstance(size, int) or not 0 <= size <= len(rest) or size % 2:
        raise VoiceError(f"{name} speaks of {size!r:.20} bytes of sound and gave {len(rest)}.", remedy)
    return answer, np.frombuffer(rest[:size], "<i2").astype(np.int16)
