"""Every fault against a real daemon with a real character, as a table: ``python -m npcface.bench.faults``.

Linux only: signals stop processes, and children are found in ``/proc``. Facts about crashes go to the bench's folder.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from npcface.bench.fault_cases import FAULTS, Outcome
from npcface.bench.setting import demo_store, ids_of
from npcface.errors import NpcFaceError
from npcface.paths import STATE_ENV


def measure(
    store: Path, names: Sequence[str] = (), progress: Callable[[str], None] = lambda _: None
) -> dict[str, Outcome]:
    """Run faults one after the other.

    Args:
        store: folder of characters; the first one is watched.
        names: of ``FAULTS``, all by default.
        progress: called with what comes next.
    """
    who = ids_of(store)[0]
    found: dict[str, Outcome] = {}
    for fault in FAULTS:
        if names and fault.name not in names:
            continue
        progress(f"{fault.name}: {fault.how}")
        try:
            found[fault.name] = fault.run(store, who)
        except (NpcFaceError, OSError, IndexError) as error:
            found[fault.name] = Outcome(f"NOT MEASURED: {error}", float("nan"))
    return found


def table(found: dict[str, Outcome]) -> str:
    """As a table in Markdown."""
    rows = [
        "| fault | what was injected | what the client saw | seconds | which are |",
        "| --- | --- | --- | --- | --- |",
    ]
    for fault in FAULTS:
        if (outcome := found.get(fault.name)) is not None:
            rows.append(f"| {fault.name} | {fault.how} | {outcome.saw} | {outcome.seconds:.1f} | {outcome.what} |")
    return "\n".join(rows)


def main() -> int:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(prog="npcface.bench.faults", description=__doc__)
    parser.add_argument("--characters", type=Path, help="a store; without one a demo person is enrolled now")
    parser.add_argument("--only", action="append", default=[], help="a fault's name; may be repeated")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if sys.platform != "linux":
        print("This bench needs Linux.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="npcface-faults-") as folder:
        os.environ[STATE_ENV] = folder
        store = given.characters or demo_store(Path(folder) / "store", 1)
        found = measure(store, given.only, lambda what: print(what, file=sys.stderr, flush=True))
    if given.json:
        print(json.dumps({name: {"saw": one.saw, "seconds": round(one.seconds, 2)} for name, one in found.items()}))
    else:
        print(table(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
