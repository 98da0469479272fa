"""Voices that must be there under CI and are skipped loudly elsewhere."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from npcface.voice import Spoken, say, voices


@pytest.fixture(scope="session")
def spoken() -> Callable[[str, str], Spoken]:
    """``spoken(voice, text)``; each line is said once a session."""
    said: dict[tuple[str, str], Spoken] = {}

    def speak(voice: str, text: str) -> Spoken:
        need(voice)
        if (voice, text) not in said:
            said[voice, text] = say(text, voice)
        return said[voice, text]

    return speak


@pytest.fixture(scope="session")
def needed() -> Callable[[str], None]:
    """``needed(voice)`` skips or fails where the voice is missing."""
    return need


def need(voice: str) -> None:
    """Skip where the voice is not ready; under CI only piper, which no requirement brings, may be missing."""
    found = next((v for v in voices() if v.id == voice.partition("+")[0]), None)
    if found is None or not found.ready:
        if os.environ.get("CI") == "true" and not voice.startswith("piper"):
            pytest.fail(f"the voice {voice} is missing: {found and found.remedy}")
        pytest.skip(
            f"THE VOICE {voice} IS MISSING: {found.remedy if found else 'set NPCFACE_PIPER, see docs/voices.md'}"
        )
