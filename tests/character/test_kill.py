"""Writers killed by SIGKILL, hundreds of times and at each system call: every character is there, old or new."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import npcface.character.folder as folder_module
from npcface.character import CharacterStore
from tests.character.folders import character

ROOT = Path(__file__).parents[2]
TWO_RENAMES = "--two-renames"


@pytest.fixture
def memory() -> Iterator[Path]:
    """A folder in memory where there is such a thing: hundreds of syncs take no time, and the steps are the same."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as folder:
        yield Path(folder) / "store"


def killed(*arguments: str) -> dict[str, int]:
    command = [sys.executable, "-m", "tests.character.killing", *arguments]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if "ptrace is not allowed" in done.stderr:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("this system does not allow ptrace")
    assert done.returncode == 0, done.stderr[-3000:]
    report: dict[str, int] = json.loads(done.stdout)
    return report


@pytest.mark.skipif(os.name == "nt", reason="processes are not forked there")
@pytest.mark.parametrize(("kills", "way"), [(200, ()), (40, (TWO_RENAMES,))])
def test_two_hundred_kills_at_random_moments_lose_nothing(memory: Path, kills: int, way: tuple[str, ...]) -> None:
    report = killed("random", str(memory), str(kills), *way)
    assert report["kills"] == kills and report["in_the_middle"] > kills / 4, "most of them hit a save"
    assert report["most_litter"] <= 4 and report["litter_at_the_end"] == 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ptrace as Linux has it")
@pytest.mark.parametrize(("every", "way"), [(1, ()), (3, (TWO_RENAMES,))])
def test_a_kill_after_any_system_call_loses_nothing(memory: Path, every: int, way: tuple[str, ...]) -> None:
    report = killed("steps", str(memory), str(every), *way)
    assert min(report["new"], report["replaced"], report["deleted"]) > 20 and report["litter_at_the_end"] == 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="finds names by /proc")
def test_everything_is_synced_before_it_is_renamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a power cut may lose is what was not synced: files, their folder, then the rename, then the store."""
    store = CharacterStore(tmp_path)
    store.save(character(value=1))
    (tmp_path / "mira" / "voice").mkdir()
    (tmp_path / "mira" / "voice" / "hello.txt").write_text("hello")
    steps: list[str] = []
    sync, exchange = os.fsync, folder_module._exchange

    def noted_sync(handle: int) -> None:
        sync(handle)
        steps.append(os.readlink(f"/proc/self/fd/{handle}"))

    def noted_exchange(first: Path, second: Path) -> bool:
        steps.append("exchange")
        return exchange(first, second)

    monkeypatch.setattr(os, "fsync", noted_sync)
    monkeypatch.setattr(folder_module, "_exchange", noted_exchange)
    store.save(character(value=2))
    at = steps.index("exchange")
    before = [Path(step) for step in steps[:at]]
    temporary = before[-1]
    assert temporary.parent == tmp_path and temporary.name.endswith(".new"), "the folder comes last"
    names = {path.relative_to(temporary).as_posix() for path in before[:-1]}
    files = {"manifest.json", "portrait.png", "icon.png", "embedding.safetensors"}
    assert names == files | {"voice", "voice/hello.txt"}
    assert steps[at + 1 :] == [str(tmp_path)], "then the rename itself"
