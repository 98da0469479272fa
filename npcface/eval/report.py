"""Scores of all clips and what is shown of them: means, faces under and over 200 px apart, one line per clip."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from npcface.eval.change import Change, change_text, changes
from npcface.eval.sample import Protocol
from npcface.eval.score import METRICS, Score

if TYPE_CHECKING:
    from rich.table import Table

LARGE_FACE = 200.0
STILL = "still copy"
WARP, NEURAL = "warp", "neural"


@dataclass(frozen=True, slots=True)
class ClipScores:
    """One clip: its face size in source pixels, seconds spent in the reenactor, scores by method."""

    clip: str
    face_px: float
    seconds: float
    scores: dict[str, Score]


@dataclass
class Report:
    """Everything an evaluation found.

    Attributes:
        protocol: what was compared.
        methods: names in the order of the table; the first is the still copy.
        clips: one entry per clip that could be measured.
        skipped: file name → why it could not.
        remarks: method → what it had to say → number of clips.
    """

    protocol: Protocol
    methods: tuple[str, ...]
    clips: list[ClipScores] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    remarks: dict[str, dict[str, int]] = field(default_factory=dict)

    def groups(self) -> dict[str, list[ClipScores]]:
        """All clips, and those with the first frame's face over and under ``LARGE_FACE`` px; empty groups left out."""
        groups = {
            "all": self.clips,
            f"face ≥ {LARGE_FACE:.0f} px": [c for c in self.clips if c.face_px >= LARGE_FACE],
            f"face < {LARGE_FACE:.0f} px": [c for c in self.clips if c.face_px < LARGE_FACE],
        }
        return {name: members for name, members in groups.items() if members}

    def mean(self, method: str, clips: Sequence[ClipScores] | None = None) -> Score:
        """Mean over clips (each clip counts once) of every measure; ``lost`` is summed; NaN where nothing is known."""
        scores = [clip.scores[method] for clip in (self.clips if clips is None else clips)]
        means = {}
        for metric in METRICS:
            known = [score[metric] for score in scores if math.isfinite(score[metric])]
            total = math.fsum(known)
            means[metric] = total if metric == "lost" else total / len(known) if known else math.nan
        return means

    def versus_warp(self, clips: Sequence[ClipScores] | None = None) -> dict[str, dict[str, Change]]:
        """Method → measure → how far it is from the warp; empty unless the warp and the neural quality were measured.

        Every method but the still copy is compared, so that shots and finetuning show what they add.
        """
        if not {WARP, NEURAL} <= set(self.methods):
            return {}
        chosen = self.clips if clips is None else clips
        return {
            method: changes([clip.scores[WARP] for clip in chosen], [clip.scores[method] for clip in chosen])
            for method in self.methods
            if method not in (STILL, WARP)
        }

    def as_json(self) -> dict[str, Any]:
        """Plain data for ``json.dumps``; unknown values are None."""
        return {
            "protocol": asdict(self.protocol),
            "methods": list(self.methods),
            "mean": {
                name: {"clips": len(members)} | {m: _plain(self.mean(m, members)) for m in self.methods}
                for name, members in self.groups().items()
            },
            "versus_warp": {
                name: {
                    method: {metric: change.as_json() for metric, change in found.items()}
                    for method, found in compared.items()
                }
                for name, members in self.groups().items()
                if (compared := self.versus_warp(members))
            },
            "clips": [
                {"clip": c.clip, "face_px": round(c.face_px, 1), "seconds": round(c.seconds, 2)}
                | {m: _plain(c.scores[m]) for m in self.methods}
                for c in self.clips
            ],
            "skipped": self.skipped,
            "remarks": self.remarks,
        }

    def summary_table(self) -> Table:
        """Means as a rich table, one block per group, below each how the methods differ from the warp."""
        table = _table("", "clips", "method")
        for name, members in self.groups().items():
            for index, method in enumerate(self.methods):
                label = (name, str(len(members))) if index == 0 else ("", "")
                table.add_row(*label, method, *_cells(self.mean(method, members)))
            for method, found in self.versus_warp(members).items():
                cells = [change_text(found[metric]) if metric in found else "" for metric in METRICS]
                table.add_row("", "", f"{method} : {WARP}", *cells, style="dim")
            table.add_section()
        return table

    def clip_table(self, method: str) -> Table:
        """One line per clip for one method, worst LPIPS first."""
        table = _table("clip", "face px", "s")
        for clip in sorted(self.clips, key=lambda c: -c.scores[method]["lpips"]):
            table.add_row(clip.clip, f"{clip.face_px:.0f}", f"{clip.seconds:.1f}", *_cells(clip.scores[method]))
        return table


def _table(*heads: str) -> Table:
    from rich.table import Table

    table = Table(*heads)
    for title in METRICS.values():
        table.add_column(title, justify="right")
    return table


def _cells(score: Score) -> list[str]:
    digits = {"ssim": 3, "lpips": 3, "mouth_lpips": 3, "eye_lpips": 3, "identity": 3, "lost": 0}
    return ["–" if math.isnan(score[m]) else f"{score[m]:.{digits.get(m, 2)}f}" for m in METRICS]


def _plain(score: Score) -> dict[str, float | None]:
    return {metric: round(value, 5) if math.isfinite(value) else None for metric, value in score.items()}
