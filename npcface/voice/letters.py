"""A transcript whose every letter has a length → phonemes with times; hibari and piper write alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from npcface.drive.timeline import Phoneme
from npcface.voice.pcm import merge_pauses

_STRESS = "ˈˌ"
_PAUSES = frozenset(";:,.!?—…\"()“”¡¿«»-'_^$")
_MARKS = frozenset("ːˑʰʲˠ̩̪̃̊̃")


def timed(
    letters: Iterable[tuple[str, float]], *, leads_s: float = 0.0, spelling: Mapping[str, str] | None = None
) -> list[Phoneme]:
    """Phonemes without gaps from 0 to the end of the last letter.

    The time of a space belongs to the next sound and that of a stress mark to its vowel: that is how networks that
    learned their lengths from sound count (measured on sibilants of both engines).

    Args:
        letters: (letter, end in seconds), ends growing; the last one is the end of the sound.
        leads_s: how much earlier than its letter each sound is heard.
        spelling: letters that stand for other IPA symbols.
    """
    found: list[Phoneme] = []
    begin, mark, last = 0.0, "", 0.0
    for letter, end_s in letters:
        last, end = end_s, max(end_s - leads_s, begin)
        if letter == " ":
            continue
        if letter in _STRESS:
            mark = letter
            continue
        if letter in _MARKS and found:
            found[-1] = found[-1]._replace(symbol=found[-1].symbol + letter, end=end)
        else:
            symbol = "" if letter in _PAUSES else mark + (spelling or {}).get(letter, letter)
            found.append(Phoneme(symbol, begin, end))
        begin, mark = end, ""
    return merge_pauses([*found, Phoneme("", begin, last)])
