"""piper (GPL-3): neural voices, in a process of its own; see ``piper_child``. None of it is imported here.

``NPCFACE_PIPER`` names a Python that has piper-tts, its venv, or its ``piper`` command; without it a ``piper`` on the
path is taken. Voices are the ``*.onnx`` files with a ``.onnx.json`` beside them in the folders of
``NPCFACE_PIPER_VOICES`` (separated as in PATH).
"""

from __future__ import annotations

import json
import os
import shutil
from itertools import accumulate
from pathlib import Path
from typing import Any

from npcface.errors import DependencyError, VoiceError
from npcface.voice.child import Answer, ask
from npcface.voice.letters import timed
from npcface.voice.pcm import trim_tails
from npcface.voice.spoken import Spoken, VoiceInfo

ENGINE = "piper"
PROGRAM, FOLDERS = "NPCFACE_PIPER", "NPCFACE_PIPER_VOICES"
_SCRIPT = Path(__file__).with_name("piper_child.py")
_LICENCE = "GPL-3.0-or-later (program, run as a process of its own); the voice's own licence is in its card"
_REMEDY = (
    f"Make a venv with piper-tts and name it in {PROGRAM}; name a folder of voices in {FOLDERS}. See docs/voices.md."
)
_MOST_VOICES = 500
_MOST_CARD_BYTES = 2**20


def voices() -> list[VoiceInfo]:
    """Every voice in the folders; one that is not ready, with a remedy, where there is none."""
    python, models = interpreter(), _models()
    if not models:
        return [VoiceInfo(f"{ENGINE}:*", "piper", "", _LICENCE, False, _REMEDY)]
    remedy = "" if python else _REMEDY
    return [
        VoiceInfo(f"{ENGINE}:{name}", name, _language(path), _LICENCE, not remedy, remedy)
        for name, path in models.items()
    ]


def say(text: str, name: str, speed: float) -> Spoken:
    """Speak; see ``npcface.voice.say``. Two takes of a line differ a little: the voice has noise in it."""
    return say_all([(text, speed)], name)[0]


def say_all(lines: list[tuple[str, float]], name: str) -> list[Spoken]:
    """Several (text, speed) by one process, which loads the voice once."""
    python, model = interpreter(), _models().get(name)
    if python is None or model is None:
        raise DependencyError(f"piper or its voice {name!r:.60} is not here.", _REMEDY)
    requests = [{"model": str(model), "text": text, "speed": speed} for text, speed in lines]
    answers = ask(python, _SCRIPT, requests, _REMEDY)
    return [_spoken(answer, text, name) for (text, _), answer in zip(lines, answers, strict=True)]


def interpreter() -> str | None:
    """The Python that has piper-tts; whether it does is seen when it speaks."""
    named = os.environ.get(PROGRAM) or shutil.which("piper")
    if not named:
        return None
    path = Path(named)
    if path.is_file() and path.name.startswith("python"):
        return str(path)
    folders = (path, path / "bin", path / "Scripts") if path.is_dir() else (path.parent, path.resolve().parent)
    files = [folder / file for folder in folders for file in ("python", "python3", "python.exe")]
    return next((str(file) for file in files if file.is_file()), None)


def _models() -> dict[str, Path]:
    folders = [Path(folder) for folder in os.environ.get(FOLDERS, "").split(os.pathsep) if folder]
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.onnx")):
            if Path(f"{path}.json").is_file() and len(found) < _MOST_VOICES:
                found.setdefault(path.stem, path)
    return found


def _language(model: Path) -> str:
    """From the voice's configuration, or from its file's name, such as en_US-joe-medium."""
    try:
        with Path(f"{model}.json").open("rb") as file:
            code = json.loads(file.read(_MOST_CARD_BYTES))["language"]["code"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        code = model.stem.partition("-")[0]
    return str(code)[:20].replace("_", "-")


def _spoken(answer: Answer, text: str, name: str) -> Spoken:
    facts, samples = answer
    rate_hz, rows = int(facts["rate_hz"]), facts["phonemes"]
    lengths: list[Any] = [int(count) for _, count in rows]
    if sum(lengths) != len(samples):
        raise VoiceError(f"piper counts {sum(lengths)} samples and gave {len(samples)}.", _REMEDY)
    ends = [at / rate_hz for at in accumulate(lengths)]
    phonemes = timed([(str(symbol), end) for (symbol, _), end in zip(rows, ends, strict=True)])
    if not any(p.symbol for p in phonemes):
        raise VoiceError(f"Nothing to say in {text!r:.60}.", "Give it words of the voice's language.")
    return Spoken(samples, rate_hz, trim_tails(phonemes, samples, rate_hz), "ipa", text, f"{ENGINE}:{name}")
