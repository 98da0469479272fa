"""Portrait → what the generator wants to know of a person: identity embedding, AdaIN parameters, neural texture.

The embedder runs once, here, through onnxruntime; no torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npcface.errors import DependencyError
from npcface.model.landmark_map import chart_map
from npcface.model.layout import ATLAS_CHANNELS, FEATURES_PX, MARKS, NEURAL_CHANNELS, PORTRAIT_PX, STATE, TRUST
from npcface.rig.rig import Rig
from npcface.weights import checked

Tensors = dict[str, NDArray[Any]]
EMBEDDER_FILE = Path(__file__).parent.parent / "model" / "data" / "embedder.onnx"


def state_vector(weights: NDArray[Any], rotation: NDArray[Any]) -> NDArray[np.float32]:
    """[STATE] a face's state as the generator reads it: 52 ARKit weights 0..1 and the [3, 3] rotation, row by row."""
    vector = np.concatenate([np.ravel(weights), np.ravel(rotation)]).astype(np.float32)
    assert vector.shape == (STATE,)
    return vector


def blank_features(rig: Rig, shown: NDArray[np.float32]) -> NDArray[np.uint8]:
    """[FEATURES_PX, FEATURES_PX, ATLAS_CHANNELS] feature atlas with trust and landmark map, the neural texture still 0.

    Args:
        shown: [F, F] 0..1 where the portrait showed the skin.
    """
    import cv2

    features = np.full((FEATURES_PX, FEATURES_PX, ATLAS_CHANNELS), 128, np.uint8)
    small = cv2.resize(shown, (FEATURES_PX, FEATURES_PX), interpolation=cv2.INTER_AREA)
    features[..., TRUST] = np.round(np.clip(small, 0, 1) * 255)
    features[..., MARKS] = chart_map(rig)
    return features


def embedder_inputs(tensors: Tensors) -> Tensors:
    """What the embedder reads of one enrolled portrait.

    Returns:
        ``portrait`` and ``marks`` uint8 [P, P, 3], ``texture`` uint8 [A, A, 3], ``trust`` uint8 [A, A], ``state``.
    """
    import cv2

    def small(image: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
        return np.asarray(cv2.resize(image, (size, size), interpolation=cv2.INTER_AREA), np.uint8)

    return {
        "portrait": small(tensors["shell_rgb"], PORTRAIT_PX),
        "marks": tensors["landmark_map"],
        "state": tensors["state"],
        "texture": small(tensors["face_texture"], FEATURES_PX),
        "trust": tensors["features"][..., TRUST],
    }


def with_identity(tensors: Tensors, shots: Sequence[Tensors] = ()) -> Tensors:
    """Add ``embedding`` [EMBEDDING], ``style`` [S] and the neural texture to a character's tensors.

    Args:
        tensors: of the portrait. shots: of further portraits of the same person; the embedding is their mean.

    Raises:
        DependencyError: the embedder's file is missing.
    """
    rows = [embedder_inputs(one) for one in (tensors, *shots)]
    feed = {name: np.stack([row[name] for row in rows]) for name in rows[0]}
    embedding, style, neural = _session().run(["embedding", "style", "neural"], feed)
    features = tensors["features"].copy()
    features[..., :NEURAL_CHANNELS] = neural
    return {**tensors, "features": features, "embedding": embedding, "style": style}


@lru_cache(maxsize=1)
def _session() -> Any:
    import onnxruntime

    if not EMBEDDER_FILE.is_file():
        raise DependencyError(f"The embedder {EMBEDDER_FILE} is missing.", "Reinstall npcface.")
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(checked(EMBEDDER_FILE)), options, providers=["CPUExecutionProvider"])
