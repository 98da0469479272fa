"""Voices speak: sound and phonemes belong together, whoever speaks, and what cannot be said is refused in words."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from npcface.drive import speech, track
from npcface.drive.symbols import SymbolReader
from npcface.errors import DependencyError, LimitError, NpcFaceError, StateError, VoiceError
from npcface.voice import Spoken, read_wav, say, voices

LINE = "Bob makes a perfect map, mama. Yes!"
PIPER = next((v.id for v in voices() if v.id.startswith("piper:")), "piper:*")
EVERYONE = pytest.mark.parametrize("voice", ["hibari:heart", "espeak:en-us", "espeak:en-gb+f2", PIPER])
Speak = Callable[[str, str], Spoken]


@EVERYONE
def test_phonemes_fill_the_sound_without_gaps(spoken: Speak, voice: str) -> None:
    said = spoken(voice, LINE)
    assert said.samples.dtype == np.int16 and said.samples.ndim == 1 and 2.0 < said.seconds < 5.0
    assert np.abs(said.samples).max() > 1000
    assert said.phonemes[0].start == 0.0 and said.phonemes[-1].end == pytest.approx(said.seconds, abs=0.001)
    for before, item in pairwise(said.phonemes):
        assert before.end == pytest.approx(item.start, abs=1e-6) and item.end is not None and item.end > item.start


@EVERYONE
def test_every_symbol_is_known_and_the_lips_meet_where_they_must(spoken: Speak, voice: str) -> None:
    said = spoken(voice, LINE)
    reader = SymbolReader("ipa")
    sounds = [name for p in said.phonemes for name, _ in reader.read(p.symbol)]
    assert sounds.count("PP") == 8  # Bob, makes, perfect, map, mama
    assert len(list(speech(said.phonemes, 30, convention=said.convention))) >= 30 * 2


@EVERYONE
def test_the_sound_is_silent_in_pauses_and_loud_in_vowels(spoken: Speak, voice: str) -> None:
    """The times are those of the sound: each vowel's middle is louder than any pause's."""
    said = spoken(voice, LINE)

    def loudness(start: float, end: float) -> float:
        middle, half = (start + end) / 2, min((end - start) / 2, 0.02)
        part = said.samples[int((middle - half) * said.rate_hz) : int((middle + half) * said.rate_hz)]
        return float(np.sqrt(np.square(part.astype(float)).mean()))

    pauses = [loudness(p.start, p.end or 0) for p in said.phonemes if not p.symbol and (p.end or 0) - p.start > 0.04]
    vowels = [loudness(p.start, p.end or 0) for p in said.phonemes if "ˈ" in p.symbol]
    assert len(vowels) >= 4 and pauses and min(vowels) > 3 * max(pauses)


@pytest.mark.parametrize("voice", ["hibari:heart", "espeak:en-us"])
def test_the_same_line_is_the_same_sound_and_speed_changes_its_length(spoken: Speak, voice: str) -> None:
    said = spoken(voice, LINE)
    again, slow, fast = say(LINE, voice), say(LINE, voice, 0.6), say(LINE, voice, 1.6)
    assert again.phonemes == said.phonemes and np.array_equal(again.samples, said.samples)
    assert slow.seconds > said.seconds > fast.seconds


def test_files_of_a_line_are_read_back(spoken: Speak, tmp_path: Path) -> None:
    said = spoken("hibari:heart", LINE)
    said.save(tmp_path / "deep" / "line.wav")
    said.save_timing(tmp_path / "line.json")
    samples, rate = read_wav(tmp_path / "deep" / "line.wav")
    assert rate == said.rate_hz and np.array_equal(np.round(samples * 32768).astype(np.int16), said.samples)
    assert json.loads((tmp_path / "line.json").read_text(encoding="utf-8")) == said.timing()
    loaded = track.load(tmp_path / "line.json")
    assert [p.symbol for p in loaded.phonemes] == [p.symbol for p in said.phonemes]


def test_words_of_a_shell_are_words(spoken: Speak, tmp_path: Path) -> None:
    spoken("espeak:en-us", f'Say $(touch {tmp_path}/a); "quotes" `touch {tmp_path}/b` & more | --help \0 <speak>')
    assert list(tmp_path.iterdir()) == []


def test_nothing_of_piper_or_espeak_is_in_this_process(spoken: Speak) -> None:
    spoken("espeak:en-us", LINE)
    code = (
        "import sys\nfrom npcface.voice import say, voices\nvoices(); say('Hello.', 'espeak:en-us')\n"
        "print(*sys.modules)\n"
        "print(open('/proc/self/maps').read() if sys.platform == 'linux' else '')"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "npcface.voice.espeak_engine" in loaded and "espeak_child" not in loaded
    assert "libespeak" not in loaded and "espeakng_loader" not in loaded
    assert not {"piper", "phonemizer"} & set(loaded.split())


@pytest.mark.parametrize(
    ("text", "voice", "speed", "kind"),
    [
        ("Hi.", "nobody", 1.0, VoiceError),
        ("Hi.", "espeak:xx-yy", 1.0, VoiceError),
        ("Hi.", "espeak:en-us+../../x", 1.0, VoiceError),
        ("Hi.", "auto", 0.1, StateError),
        ("Hi.", "auto", float("nan"), StateError),
        ("a" * 20_001, "auto", 1.0, LimitError),
        ("?!", "hibari:heart", 1.0, VoiceError),
        ("", "espeak:en-us", 1.0, VoiceError),
    ],
)
def test_what_cannot_be_said_is_refused_in_words(text: str, voice: str, speed: float, kind: type[NpcFaceError]) -> None:
    with pytest.raises(kind) as caught:
        say(text, voice, speed)
    assert caught.value.cause and caught.value.remedy


def test_a_voice_that_is_not_ready_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NPCFACE_ESPEAK", "/nowhere/libespeak-ng.so")
    english = next(v for v in voices() if v.id == "espeak:en-us")
    assert not english.ready and "/nowhere" in english.remedy
    with pytest.raises(DependencyError, match="nowhere"):
        say("Hi.", "espeak:en-us")
    monkeypatch.setenv("NPCFACE_PIPER_VOICES", "")
    piper = next(v for v in voices() if v.id.startswith("piper:"))
    assert not piper.ready and "NPCFACE_PIPER" in piper.remedy
