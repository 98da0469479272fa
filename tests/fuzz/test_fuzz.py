"""The corpus again, and a slice of fuzzing: always the same, unless NPCFACE_FUZZ_SEED or _SECONDS say otherwise."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from tests.fuzz.child import CORPUS, Figures, corpus_of
from tests.fuzz.make_corpus import all_inputs
from tests.fuzz.mutate import MOST_BYTES, mutants
from tests.fuzz.run import TARGETS, table

SECONDS = float(os.environ.get("NPCFACE_FUZZ_SECONDS", "8"))
SEED = int(os.environ.get("NPCFACE_FUZZ_SEED", "0"))
MOST_CORPUS_BYTES = 1 << 20
pytestmark = pytest.mark.timeout(900)  # of a machine with ten times as much to do


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Figures]]:
    """What one process found on all targets; its last input where it did not live to the end."""
    out = tmp_path_factory.mktemp("fuzz")
    command = [sys.executable, "-m", "tests.fuzz.child", *TARGETS, "--seconds", str(SECONDS / len(TARGETS)),
               "--seed", str(SEED), "--out", str(out)]  # fmt: skip
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=850)
    found = {}
    for target in TARGETS:
        report = out / f"{target}.json"
        found[target] = Figures(**json.loads(report.read_text())) if report.is_file() else Figures(target)
        if done.returncode and not found[target].corpus:
            found[target].crashes.append(f"the process ended with {done.returncode}: {done.stderr[-2000:]}")
    yield found
    print(table(list(found.values())))


@pytest.mark.parametrize("target", TARGETS)
def test_nothing_but_our_own_errors(figures: dict[str, Figures], target: str) -> None:
    found = figures[target]
    assert not found.crashes and not found.hangs
    assert found.corpus == len(corpus_of(target)) > 0
    assert found.tried > found.corpus


def test_the_corpus_is_small_and_what_the_script_writes() -> None:
    kept = {path.relative_to(CORPUS).as_posix() for path in CORPUS.rglob("*") if path.is_file()}
    made = {f"{target}/{name}" for target, inputs in all_inputs().items() for name in inputs}
    assert {name for name in kept if "/found-" not in name} == made | {".gitattributes"}
    assert sum((CORPUS / name).stat().st_size for name in kept) < MOST_CORPUS_BYTES
    assert {name.partition("/")[0] for name in made} == set(TARGETS)


def test_mutants_are_the_same_for_the_same_seed() -> None:
    corpus = corpus_of("wire_request")
    first, again, other = (list(islice(mutants(corpus, seed), 300)) for seed in (5, 5, 6))
    assert first == again != other
    assert all(len(data) <= MOST_BYTES for data in first) and len(set(first)) > 250


def test_a_crash_a_hang_and_an_end_are_noticed(tmp_path: Path) -> None:
    """The machinery on three targets that misbehave, in processes of their own."""
    program = (
        "import sys, types\n"
        "from pathlib import Path\n"
        "from tests.fuzz import child\n"
        "kind = sys.argv[1]\n"
        "def run(data):\n"
        "    if kind == 'crash': raise ZeroDivisionError('of our own')\n"
        "    if kind == 'memory': bytes(1 << 34)\n"
        "    while True: pass\n"
        "module = types.ModuleType('tests.fuzz.targets.bad'); module.run = run\n"
        "sys.modules['tests.fuzz.targets.bad'] = module\n"
        "child.TIMEOUT_S = 0.2\n"
        "import signal; signal.signal(signal.SIGPROF, child._overdue)\n"
        "child._limit_memory()\n"
        "trial = child.Trial('bad', Path(sys.argv[2])); trial.one(b'x'); trial.tell()\n"
    )
    if not hasattr(__import__("signal"), "SIGPROF"):
        pytest.skip("no timer of processor time here")
    for kind, where in (("crash", "crashes"), ("memory", "crashes"), ("hang", "hangs")):
        subprocess.run([sys.executable, "-c", program, kind, str(tmp_path)], check=True, timeout=120)
        figures = json.loads((tmp_path / "bad.json").read_text())
        assert len(figures[where]) == 1 and figures["tried"] == 1
        name = figures[where][0].partition(":")[0]
        assert (tmp_path / name).read_bytes() == b"x"
