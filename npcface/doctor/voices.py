"""Voices: which are ready to speak."""

from __future__ import annotations

import importlib.util

from npcface.doctor.finding import Finding, Severity, Surroundings


def check_voices(_: Surroundings) -> Finding:
    """At least one voice can speak. Without any, faces still move to phonemes and to sound that a game brings."""
    if importlib.util.find_spec("npcface.voice") is None:
        return Finding("voices", Severity.OK, "this npcface has no voices of its own: a game brings sound and phonemes")
    voices = importlib.import_module("npcface.voice").voices()
    ready = [voice.id for voice in voices if voice.ready]
    if ready:
        more = f" and {len(ready) - 4} more" if len(ready) > 4 else ""
        return Finding("voices", Severity.OK, f"ready: {', '.join(ready[:4])}{more}")
    return Finding(
        "voices",
        Severity.INFO,
        "no voice is ready",
        "A voice turns text into sound and mouth movements. Phonemes and recorded sound work without one.",
        next((voice.remedy for voice in voices if voice.remedy), "pip install 'npcface[speech]'"),
    )
