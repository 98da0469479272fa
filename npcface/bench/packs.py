"""How long a list of a thousand packs takes: ``python -m npcface.bench.packs [--packs 1000] [--runs 5] [--json]``.

Lists read manifests alone, so the packs hold nothing else of weight. ``process_s`` is `npcface list` from its start to
its end; ``first_s`` the reading alone, by a library that knows nothing yet; ``again_s`` the same when nothing has
changed, which a daemon with ``--watch`` does twice a second.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from statistics import median
from typing import Any

from npcface.character import Manifest
from npcface.pack import Library

PACKS = 1000


def packs(*, runs: int, count: int = PACKS) -> dict[str, Any]:
    """List stores of ``count`` zips, and of as many plain character folders.

    Returns:
        ``packs``: how many; for ``zips`` and ``folders`` medians of ``runs``: ``first_s``, ``again_s``, ``process_s``.
    """
    with tempfile.TemporaryDirectory(prefix="npcface-bench-") as place:
        zips, folders = Path(place) / "zips", Path(place) / "folders"
        _write(zips, folders, count)
        return {"packs": count, "zips": _measured(zips, count, runs), "folders": _measured(folders, count, runs)}


def _write(zips: Path, folders: Path, count: int) -> None:
    zips.mkdir()
    for number in range(count):
        name = f"person-{number}"
        manifest = Manifest(id=name, name=name.title(), license="CC0-1.0", consent="Nobody real is shown.").to_json()
        files = {
            "manifest.json": manifest,
            **dict.fromkeys(("portrait.png", "icon.png", "embedding.safetensors"), b"-"),
        }
        (folders / name).mkdir(parents=True)
        with zipfile.ZipFile(zips / f"{name}.zip", "w") as zipped:
            for file, data in files.items():
                (folders / name / file).write_bytes(data)
                zipped.writestr(f"characters/{name}/{file}", data)


def _measured(store: Path, count: int, runs: int) -> dict[str, float]:
    spent: dict[str, list[float]] = {"first_s": [], "again_s": [], "process_s": []}
    for _ in range(runs):
        library = Library([store])
        for name in ("first_s", "again_s"):
            began = time.perf_counter()
            assert len(library.list().entries) == count
            spent[name].append(time.perf_counter() - began)
        began = time.perf_counter()
        command = [sys.executable, "-m", "npcface", "list", "--characters", str(store), "--json"]
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        spent["process_s"].append(time.perf_counter() - began)
    return {name: round(median(values), 3) for name, values in spent.items()}


def report(figures: dict[str, Any]) -> str:
    """As text."""
    return "\n".join(
        f"{figures['packs']} {kind:<8} {found['first_s']:.2f} s, again {found['again_s']:.3f} s, "
        f"as a process {found['process_s']:.2f} s"
        for kind, found in figures.items()
        if isinstance(found, dict)
    )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="How long a list of many packs takes.")
    parser.add_argument("--packs", type=int, default=PACKS)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = packs(runs=options.runs, count=options.packs)
    sys.stdout.write((json.dumps(figures, indent=2) if options.json else report(figures)) + "\n")


if __name__ == "__main__":
    main()
