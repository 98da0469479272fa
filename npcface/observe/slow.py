"""Slow frames for people: one line for the log, and JSON that ui.perfetto.dev and chrome://tracing open."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from npcface.observe.trip import Trip


def in_words(trip: Trip) -> str:
    """Every part in milliseconds, and what it shared the renderer with, in one line."""
    parts = ", ".join(f"{part} {1000.0 * (end_s - begin_s):.1f}" for part, (begin_s, end_s) in trip.spans())
    faces, load = (len(trip.call.faces), trip.call.load) if trip.call else (0, 0.0)
    return f"{parts}; {trip.quality} {trip.size} px, level {trip.level}, batch of {faces}, load {load:.2f}"


def chrome_trace(trips: Iterable[Trip]) -> dict[str, Any]:
    """Trace Event Format: one row a stream, one slice a part, microseconds on one clock.

    Times are those of ``time.perf_counter``; only differences mean something.
    """
    pid = os.getpid()
    events: list[dict[str, Any]] = [
        {"name": "process_name", "ph": "M", "pid": pid, "tid": 0, "args": {"name": "npcface"}}
    ]
    rows: dict[tuple[int, int, str], int] = {}
    for trip in trips:
        if trip.name not in rows:
            rows[trip.name] = len(rows) + 1
            name = "client {} stream {} ({})".format(*trip.name)
            row = {"pid": pid, "tid": rows[trip.name], "args": {"name": name}}
            events.append({"name": "thread_name", "ph": "M", **row})
        place = {"pid": pid, "tid": rows[trip.name], "cat": "frame", "ph": "X"}
        call = trip.call
        facts = {
            "sequence": trip.sequence, "pushed": trip.pushed, "quality": trip.quality, "size_px": trip.size,
            "level": trip.level, "transport": trip.transport, "load": call.load if call else 0.0,
            "batch": list(call.faces) if call else [],
        }  # fmt: skip
        whole = {"name": f"frame {trip.sequence}", **_times(trip.since_s, trip.send[1]), "args": facts}
        events.append({**place, **whole})
        events += [{**place, "name": part, **_times(*span), "args": {}} for part, span in trip.spans()]
    return {"traceEvents": events, "displayTimeUnit": "ms"}


def _times(begin_s: float, end_s: float) -> dict[str, float]:
    return {"ts": round(1e6 * begin_s, 1), "dur": round(max(1e6 * (end_s - begin_s), 0.0), 1)}
