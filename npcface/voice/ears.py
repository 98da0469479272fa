"""The network that hears, in numpy: log-mel frames → which viseme it is, and how the mouth stands.

A causal stack of dilated convolutions (van den Oord et al., WaveNet, 2016, without gates): each layer keeps the last
frames it needs, so a stream costs no more than a whole line and gives the same. The future it needs is learned as a
delay: output k is about frame k - ``LOOK_AHEAD``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from npcface.vocab import VISEMES_15
from npcface.voice.mel import BANDS, FIRST_S, FRAME_S, Mel
from npcface.voice.resample import Resampler
from npcface.weights import checked

Floats = NDArray[np.float32]
LOOK_AHEAD = 5
"""Frames."""
SLICE_S = 2.0
"""Longest sound worked on at once: resampling copies each sample once a tap, up to 20 MB a second of sound."""
FIRST_KERNEL, KERNEL = 5, 3
DILATIONS = (1, 2, 4, 8, 12)
SHAPES: tuple[str, ...] = (
    "jawOpen", "mouthPucker", "mouthFunnel", "mouthSmileLeft", "mouthStretchLeft", "mouthDimpleLeft",
    "mouthLowerDownLeft", "mouthUpperUpLeft", "mouthPressLeft", "mouthRollLower", "mouthRollUpper",
    "mouthShrugLower", "tongueOut",
)  # fmt: skip
"""What speech moves; left stands for both sides."""
OUTPUTS = len(VISEMES_15) + len(SHAPES) + 1
WEIGHTS = Path(__file__).with_name("data") / "hear.safetensors"


@lru_cache(maxsize=2)
def weights(path: Path = WEIGHTS) -> dict[str, Floats]:
    """``first``, ``layer0`` …, ``head`` as [taps · inputs, outputs] and their ``….bias``, float32."""
    from safetensors.numpy import load_file

    return {name: value.astype(np.float32) for name, value in load_file(checked(path)).items()}


@dataclass(frozen=True, slots=True)
class Moments:
    """What was heard in consecutive frames.

    Attributes:
        seconds: float64 [n], on the sound's clock.
        visemes: [n, 15] probabilities in the order of ``VISEMES_15``.
        shapes: [n, 13] weights of ``SHAPES``.
        closure: [n], how surely the lips meet (p, b, m), 0 to 1.
    """

    seconds: NDArray[np.float64]
    visemes: Floats
    shapes: Floats
    closure: Floats


class _Layer:
    """One causal convolution and the frames it still needs."""

    def __init__(self, weight: Floats, bias: Floats, kernel: int, dilation: int) -> None:
        self._weight, self._bias, self._kernel, self._dilation = weight, bias, kernel, dilation
        self._kept = np.zeros(((kernel - 1) * dilation, len(weight) // kernel), np.float32)

    def push(self, frames: Floats) -> Floats:
        window = np.concatenate([self._kept, frames])
        count = len(frames)
        taps = [window[k * self._dilation : k * self._dilation + count] for k in range(self._kernel)]
        self._kept = window[count:]
        return np.maximum(np.concatenate(taps, axis=1) @ self._weight + self._bias, 0.0)


class Ears:
    """Sound in pieces of any size → moments as they become known."""

    def __init__(self, rate_hz: int, tensors: dict[str, Floats] | None = None) -> None:
        self._resampler, self._mel = Resampler(rate_hz), Mel()
        self._net = Net(tensors or weights())
        self._frame = -LOOK_AHEAD
        self._slice = round(SLICE_S * rate_hz)

    @property
    def delay_s(self) -> float:
        """Longest time from a sound's arrival to the moment that tells of it, not counting the pieces' own length."""
        return self._resampler.delay_s + FIRST_S + LOOK_AHEAD * FRAME_S + FRAME_S

    def push(self, samples: Floats) -> Moments:
        """float32 [n] → the moments that are known now."""
        starts = range(0, max(len(samples), 1), self._slice)
        return joined([self._heard(samples[start : start + self._slice]) for start in starts])

    def _heard(self, samples: Floats) -> Moments:
        raw = self._net.push(self._mel.push(self._resampler.push(samples)))
        numbers = np.arange(self._frame, self._frame + len(raw))
        self._frame += len(raw)
        return moments(numbers[numbers >= 0], raw[numbers >= 0])


class Net:
    """The layers alone: log-mel frames [n, 40] → [n, OUTPUTS] raw numbers, ``LOOK_AHEAD`` frames late."""

    def __init__(self, tensors: dict[str, Floats]) -> None:
        self._first = _Layer(tensors["first"], tensors["first.bias"], FIRST_KERNEL, 1)
        self._layers = [
            _Layer(tensors[f"layer{k}"], tensors[f"layer{k}.bias"], KERNEL, dilation)
            for k, dilation in enumerate(DILATIONS)
        ]
        self._head, self._bias = tensors["head"], tensors["head.bias"]
        assert len(tensors["first"]) == FIRST_KERNEL * BANDS and len(self._bias) == OUTPUTS

    def push(self, frames: Floats) -> Floats:
        """The outputs for these frames."""
        x = self._first.push(frames)
        for layer in self._layers:
            x = x + layer.push(x)
        return x @ self._head + self._bias


def moments(numbers: NDArray[np.int64], raw: Floats) -> Moments:
    """Raw outputs of frames with these numbers."""
    split = len(VISEMES_15)
    logits = raw[:, :split] - raw[:, :split].max(axis=1, keepdims=True, initial=-1e9)
    odds = np.exp(logits)
    closure = (1.0 / (1.0 + np.exp(-np.clip(raw[:, -1], -30.0, 30.0)))).astype(np.float32)
    seconds = FIRST_S + FRAME_S * numbers.astype(np.float64)
    return Moments(seconds, odds / odds.sum(axis=1, keepdims=True), np.clip(raw[:, split:-1], 0.0, 1.0), closure)


def joined(pieces: list[Moments]) -> Moments:
    """Consecutive pieces, at least one, as one."""
    return Moments(
        np.concatenate([piece.seconds for piece in pieces]),
        np.concatenate([piece.visemes for piece in pieces]),
        np.concatenate([piece.shapes for piece in pieces]),
        np.concatenate([piece.closure for piece in pieces]),
    )
