"""``python -m tests.character.killing MODE FOLDER``: kills real writers of a store, looks at what they leave. POSIX.

A process that has imported everything forks a writer for each kill, because starting Python 200 times would take
minutes. Each writer is a process of its own that dies by SIGKILL, without a chance to tidy up.

    random N    kills N writers that save, replace and delete in a loop, each a random time after it has begun
    steps N     kills a writer before its first system call, the next one after its first, the next one after its
                second, and so on through a whole save, a save over an older self, and a deletion (ptrace: Linux);
                N: only after every N-th, as the time it takes grows with the square of their number

``--two-renames`` does without Linux's exchange of two folders, as on macOS and Windows.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import npcface.character.folder as folder_module
from npcface.character import Character, CharacterStore
from npcface.character.lock import WRITING
from npcface.errors import CharacterError
from tests.character.folders import manifest, png

ALWAYS = ("ada", "ben", "cleo")
"""Are there before the first kill and have to be there after the last."""
PICTURES = [png(96, 96, (value, 0, 0)) for value in range(8)]
ICON = png(256, 256)


def never(*_: object) -> Character:
    raise CharacterError("Its tensors are not whole.")


def person(name: str, value: int) -> Character:
    """Every file of it says ``value``."""
    tensors: dict[str, np.ndarray] = {
        "atlas": np.full((64, 64, 4), value % 251, np.uint8),
        "value": np.array([value], np.int32),
    }
    return Character(manifest(name, version=f"1.0.{value}"), PICTURES[value % 8], ICON, tensors)


def value_of(character: Character) -> int:
    """What a character says; all its files have to agree."""
    value = int(character.tensors["value"][0])
    assert character.manifest.version == f"1.0.{value}"
    assert character.portrait_png == PICTURES[value % 8] and character.icon_png == ICON
    assert (character.tensors["atlas"] == value % 251).all()
    return value


def write_on(store: CharacterStore, value: int, tell: int) -> None:
    """Save, replace and delete until somebody kills this; each thing done is told first and last."""
    while True:
        for name in ALWAYS:
            value += 1
            os.write(tell, b"%s %d begun\n" % (name.encode(), value))
            store.save(person(name, value))
            os.write(tell, b"%s %d done\n" % (name.encode(), value))
        store.save(person("guest", value))
        store.delete("guest")


def at_random(root: Path, kills: int) -> dict[str, int]:
    store, luck = CharacterStore(root), random.Random(5)
    known = {name: value_of(store.save(person(name, 0))) for name in ALWAYS}
    in_the_middle = litter = 0
    for _ in range(kills):
        ours, theirs = os.pipe()
        writer = os.fork()
        if writer == 0:
            os.close(ours)
            write_on(store, max(known.values()), theirs)
        os.close(theirs)
        with open(ours, "rb", buffering=0) as told:
            heard = told.read(1 << 16)  # on a busy machine the fork alone may take longer than what follows
            time.sleep(luck.uniform(0.0, 0.02))
            os.kill(writer, signal.SIGKILL)
            os.waitpid(writer, 0)
            heard += told.readall()
        lines = [line.split() for line in heard.decode().splitlines()]
        begun = {name: int(value) for name, value, what in lines if what == "begun"}
        done = {name: int(value) for name, value, what in lines if what == "done"}
        litter = max(litter, hidden(root))
        for name in ALWAYS:
            found = value_of(Character.load(root / name, never))
            allowed = {done.get(name, known[name]), begun.get(name, known[name])}
            assert found in allowed, f"{name} is {found}, not of {allowed}"
            known[name] = found
            in_the_middle += begun.get(name) != done.get(name)
        if "guest" in {entry.id for entry in store.list().entries}:
            value_of(Character.load(root / "guest", never))
        assert not store.list().problems
    store.save(person("ada", 1))
    return {"kills": kills, "in_the_middle": in_the_middle, "most_litter": litter, "litter_at_the_end": hidden(root)}


def hidden(root: Path) -> int:
    """Folders and files that are no characters."""
    return sum(entry.name.startswith(".") for entry in root.iterdir())


def at_every_step(root: Path, every: int) -> dict[str, int]:
    store, kills = CharacterStore(root), {}

    def prepared(folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        with contextlib.suppress(FileNotFoundError):
            (root / WRITING).unlink()

    def old(name: str) -> None:
        prepared(root / name)
        store.save(person(name, 1))

    jobs: dict[str, tuple[Callable[[], None], Callable[[], object], set[int | None]]] = {
        "new": (lambda: prepared(root / "new"), lambda: store.save(person("new", 2)), {None, 2}),
        "replaced": (lambda: old("replaced"), lambda: store.save(person("replaced", 2)), {1, 2}),
        "deleted": (lambda: old("deleted"), lambda: store.delete("deleted"), {1, None}),
    }
    for name, (before, job, allowed) in jobs.items():
        seen = set()
        for step in range(0, 100_000, every):
            before()
            finished = killed_at(step, job)
            try:
                found: int | None = value_of(Character.load(root / name, never))
            except CharacterError as error:
                assert "There is no character folder" in str(error), error
                found = None
            assert found in allowed, f"{name} is {found} when killed at system call {step}"
            seen.add(found)
            if finished:
                kills[name] = step
                break
        assert seen == allowed, f"{name}: only {seen} was ever there"
    store.save(person("last", 1))
    return {**kills, "litter_at_the_end": hidden(root)}


TRACEME, SYSCALL = 0, 24


def killed_at(step: int, job: Callable[[], object]) -> bool:
    """Run a job in a process that dies right after its system call number ``step``; True if it ended before that."""
    trace = ctypes.CDLL(None, use_errno=True).ptrace
    child = os.fork()
    if child == 0:
        trace(TRACEME, 0, None, None)
        os.kill(os.getpid(), signal.SIGSTOP)
        job()
        os._exit(0)
    os.waitpid(child, 0)
    for _ in range(2 * step):  # each call stops on its way in and out
        if trace(SYSCALL, child, None, None) != 0:
            raise SystemExit("ptrace is not allowed here")
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            assert os.WEXITSTATUS(status) == 0
            return True
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def main() -> None:
    """Report as JSON; an AssertionError says what was lost."""
    mode, root = sys.argv[1], Path(sys.argv[2]).resolve()
    root.mkdir(exist_ok=True)
    if "--two-renames" in sys.argv:
        folder_module._exchange = lambda first, second: False
    number = int(sys.argv[3])
    print(json.dumps(at_every_step(root, number) if mode == "steps" else at_random(root, number)))


if __name__ == "__main__":
    main()
