"""Every metric of the daemon, in the order of the page; docs/observe.md explains the same names."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import npcface
from npcface.observe.exposition import Family
from npcface.observe.memory import open_files, resident_bytes
from npcface.observe.snapshot import Frames, Snapshot


@dataclass(frozen=True, slots=True)
class Moment:
    """What is asked for when the page is made, whatever the main loop does."""

    alive: bool
    ready: bool
    loop_age_s: float
    started_s: float  # since 1970
    restarts: int  # of this daemon by its supervisor
    renderer: tuple[str, str, str]  # provider, engine, quality of streams that ask for auto
    compiled: bool  # or a provider other than the CPU: nothing faster was to be had


def families(snapshot: Snapshot, moment: Moment) -> Iterator[Family]:
    """The page ``/metrics``."""
    yield from _accounts(snapshot.frames, "npcface_frames")
    yield from _times(snapshot)
    yield from _load(snapshot)
    yield from _state(snapshot, moment)
    yield from _process(moment)


def stream_families(snapshot: Snapshot) -> Iterator[Family]:
    """The page ``/metrics/streams``: the accounts of open streams, one by one."""
    names = ("client", "stream", "character")
    rows = [
        ((str(client), str(stream), character), frames)
        for (client, stream, character), frames in snapshot.streams.items()
    ]

    def of(field: str) -> list[tuple[tuple[str, ...], int]]:
        return [(name, getattr(frames, field)) for name, frames in rows]

    for field, help in (("due", _DUE), ("asked", _ASKED), ("sent", "Frames handed to the network or a ring.")):
        yield Family(f"npcface_stream_frames_{field}_total", "counter", help, names, of(field))
    yield Family(
        "npcface_stream_frames_dropped_total", "counter", "Frames that were not sent, by reason.", (*names, "reason"),
        [((*name, reason), count) for name, frames in rows for reason, count in frames.dropped.items()],
    )  # fmt: skip
    yield Family(
        "npcface_stream_frames_in_flight", "gauge", "Frames whose fate is open, by place.", (*names, "place"),
        [((*name, place), getattr(frames, place)) for name, frames in rows for place in PLACES],
    )  # fmt: skip


PLACES = ("waiting", "rendering", "unsent")
_DUE = "Pushed frames whose time came."
_ASKED = "States and landmark frames that were accepted."


def _accounts(frames: Frames, prefix: str) -> Iterator[Family]:
    yield Family(f"{prefix}_due_total", "counter", _DUE, (), [((), frames.due)])
    yield Family(f"{prefix}_asked_total", "counter", _ASKED, (), [((), frames.asked)])
    yield Family(f"{prefix}_sent_total", "counter", "Frames handed to the network or a ring.", (), [((), frames.sent)])
    yield Family(
        f"{prefix}_dropped_total", "counter", "Frames that were not sent, by reason.", ("reason",),
        [((reason,), count) for reason, count in frames.dropped.items()],
    )  # fmt: skip
    yield Family(
        f"{prefix}_in_flight", "gauge", "Frames whose fate is open, by place.", ("place",),
        [((place,), getattr(frames, place)) for place in PLACES],
    )  # fmt: skip


def _times(snapshot: Snapshot) -> Iterator[Family]:
    yield Family(
        "npcface_frame_part_seconds", "histogram", "Where sent frames spent their time, by part.", ("part",),
        [((part,), counted) for part, counted in snapshot.parts.items()],
    )  # fmt: skip
    yield Family(
        "npcface_frame_latency_seconds", "histogram", "Due (pushed) or received (asked) to sent.", ("mode",),
        [((mode,), counted) for mode, counted in snapshot.latency.items()],
    )  # fmt: skip
    yield Family(
        "npcface_render_call_seconds", "histogram", "One render call, driving included.", (), [((), snapshot.calls)]
    )
    yield Family("npcface_batch_faces", "histogram", "Faces in a render call.", (), [((), snapshot.batch)])
    yield Family(
        "npcface_slow_frames_total", "counter", "Sent frames over the threshold, see /debug/slow.", (),
        [((), snapshot.slow_frames)],
    )  # fmt: skip
    yield Family(
        "npcface_transport_frames_total", "counter", "Sent frames by transport.", ("transport",),
        [((way,), frames) for way, (frames, _) in snapshot.carried.items()],
    )  # fmt: skip
    yield Family(
        "npcface_transport_bytes_total", "counter", "Bytes of pixels sent, by transport.", ("transport",),
        [((way,), size) for way, (_, size) in snapshot.carried.items()],
    )  # fmt: skip


def _load(snapshot: Snapshot) -> Iterator[Family]:
    yield Family("npcface_load", "gauge", "Share of the renderer's time that is needed.", (), [((), snapshot.load)])
    yield Family(
        "npcface_load_wanted", "gauge", "The same if no stream were lowered.", (), [((), snapshot.load_wanted)]
    )
    yield Family("npcface_lowered_total", "counter", "Times a stream was lowered.", (), [((), snapshot.lowered)])
    yield Family(
        "npcface_streams", "gauge", "Open streams by level; 0 = as opened.", ("level",),
        [((str(level),), snapshot.levels.get(level, 0)) for level in range(max(7, *snapshot.levels, 0))],
    )  # fmt: skip
    yield Family(
        "npcface_queue_length", "gauge", "Messages and jobs that wait, by queue.", ("queue",),
        [((queue,), length) for queue, length in snapshot.queues.items()],
    )  # fmt: skip


def _state(snapshot: Snapshot, moment: Moment) -> Iterator[Family]:
    yield Family("npcface_clients", "gauge", "Clients that have said hello.", (), [((), snapshot.clients)])
    yield Family("npcface_characters_loaded", "gauge", "Characters in memory.", (), [((), snapshot.loaded)])
    yield Family("npcface_rings", "gauge", "Streams with a ring of shared memory.", (), [((), snapshot.rings)])
    yield Family(
        "npcface_errors_total", "counter", "Errors told to clients, by code.", ("code",),
        [((code,), count) for code, count in sorted(snapshot.codes.items())],
    )  # fmt: skip
    yield Family(
        "npcface_renderer_info", "gauge", "What draws.", ("provider", "engine", "quality"), [(moment.renderer, 1)]
    )
    yield Family(
        "npcface_renderer_fallback", "gauge", "1 = faces are drawn by something slower than there should be.", (),
        [((), int(not moment.compiled or snapshot.fallbacks > 0))],
    )  # fmt: skip
    yield Family(
        "npcface_renderer_fallbacks_total", "counter", "Times the renderer went on with something slower.", (),
        [((), snapshot.fallbacks)],
    )  # fmt: skip
    yield Family(
        "npcface_refused_total", "counter", "Messages and connections that limits have kept out.", ("what",), sorted(
            ((what,), count) for what, count in snapshot.limits.items()
        ),
    )  # fmt: skip
    yield Family("npcface_ready", "gauge", "1 = /readyz says yes.", (), [((), int(moment.ready))])
    yield Family("npcface_alive", "gauge", "1 = /healthz says yes.", (), [((), int(moment.alive))])
    yield Family(
        "npcface_main_loop_age_seconds", "gauge", "Since the main loop began a tick.", (), [((), moment.loop_age_s)]
    )
    yield Family(
        "npcface_restarts", "gauge", "Times a supervisor has started this daemon again.", (), [((), moment.restarts)]
    )
    yield Family("npcface_build_info", "gauge", "Version of npcface.", ("version",), [((npcface.__version__,), 1)])


def _process(moment: Moment) -> Iterator[Family]:
    yield Family(
        "process_resident_memory_bytes", "gauge", "Memory in use (on macOS the most so far).", (),
        [((), resident_bytes())],
    )  # fmt: skip
    yield Family(
        "process_cpu_seconds_total", "counter", "Processor time of all threads.", (), [((), time.process_time())]
    )
    yield Family(
        "process_start_time_seconds", "gauge", "When the daemon started, since 1970.", (), [((), moment.started_s)]
    )
    yield Family("process_open_fds", "gauge", "Open files and sockets.", (), [((), open_files())])
