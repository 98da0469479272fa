"""Text → timed phonemes, offline, for previews, tests and games that speak without sound.

Pronunciations come from ``hibari-tts`` (Apache-2.0, 14 MB, needs only numpy and onnxruntime, which are here already):
a dictionary, number and abbreviation rules, heteronyms by part of speech, and a small net for unknown words. Others
that were looked at: g2p-en downloads data at run time; gruut and misaki bring copyleft or very large dependencies;
OpenFaceFX knows eighteen words and spells the rest. English only. Durations are rules of thumb (a typical length for
each sound, longer when stressed and before a pause); a voice that knows its own timing should drive ``speech`` itself.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from npcface.drive.symbols import SymbolReader
from npcface.drive.timeline import Phoneme
from npcface.drive.visemes import SOUNDS
from npcface.errors import DependencyError, LimitError, StateError

MOST_CHARACTERS = 20_000
_LEAD = 0.15  # s before the first sound, so that the mouth can open for it
_PAUSES = {",": 0.20, ";": 0.28, ":": 0.28, "—": 0.28, "–": 0.28, "-": 0.0, "(": 0.12, ")": 0.12, "…": 0.50,
           ".": 0.42, "!": 0.42, "?": 0.42}  # fmt: skip
LETTERS = {"A": "eɪ", "I": "aɪ", "O": "oʊ", "Q": "əʊ", "W": "aʊ", "Y": "ɔɪ", "T": "ɾ"}  # Kokoro's one-letter sounds
_STRESSED, _FINAL = 1.2, 1.35


def phonemes(text: str, *, speed: float = 1.0, british: bool = False) -> list[Phoneme]:
    """Read English text aloud, silently.

    Args:
        text: up to ``MOST_CHARACTERS``; punctuation makes pauses.
        speed: 0.25 to 4; 1 is about 12 sounds a second.
        british: British instead of American pronunciation.

    Returns:
        IPA symbols with stress marks, start and end in seconds, pauses as ``""``.

    Raises:
        DependencyError: the speech extra is not installed.
        LimitError: the text is too long.
        StateError: speed out of range, or nothing in the text can be spoken.
    """
    if len(text) > MOST_CHARACTERS:
        raise LimitError(f"The text has {len(text)} characters, at most {MOST_CHARACTERS}.", "Speak it piece by piece.")
    if not 0.25 <= speed <= 4.0:
        raise StateError(f"speed is {speed}, expected 0.25 to 4.", "1 is a natural pace.")
    spoken = _symbols(_reader(british)(text))
    if not any(seconds and symbol for symbol, seconds in spoken):
        raise StateError(f"Nothing to say in {text!r:.60}.", "English words and numbers can be spoken.")
    clock = _LEAD
    timed: list[Phoneme] = []
    for symbol, seconds in spoken:
        timed.append(Phoneme(symbol, clock, clock + seconds / speed))
        clock += seconds / speed
    return timed


@lru_cache(maxsize=2)
def _reader(british: bool) -> Any:
    try:
        from hibari.g2p import G2P
    except ImportError as error:
        raise DependencyError(
            f"Reading text needs the package hibari-tts ({error}).", "Install it with: pip install 'npcface[speech]'"
        ) from None
    return G2P(british=british)


def _symbols(transcript: str) -> list[tuple[str, float]]:
    """A transcript such as ``həlˈO, wˈɜɹld.`` as (IPA symbol, seconds)."""
    found: list[tuple[str, float]] = []
    reader = SymbolReader("ipa", unknown="ignore")
    mark = ""
    for letter in transcript:
        if letter in "ˈˌ":
            mark = letter
        elif letter in _PAUSES:
            _pause(found, _PAUSES[letter])
        elif letter == "ː" and found:
            found[-1] = (found[-1][0] + letter, found[-1][1] * 1.25)
        else:
            symbol = LETTERS.get(letter, letter)
            names = [name for name, _ in reader.read(symbol) if name != "sil"]
            if names:  # spaces do not stop the voice, and what is unknown is not said
                seconds = sum(SOUNDS[name].seconds for name in names) * (0.8 if len(names) == 2 else 1.0)
                found.append((mark + symbol, seconds * (_STRESSED if mark == "ˈ" else 1.0)))
                mark = ""
    _pause(found, 0.0)
    return found


def _pause(found: list[tuple[str, float]], seconds: float) -> None:
    """Lengthen the last vowel and what follows it, then be silent."""
    if not found or not found[-1][0]:
        return
    for k in range(len(found) - 1, max(len(found) - 5, -1), -1):
        symbol, length = found[k]
        if not symbol:
            break
        found[k] = (symbol, length * _FINAL)
        names = SymbolReader("ipa", unknown="ignore").read(symbol)
        if any(SOUNDS[name].vowel for name, _ in names):
            break
    if seconds > 0.0:
        found.append(("", seconds))
