"""Which voices there are, and one that speaks."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from npcface.errors import DependencyError, LimitError, StateError, VoiceError
from npcface.voice import espeak_engine, hibari_engine, piper_engine
from npcface.voice.spoken import Spoken, VoiceInfo

MOST_CHARACTERS = 20_000


class Engine(NamedTuple):
    """A program that speaks: what it offers, and how to ask it (text, name of the voice, speed)."""

    voices: Callable[[], list[VoiceInfo]]
    say: Callable[[str, str, float], Spoken]


ENGINES: dict[str, Engine] = {
    hibari_engine.ENGINE: Engine(hibari_engine.voices, hibari_engine.say),
    piper_engine.ENGINE: Engine(piper_engine.voices, piper_engine.say),
    espeak_engine.ENGINE: Engine(espeak_engine.voices, espeak_engine.say),
}
"""By the first half of a voice's id; ``"auto"`` takes the first ready voice in this order."""


def voices() -> list[VoiceInfo]:
    """Every voice of every engine, best first; those that are not ready say what is missing."""
    return [voice for engine in ENGINES.values() for voice in engine.voices()]


def say(text: str, voice: str = "auto", speed: float = 1.0) -> Spoken:
    """Speak a text.

    Args:
        text: up to ``MOST_CHARACTERS``.
        voice: an id of ``voices()``, or ``"auto"`` for the first that is ready.
        speed: 0.5 to 2; 1 is the voice's own pace.

    Returns:
        The sound, and each phoneme's time in it.

    Raises:
        LimitError: the text is too long.
        StateError: speed out of range.
        DependencyError: the voice is not ready.
        VoiceError: no such voice, nothing to say, or its program failed.
    """
    if len(text) > MOST_CHARACTERS:
        raise LimitError(f"The text has {len(text)} characters, at most {MOST_CHARACTERS}.", "Speak it piece by piece.")
    if not 0.5 <= speed <= 2.0:
        raise StateError(f"speed is {speed}, expected 0.5 to 2.", "1 is a natural pace.")
    chosen = _chosen(voice)
    engine, _, name = chosen.partition(":")
    return ENGINES[engine].say(text, name, speed)


def _chosen(voice: str) -> str:
    """The id of a voice that is ready."""
    engine = ENGINES.get(voice.partition(":")[0])
    known = engine.voices() if engine else voices()
    if voice == "auto":
        ready = next((v.id for v in known if v.ready), None)
        if ready is None:
            raise DependencyError("No voice is ready.", known[0].remedy)
        return ready
    found = next((v for v in known if v.id == voice.partition("+")[0]), None)  # espeak:en-us+f3: a variant
    if found is None:
        names = ", ".join(v.id for v in known[:8])
        raise VoiceError(f"There is no voice {voice!r:.60}.", f"Use one of: {names}. `npcface voices` lists all.")
    if not found.ready:
        raise DependencyError(f"The voice {voice} is not ready.", found.remedy)
    return voice
