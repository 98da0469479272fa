"""An hour in the life of a daemon: ``python -m npcface.bench.soak``. Sixteen streams; clients join, leave and crash.

Asked of it: no memory that only grows, no stream that stands still, and every frame accounted for: sent, or dropped by
a rule and counted. Needs ``npcface[demo]``, or ``--characters`` with a store of enrolled ones.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from npcface.bench.daemon import Daemon, free_port, running_daemon
from npcface.bench.facts import machine_facts
from npcface.bench.setting import Setting, ids_of
from npcface.bench.soak_client import ENDINGS
from npcface.bench.soak_watch import Watch, report

SLOTS = 4  # clients that come and go, besides one that stays
STREAMS = 3  # of each of them; the one that stays has four: sixteen
STAND_S = 15.0  # how long a client stands still before it is ended
GRACE_S = 30.0  # how long one may take to come and to leave


@dataclass(slots=True)
class Guest:
    """A client process, and what it told last."""

    process: subprocess.Popen[str]
    ending: str
    until_s: float  # monotonic: ended by force after this
    told: IO[str]
    seed: int


@dataclass(slots=True)
class Party:
    """Keeps ``SLOTS`` guests and one resident on a daemon, and gathers what they tell.

    Attributes:
        endings: how guests ended, and how often.
        streams: what all ledgers said last.
        errors: error code to how often clients were told so.
    """

    daemon: Daemon
    characters: list[str]
    folder: Path
    chance: random.Random
    quick: float  # 1 in earnest; smaller: guests stay, and stand still, that much shorter
    endings: dict[str, int] = field(default_factory=dict)
    streams: list[dict[str, Any]] = field(default_factory=list)
    errors: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    _guests: list[Guest] = field(default_factory=list)
    _seed: int = 0

    def start(self, seconds: float) -> None:
        """Everybody comes."""
        self._guests.append(self._come(4, seconds, "bye"))
        for _ in range(SLOTS):
            self._guests.append(self._guest())

    def tick(self) -> None:
        """Replace guests who have left, end those that stand still."""
        now_s = time.monotonic()
        for place, guest in enumerate(self._guests):
            if guest.process.poll() is None and now_s > guest.until_s:
                guest.process.kill()
                guest.process.wait()
            if guest.process.poll() is not None and place > 0:
                self._leave(guest)
                self._guests[place] = self._guest()

    def end(self) -> None:
        """All leave; the resident in peace."""
        for place, guest in enumerate(self._guests):
            if place > 0:
                guest.process.kill()
            try:
                guest.process.wait(30.0)
            except subprocess.TimeoutExpired:
                guest.process.kill()
                guest.process.wait()
                self.failures.append("the resident did not leave")
            self._leave(guest)

    def _guest(self) -> Guest:
        ending = self.chance.choice(ENDINGS)
        return self._come(STREAMS, self.quick * self.chance.uniform(6.0, 60.0), ending)

    def _come(self, streams: int, seconds: float, ending: str) -> Guest:
        self._seed += 1
        told = (self.folder / f"{self._seed}.txt").open("w+", encoding="utf-8")
        command = [
            sys.executable, "-m", "npcface.bench.soak_client", self.daemon.address, str(self._seed), "--characters",
            ",".join(self.characters), "--streams", str(streams), "--seconds", f"{seconds:.1f}", "--ending", ending,
        ]  # fmt: skip
        process = subprocess.Popen(command, stdout=told, stderr=subprocess.STDOUT, text=True)
        until_s = time.monotonic() + seconds + (self.quick * STAND_S if ending == "stand" else GRACE_S)
        return Guest(process, ending, until_s, told, self._seed)

    def _leave(self, guest: Guest) -> None:
        self.endings[guest.ending] = self.endings.get(guest.ending, 0) + 1
        guest.told.seek(0)
        lines = guest.told.read().splitlines()
        guest.told.close()
        told = [json.loads(line) for line in lines if line.startswith('{"streams"')]
        if told:
            self.streams += told[-1]["streams"]
            for code, count in told[-1]["errors"].items():
                self.errors[code] = self.errors.get(code, 0) + count
        other = [line for line in lines if not line.startswith('{"streams"')]
        if other or (guest.process.returncode not in (0, -9)):
            self.failures.append(f"guest {guest.seed} ({guest.ending}, {guest.process.returncode}): {other[-1:]}")


def run_soak(
    characters: Path, folder: Path, *, minutes: float = 60.0, seed: int = 1, quick: float = 1.0
) -> dict[str, Any]:
    """One soak.

    Args:
        characters: a store with at least one character.
        folder: for what the clients tell.
        minutes: how long.
        seed: of all chance.
        quick: guests stay, and stand still, this much shorter, for a short run.

    Returns:
        Plain values, units in the names; see ``soak_watch.report``.
    """
    ids = ids_of(characters)
    seconds = minutes * 60.0
    with ExitStack() as stack:
        port = free_port()
        daemon = stack.enter_context(running_daemon(characters, metrics_port=port))
        watch = stack.enter_context(Watch(daemon, port))
        party = Party(daemon, ids, folder, random.Random(seed), quick)
        start_s = time.monotonic()
        party.start(seconds)
        try:
            while time.monotonic() - start_s < seconds:
                party.tick()
                watch.tick()
                time.sleep(0.5)
        finally:
            party.end()
        watch.settle()
        (folder / "daemon.log").write_text("".join(daemon.log), encoding="utf-8")
        return {
            "machine": machine_facts(), "minutes": minutes, "endings": party.endings, "errors": party.errors,
            "failures": party.failures, **watch.found(party.streams),
        }  # fmt: skip


def main() -> None:
    """Parse, enrol if there is no store, run, print."""
    parser = argparse.ArgumentParser(prog="npcface.bench.soak", description=__doc__)
    parser.add_argument("--characters", type=Path, help="store; default: the demo's people, enrolled now")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--quick", type=float, default=1.0, help="how long guests stay, as a share of 6 to 60 seconds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("bench_output/soak"), help="folder for what was told")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with Setting(store=given.characters) as setting:
        found = run_soak(
            setting.characters, given.out, minutes=given.minutes, seed=given.seed, quick=given.quick
        )  # fmt: skip
    (given.out / "soak.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
    print(json.dumps(found, indent=1) if given.json else report(found))


if __name__ == "__main__":
    main()
