"""What happens to a voice on its way to a microphone: other throats, rooms, noise, loudspeakers, codecs, gain."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from npcface.voice.resample import RATE_HZ

Floats = NDArray[np.float32]


def stretched(sound: Floats, factor: float) -> Floats:
    """Played ``factor`` times as fast: pace, pitch and formants rise together, as from a larger to a smaller person."""
    places = np.arange(0.0, len(sound) - 1, factor)
    return np.interp(places, np.arange(len(sound)), sound).astype(np.float32)


def spoiled(sound: Floats, rng: np.random.Generator, babble: Floats) -> Floats:
    """The same speech as something else would record it; times do not move.

    Args:
        sound: float32 [n] at 16 kHz.
        rng: draws everything.
        babble: other speech, at least as long.
    """
    if rng.random() < 0.35:
        sound = _room(sound, rng)
    if rng.random() < 0.6:
        sound = _coloured(sound, rng)
    if rng.random() < 0.7:
        sound = _noisy(sound, rng, babble)
    if rng.random() < 0.25:
        sound = _coded(sound, rng)
    peak = float(np.abs(sound).max()) + 1e-6
    gain = 10.0 ** (rng.uniform(-26.0, 3.0) / 20.0)
    return np.clip(sound / peak * gain, -1.0, 1.0).astype(np.float32)


def _room(sound: Floats, rng: np.random.Generator) -> Floats:
    """An early sound and a decaying tail (60 dB in 0.1 to 0.6 s)."""
    decay_s = rng.uniform(0.1, 0.6)
    size = int(decay_s * RATE_HZ)
    tail = rng.standard_normal(size) * 10.0 ** (-3.0 * np.arange(size) / size)
    tail *= 10.0 ** (rng.uniform(-16.0, -3.0) / 20.0) / np.sqrt((tail**2).sum())
    tail[0] = 1.0
    return _filtered(sound, np.fft.rfft(tail, _fft_size(len(sound) + size)))


def _coloured(sound: Floats, rng: np.random.Generator) -> Floats:
    """A smooth random frequency response, up to ±8 dB."""
    size = _fft_size(len(sound))
    hz = np.linspace(0.0, 1.0, size // 2 + 1)
    db = np.interp(np.sqrt(hz), np.linspace(0.0, 1.0, 7), rng.uniform(-8.0, 8.0, 7))
    return _filtered(sound, 10.0 ** (db / 20.0))


def _noisy(sound: Floats, rng: np.random.Generator, babble: Floats) -> Floats:
    """White to brown noise or other voices, 6 to 40 dB below the speech."""
    if rng.random() < 0.25:
        at = rng.integers(0, len(babble) - len(sound) + 1)
        noise = babble[at : at + len(sound)]
        ratio_db = rng.uniform(12.0, 40.0)
    else:
        size = _fft_size(len(sound))
        slope = rng.uniform(0.0, 1.0)
        shape = (np.arange(size // 2 + 1) + 20.0) ** -slope
        noise = np.fft.irfft(np.fft.rfft(rng.standard_normal(size)) * shape)[: len(sound)].astype(np.float32)
        ratio_db = rng.uniform(6.0, 40.0)
    scale = np.sqrt((sound**2).mean() / ((noise**2).mean() + 1e-12)) * 10.0 ** (-ratio_db / 20.0)
    return (sound + scale * noise).astype(np.float32)


def _coded(sound: Floats, rng: np.random.Generator) -> Floats:
    """A telephone band or a low-passed codec, then µ-law in 8 bits."""
    size = _fft_size(len(sound))
    hz = np.fft.rfftfreq(size, 1.0 / RATE_HZ)
    low, high = (rng.uniform(150.0, 350.0), 3400.0) if rng.random() < 0.4 else (0.0, rng.uniform(3800.0, 7500.0))
    passed = 1.0 / (1.0 + (hz / high) ** 16) * (hz >= low)
    sound = _filtered(sound, passed)
    scaled = sound / (np.abs(sound).max() + 1e-6)
    packed = np.sign(scaled) * np.log1p(255.0 * np.abs(scaled)) / np.log(256.0)
    packed = np.round(packed * 127.0) / 127.0
    return (np.sign(packed) * (256.0 ** np.abs(packed) - 1.0) / 255.0).astype(np.float32)


def _filtered(sound: Floats, response: NDArray[np.inexact]) -> Floats:
    size = 2 * (len(response) - 1)
    return np.fft.irfft(np.fft.rfft(sound, size) * response, size)[: len(sound)].astype(np.float32)


def _fft_size(count: int) -> int:
    return 1 << (count - 1).bit_length()
