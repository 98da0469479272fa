"""Optional parts: which are installed, and what each is for."""

from __future__ import annotations

import importlib.util

from npcface.doctor.finding import Finding, Severity, Surroundings

EXTRAS = {
    "enroll": ("mediapipe", "enrolling portraits, driving from video"),
    "speech": ("hibari", "speech from text"),
    "video": ("av", "reading and writing video files"),
    "listen": ("pythonosc", "faces from VMC senders"),
    "studio": ("uvicorn", "the character studio, a page in the browser"),
    "credentials": ("c2pa", "signed notes in exported pictures and films"),
    "train": ("torch", "training the rig and the generator"),
    "eval": ("skimage", "measuring re-enactment on clips"),
    "cluster": ("ray", "many daemons as one, training on several machines"),
}
"""Extra → a module that only it brings, and what the extra is for."""


def check_extras(_: Surroundings) -> Finding:
    """Which optional parts are installed."""
    present = [extra for extra, (module, _what) in EXTRAS.items() if importlib.util.find_spec(module)]
    absent = {extra: what for extra, (_module, what) in EXTRAS.items() if extra not in present}
    if not absent:
        return Finding("extras", Severity.OK, f"installed: {', '.join(present)}")
    wanted = "; ".join(f"{extra}: {what}" for extra, what in absent.items())
    return Finding(
        "extras",
        Severity.INFO,
        f"installed: {', '.join(present) or 'none'}; not installed: {', '.join(absent)}",
        wanted + ".",
        f"pip install 'npcface[{','.join(absent)}]' for what you need of it",
    )
