"""Which timing file is it, and what does it say? Told from the content, never from the file's name."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from npcface.drive import track
from npcface.drive.timing import azure, frames, mfa, rhubarb, voices
from npcface.drive.timing.parts import broken, documents, first
from npcface.errors import LimitError, StateError
from npcface.regular import read_regular

_JSON: dict[str, Callable[[list[Any]], track.Track]] = {
    "azure": azure.visemes,
    "azure-blendshapes": azure.blendshapes,
    "polly": voices.polly,
    "piper": voices.piper,
    "espeak": voices.espeak,
    "voicevox": voices.voicevox,
    "rhubarb": rhubarb.from_json,
    "mfa": mfa.from_json,
    "a2f": frames.audio2face,
}
_TEXT: dict[str, Callable[[str], track.Track]] = {
    "rhubarb": rhubarb.from_text,
    "mfa": mfa.from_text,
    "mbrola": voices.mbrola,
    "livelink": frames.live_link_csv,
    "a2f": frames.audio2face_csv,
}
KINDS: tuple[str, ...] = tuple(sorted({*_JSON, *_TEXT}))
"""What ``load`` reads, by name."""


def load(path: str | os.PathLike[str], kind: str = "auto") -> track.Track:
    """A timing file as a track: phonemes with their convention, or frames where the file holds weights.

    Args:
        path: the file, UTF-8 (TextGrids also UTF-16).
        kind: one of ``KINDS``, or ``"auto"`` to tell from the content.

    Raises:
        StateError: missing, of no known kind, or broken; unknown symbols.
        LimitError: larger than a track may be.
    """
    path = Path(path)
    try:
        data = read_regular(path, track.MOST_BYTES)
        if len(data) > track.MOST_BYTES:
            raise LimitError(f"{path.name} is larger than {track.MOST_BYTES >> 20} MiB.", "Split it.")
        return read(data, kind)
    except OSError as error:
        raise StateError(f"Cannot read {path}: {error.strerror}.", "Check the path.") from None


def read(data: bytes, kind: str = "auto") -> track.Track:
    """The same for bytes."""
    if kind != "auto" and kind not in KINDS:
        raise StateError(f"Unknown kind of timing file {kind!r:.40}.", f"Use auto, {', '.join(KINDS)}.")
    text = _decoded(data)
    found = documents(text)
    if found is not None:
        kind = _json_kind(found) if kind == "auto" else kind
        if kind in _JSON:
            return _JSON[kind](found)
    elif text.lstrip()[:1] in ("{", "["):
        raise StateError("The file is not JSON, though it begins like it.", "Was it cut off, or edited by hand?")
    else:
        kind = _text_kind(text) if kind == "auto" else kind
        if kind in _TEXT:
            return _TEXT[kind](text)
    raise StateError("Not a timing file that npcface knows.", f"It reads {', '.join(KINDS)}: see docs/trackers.md.")


def _decoded(data: bytes) -> str:
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise broken("any kind", f"it is neither UTF-8 nor UTF-16 ({error.reason})") from None


def _json_kind(found: list[Any]) -> str:
    """By keys that no other kind has; ``""`` if there is none."""
    head = found[0]
    if isinstance(head, list):
        head = head[0] if head else None
    elif isinstance(head, dict) and isinstance(first(head, "visemes"), list) and head["visemes"]:
        head = head["visemes"][0]
    signs: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("azure-blendshapes", ("BlendShapes",)),
        ("azure", azure.IDS),
        ("rhubarb", ("mouthCues",)),
        ("mfa", ("tiers",)),
        ("a2f", ("weightMat", "animationDataStreamHeader", "animation_data_stream_header")),
        ("piper", voices.ALIGNMENTS),
        ("voicevox", ("accent_phrases",)),
        ("espeak", ("audio_position",)),
    )
    for kind, keys in signs:
        if first(head, *keys) is not None:
            return kind
    return "polly" if first(head, "time") is not None and first(head, "type") is not None else ""


def _text_kind(text: str) -> str:
    head = text.lstrip()[:4096]
    line = head.partition("\n")[0].strip().lower()
    if head.startswith("<"):
        return "rhubarb"
    if "ootextfile" in line or line.startswith("begin,end,label"):
        return "mfa"
    if line.startswith("timecode,blendshapecount"):
        return "livelink"
    if "blendshapes." in line:
        return "a2f"
    if rhubarb.LINE.fullmatch(head.partition("\n")[0].strip("\r")):
        return "rhubarb"
    return "mbrola" if any(voices.PHO.fullmatch(row.strip()) for row in head.splitlines()[:20]) else ""
