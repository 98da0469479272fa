"""espeak-ng (GPL-3): a hundred languages, in a process of its own; see ``espeak_child``. None of it is imported here.

The library is looked for in this order: the file ``NPCFACE_ESPEAK`` names, the system's libespeak-ng, the package
``espeakng-loader`` (found, not imported). A phoneme lasts until the next event; times are espeak-ng's own, in ms.
"""

from __future__ import annotations

import ctypes.util
import importlib.util
import os
import re
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

from npcface.drive.timeline import Phoneme
from npcface.errors import NpcFaceError, VoiceError
from npcface.voice.child import Answer, ask
from npcface.voice.pcm import merge_pauses, trim_tails
from npcface.voice.spoken import Spoken, VoiceInfo

ENGINE = "espeak"
LIBRARY = "NPCFACE_ESPEAK"
_SCRIPT = Path(__file__).with_name("espeak_child.py")
_LICENCE = "GPL-3.0-or-later (program, run as a process of its own); what it says is yours"
_REMEDY = f"Install espeak-ng (Debian: apt install libespeak-ng1), or name its library in {LIBRARY}."
_FILES = ("libespeak-ng.so", "libespeak-ng.so.1", "libespeak-ng.dylib", "espeak-ng.dll", "libespeak-ng.dll")
_NAME = re.compile(r"[a-z0-9_-]{2,40}(\+[A-Za-z0-9_-]{1,20})?")
_WORDS_A_MINUTE = 165


def voices() -> list[VoiceInfo]:
    """One voice a language; empty of names, with a remedy, where espeak-ng is not to be found."""
    missing = VoiceInfo(f"{ENGINE}:en-us", "English (America)", "en-us", _LICENCE, False, _REMEDY)
    found = library()
    if found is None:
        return [missing]
    try:
        rows = _listed(*found)
    except NpcFaceError as error:
        return [VoiceInfo(missing.id, missing.name, missing.language, _LICENCE, False, str(error))]
    english_first = sorted(rows, key=lambda row: (row[0] != "en-us", not row[0].startswith("en"), row[0]))
    return [VoiceInfo(f"{ENGINE}:{code}", name, code, _LICENCE, True) for code, name in english_first]


def say(text: str, name: str, speed: float) -> Spoken:
    """Speak; see ``npcface.voice.say``. ``name`` may carry a variant, as in ``en-us+f3``."""
    return say_all([text], name, speed)[0]


def say_all(texts: list[str], name: str, speed: float, pitch: int = 50) -> list[Spoken]:
    """Several lines by one process; ``pitch`` 0 to 100."""
    found = library()
    if found is None or not _NAME.fullmatch(name):
        raise VoiceError(f"espeak-ng cannot speak as {name!r:.60}.", _REMEDY)
    common = {"library": found[0], "data": found[1], "voice": name, "rate": round(_WORDS_A_MINUTE * speed)}
    answers = ask(sys.executable, _SCRIPT, [{**common, "pitch": pitch, "text": text} for text in texts], _REMEDY)
    return [_spoken(answer, text, name) for text, answer in zip(texts, answers, strict=True)]


def library() -> tuple[str, str | None] | None:
    """The library's file or system name, and its data folder where that lies beside it."""
    if named := os.environ.get(LIBRARY):
        return named, _data(Path(named).parent)
    if system := ctypes.util.find_library("espeak-ng"):
        return system, None
    spec = importlib.util.find_spec("espeakng_loader")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for file in _FILES:
            if (path := Path(folder) / file).is_file():
                return str(path), _data(Path(folder))
    return None


def _data(folder: Path) -> str | None:
    return str(folder) if (folder / "espeak-ng-data").is_dir() else None


@lru_cache(maxsize=4)
def _listed(file: str, data: str | None) -> tuple[tuple[str, str], ...]:
    ((answer, _),) = ask(sys.executable, _SCRIPT, [{"library": file, "data": data}], _REMEDY)
    rows = {str(code): str(name) for code, name, _ in reversed(answer["voices"]) if _NAME.fullmatch(str(code))}
    return tuple(rows.items())


def _spoken(answer: Answer, text: str, name: str) -> Spoken:
    facts, samples = answer
    rate_hz = int(facts["rate_hz"])
    marks: list[Any] = facts["phonemes"]
    total = len(samples) / rate_hz
    starts = [min(float(start), total) for _, start in marks]
    timed = [
        Phoneme(str(symbol), start, max(start, end))
        for (symbol, _), start, end in zip(marks, starts, [*starts[1:], total], strict=True)
    ]
    if starts and starts[0] > 0.0:
        timed.insert(0, Phoneme("", 0.0, starts[0]))
    timed = trim_tails(merge_pauses(timed), samples, rate_hz)
    if not any(p.symbol for p in timed):
        raise VoiceError(f"Nothing to say in {text!r:.60}.", "Give it words of the voice's language.")
    return Spoken(samples, rate_hz, timed, "ipa", text, f"{ENGINE}:{name}")
