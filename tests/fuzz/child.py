"""The process in which one target is fuzzed: ``python -m tests.fuzz.child TARGET…``; started by ``tests.fuzz.run``.

What it is about to try lies in a file before it is tried, so that a crash that takes the process along is known too. A
timer breaks off what takes too long, an address space of its own size what takes too much memory. What it has found
stands in a JSON file that is written anew every second.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import os
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import FrameType

from tests.fuzz.mutate import mutants

HERE = Path(__file__).parent
CORPUS, FOUND = HERE / "corpus", HERE / "found"
TIMEOUT_S = 5.0
"""Processor time of one input, ten times what the slowest takes; on a busy machine too."""
MEMORY_BYTES = 1 << 30
"""Beyond what the process had when its target was loaded."""
_CRASHES_MAX = 20


class Hang(BaseException):
    """An input took longer than ``TIMEOUT_S``."""


@dataclass
class Figures:
    """What came of one target."""

    target: str
    corpus: int = 0
    tried: int = 0
    seconds: float = 0.0  # of the processor
    slowest_ms: float = 0.0
    peak_mb: float = 0.0
    edges: int | None = None
    crashes: list[str] = field(default_factory=list)
    hangs: list[str] = field(default_factory=list)
    error: str = ""


class Trial:
    """Tries inputs on a target and keeps what goes wrong.

    Args:
        name: of the target.
        out: where crashing inputs and figures go.
    """

    def __init__(self, name: str, out: Path) -> None:
        self.figures, self._out = Figures(name), out
        out.mkdir(parents=True, exist_ok=True)
        self._current = os.open(out / f"{name}.current", os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        self._run: Callable[[bytes], None] = importlib.import_module(f"tests.fuzz.targets.{name}").run
        self._seen: set[str] = set()
        self._began_s, self._told_s = time.process_time(), float("-inf")

    def one(self, data: bytes) -> None:
        """Try one input."""
        os.pwrite(self._current, len(data).to_bytes(8, "little") + data, 0)
        began_s = time.perf_counter()
        try:
            _timer(TIMEOUT_S)
            self._run(data)
        except Hang:
            self._keep(data, "hang", self.figures.hangs)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            self._keep(data, _place(error), self.figures.crashes)
        finally:
            _timer(0.0)
        self.figures.slowest_ms = max(self.figures.slowest_ms, (time.perf_counter() - began_s) * 1000.0)
        self.figures.tried += 1
        if time.monotonic() - self._told_s >= 1.0:
            self.tell()

    def tell(self) -> None:
        """Write the figures."""
        self._told_s = time.monotonic()
        self.figures.seconds, self.figures.peak_mb = time.process_time() - self._began_s, _peak_mb()
        path = self._out / f"{self.figures.target}.json"
        path.with_suffix(".part").write_text(json.dumps(asdict(self.figures)))
        path.with_suffix(".part").replace(path)

    def _keep(self, data: bytes, why: str, into: list[str]) -> None:
        """Once for each place in the code."""
        if why in self._seen or len(into) >= _CRASHES_MAX:
            return
        self._seen.add(why)
        name = f"{self.figures.target}-{hashlib.sha256(data).hexdigest()[:12]}"
        (self._out / name).write_bytes(data)
        into.append(f"{name}: {why}")


def corpus_of(target: str) -> list[bytes]:
    """The inputs that are kept for a target."""
    return [path.read_bytes() for path in sorted((CORPUS / target).iterdir())]


def mutate(trial: Trial, seconds: float, seed: int, corpus: list[bytes]) -> None:
    """The corpus, then mutants of it until the time is over."""
    for data in corpus:
        trial.one(data)
    trial.figures.corpus = len(corpus)
    end_s = time.process_time() + seconds
    for data in mutants(corpus, seed):
        if time.process_time() >= end_s:
            break
        trial.one(data)
    trial.tell()


def guided(name: str, out: Path, seconds: float, seed: int) -> None:
    """atheris (libFuzzer): inputs that reach new edges of npcface's code are built upon. Does not return."""
    import atheris

    with atheris.instrument_imports(include=["npcface"], enable_loader_override=False):
        trial = Trial(name, out)
    _limit_memory()
    grown = out / f"{name}.grown"
    grown.mkdir(exist_ok=True)
    words = out / "words.dict"
    arguments = [
        sys.argv[0], f"-max_total_time={int(seconds)}", f"-seed={seed + 1}", "-max_len=65536", "-timeout=60",
        "-rss_limit_mb=0", f"-artifact_prefix={out}/libfuzzer-{name}-", "-print_final_stats=1", "-verbosity=1",
        *([f"-dict={words}"] if words.is_file() else []), str(grown), str(CORPUS / name),
    ]  # fmt: skip
    trial.figures.corpus = len(corpus_of(name))
    atheris.Setup(arguments, trial.one)
    atheris.Fuzz()


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser()
    parser.add_argument("targets", nargs="+")
    parser.add_argument("--engine", choices=("mutate", "atheris"), default="mutate")
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=FOUND)
    given = parser.parse_args()
    warnings.simplefilter("error")
    warnings.simplefilter("ignore", RuntimeWarning)  # numpy's: what matters is whether the result is checked
    warnings.simplefilter("ignore", ResourceWarning)
    _quiet()
    if hasattr(signal, "SIGPROF"):
        signal.signal(signal.SIGPROF, _overdue)
    if given.engine == "atheris":
        guided(given.targets[0], given.out, given.seconds, given.seed)
        return
    for name in given.targets:
        trial = Trial(name, given.out)
        corpus = corpus_of(name)
        _limit_memory()
        mutate(trial, given.seconds, given.seed, corpus)
        _unlimit_memory()


def _overdue(_: int, frame: FrameType | None) -> None:
    raise Hang


def _timer(seconds: float) -> None:
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _limit_memory() -> None:
    if sys.platform == "linux":
        import resource

        now = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (now + MEMORY_BYTES, resource.RLIM_INFINITY))


def _unlimit_memory() -> None:
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def _peak_mb() -> float:
    if sys.platform == "win32":
        return 0.0
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def _place(error: BaseException) -> str:
    """Kind of an error and the innermost line of ours it came from."""
    frames = [one for one in traceback.extract_tb(error.__traceback__) if f"{os.sep}npcface{os.sep}" in one.filename]
    frames = frames or traceback.extract_tb(error.__traceback__)
    last = frames[-1]
    return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}: {error!s:.120}"


def _quiet() -> None:
    import logging

    logging.disable(logging.CRITICAL)


if __name__ == "__main__":
    main()
