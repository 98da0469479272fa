"""Fuzz: ``python -m tests.fuzz.run --seconds N [--target T …] [--engine atheris|mutate]``, or ``make fuzz SECONDS=N``.

Each target gets its share of the processor seconds in a process of its own (``tests.fuzz.child``), which is started
again when an input takes it down. Crashing inputs are written to ``tests/fuzz/found``. At the end there is a table.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

from tests.fuzz.child import FOUND, HERE, TIMEOUT_S, Figures
from tests.fuzz.mutate import WORDS

TARGETS: tuple[str, ...] = tuple(sorted(path.stem for path in (HERE / "targets").glob("*.py")))
_STARTUP_S = 60.0
_SLOWNESS = 20.0
"""How many seconds may pass for one of the processor's: two cores and much to do."""
_COVERAGE = re.compile(r"#(\d+)\t.*?cov: (\d+)")
INSTALL = "The engine atheris is not installed: pip install 'atheris>=2.3' (Linux, Python 3.11 to 3.13; Apache-2.0)."


def fuzz(target: str, seconds: float, engine: str, seed: int, out: Path) -> Figures:
    """One target for a time; crashes and hangs are in the figures."""
    total, left = Figures(target), seconds
    for attempt in range(20):
        found, died = _child(target, left, engine, seed + attempt, out)
        _add(total, found)
        left -= max(found.seconds, 1.0)
        if not died or left <= 1.0:
            break
    return total


def _child(target: str, seconds: float, engine: str, seed: int, out: Path) -> tuple[Figures, bool]:
    """What one process found, and whether an input took it down."""
    report, current = out / f"{target}.json", out / f"{target}.current"
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "tests.fuzz.child", target, "--engine", engine, "--seconds", str(seconds),
               "--seed", str(seed), "--out", str(out)]  # fmt: skip
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    log = out / f"{target}.log"
    with log.open("w") as file:
        process = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT, env=environment)
        try:
            code = process.wait(_STARTUP_S + _SLOWNESS * (seconds + TIMEOUT_S))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            code = -9
    found = Figures(**json.loads(report.read_text())) if report.is_file() else Figures(target)
    text = log.read_text(errors="replace")
    for match in _COVERAGE.finditer(text):
        found.tried, found.edges = max(found.tried, int(match[1])), max(found.edges or 0, int(match[2]))
    if code == 0:
        return found, False
    data = current.read_bytes() if current.is_file() else b""
    data = data[8 : 8 + int.from_bytes(data[:8], "little")]
    name = f"{target}-{hashlib.sha256(data).hexdigest()[:12]}"
    (out / name).write_bytes(data)
    (found.hangs if code == -9 else found.crashes).append(f"{name}: the process ended with {code}: {text[-300:]}")
    return found, True


def _add(total: Figures, more: Figures) -> None:
    total.corpus = max(total.corpus, more.corpus)
    total.tried += more.tried
    total.seconds += more.seconds
    total.slowest_ms = max(total.slowest_ms, more.slowest_ms)
    total.peak_mb = max(total.peak_mb, more.peak_mb)
    total.edges = more.edges if total.edges is None else max(total.edges, more.edges or 0)
    total.crashes += [one for one in more.crashes if one not in total.crashes]
    total.hangs += [one for one in more.hangs if one not in total.hangs]


def table(rows: list[Figures]) -> str:
    """Markdown."""
    lines = ["| target | corpus | inputs tried | a second | edges | crashes | hangs | slowest ms | peak MB |",
             "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"]  # fmt: skip
    for row in rows:
        rate = row.tried / max(row.seconds, 1e-3)
        lines.append(
            f"| {row.target} | {row.corpus} | {row.tried:,} | {rate:,.0f} | {'' if row.edges is None else row.edges} | "
            f"{len(row.crashes)} | {len(row.hangs)} | {row.slowest_ms:.0f} | {row.peak_mb:.0f} |"
        )
    lines.append(f"| all | {sum(row.corpus for row in rows)} | {sum(row.tried for row in rows):,} | | | "
                 f"{sum(len(row.crashes) for row in rows)} | {sum(len(row.hangs) for row in rows)} | | |")  # fmt: skip
    return "\n".join(lines)


def main() -> int:
    """See the module; 1 if something broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="processor seconds of all targets together")
    parser.add_argument("--target", action="append", choices=TARGETS, help="only this one; may be given again")
    parser.add_argument("--engine", choices=("mutate", "atheris"), default="mutate")
    parser.add_argument("--seed", type=int, default=int(os.environ.get("NPCFACE_FUZZ_SEED", "0")))
    parser.add_argument("--out", type=Path, default=FOUND)
    given = parser.parse_args()
    if given.engine == "atheris" and importlib.util.find_spec("atheris") is None:
        print(INSTALL, file=sys.stderr)
        return 2
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "words.dict").write_text("".join(f'"{_escaped(word)}"\n' for word in WORDS if len(word) < 64))
    targets = given.target or list(TARGETS)
    rows: list[Figures] = []
    for target in targets:
        began_s = time.monotonic()
        rows.append(fuzz(target, given.seconds / len(targets), given.engine, given.seed, given.out))
        (given.out / "table.md").write_text(table(rows) + "\n")  # if it is broken off, this is what there is
        print(f"{target}: {rows[-1].tried:,} inputs in {time.monotonic() - began_s:.0f} s", file=sys.stderr, flush=True)
    print(f"engine {given.engine}, seed {given.seed}, {given.seconds:.0f} s\n\n{table(rows)}")
    broken = [one for row in rows for one in (*row.crashes, *row.hangs)]
    print("\n".join(broken))
    return int(bool(broken))


def _escaped(word: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word)


if __name__ == "__main__":
    sys.exit(main())
