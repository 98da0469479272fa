"""Landmark files and tracks as models, for their schemas only; ``enroll.manual`` and ``drive.track`` read them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from npcface.drive.emotion import ALIASES, EMOTIONS
from npcface.drive.track import MOST_FRAMES, MOST_PHONEMES, MOST_SECONDS
from npcface.enroll.manual import MAX_COORDINATE
from npcface.vocab import ARKIT_52

Coordinate = Annotated[float, Field(ge=-MAX_COORDINATE, le=MAX_COORDINATE)]
Point = Annotated[list[Coordinate], Field(min_length=2, max_length=2)]
Seconds = Annotated[float, Field(ge=0.0, le=MOST_SECONDS)]
Weights = Annotated[
    dict[str, float],  # further names and spellings are read too: docs/driving.md
    Field(
        json_schema_extra={"properties": {name: {"type": "number", "minimum": 0, "maximum": 1} for name in ARKIT_52}}
    ),
]
Emotion = Annotated[str, Field(json_schema_extra={"enum": [*EMOTIONS, *ALIASES]})]


class LandmarkFile(BaseModel):
    """What ``enroll --landmarks`` takes."""

    schema_version: Literal[1] = Field(alias="schema")
    points: (
        Annotated[list[Point], Field(min_length=68, max_length=68)]
        | Annotated[list[Point], Field(min_length=478, max_length=478)]
        | Annotated[dict[str, Point], Field(min_length=68, max_length=478)]
    )


class TrackFrame(BaseModel):
    """One frame of a track."""

    t: float | None = None
    weights: Weights = Field(default_factory=dict)
    head: Annotated[list[float], Field(min_length=3, max_length=3)] = [0.0, 0.0, 0.0]
    gaze: Annotated[list[float], Field(min_length=2, max_length=2)] = [0.0, 0.0]
    translation: Annotated[list[float], Field(min_length=2, max_length=2)] = [0.0, 0.0]
    scale: float = 1.0


class TrackFile(BaseModel):
    """What ``animate --drive`` takes; either ``frames`` or ``phonemes``."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["frames"]}, {"required": ["phonemes"]}]})
    schema_version: Literal[1] = Field(alias="schema")
    fps: float = Field(default=30.0, ge=1.0, le=240.0)
    frames: Annotated[list[TrackFrame], Field(max_length=MOST_FRAMES)] = Field(default_factory=list)
    convention: Literal["auto", "ipa", "arpabet", "oculus", "rhubarb"] = "auto"
    phonemes: Annotated[
        list[tuple[str, Seconds] | tuple[str, Seconds, Seconds | None]], Field(max_length=MOST_PHONEMES)
    ] = Field(default_factory=list)
    emotions: Annotated[list[tuple[float, Emotion, float]], Field(max_length=MOST_FRAMES)] = Field(default_factory=list)


LANDMARK_RULES = {
    "schema": ("1", "Write 1."),
    "points": ("68 points of iBUG or 478 of MediaPipe, as a list or by name", "docs/characters.md lists the names."),
}
TRACK_RULES = {
    "schema": ("1", "Write 1."),
    "fps": ("1 to 240 frames a second", "30 suits most games."),
    "frames": ("faces by ARKit name; head and gaze in degrees", "See docs/driving.md."),
    "convention": ("of the phonemes' symbols", "auto looks at them."),
    "phonemes": ("[symbol, start] or [symbol, start, end], in seconds", "See docs/driving.md."),
    "emotions": ("[seconds, name, strength], in order of time", "See docs/driving.md."),
}
