"""Contact sheets: many faces and states on one picture, to be looked at by people.

Pure composition: what to show is a list of (label, state), who shows it a list of characters, and the pixels come
from the renderer that games use.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from npcface.character.icon import open_png
from npcface.state import FaceState
from npcface.vocab import ARKIT_52

if TYPE_CHECKING:
    from npcface.character import Character
    from npcface.render import Quality, Renderer

Shot = tuple[str, FaceState]
BATCH = 8
PAPER = (24, 24, 27)
INK = (228, 228, 231)


def summary_shots() -> list[Shot]:
    """One row that shows at a glance whether a character works."""
    pose = FaceState.of
    return [
        ("neutral", FaceState()),
        ("jawOpen", pose({"jawOpen": 0.7})),
        (
            "smile",
            pose({"mouthSmileLeft": 0.9, "mouthSmileRight": 0.9, "cheekSquintLeft": 0.4, "cheekSquintRight": 0.4}),
        ),
        ("blink", pose({"eyeBlinkLeft": 1.0, "eyeBlinkRight": 1.0})),
        ("pucker", pose({"mouthPucker": 0.9})),
        ("funnel", pose({"mouthFunnel": 0.9, "jawOpen": 0.25})),
        ("tongue", pose({"tongueOut": 1.0, "jawOpen": 0.45})),
        ("gaze left", pose(gaze=(22.0, 0.0))),
        ("gaze right", pose(gaze=(-22.0, 0.0))),
        ("yaw +25°", pose(head=(25.0, 0.0, 0.0))),
        ("yaw -25°", pose(head=(-25.0, 0.0, 0.0))),
        ("pitch +15°", pose(head=(0.0, 15.0, 0.0))),
        ("pitch -15°", pose(head=(0.0, -15.0, 0.0))),
        ("roll +15°", pose(head=(0.0, 0.0, 15.0))),
    ]


def extreme_shots() -> list[Shot]:
    """What a portrait cannot show: the head's other sides, the mouth's inside, shut eyes, and speech."""
    pose = FaceState.of
    wide = {"jawOpen": 0.9, "mouthLowerDownLeft": 0.35, "mouthLowerDownRight": 0.35, "mouthUpperUpLeft": 0.2,
            "mouthUpperUpRight": 0.2}  # fmt: skip
    shut = {"eyeBlinkLeft": 1.0, "eyeBlinkRight": 1.0}
    grin = {"mouthSmileLeft": 0.8, "mouthSmileRight": 0.8, "jawOpen": 0.3, "mouthUpperUpLeft": 0.5,
            "mouthUpperUpRight": 0.5}  # fmt: skip
    return [
        ("neutral", FaceState()),
        ("yaw +30°", pose(head=(30.0, 0.0, 0.0))),
        ("yaw -30°", pose(head=(-30.0, 0.0, 0.0))),
        ("wide open", pose(wide)),
        ("tongue", pose({**wide, "tongueOut": 0.7})),
        ("grin", pose(grin)),
        ("eyes shut", pose(shut)),
        ("eyes wide", pose({"eyeWideLeft": 1.0, "eyeWideRight": 1.0, "browInnerUp": 0.6})),
        ("ee", pose({"mouthStretchLeft": 0.5, "mouthStretchRight": 0.5, "jawOpen": 0.15, "mouthUpperUpLeft": 0.3,
                     "mouthUpperUpRight": 0.3, "mouthLowerDownLeft": 0.3, "mouthLowerDownRight": 0.3})),
        ("oo", pose({"mouthPucker": 0.8, "jawOpen": 0.1})),
    ]  # fmt: skip


def shape_shots() -> list[Shot]:
    """Each of the 52 shapes alone at 1.0; the two that need an open jaw to mean anything get one, and say so."""
    in_context = {
        "mouthClose": ("mouthClose +jaw", {"mouthClose": 0.5, "jawOpen": 0.5}),
        "tongueOut": ("tongueOut +jaw", {"tongueOut": 1.0, "jawOpen": 0.4}),
    }
    labelled = [in_context.get(name, (name, {name: 1.0})) for name in ARKIT_52]
    return [(label, FaceState.of(weights)) for label, weights in labelled]


def viseme_shots() -> list[Shot]:
    """The 15 Oculus visemes at full weight."""
    from npcface.drive.visemes import VISEME_SHAPES

    return [(name, FaceState.of(weights)) for name, weights in VISEME_SHAPES.items()]


def pose_shots() -> list[Shot]:
    """The promised range: yaw ±30° × pitch ±20°, then roll ±25°."""
    grid = [
        (f"{yaw:+d}° / {pitch:+d}°", FaceState.of(head=(yaw, pitch, 0.0)))
        for pitch in (20, 0, -20)
        for yaw in (-30, -15, 0, 15, 30)
    ]
    return grid + [(f"roll {roll:+d}°", FaceState.of(head=(0.0, 0.0, roll))) for roll in (-25, -12, 0, 12, 25)]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of sheet: what it shows and how many cells make a line."""

    shots: Callable[[], list[Shot]]
    columns: int


KINDS = {
    "summary": Kind(summary_shots, 15),
    "extremes": Kind(extreme_shots, 11),
    "shapes": Kind(shape_shots, 9),
    "visemes": Kind(viseme_shots, 16),
    "poses": Kind(pose_shots, 5),
}


def contact_sheet(
    renderer: Renderer,
    people: Sequence[Character],
    kind: str = "summary",
    *,
    size: int = 192,
    columns: int | None = None,
    quality: Quality | None = None,
    progress: Callable[[int], None] | None = None,
) -> Image.Image:
    """Draw a sheet, one block of lines per person.

    Args:
        renderer: renders every cell but the first.
        people: each one's icon is its block's first cell (not in the pose grid, so that the grid stays a grid).
        kind: a key of ``KINDS``.
        size: cell width and height in pixels.
        columns: cells in a line, by default the kind's own number.
        quality: of every rendered cell, by default the renderer's own.
        progress: called with the number of cells just finished.

    Returns:
        RGB image.
    """
    plan = KINDS[kind]
    shots = plan.shots()
    blocks = []
    for character in people:
        cells = [] if kind == "poses" else [("portrait", _icon(character, size))]
        for start in range(0, len(shots), BATCH):
            part = shots[start : start + BATCH]
            states = [state for _, state in part]
            pixels = renderer.render([character] * len(part), states, size=size, quality=quality)
            pictures = [Image.fromarray(rgba).convert("RGB") for rgba in pixels]
            cells += [(label, picture) for (label, _), picture in zip(part, pictures, strict=True)]
            if progress:
                progress(len(part))
        blocks.append(_block(cells, columns or plan.columns, size))
    sheet = Image.new("RGB", (max(block.width for block in blocks), sum(block.height for block in blocks)), PAPER)
    top = 0
    for block in blocks:
        sheet.paste(block, (0, top))
        top += block.height
    return sheet


def _icon(character: Character, size: int) -> Image.Image:
    with open_png("icon.png", character.icon_png) as icon:
        return icon.convert("RGB").resize((size, size), Image.Resampling.LANCZOS)


def _block(cells: Sequence[tuple[str, Image.Image]], columns: int, size: int) -> Image.Image:
    """Cells with captions, in reading order."""
    gap, caption = max(2, size // 64), max(12, size // 10)
    columns = min(columns, len(cells))
    lines = -(-len(cells) // columns)
    block = Image.new("RGB", (columns * (size + gap) + gap, lines * (size + caption + gap) + gap), PAPER)
    draw = ImageDraw.Draw(block)
    font = ImageFont.load_default(size=caption * 0.72)
    for index, (label, picture) in enumerate(cells):
        left = gap + index % columns * (size + gap)
        top = gap + index // columns * (size + caption + gap)
        block.paste(picture, (left, top))
        draw.text((left + size / 2, top + size + caption * 0.45), label, INK, font, anchor="mm")
    return block
