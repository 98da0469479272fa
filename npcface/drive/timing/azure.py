"""Azure's speech service: viseme events, and the 60 frames a second of its ``FacialExpression`` animation.

Events, as the SDKs hand them to a program: ``{"audio_offset": ticks, "viseme_id": 0…21}``, a tick is 100 ns; also
``AudioOffset``/``VisemeId``, ``audioOffset``/``visemeId``. With ``<mstts:viseme type="FacialExpression"/>`` an event's
``animation`` is ``{"FrameIndex": n, "BlendShapes": [[55 numbers], …]}``; such chunks may come in any order.
Source: "Get facial position with viseme" in Microsoft's documentation.
"""

from __future__ import annotations

import json
from typing import Any

from npcface.drive.timing.parts import Row, acted, broken, first, listed, number, spoken
from npcface.drive.track import MOST_FRAMES, MOST_PHONEMES, Track
from npcface.vocab import ARKIT_52

TICKS_PER_SECOND = 10_000_000
FPS = 60.0
IDS = ("viseme_id", "visemeId", "VisemeId")
_OFFSETS = ("audio_offset", "audioOffset", "AudioOffset")
_ANIMATIONS = ("animation", "Animation")
_EYES = tuple(
    f"eye{what}{side}"
    for side in ("Left", "Right")
    for what in ("Blink", "LookDown", "LookIn", "LookOut", "LookUp", "Squint", "Wide")
)
_SIDED = ("Smile", "Frown", "Dimple", "Stretch")
COLUMNS: tuple[str, ...] = (
    *_EYES,
    *("jawForward", "jawLeft", "jawRight", "jawOpen"),
    *("mouthClose", "mouthFunnel", "mouthPucker", "mouthLeft", "mouthRight"),
    *(f"mouth{what}{side}" for what in _SIDED for side in ("Left", "Right")),
    *("mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper"),
    *(f"mouth{what}{side}" for what in ("Press", "LowerDown", "UpperUp") for side in ("Left", "Right")),
    *("browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight"),
    *("cheekPuff", "cheekSquintLeft", "cheekSquintRight", "noseSneerLeft", "noseSneerRight", "tongueOut"),
    *("HeadRoll", "LeftEyeRoll", "RightEyeRoll"),
)
"""The 55 columns of a frame; Microsoft does not tell the unit of the last three, taken as radians."""
assert set(COLUMNS[:52]) == set(ARKIT_52)


def visemes(found: list[Any]) -> Track:
    """Viseme events: a list of them, one a line, or ``{"visemes": […]}``; with animations, those."""
    events = _flat(found)
    if any(first(event, *_ANIMATIONS) for event in events):
        return blendshapes([json_of(first(e, *_ANIMATIONS)) for e in events if first(e, *_ANIMATIONS)])
    rows: list[Row] = []
    for event in events:
        ticks = number("azure", first(event, *_OFFSETS), "the offset")
        identity = number("azure", first(event, *IDS), "the viseme id")
        rows.append((f"{identity:g}", ticks / TICKS_PER_SECOND, None))
    if rows:  # events have no end; the last one gets a tenth of a second
        rows.sort(key=lambda row: row[1])
        rows.append(("sil", rows[-1][1] + 0.1, None))
    return spoken(rows, "azure")


def blendshapes(found: list[Any]) -> Track:
    """Animation chunks, in any order; a frame that is there twice is taken once, one that is missing is bridged."""
    frames: dict[int, list[Any]] = {}
    for chunk in _flat(found):
        start = number("azure", first(chunk, "FrameIndex") or 0, "FrameIndex")
        if start != int(start) or not 0 <= start <= MOST_FRAMES:
            raise broken("azure", f"FrameIndex is {start:g}")
        for k, row in enumerate(listed("azure", first(chunk, "BlendShapes"), MOST_FRAMES)):
            if not isinstance(row, list) or len(row) != len(COLUMNS):
                raise broken("azure", f"frame {int(start) + k} does not hold {len(COLUMNS)} numbers")
            frames[int(start) + k] = [number("azure", value, "a weight") for value in row]
    rows = [(k / FPS, dict(zip(COLUMNS, frames[k], strict=True))) for k in sorted(frames)]
    return acted("azure", rows, FPS)


def json_of(animation: Any) -> Any:
    """An event's animation, which the SDKs hand over as text; SVG is refused."""
    if not isinstance(animation, str):
        return animation
    try:
        return json.loads(animation)
    except (ValueError, RecursionError):
        raise broken("azure", "its animation is not JSON: ask for FacialExpression, not SVG") from None


def _flat(found: list[Any]) -> list[Any]:
    entries: list[Any] = []
    for document in found:
        inner = first(document, "visemes") if isinstance(document, dict) else document
        entries += listed("azure", inner, MOST_PHONEMES) if isinstance(inner, list) else [document]
    return entries
