"""From streams that are due to render calls: who is due, what they show, which of them share a call."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from npcface.errors import NpcFaceError
from npcface.serve.driver import Input
from npcface.serve.session import Stream
from npcface.state import FaceState
from npcface.wire.requests import Alpha, Format

if TYPE_CHECKING:
    from npcface.character import Character
    from npcface.render import Renderer

EARLY_S = 0.0005  # a poller wakes to the millisecond: half of one early is on time


@dataclass(slots=True)
class Task:
    """One face to render. Made by the main loop, filled in by the render thread, read by the main loop again."""

    stream: Stream
    character: Character
    sequence: int
    time_s: float  # of the line when pushed, else of the daemon
    since_s: float  # monotonic: due or received
    generation: int
    asked: Input | None  # lock-step
    restart: bool  # the pushed clock starts over with this frame
    inputs: list[Input]  # for the driver, before this frame
    state: FaceState | None = None
    pixels: Any = None  # [H, W, 4] uint8, or blocks [H / 4, W / 4, 8 or 16]
    errors: list[Exception] = field(default_factory=list)
    ended: tuple[str, str] | None = None


def due(streams: Iterable[Stream], now_s: float, most: int) -> list[Stream]:
    """Streams that want a frame now: of too many the longest waiting, in the order in which they were given.

    The order matters: the renderer keeps what it prepared for the last few batches of the same characters.
    """
    waiting: list[tuple[float, int, Stream]] = []
    for order, stream in enumerate(streams):
        if stream.busy:
            continue
        if stream.asked is not None:
            waiting.append((stream.asked.received_s, order, stream))
        elif stream.pushing and stream.due_s <= now_s + EARLY_S:
            waiting.append((stream.due_s, order, stream))
    longest = sorted(waiting, key=lambda item: item[:2])[:most]
    return [stream for _, _, stream in sorted(longest, key=lambda item: item[1])]


def next_due_s(streams: Iterable[Stream]) -> float:
    """Monotonic time at which the next pushed frame is due; infinite when nothing is pushed."""
    return min((stream.due_s for stream in streams if stream.pushing), default=float("inf"))


def take(stream: Stream, character: Character, now_s: float, started_s: float) -> tuple[Task, int]:
    """Empty the stream's mailbox into a task.

    Returns:
        (task, number of pushed frames that are skipped because their time has passed).
    """
    stream.busy = True
    late = 0
    if stream.asked is not None:
        asked, stream.asked = stream.asked, None
        return Task(
            stream, character, asked.sequence, now_s - started_s, asked.received_s, stream.generation, asked.input,
            restart=False, inputs=[],
        ), late  # fmt: skip
    period = 1.0 / stream.options.fps
    index = max(stream.next_index, int((now_s + EARLY_S - stream.clock_start_s) / period))
    late = index - stream.next_index
    stream.late += late
    restart, stream.restarted = stream.restarted, False
    inputs, stream.inputs = stream.inputs, []
    stream.next_index = index + 1
    task = Task(
        stream, character, index, index * period, stream.clock_start_s + index * period, stream.generation, None,
        restart, inputs,
    )  # fmt: skip
    return task, late


def groups(tasks: Sequence[Task]) -> list[list[Task]]:
    """Tasks that one render call can serve together: same size, format and alpha. Qualities may differ."""
    found: dict[tuple[int, Format, Alpha], list[Task]] = {}
    for task in tasks:
        options = task.stream.options
        found.setdefault((options.size, options.format, options.alpha), []).append(task)
    return list(found.values())


def drive(task: Task) -> None:
    """Render thread: bring the stream's driver up to date and take its face."""
    driver = task.stream.driver
    try:
        if task.asked is not None:
            task.state = driver.asked(task.character, task.asked)
            return
        if task.restart:
            driver.restart()
        for item in task.inputs:
            try:
                driver.feed(item)
            except NpcFaceError as error:
                task.errors.append(error)
        task.state, task.ended = driver.pushed(task.time_s)
    except Exception as error:
        task.errors.append(error)


def render(renderer: Renderer, tasks: list[Task]) -> float:
    """Render thread: one call for the whole group; if it fails, one by one, so that only the culprit gets the error.

    Returns:
        Seconds spent in the renderer.
    """
    for task in tasks:
        drive(task)
    ready = [task for task in tasks if task.state is not None]
    start = time.perf_counter()
    try:
        _call(renderer, ready)
    except Exception as error:
        if len(ready) == 1:
            ready[0].errors.append(error)
        else:
            for task in ready:
                render_one(renderer, task)
    return time.perf_counter() - start


def render_one(renderer: Renderer, task: Task) -> None:
    """Render a single task and keep its error."""
    try:
        _call(renderer, [task])
    except Exception as error:
        task.errors.append(error)


def _call(renderer: Renderer, tasks: list[Task]) -> None:
    if not tasks:
        return
    options = tasks[0].stream.options
    pixels = renderer.render(
        [task.character for task in tasks],
        [task.state for task in tasks if task.state is not None],
        size=options.size,
        background=[task.stream.options.background for task in tasks],
        alpha=options.alpha,
        quality=[task.stream.quality for task in tasks],
        format=options.format,
    )
    for task, image in zip(tasks, pixels, strict=True):
        task.pixels = image
