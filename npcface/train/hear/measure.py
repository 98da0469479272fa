"""How well the network hears voices and sentences it never met, beside a mouth that follows loudness alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from npcface.drive.lips import aperture
from npcface.train.hear.corpus import speakers
from npcface.vocab import VISEMES_15
from npcface.voice.ears import LOOK_AHEAD, WEIGHTS, Moments, Net, moments, weights
from npcface.voice.hearing import faces
from npcface.voice.mel import FRAME_S

Floats = NDArray[np.float32]
_NEAR = 6  # frames: ±60 ms
_SHUT, _OPEN = 0.02, 0.12  # lip gap in units of jawOpen = 1
_LAGS = 20


@dataclass(frozen=True)
class Utterance:
    """Frames, their visemes, the true mouth and its lip gap."""

    mel: Floats
    viseme: NDArray[np.int8]
    stand: Floats
    gap: Floats


@dataclass
class Sums:
    """What is counted over utterances."""

    frames: int = 0
    right: int = 0
    spoken: int = 0
    spoken_right: int = 0
    closures: int = 0
    closures_seen: int = 0
    shut: int = 0
    shut_wrongly: int = 0

    def add(self, truth: Utterance, viseme: NDArray[np.int64], gap: Floats) -> None:
        """One utterance."""
        hit = viseme == truth.viseme
        spoken = truth.viseme > 0
        self.frames += len(hit)
        self.right += int(hit.sum())
        self.spoken += int(spoken.sum())
        self.spoken_right += int(hit[spoken].sum())
        for middle in closures(truth.viseme):
            self.closures += 1
            self.closures_seen += bool(gap[max(middle - _NEAR, 0) : middle + _NEAR + 1].min() < _SHUT)
        shut = (gap < _SHUT) & spoken
        self.shut += int(shut.sum())
        self.shut_wrongly += int((shut & (truth.gap > _OPEN)).sum())


def report(folder: Path, path: Path | None = None) -> str:
    """A table: one row a held-out voice, clean and spoiled, the network and loudness alone."""
    tensors = weights(path or WEIGHTS)
    loudness = fitted(folder)
    rows = [
        "| voice | sound | by | visemes right | … while speaking | opening r | p b m seen | shut wrongly | offset |"
    ]
    rows.append("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for speaker in speakers("", 100):
        if not speaker.held_out or not (folder / speaker.file).is_file():
            continue
        for clean in (True, False):
            for name in ("network", "loudness"):
                sums, truths, guesses = Sums(), [], []
                for truth in utterances(folder / speaker.file, clean):
                    if name == "network":
                        known = heard(truth.mel, tensors)
                        viseme, gap = known.visemes.argmax(axis=1), gaps(faces(known))
                    else:
                        gap = np.clip(features(truth.mel) @ loudness, 0.0, 1.0)
                        viseme = np.where(gap > 0.05, VISEMES_15.index("E"), 0)
                    sums.add(truth, viseme, gap)
                    truths.append(truth.gap)
                    guesses.append(gap)
                line = f"| {speaker.engine} {speaker.name} | {'clean' if clean else 'spoiled'} | {name} | "
                rows.append(line + _figures(sums, truths, guesses))
    return "\n".join(rows)


def _figures(sums: Sums, truths: list[Floats], guesses: list[Floats]) -> str:
    r = float(np.corrcoef(np.concatenate(truths), np.concatenate(guesses))[0, 1])
    seen, wrong = sums.closures_seen / max(sums.closures, 1), sums.shut_wrongly / max(sums.shut, 1)
    offset = offset_s(truths, guesses) * 1000.0
    right, spoken = sums.right / sums.frames, sums.spoken_right / sums.spoken
    return f"{right:.0%} | {spoken:.0%} | {r:.2f} | {seen:.0%} | {wrong:.1%} | {offset:+.0f} ms |"


def utterances(path: Path, clean: bool | None = None) -> Iterator[Utterance]:
    """A speaker's file, utterance by utterance."""
    with np.load(path, allow_pickle=False) as file:
        data = {name: file[name] for name in file.files}
    end = 0
    for size, is_clean in zip(data["size"], data["clean"], strict=True):
        begin, end = end, end + int(size)
        if clean is None or clean == bool(is_clean):
            stand = data["stand"][begin:end].astype(np.float32)
            true = Moments(np.zeros(size), np.zeros((size, 15), np.float32), stand[:, :-1], stand[:, -1])
            mel = data["mel"][begin:end].astype(np.float32)
            yield Utterance(mel, data["viseme"][begin:end], stand, gaps(faces(true)))


def heard(mel: Floats, tensors: dict[str, Floats]) -> Moments:
    """What the network says to these frames."""
    raw = Net(tensors).push(np.pad(mel, ((0, LOOK_AHEAD), (0, 0))))[LOOK_AHEAD:]
    return moments(np.arange(len(raw)), raw)


def gaps(shown: Floats) -> Floats:
    """Lip gap of each [52], not below 0."""
    return np.array([max(aperture(weights), 0.0) for weights in shown], np.float32)


def closures(viseme: NDArray[np.int8]) -> list[int]:
    """Middle frame of each p, b or m (those that follow one another are one)."""
    edges = np.diff(np.concatenate([[0], (viseme == VISEMES_15.index("PP")).astype(np.int8), [0]]))
    return [int(a + b) // 2 for a, b in zip(np.flatnonzero(edges > 0), np.flatnonzero(edges < 0), strict=True)]


def offset_s(truths: list[Floats], guesses: list[Floats]) -> float:
    """Where the two tracks agree best; positive: the guess comes late."""
    score = np.zeros(2 * _LAGS + 1)
    for truth, guess in zip(truths, guesses, strict=True):
        a, b = truth - truth.mean(), guess - guess.mean()
        for k, lag in enumerate(range(-_LAGS, _LAGS + 1)):
            score[k] += float(a[max(-lag, 0) : len(a) - max(lag, 0)] @ b[max(lag, 0) : len(b) - max(-lag, 0)])
    return (int(score.argmax()) - _LAGS) * FRAME_S


def features(mel: Floats) -> Floats:
    """Loudness for the other mouth: now, smoothed over 70 ms, and 1."""
    loud = mel.max(axis=1)
    smooth = np.convolve(np.pad(loud, 3, mode="edge"), np.full(7, 1 / 7), "valid")
    return np.stack([loud, smooth, smooth**2, np.ones_like(loud)], axis=1).astype(np.float32)


def fitted(folder: Path) -> Floats:
    """The best mouth that loudness can give, by least squares on voices that are learned from."""
    paths = [folder / speaker.file for speaker in speakers("en_US-joe-medium", 100) if not speaker.held_out]
    known = [u for path in paths[:6] if path.is_file() for u in list(utterances(path, True))[:80]]
    x, y = np.concatenate([features(u.mel) for u in known]), np.concatenate([u.gap for u in known])
    return np.linalg.lstsq(x, y, rcond=None)[0].astype(np.float32)
