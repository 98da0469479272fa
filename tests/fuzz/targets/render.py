"""An embedding of the right shapes and any values, drawn by the compiled renderer or, without one, by the graphs.

The first 8 bytes choose the sides of its pictures, each further byte how one array is filled.
"""

import random

import numpy as np

from npcface.character import Character
from npcface.errors import NpcFaceError
from npcface.render.renderer import Renderer
from npcface.render.schema import ARRAYS, BYTES, FAR, SIDES_MAX
from npcface.rig.rig import load_rig
from npcface.state import FaceState
from tests.character.folders import manifest, png

_VALUES = (0.0, 1.0, -1.0, 0.5, 1e-38, -1e-30, 1e4, -1e4, 3e38, -3e38, 65504.0, 1e-3)
_RENDERER: list[Renderer] = []


def run(data: bytes) -> None:
    if not _RENDERER:
        _RENDERER.append(Renderer("cpu", threads=1))
    chosen = random.Random(data[:8])
    rig, fills = load_rig(), iter(data[8:].ljust(len(ARRAYS) + len(FAR) + 4, b"\0"))
    sides = {"grid": rig.grid} | {name: chosen.choice((2, 3, 17, min(most, 64))) for name, most in SIDES_MAX.items()}
    tensors = {}
    for name, (kind, shape) in {**ARRAYS, **(FAR if data[:1] > b"\x80" else {})}.items():
        size = tuple(sides[side] if isinstance(side, str) else side for side in shape)
        fill = next(fills)
        if kind == BYTES:
            tensors[name] = np.full(size, fill, np.uint8)
        elif fill < 128:
            tensors[name] = np.full(size, _VALUES[fill % len(_VALUES)], np.float32)
        else:
            tensors[name] = np.random.default_rng(fill).normal(0, 10.0 ** (fill % 12 - 3), size).astype(np.float32)
    if data[:1] > b"\x40":  # a true head, so that something is drawn at all
        tensors["face_rest"] = rig.face_mean.astype(np.float32)
    state = FaceState.of({"jawOpen": next(fills) / 255}, head=(next(fills) - 128.0, 20.0, 0.0)).checked()
    someone = Character(manifest(), png(64, 64), png(256, 256), tensors)
    try:
        pixels = _RENDERER[0].render([someone], [state], size=64, quality="warp")
        assert pixels.shape == (1, 64, 64, 4)
    except NpcFaceError:
        pass
    finally:
        _RENDERER[0].forget(someone)
