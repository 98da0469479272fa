"""A sprite sheet for engines that show pictures only: visemes, blinks, feelings and head turns in one atlas.

The JSON beside the picture lists the frames in the "hash" form that texture packers write and 2D engines read:
``{"frames": {name: {"frame": {"x", "y", "w", "h"}}}, "meta": {"image", "size"}}``, with ``groups`` on top.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import npcface
from npcface.credentials import Credit, attached, signed
from npcface.drive.emotion import EMOTIONS, layer
from npcface.drive.emotion import pose as felt_of
from npcface.drive.visemes import VISEME_SHAPES
from npcface.errors import LimitError
from npcface.export.artist import Artist
from npcface.state import FaceState
from npcface.watermark import Marker
from npcface.whole import whole

COLUMNS = 8
_LIDS = {"open": 0.0, "half": 0.5, "shut": 1.0}
_YAWS, _PITCHES = (-30, -15, 0, 15, 30), (-15, 0, 15)
_FEELING = 0.8


def groups(base: FaceState) -> dict[str, dict[str, FaceState]]:
    """Group → name of a frame → state, all of them over one pose."""
    turns = [(yaw, pitch) for pitch in reversed(_PITCHES) for yaw in _YAWS]
    return {
        "viseme": {name: base.with_weights(shape) for name, shape in VISEME_SHAPES.items()},
        "blink": {
            name: base.with_weights({"eyeBlinkLeft": shut, "eyeBlinkRight": shut}) for name, shut in _LIDS.items()
        },
        "emotion": {name: layer(base, felt_of({name: _FEELING})) for name in EMOTIONS},
        "head": {f"yaw{yaw:+d}_pitch{pitch:+d}": _turned(base, yaw, pitch) for yaw, pitch in turns},
    }


def write_sprites(
    out: Path,
    artist: Artist,
    size: int,
    base: FaceState,
    progress: Callable[[float], None] = lambda share: None,
    marker: Marker | None = None,
    credit: Credit | None = None,
) -> Path:
    """Draw and write the sheet.

    Args:
        out: ``.png``: the atlas, its JSON goes beside it; ``.zip``: both in one.
        artist: draws ``size`` px.
        size: side of a frame in pixels.
        base: pose under everything.
        progress: called with the share that is done.
        marker: puts the watermark into the atlas as a whole; it is found in single frames too.
        credit: goes into the atlas, signed; None: nothing does.

    Raises:
        LimitError: another suffix. CredentialsError: the atlas cannot be signed.
    """
    if out.suffix not in (".png", ".zip"):
        raise LimitError(f"Sprites cannot be written as {out.name}.", "Name a .png or a .zip.")
    named = {f"{group}_{name}": state for group, states in groups(base).items() for name, state in states.items()}
    rows = -(-len(named) // COLUMNS)
    atlas = Image.new("RGBA", (COLUMNS * size, rows * size))
    frames: dict[str, Any] = {}
    for index, (name, pixels) in enumerate(zip(named, artist(named.values()), strict=True)):
        x, y = index % COLUMNS * size, index // COLUMNS * size
        atlas.paste(Image.fromarray(pixels), (x, y))
        frames[name] = {"frame": {"x": x, "y": y, "w": size, "h": size}}
        progress((index + 1) / len(named))
    if marker is not None:
        atlas = marker.mark_image(atlas)
    picture = out.with_suffix(".png").name
    meta = {"app": f"npcface {npcface.__version__}", "image": picture, "size": {"w": atlas.width, "h": atlas.height}}
    listed = {group: [f"{group}_{name}" for name in states] for group, states in groups(base).items()}
    document = json.dumps({"frames": frames, "groups": listed, "meta": meta}, indent=1)
    if out.suffix == ".zip":
        with whole(out) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as packed:
            drawn = io.BytesIO()
            atlas.save(drawn, "PNG")
            packed.writestr(zipfile.ZipInfo(picture), attached(drawn.getvalue(), picture, credit))
            packed.writestr(zipfile.ZipInfo(out.with_suffix(".json").name), document)
        return out
    with whole(out.with_suffix(".json")) as listing, signed(out, credit) as part:  # neither without the other
        listing.write_text(document, "utf-8")
        atlas.save(part, "PNG")
    return out


def _turned(base: FaceState, yaw: float, pitch: float) -> FaceState:
    return replace(base, head=base.head + np.array([yaw, pitch, 0.0], np.float32))
