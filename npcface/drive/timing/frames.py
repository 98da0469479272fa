"""Files that hold weights instead of phonemes: Live Link Face's CSV, Audio2Face's JSON, CSV and JSON lines."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Mapping
from typing import Any

from npcface.drive.timing.parts import acted, broken, first, listed, number, numeral
from npcface.drive.track import MOST_FRAMES, MOST_SECONDS, Track
from npcface.errors import LimitError

LIVE_LINK_FPS = 60.0
_DAY_S = 86_400
_MOST_NAMES = 512
_SURPLUS = "\0"  # where csv puts what has no column
_TIMECODE = re.compile(r"(\d{1,2}):(\d{2}):(\d{2}):(\d{1,3}(?:\.\d{1,6})?)")


def live_link_csv(text: str) -> Track:
    """A take of Live Link Face: ``Timecode,BlendShapeCount,EyeBlinkLeft,…``, ``hh:mm:ss:frame`` of 60 frames a second.

    Rows without a face (0 shapes) are left out. Frames are counted from the first; a take over midnight goes on.
    """
    rows: list[tuple[float, Mapping[str, Any]]] = []
    for row in _rows("livelink", text):
        match = _TIMECODE.fullmatch((row.get("Timecode") or "").strip())
        if match is None:
            raise broken("livelink", f"{row.get('Timecode')!r:.40} is no timecode")
        hours, minutes, seconds, frame = (float(part) for part in match.groups())
        t = 3600 * hours + 60 * minutes + seconds + frame / LIVE_LINK_FPS
        if numeral("livelink", row.get("BlendShapeCount") or "0", "BlendShapeCount") == 0:
            continue
        names = [name for name in row if name not in ("Timecode", "BlendShapeCount")]
        values = {name: numeral("livelink", row[name] or "", name) for name in names}
        if rows:  # past midnight the clock is half a day behind at the least
            t += _DAY_S * max(math.ceil((rows[-1][0] - _DAY_S / 2 - t) / _DAY_S), 0)
        if not rows or t > rows[-1][0]:
            rows.append((t, values))
        if t - rows[0][0] > MOST_SECONDS:
            raise LimitError("The take lasts more than six hours.", "Split it.")
    start = rows[0][0] if rows else 0.0
    return acted("livelink", [(t - start, values) for t, values in rows], LIVE_LINK_FPS)


def audio2face(found: list[Any]) -> Track:
    """The JSON export (``exportFps``, ``facsNames``, ``weightMat``), or the service's stream as JSON lines."""
    names = first(found[0], "facsNames")
    if names is None:
        return _stream(found)
    names = [str(name) for name in listed("a2f", names, _MOST_NAMES)]
    fps = number("a2f", first(found[0], "exportFps", "fps") or 30.0, "exportFps")
    if not 1.0 <= fps <= 240.0:
        raise broken("a2f", f"exportFps is {fps:g}, expected 1 to 240")
    rows: list[tuple[float, Mapping[str, Any]]] = []
    for k, row in enumerate(listed("a2f", first(found[0], "weightMat"), MOST_FRAMES)):
        if not isinstance(row, list) or len(row) != len(names):
            raise broken("a2f", f"frame {k} does not hold {len(names)} numbers")
        rows.append((k / fps, {n: number("a2f", w, n) for n, w in zip(names, row, strict=True)}))
    return acted("a2f", rows, fps)


def audio2face_csv(text: str) -> Track:
    """``animation_frames.csv`` of the service's client: ``timeCode`` and a column ``blendShapes.NAME`` a shape."""
    rows: list[tuple[float, Mapping[str, Any]]] = []
    for row in _rows("a2f", text):
        shapes = {name: value for name, value in row.items() if name.startswith("blendShapes.")}
        values = {n.removeprefix("blendShapes."): numeral("a2f", v or "", n) for n, v in shapes.items()}
        rows.append((numeral("a2f", row.get("timeCode") or "", "timeCode"), values))
    return acted("a2f", rows, _rate([t for t, _ in rows]))


def _stream(found: list[Any]) -> Track:
    """The lines that ``npcface listen --from a2f`` hears, read by the same reader."""
    import json

    from npcface.errors import ProtocolError
    from npcface.listen.audio2face import Audio2FaceReader

    reader = Audio2FaceReader()
    rows: list[tuple[float, Mapping[str, Any]]] = []
    for line in found:
        try:
            packets = reader.read(json.dumps(line).encode())
        except ProtocolError as error:
            raise broken("a2f", error.cause) from None
        rows += [(packet.time_s or 0.0, packet.values) for packet in packets]
    return acted("a2f", rows, _rate([t for t, _ in rows]))


def _rate(times: list[float]) -> float:
    span = times[-1] - times[0] if len(times) > 1 else 0.0
    return min(max(round((len(times) - 1) / span, 2), 1.0), 240.0) if span > 0.0 else 30.0


def _rows(kind: str, text: str) -> list[dict[str, str | None]]:
    lines = text.splitlines()
    if len(lines) > MOST_FRAMES + 1:
        raise broken(kind, f"it has more than {MOST_FRAMES} rows")
    try:
        reader = csv.DictReader(lines, restkey=_SURPLUS, restval=None, strict=True)
        if len(reader.fieldnames or []) > _MOST_NAMES:
            raise broken(kind, f"it has more than {_MOST_NAMES} columns")
        rows = [dict(row) for row in reader]
    except csv.Error as error:
        raise broken(kind, f"its CSV is broken ({error!s:.60})") from None
    if any(_SURPLUS in row for row in rows):
        raise broken(kind, "a row has more columns than the first line")
    return rows
