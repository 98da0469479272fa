"""hibari-tts (Apache-2.0): an English voice in the ``speech`` extra, in this process.

Its network decides how long each symbol lasts, uses that inside and gives only the sound. Reading it out needs no
package: Protocol Buffers merge the parts of a message that comes in pieces (encoding guide, "Last One Wins"), so a few
bytes appended to the ONNX file add an output to its graph. The lengths count 25 ms each. Where sound and symbols
lie to each other was measured on 55 sibilants of the "heart" voice: each sound comes 40 ms before its symbol.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from npcface.drive.text import LETTERS
from npcface.drive.timeline import Phoneme
from npcface.errors import DependencyError, VoiceError
from npcface.voice.letters import timed
from npcface.voice.pcm import merge_pauses, to_int16, trim_tails
from npcface.voice.spoken import Spoken, VoiceInfo

ENGINE = "hibari"
_LENGTHS = "/Clip_output_0"  # the graph's name for the rounded durations
_STEP_S = 0.025
_SOUND_LEADS_S = 0.04
_PAUSES = frozenset(';:,.!?—…"()“”')
_SEED = 0  # of the noise in fricatives: the same line is the same sound
_INSTALL = "Install it with: pip install 'npcface[speech]'"
_LICENCE = "Apache-2.0 (voice and program)"


def voices() -> list[VoiceInfo]:
    """Every voice hibari knows of; those that are not in its package are ready once hibari itself has fetched them."""
    try:
        from hibari.voices import VOICES, voice_path
    except ImportError:
        return [VoiceInfo(f"{ENGINE}:heart", "heart", "en-US", _LICENCE, False, _INSTALL)]
    found = []
    for name, facts in VOICES.items():
        try:
            ready = Path(voice_path(name, download_missing=False)).is_file()
        except OSError:
            ready = False
        remedy = "" if ready else f"npcface never downloads: let hibari fetch it once, hibari --voice {name} Hello."
        found.append(VoiceInfo(f"{ENGINE}:{name}", name, str(facts["language"]), _LICENCE, ready, remedy))
    return found


def say(text: str, name: str, speed: float) -> Spoken:
    """Speak English; see ``npcface.voice.say``."""
    voice = _Voice.load(name)
    pieces: list[NDArray[np.float32]] = []
    phonemes: list[Phoneme] = []
    clock = 0.0
    for transcript in voice.read(text):
        sound, spoken = voice.speak(transcript, speed)
        phonemes += [Phoneme(p.symbol, clock + p.start, clock + (p.end or 0.0)) for p in spoken]
        clock += len(sound) / voice.rate_hz
        pieces.append(sound)
    if not any(p.symbol for p in phonemes):
        raise VoiceError(f"Nothing to say in {text!r:.60}.", "English words and numbers can be spoken.")
    samples = to_int16(np.concatenate(pieces))
    phonemes = trim_tails(merge_pauses(phonemes), samples, voice.rate_hz)
    return Spoken(samples, voice.rate_hz, phonemes, "ipa", text, f"{ENGINE}:{name}")


class _Voice:
    """One loaded voice."""

    rate_hz = 24_000

    def __init__(self, name: str) -> None:
        try:
            import onnxruntime
            from hibari import Hibari, dsp
            from hibari.voices import voice_path
        except ImportError as error:
            raise DependencyError(f"This voice needs the package hibari-tts ({error}).", _INSTALL) from None
        self._hibari, self._dsp = Hibari(voice=name), dsp
        options = onnxruntime.SessionOptions()
        options.log_severity_level, options.intra_op_num_threads = 3, 1
        graph = _with_output(Path(voice_path(name, download_missing=False)).read_bytes(), _LENGTHS)
        try:
            self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's exceptions share no class
            raise DependencyError(
                f"This hibari-tts keeps its durations elsewhere ({error!s:.120}).", "pip install 'hibari-tts==0.2.1'"
            ) from None

    @staticmethod
    @lru_cache(maxsize=2)
    def load(name: str) -> _Voice:
        return _Voice(name)

    def read(self, text: str) -> Iterator[str]:
        """Transcripts, one a sentence, of letters the network knows."""
        for transcript in self._hibari.phonemize(text):
            if known := "".join(letter for letter in transcript if letter in self._hibari.vocab):
                yield known

    def speak(self, transcript: str, speed: float) -> tuple[NDArray[np.float32], list[Phoneme]]:
        """float32 [n] and its phonemes."""
        ids = np.asarray([self._hibari.ids(transcript)], np.int64)
        *spectrum, lengths = self._session.run(None, {"ids": ids, "speed": np.asarray([speed], np.float32)})
        sound = self._dsp.synth(*(part[0] for part in spectrum), np.random.default_rng(_SEED))
        seconds = np.asarray(lengths, np.float64).reshape(-1) * _STEP_S
        if len(seconds) != len(transcript) + 2 or abs(seconds.sum() - len(sound) / self.rate_hz) > 0.5 * _STEP_S:
            raise DependencyError("This hibari-tts counts durations otherwise.", "pip install 'hibari-tts==0.2.1'")
        letters = zip("_" + transcript + "_", np.cumsum(seconds).tolist(), strict=True)
        return sound, timed(letters, leads_s=_SOUND_LEADS_S, spelling=LETTERS)


def _with_output(model: bytes, name: str) -> bytes:
    """An ONNX file with one more output: ModelProto.graph (7) { output (12) { ValueInfoProto.name (1) } }."""
    text = name.encode()
    value = b"\x0a" + bytes([len(text)]) + text
    output = b"\x62" + bytes([len(value)]) + value
    return model + b"\x3a" + bytes([len(output)]) + output
