"""Voices speak sentences; what is kept is log-mel frames with their targets, one file a speaker.

Every utterance is kept twice: clean but for pace and pitch, and once more as another room or line would carry it. A
file that is there is not made again, so that an interrupted run goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from npcface.drive.timeline import Phoneme
from npcface.train.hear import sentences
from npcface.train.hear.augment import spoiled, stretched
from npcface.train.hear.labels import targets
from npcface.voice import espeak_engine, hibari_engine, piper_engine
from npcface.voice.mel import FRAME_S, Mel
from npcface.voice.resample import Resampler
from npcface.voice.spoken import Spoken

SEED = 20
_QUIET = 4800  # samples of silence before and behind each utterance at most


@dataclass(frozen=True)
class Speaker:
    """Who says how many lines; those held out are never learned from."""

    engine: str
    name: str
    lines: int
    language: str = "en"
    pitch: int = 50
    held_out: bool = False

    @property
    def file(self) -> str:
        """Name of the speaker's file."""
        return f"{self.engine}_{self.name}_{self.pitch}{'_held_out' * self.held_out}.npz"


_ESPEAK = (
    "en-us", "en-us+m1", "en-us+m3", "en-us+m7", "en-us+f1", "en-us+f2", "en-us+f4", "en-gb", "en-gb+m4", "en-gb+f3",
    "en-gb-scotland", "en-gb-scotland+f1", "en-gb-x-rp+m2", "en-gb-x-rp+f4", "en-us+klatt2", "en-gb+klatt4",
    "en-029+m6",
)  # fmt: skip
_FOREIGN = ("de", "de+f2", "fr", "fr+m3", "es", "es+f3", "it", "it+f1")


def speakers(piper: str, lines: int) -> list[Speaker]:
    """Everyone; ``lines`` is what an espeak voice says, the two natural ones say much more.

    hibari is there twice: to learn from, and as the stranger for a run that was made without it.
    """
    everyone = [Speaker("piper", piper, 9 * lines)]
    everyone += [Speaker("espeak", name, lines, pitch=35 + 9 * (k % 4)) for k, name in enumerate(_ESPEAK)]
    everyone += [Speaker("espeak", name, lines // 2, name[:2], 40 + 7 * (k % 4)) for k, name in enumerate(_FOREIGN)]
    everyone += [
        Speaker("hibari", "heart", lines, held_out=True),
        Speaker("espeak", "en-us+f5", lines, pitch=60, held_out=True),
        Speaker("espeak", "en-gb-x-gbcwmd+m5", lines, pitch=45, held_out=True),
        Speaker("espeak", "en-us+klatt3", lines, held_out=True),
        Speaker("hibari", "heart", 6 * lines),
    ]
    return everyone


def build(folder: Path, piper: str, lines: int, say: Callable[[str], None]) -> None:
    """Fill the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    words = sentences.dictionary(SEED)
    for number, speaker in enumerate(speakers(piper, lines)):
        path = folder / speaker.file
        if path.is_file():
            continue
        rng = np.random.default_rng([SEED, number])
        # nobody who is held out says a sentence that was learned from: its words are others
        known = words[:1000] if speaker.held_out else words[1000:]
        part = {"mel": [], "viseme": [], "stand": [], "clean": [], "size": []}  # type: dict[str, list[NDArray[np.generic]]]
        for spoken in _spoken(speaker, rng, known):
            _keep(part, spoken, rng, speaker.held_out)
        packed = {name: np.concatenate(rows) for name, rows in part.items()}
        unfinished = path.with_suffix(".part.npz")
        np.savez(unfinished, allow_pickle=False, **packed)
        unfinished.rename(path)
        say(f"{speaker.file}: {len(packed['size'])} utterances, {len(packed['mel']) * FRAME_S / 60:.1f} minutes")


def _spoken(speaker: Speaker, rng: np.random.Generator, words: list[str]) -> Iterator[Spoken]:
    """The speaker's lines, by the fifty."""
    for begin in range(0, speaker.lines, 50):
        count = min(50, speaker.lines - begin)
        english = speaker.language == "en"
        texts = [
            sentences.english(rng, words, words_only=speaker.held_out)
            if english
            else sentences.foreign(rng, speaker.language)
            for _ in range(count)
        ]
        speed = float(rng.uniform(0.8, 1.35))
        if speaker.engine == "piper":
            yield from piper_engine.say_all([(text, float(rng.uniform(0.85, 1.3))) for text in texts], speaker.name)
        elif speaker.engine == "espeak":
            yield from espeak_engine.say_all(texts, speaker.name, speed, speaker.pitch)
        else:
            yield from (hibari_engine.say(text, speaker.name, float(rng.uniform(0.85, 1.25))) for text in texts)


def _keep(part: dict[str, list[NDArray[np.generic]]], spoken: Spoken, rng: np.random.Generator, plain: bool) -> None:
    """Add an utterance, clean and spoiled; held-out voices keep their own pace and pitch."""
    sound = Resampler(spoken.rate_hz).push((spoken.samples / np.float32(32768.0)).astype(np.float32))
    before, behind = rng.integers(0, _QUIET, 2)
    for copy in range(2):
        factor = 1.0 if plain else float(rng.uniform(0.85, 1.2))
        take = np.pad(stretched(sound, factor), (before, behind))
        if copy:
            take = spoiled(take, rng, np.resize(sound[::-1], len(take) + 1))
        frames = Mel().push(take.astype(np.float32))
        lead = before / 16_000
        timed = [Phoneme(p.symbol, lead + p.start / factor, lead + (p.end or 0.0) / factor) for p in spoken.phonemes]
        visemes, stands = targets(timed, len(frames))
        part["mel"].append(frames.astype(np.float16))
        part["viseme"].append(visemes)
        part["stand"].append(stands)
        part["clean"].append(np.array([copy == 0]))
        part["size"].append(np.array([len(frames)]))
