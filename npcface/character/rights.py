"""On what ground a face may be used, who gave that right and for what: ``rights`` in manifest.json, in plain words.

The manifest's free texts ``license`` and ``consent`` stay what people read. ``rights`` says the same so that a program
can tell whether it was said at all. ``stated`` is the one place that decides whether a character gets a notice.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Annotated, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue

if TYPE_CHECKING:
    from npcface.character.manifest import Manifest

Ground = Literal["own-face", "consent", "licence", "public-domain", "invented"]
"""Why a face may be used."""
GROUNDS: dict[Ground, str] = {
    "invented": "Nobody real is shown.",
    "own-face": "The portrait shows the one who made this character.",
    "consent": "The person shown agreed to this use.",
    "licence": "The licence of the portrait allows this use.",
    "public-domain": "The portrait is in the public domain.",
}
"""Ground → what it says, as a sentence."""
NAMED: tuple[Ground, ...] = ("consent", "licence")
"""Grounds that somebody else gave, who should be named as the holder."""
UNSTATED = ("", "not stated", "todo", "unknown", "tbd", "…", "...")
"""Texts, without their full stop, that state nothing."""
NOTICE = "Rights to this portrait are not stated."
SHOWN = "Until they are, games show a label over this face for its first seconds."
REMEDY = "State them in manifest.json (`rights`, see docs/characters.md), or enrol with --ground."


def _line(value: str) -> str:
    if not value.strip() or any(ord(sign) < 32 for sign in value):
        raise ValueError("blank or with control characters")
    return value


def _day(value: str) -> str:
    if datetime.date.fromisoformat(value).isoformat() != value:
        raise ValueError("not written YYYY-MM-DD")
    return value


Text = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_line)]

_IN_SCHEMA: dict[str, JsonValue] = {"format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
Day = Annotated[str, Field(json_schema_extra=_IN_SCHEMA), AfterValidator(_day)]


class Rights(BaseModel):
    """Who may use a portrait, and on what ground.

    Attributes:
        ground: see ``GROUNDS``.
        holder: who gave the right: the person shown, the photographer, the archive.
        use: what for, up to 16 lines such as ``this mod`` or ``any game``; none: no limit is told.
        evidence: where that is written, an address or a text.
        date: of the consent or licence, YYYY-MM-DD.
    """

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)
    ground: Ground
    holder: Text | None = None
    use: list[Text] = Field(default_factory=list, max_length=16)
    evidence: Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_line)] | None = None
    date: Day | None = None

    def sentences(self) -> str:
        """All of it for people, one short sentence a fact."""
        parts = [GROUNDS[self.ground]]
        if self.holder:
            parts.append(f"Holder: {self.holder.rstrip('.')}.")
        if self.use:
            parts.append(f"For: {', '.join(self.use)}.")
        if self.date:
            parts.append(f"Since {self.date}.")
        if self.evidence:
            parts.append(f"See {self.evidence.rstrip('.')}.")
        return " ".join(parts)


RULES = {
    "rights": ('{"ground": …}, or leave it out', "See docs/characters.md; `npcface enroll` asks for it."),
    "rights.ground": (
        ", ".join(get_args(Ground)),
        "Say why this face may be used; a word that is not in this list may need a newer npcface.",
    ),
    "rights.holder": ("text of 1 to 200 characters", "Name who gave the right, or leave it out."),
    "rights.use": ("a list of up to 16 lines", 'Write ["this mod"], ["any game"], or leave it out.'),
    "rights.evidence": ("text of 1 to 2000 characters", "Write where it can be looked up, or leave it out."),
    "rights.date": ("a day such as 2026-03-01", "Write year, month and day, or leave it out."),
}
"""Field → what is allowed, how to put it right."""


def states(text: str) -> bool:
    """Whether a free text says anything: ``Not stated.``, ``TODO`` and the like do not."""
    return text.strip().rstrip(".").strip().lower() not in UNSTATED


def stated(manifest: Manifest) -> bool:
    """Whether a character says why its face may be used: by ``rights``, or as older ones do by a real ``consent``."""
    return manifest.rights is not None or states(manifest.consent)
