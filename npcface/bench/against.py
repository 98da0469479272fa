"""Two revisions compared: measures of both in child processes that take turns, on one machine, in one hour.

The bench of this checkout measures both, so the ruler is the same; characters are enrolled once, by this checkout. The
other revision is checked out into a temporary worktree. Both renderers are compiled from their sources before the
first turn, this checkout's where it lies. Nothing is downloaded.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from npcface.bench.chart import value_at
from npcface.bench.facts import PACKAGE, load_average, machine_facts
from npcface.bench.registry import MEASURES
from npcface.bench.setting import Setting
from npcface.errors import NpcFaceError
from npcface.render.native import library as native

COMPARED = ("plain", "latency")
CHILD = Path(__file__).with_name("child.py")


class RevisionError(NpcFaceError):
    """A revision cannot be measured: no checkout, unknown name, or its code does not do what the bench asks."""

    code = "revision"


def against(
    revision: str,
    names: Sequence[str],
    setting: Setting,
    *,
    checkout: Path = PACKAGE.parent,
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Compare the checkout, as it lies there, with one of its revisions.

    Args:
        revision: anything git understands: ``main``, ``HEAD~3``, a tag, a hash.
        names: from ``MEASURES``, each with figures that are ``drawn``.
        setting: ``runs`` is the number of turns; each measures ``seconds`` once.
        checkout: the repository's folder.
        progress: called with what comes next.

    Returns:
        ``machine``, ``setting``, ``against`` (the hash), and for each figure in ``measures[name][label]`` the medians
        ``this`` and ``other``, their ``ratio`` this / other, and ``ratio_lowest`` and ``ratio_highest`` of single
        turns, which tell how quiet the machine was.

    Raises:
        RevisionError: see there.
    """
    hash_of = _git(checkout, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    facts = machine_facts()
    progress("characters for both")
    asked = {
        "store": str(setting.characters), "measures": list(names),
        "setting": {"size": setting.size, "seconds": setting.seconds, "runs": 1, "provider": setting.provider,
                    "asked": setting.asked},
    }  # fmt: skip
    _compile(checkout)  # what lies there may be older than its sources
    turns = []
    with checked_out(checkout, hash_of) as other:
        for turn in range(setting.runs):
            progress(f"turn {turn + 1} of {setting.runs}")
            turns.append((_measured(checkout, asked), _measured(other, asked)))
    facts["load_average_after"] = load_average()
    return {
        "machine": facts,
        "setting": {"size_px": setting.size, "seconds": setting.seconds, "turns": setting.runs,
                    "quality": setting.asked, "provider": setting.provider},
        "against": hash_of,
        "measures": {name: _ratios(name, turns) for name in names},
    }  # fmt: skip


@contextmanager
def checked_out(checkout: Path, revision: str) -> Iterator[Path]:
    """A temporary worktree of a revision, its renderer compiled if this npcface's is."""
    with tempfile.TemporaryDirectory(prefix="npcface-bench-") as folder:
        tree = Path(folder) / "tree"
        _git(checkout, "worktree", "add", "--detach", "--quiet", str(tree), revision)
        try:
            _compile(tree)
            yield tree
        finally:
            _git(checkout, "worktree", "remove", "--force", str(tree))


def _compile(tree: Path) -> None:
    """Build a tree's renderer if this npcface's is compiled; else one would be ahead for that alone."""
    build = tree / "npcface" / "render" / "native" / "build.py"
    if not (build.is_file() and native.available()):
        return
    done = subprocess.run([sys.executable, str(build)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RevisionError(
            f"The renderer in {tree} could not be compiled: {done.stderr.strip()[-500:]}.",
            "Correct it, or set NPCFACE_NATIVE=0 to compare without compiled renderers.",
        )


def report(found: dict[str, Any]) -> str:
    """The result of ``against`` as text."""
    machine, setting = found["machine"], found["setting"]
    lines = [
        f"{machine['cpu']}, {machine['cores']} cores, load {machine['load_average']} before, "
        f"{machine['load_average_after']} after",
        f"{machine['git_revision']} against {found['against'][:12]}, {setting['size_px']} px, "
        f"{setting['turns']} turns of {setting['seconds']:g} s",
    ]
    for name, figures in found["measures"].items():
        lines += ["", f"{name}: {MEASURES[name].what}"]
        unit = MEASURES[name].unit
        for label, row in figures.items():
            lines.append(
                f"{label:<14} {row['this']:9.2f} {unit}, was {row['other']:9.2f} {unit}: {row['ratio']:.2f} × "
                f"({row['ratio_lowest']:.2f} to {row['ratio_highest']:.2f} from turn to turn)"
            )
    return "\n".join(lines)


def _measured(tree: Path, asked: dict[str, Any]) -> dict[str, Any]:
    environment = os.environ | {"PYTHONPATH": str(tree)}
    done = subprocess.run(
        [sys.executable, "-P", str(CHILD)], input=json.dumps(asked), cwd=tree, env=environment, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RevisionError(
            f"The npcface in {tree} could not be measured: {done.stderr.strip().splitlines()[-1:]}.",
            "Compare with a revision whose renderer, client and daemon have today's interfaces.",
        )
    return dict(json.loads(done.stdout))


def _ratios(name: str, turns: Sequence[tuple[dict[str, Any], dict[str, Any]]]) -> dict[str, dict[str, float]]:
    found = {}
    for label, path in MEASURES[name].drawn.items():
        pairs = [
            (own, other)
            for one, two in turns
            if (own := value_at(one[name], path)) is not None and (other := value_at(two[name], path))
        ]
        if pairs:
            this, other = (median(values) for values in zip(*pairs, strict=True))
            each = [own / theirs for own, theirs in pairs]
            found[label] = {
                "this": round(this, 3), "other": round(other, 3), "ratio": round(this / other, 3),
                "ratio_lowest": round(min(each), 3), "ratio_highest": round(max(each), 3),
            }  # fmt: skip
    return found


def _git(checkout: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(checkout), *arguments], capture_output=True, text=True, check=False)
    except OSError as error:
        raise RevisionError(f"git cannot be run: {error}.", "Install git.") from error
    if done.returncode:
        raise RevisionError(
            f"git {' '.join(arguments)} failed in {checkout}: {done.stderr.strip() or 'no such revision'}.",
            "Run npcface from a git checkout and name one of its revisions.",
        )
    return done.stdout.strip()
