"""``python -m npcface.bench.watermark``: does the mark survive, is it seen, what does it cost, is it found by mistake?

Prints Markdown tables on stdout, progress on stderr. Needs ``npcface[demo]``; ``--characters`` saves enrolling.
With ``OPENBLAS_NUM_THREADS=1`` in the environment it is faster: the products are small.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from npcface.bench.setting import demo_store
from npcface.bench.watermarks import chance, survival
from npcface.bench.watermarks.attacks import EXPORT, LIVE, bc1, chained, jpeg, scaled
from npcface.bench.watermarks.cost import cost
from npcface.bench.watermarks.faces import drawn, natural, synthetic
from npcface.character import Character
from npcface.watermark.pattern import KINDS

if TYPE_CHECKING:
    from npcface.bench.watermarks.survival import Row
    from npcface.watermark.pattern import Kind

PARTS = ("seen", "export", "live", "film", "chance", "cost")
FILM_FRAMES = 24


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--characters", type=Path, help="a store; default: three of openpeople are enrolled")
    parser.add_argument("--faces", type=int, default=100, help="pictures that are marked")
    parser.add_argument("--only", action="append", choices=PARTS, help="one of the parts; may be repeated")
    parser.add_argument("--seconds", type=float, default=4.0, help="of a run of the cost")
    parser.add_argument("--runs", type=int, default=5, help="of the cost")
    asked = parser.parse_args()
    parts = asked.only or PARTS
    with tempfile.TemporaryDirectory() as folder:
        people = _people(asked.characters or demo_store(Path(folder), 1, 4, 7))
        faces = drawn(people, asked.faces) if {"seen", "export", "live", "chance"} & {*parts} else []
        if "seen" in parts:
            for kind in KINDS:
                values = survival.psnr(kind, faces)
                print(f"\n{kind}: PSNR median {median(values):.1f} dB, lowest {min(values):.1f}, {len(values)} faces")
                flat = survival.in_flat_places(kind, faces)
                print(f"{kind}: in flat places {median(flat):.2f} grey levels (median), at most {max(flat):.2f}")
        if "export" in parts:
            _table("export", survival.survival("export", faces, EXPORT, _tell))
        if "live" in parts:
            _table("live", survival.survival("live", faces, LIVE, _tell))
        if "film" in parts:
            _films(people, asked.faces)
        if "chance" in parts:
            _chance(faces)
        if "cost" in parts:
            print("\n" + cost(people, seconds=asked.seconds, runs=asked.runs))


def _films(people: Sequence[Character], faces: int) -> None:
    acting = [people[index % len(people)] for index in range(max(faces // 5, 1))]
    pictures = [(person.id, [picture for _, picture in drawn([person], FILM_FRAMES)]) for person in acting]
    _table("export", survival.films("export", pictures, (17, 23, 30), _tell))
    worst = chained(bc1, scaled(0.5), jpeg(60))
    print("\nlive, BC1, scale 0.5 and JPEG q60, frames of a stream together\n")
    print(survival.HEAD)
    for number, row in survival.accumulated(pictures, worst, (1, 4, 8, 16)).items():
        print(row.text(f"{number} frames"))


def _chance(faces: Sequence[tuple[str, survival.Pixels]]) -> None:
    unmarked = [*natural(), *synthetic(), *faces[:20]]
    print("\n" + chance.report(chance.tail(unmarked, _tell)))
    count, wrong, least = chance.verdicts(unmarked, _tell)
    print(f"\nThe detector: {wrong} of {count} unmarked pictures are called marked; the least bound is {least:.2g}.")


def _table(kind: Kind, rows: dict[str, Row]) -> None:
    print(f"\n{kind}\n\n{survival.HEAD}")
    for name, row in rows.items():
        print(row.text(name), flush=True)


def _people(store: Path) -> list[Character]:
    return [Character.load(folder) for folder in sorted(store.iterdir()) if (folder / "manifest.json").is_file()]


def _tell(text: str) -> None:
    print(f"\r{text:<60}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
