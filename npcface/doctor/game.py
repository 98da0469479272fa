"""A game's copies of the Godot addon and the Unity package: do they fit this npcface."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import npcface
from npcface.doctor.finding import Finding, Severity, Surroundings
from npcface.doctor.game_files import Copy, copies
from npcface.wire.version import PROTOCOL

HOW = {
    "Godot addon": "replace the folder addons/npcface by the one of engine_bridge/godot",
    "Unity package": "replace com.npcface.client by the one of engine_bridge/unity",
}
UPDATE_NPCFACE = "pip install --upgrade npcface"


def check_game(around: Surroundings) -> Finding:
    """The copies in a game folder speak this version's protocol and are as new as it is."""
    assert around.project is not None
    if not around.project.is_dir():
        return Finding(
            "game",
            Severity.ERROR,
            f"{around.project} is not a folder",
            "--project names the folder of a game: the one that holds project.godot, or Assets and Packages.",
            "Correct the path.",
        )
    found = list(copies(around.project))
    if not found:
        return Finding(
            "game",
            Severity.WARNING,
            f"no npcface addon or package in {around.project}",
            "Godot keeps it in addons/npcface, Unity in Packages/com.npcface.client.",
            "Copy it there from engine_bridge; the README beside it says how to switch it on.",
        )
    return worst(judged(copy, around.project) for copy in found)


def judged(copy: Copy, project: Path) -> Finding:
    """What is to be said about one copy."""
    seen = f"{copy.kind} {copy.version or 'of unknown version'}, protocol {copy.protocol or 'unknown'}"
    place = f"{seen}, in {copy.folder.relative_to(project).as_posix() or '.'}"
    theirs, ours = _numbers(copy.protocol), _numbers(PROTOCOL)
    older, update = f"{HOW[copy.kind]}.", f"{UPDATE_NPCFACE}, on the machine that runs the daemon."
    if not theirs:
        return Finding("game", Severity.WARNING, place, "Its files are not whole.", f"Update the game: {older}")
    if theirs[0] != ours[0]:
        fix = f"Update the game: {older}" if theirs < ours else f"Update npcface: {update}"
        return Finding("game", Severity.ERROR, place, f"This npcface speaks protocol {PROTOCOL}: no connection.", fix)
    if theirs[:2] > ours[:2]:
        cause = f"This npcface speaks protocol {PROTOCOL}: what is new in the game's copy does not work."
        return Finding("game", Severity.WARNING, place, cause, f"Update npcface: {update}")
    if theirs[:2] < ours[:2]:
        cause = f"It works. What protocol {PROTOCOL} has added is not used."
        return Finding("game", Severity.INFO, place, cause, f"Update the game: {older}")
    if _numbers(copy.version) < _numbers(npcface.__version__):
        return Finding(
            "game", Severity.INFO, place, f"It works; npcface is {npcface.__version__}.", f"Update the game: {older}"
        )
    return Finding("game", Severity.OK, f"{place}, fits npcface {npcface.__version__}")


def worst(findings: Iterable[Finding]) -> Finding:
    """One finding for all copies: the most severe, with what is said of the others in front."""
    order = list(Severity)
    every = sorted(findings, key=lambda finding: order.index(finding.severity))
    last = every[-1]
    seen = "; ".join(finding.finding for finding in every)
    return Finding(last.check, last.severity, seen, last.cause, last.fix)


def _numbers(version: str) -> tuple[int, ...]:
    """``"1.2.0"`` → (1, 2, 0); () for anything else."""
    parts = version.split("-")[0].split(".")
    return tuple(map(int, parts)) if len(parts) == 3 and all(part.isdecimal() for part in parts) else ()
