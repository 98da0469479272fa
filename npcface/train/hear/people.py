"""Real people: what the network makes of a film's sound, beside what its pictures show (npcface[enroll,video])."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npcface.train.hear.measure import features, fitted, gaps, heard
from npcface.voice.ears import WEIGHTS, weights
from npcface.voice.hearing import faces
from npcface.voice.mel import FIRST_S, FRAME_S, Mel
from npcface.voice.resample import Resampler

Floats = NDArray[np.float32]
MOST_SECONDS = 8.0
_LAGS = range(-20, 21)  # of 10 ms


def report(films: list[Path], corpus: Path, path: Path | None = None) -> str:
    """One row a film: correlation of the seen lip gap with the network's and loudness', and the network's offset."""
    tensors, loudness = weights(path or WEIGHTS), fitted(corpus)
    rows = ["| film | network | loudness | offset |", "| --- | --- | --- | --- |"]
    found: list[tuple[float, float]] = []
    for film in films:
        seconds, seen = _seen(film)
        mel = Mel().push(_sound(film))
        clock = FIRST_S + FRAME_S * np.arange(len(mel))
        inside = (seconds > 0.2) & (seconds < clock[-1] - 0.2)
        network, loud = gaps(faces(heard(mel, tensors))), features(mel) @ loudness
        scores = {lag: _r(seconds[inside] + lag * FRAME_S, seen[inside], clock, network) for lag in _LAGS}
        found.append((scores[0], _r(seconds[inside], seen[inside], clock, loud)))
        best = max((score, lag) for lag, score in scores.items())[1]
        rows.append(f"| {film.stem} | {found[-1][0]:.2f} | {found[-1][1]:.2f} | {best * 10:+d} ms |")
    network_mean, loudness_mean = np.mean(found, axis=0)
    network_least, loudness_least = np.min(found, axis=0)
    rows.append(f"| mean | {network_mean:.2f} | {loudness_mean:.2f} | |")
    rows.append(f"| least | {network_least:.2f} | {loudness_least:.2f} | |")
    return "\n".join(rows)


def _r(seconds: NDArray[Any], seen: Floats, clock: NDArray[Any], guess: Floats) -> float:
    return float(np.corrcoef(seen, np.interp(seconds, clock, guess))[0, 1])


def _seen(film: Path) -> tuple[NDArray[np.float64], Floats]:
    """Times and lip gaps of the pictures."""
    import av

    from npcface.drive import video
    from npcface.enroll import enroll

    with av.open(str(film)) as container:
        first: Any = next(container.decode(video=0))
        picture = io.BytesIO()
        first.to_image().save(picture, "PNG")
    times, shown = [], []
    for seconds, state in video.states(film, enroll(picture.getvalue()), "relative"):
        if seconds > MOST_SECONDS:
            break
        times.append(seconds)
        shown.append(state.weights)
    return np.array(times), gaps(np.array(shown))


def _sound(film: Path) -> Floats:
    import av

    with av.open(str(film)) as container:
        resampler = av.AudioResampler(format="s16", layout="mono")
        pieces = [piece for frame in container.decode(audio=0) for piece in resampler.resample(frame)]
        samples = np.concatenate([piece.to_ndarray()[0] for piece in pieces]).astype(np.float32) / np.float32(32768.0)
        return Resampler(pieces[0].sample_rate).push(samples)
