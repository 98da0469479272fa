"""From streams that are due to render calls: since when they wait, what they show, which of them share a call."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from npcface.character.rights import stated
from npcface.errors import NpcFaceError
from npcface.observe.trip import Call, Trip
from npcface.render.blocks import encode
from npcface.serve import label
from npcface.serve.clock import EARLY_S
from npcface.serve.driver import Input
from npcface.serve.level import Shape
from npcface.serve.session import Stream
from npcface.state import FaceState
from npcface.wire.requests import Alpha, Format

if TYPE_CHECKING:
    from npcface.character import Character
    from npcface.render import Renderer


@dataclass(slots=True)
class Task:
    """One face to render. Made by the main loop, filled in by the render thread, read by the main loop again."""

    stream: Stream
    character: Character
    shape: Shape
    sequence: int
    time_s: float  # of the line when pushed, else of the daemon
    since_s: float  # monotonic: due or received
    generation: int
    asked: Input | None  # lock-step
    restart: bool  # the pushed clock starts over with this frame
    inputs: list[Input]  # for the driver, before this frame
    late: int = 0  # pushed frames before it whose time has passed
    skipped: int = 0  # pushed frames before it that the level leaves out
    label: float = 0.0  # opacity of the label that says that rights are not stated
    state: FaceState | None = None
    pixels: Any = None  # [H, W, 4] uint8, or blocks [H / 4, W / 4, 8 or 16]
    errors: list[Exception] = field(default_factory=list)
    ended: tuple[str, str] | None = None
    trip: Trip | None = None  # its times, if somebody looks at them


def waits_since_s(stream: Stream, now_s: float) -> float | None:
    """Monotonic time since when a stream wants a frame; None if it does not want one now."""
    if stream.busy:
        return None
    if stream.asked is not None:
        return stream.asked.received_s
    return due_s if stream.pushing and (due_s := stream.due_s) <= now_s + EARLY_S else None


def next_due_s(streams: Iterable[Stream]) -> float:
    """Monotonic time at which the next pushed frame is due; infinite when nothing is pushed."""
    return min((stream.due_s for stream in streams if stream.pushing), default=float("inf"))


def take(stream: Stream, character: Character, now_s: float, started_s: float) -> Task:
    """Empty the stream's mailbox into a task."""
    stream.busy = True
    shape = stream.next_shape
    if stream.asked is not None:
        asked, stream.asked = stream.asked, None
        stream.attention.took_asked(now_s)
        return Task(
            stream, character, shape, asked.sequence, now_s - started_s, asked.received_s, stream.generation,
            asked.input, restart=False, inputs=[], label=_label(stream, character, 1.0 / label.ASKED_FRAMES),
        )  # fmt: skip
    number, late, skipped = stream.clock.take(now_s, shape.stride)
    time_s = number / stream.options.fps
    stream.account.want(due=1 + late + skipped)
    stream.account.drop("late", late)
    stream.account.drop("skipped", skipped)
    seen = _label(stream, character, (1 + late + skipped) / stream.options.fps / label.PUSHED_S)
    restart, stream.restarted = stream.restarted, False
    inputs, stream.inputs = stream.inputs, []
    return Task(
        stream, character, shape, number, time_s, stream.clock.start_s + time_s, stream.generation, None, restart,
        inputs, late, skipped, seen,
    )  # fmt: skip


def board(tasks: Sequence[Task], now_s: float, load: float) -> None:
    """Note who shares a render call, and begin to note the times of each.

    Args:
        tasks: of one call.
        now_s: monotonic. load: the scheduler's.
    """
    names = [(task.stream.owner.number, task.stream.id, task.stream.options.character) for task in tasks]
    call = Call(tuple(f"{client}/{stream} {character}" for client, stream, character in names), load)
    clock_s = time.perf_counter()
    for task, name in zip(tasks, names, strict=True):
        task.trip = Trip(
            clock_s - (now_s - task.since_s), clock_s, task.asked is None, 1.0 / task.stream.options.fps, name,
            task.sequence, task.shape.quality, task.shape.size, task.stream.level, call,
        )  # fmt: skip


def _label(stream: Stream, character: Character, step: float) -> float:
    """Opacity of the label on the next frame, which takes ``step`` of the label's time."""
    if stream.labelled >= 1.0 or stated(character.manifest):
        return 0.0
    seen = label.opacity(stream.labelled)
    stream.labelled += step
    return seen


def groups(tasks: Sequence[Task]) -> list[list[Task]]:
    """Tasks that one render call can serve together: same size, format and alpha. Qualities may differ.

    Blocks with a label are on their own, as they are drawn as pixels first.
    """
    found: dict[tuple[int, Format, Alpha, bool], list[Task]] = {}
    for task in tasks:
        options = task.stream.options
        apart = options.format != "rgba8" and task.label > 0.0
        found.setdefault((task.shape.size, options.format, options.alpha, apart), []).append(task)
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
        Seconds it took, driving included.
    """
    start = driven_s = time.perf_counter()
    for task in tasks:
        begun_s = driven_s
        drive(task)
        driven_s = time.perf_counter()
        if task.trip is not None:
            task.trip.drive = begun_s, driven_s
    ready = [task for task in tasks if task.state is not None]
    try:
        _call(renderer, ready)
    except Exception as error:
        if len(ready) == 1:
            ready[0].errors.append(error)
        else:
            for task in ready:
                render_one(renderer, task)
    end = time.perf_counter()
    if (trip := tasks[0].trip) is not None and trip.call is not None:
        trip.call.begun_s, trip.call.ended_s = start, end
    return end - start


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
    later = options.format if any(task.label for task in tasks) else "rgba8"  # what they become when they are finished
    pixels = renderer.render(
        [task.character for task in tasks],
        [task.state for task in tasks if task.state is not None],
        size=tasks[0].shape.size,
        background=[task.stream.options.background for task in tasks],
        alpha=options.alpha,
        quality=[task.shape.quality for task in tasks],
        format="rgba8" if later != "rgba8" else options.format,
        patterns=[task.stream.pattern for task in tasks],
    )
    for task, image, time_s in zip(tasks, pixels, renderer.times, strict=True):
        if task.label:
            label.draw(image, task.label, options.alpha == "straight")
        drawn_s, done_s = time_s.drawn_s, time_s.done_s
        if later != "rgba8":
            drawn_s = time.perf_counter()
            image = encode(image, later)
            done_s = time.perf_counter()
        task.pixels = image
        if task.trip is not None:
            task.trip.draw = time_s.begun_s, time_s.drawn_s
            task.trip.compress = (drawn_s, done_s) if done_s > drawn_s else None
