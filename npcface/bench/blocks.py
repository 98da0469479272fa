"""Block-compressed textures: milliseconds to encode one. What that costs in quality is checked by the tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from npcface.bench.lockstep import performance
from npcface.bench.turns import timed
from npcface.render import Renderer
from npcface.render.blocks import BlockFormat, encode
from npcface.render.native.library import available

if TYPE_CHECKING:
    from npcface.character import Character

SIZES_PX = (128, 256, 512)


def blocks(faces: Sequence[Character], *, seconds: float, runs: int, provider: str) -> dict[str, Any]:
    """Encode drawn faces over nothing, in all formats and sizes in turn.

    Returns:
        ``compiled``: by the compiled encoder or numpy; ``by_size_px[size]``: ``bc1_ms``, ``bc3_ms``, and the bytes of
        one texture as ``rgba8_bytes``, ``bc1_bytes`` and ``bc3_bytes``.
    """
    renderer = Renderer(provider=provider)
    work: dict[tuple[int, BlockFormat], Callable[[int], object]] = {}
    bytes_of: dict[int, dict[str, int]] = {}
    for size in SIZES_PX:
        face = renderer.render(faces[:1], [performance(5)], size=size, background="transparent", quality="warp")[0]
        bytes_of[size] = {"rgba8_bytes": face.nbytes}
        for kind in get_args(BlockFormat):
            out = encode(face, kind)
            bytes_of[size][f"{kind}_bytes"] = out.nbytes
            work[size, kind] = _encoder(face, kind, out)
    ms = timed(work, seconds=seconds, runs=runs)
    found: dict[str, dict[str, float]] = {
        str(size): {f"{kind}_ms": round(median(ms[size, kind]), 3) for kind in get_args(BlockFormat)} | bytes_of[size]
        for size in SIZES_PX
    }
    return {"compiled": available(), "by_size_px": found}


def _encoder(face: np.ndarray[Any, Any], kind: BlockFormat, out: np.ndarray[Any, Any]) -> Callable[[int], object]:
    return lambda _: encode(face, kind, out)


def report(figures: dict[str, Any]) -> str:
    """As text."""
    return "\n".join(
        f"{size:>4} px  BC1 {row['bc1_ms']:.2f} ms, {row['bc1_bytes'] // 1024} kB   BC3 {row['bc3_ms']:.2f} ms, "
        f"{row['bc3_bytes'] // 1024} kB   RGBA {row['rgba8_bytes'] // 1024} kB"
        for size, row in figures["by_size_px"].items()
    )
