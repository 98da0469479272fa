"""A history as small charts below each other: one a measure, its figures as lines, runs from left to right."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from npcface.bench.drawing import Page, page_for
from npcface.bench.history import HistoryError
from npcface.bench.registry import MEASURES

WIDTH, HEAD, PANEL = 760, 58, 190
LEFT, RIGHT, TOP, BOTTOM = 64, 140, 34, 36  # of a panel, around its lines
COLOURS = ("#2f6db3", "#d2691e", "#3c8d40", "#8a4fa3")
INK, FAINT, RULE = "#202020", "#707070", "#dddddd"
MOST_LABELS = 9


@dataclass(frozen=True, slots=True)
class Panel:
    """One small chart: ``lines`` holds a value for each run, None where it was not measured."""

    title: str
    unit: str
    lines: dict[str, list[float | None]]


def draw_history(runs: Sequence[dict[str, Any]], path: Path) -> int:
    """Draw runs, oldest first, as SVG or (where ``path`` ends in .png) PNG.

    Only runs of the newest one's processor, cores, texture size, quality and provider are comparable and drawn.

    Returns:
        How many were left out.

    Raises:
        HistoryError: nothing to draw, or the file cannot be written.
    """
    shown = [run for run in runs if _kind(run) == _kind(runs[-1])]
    panels = [panel for name in MEASURES if (panel := panel_of(name, shown)) is not None]
    if not panels:
        raise HistoryError(
            "The history holds no figures that a chart shows.", "Measure first: npcface bench --history …"
        )
    page = page_for(path, WIDTH, HEAD + PANEL * len(panels))
    _title(page, shown, len(runs) - len(shown))
    labels = [str(run["machine"].get("git_revision") or run["time"][5:10])[:7] for run in shown]
    for row, panel in enumerate(panels):
        _panel(page, HEAD + row * PANEL, panel, labels)
    try:
        page.save(path)
    except OSError as error:
        raise HistoryError(f"The chart {path} cannot be written: {error}.", "Name another file.") from error
    return len(runs) - len(shown)


def panel_of(name: str, runs: Sequence[dict[str, Any]]) -> Panel | None:
    """A measure's drawn figures over all runs; None if no run has any."""
    drawn = MEASURES[name].drawn
    lines = {label: [value_at(run["measures"].get(name), path) for run in runs] for label, path in drawn.items()}
    there = {label: line for label, line in lines.items() if any(value is not None for value in line)}
    if not there:
        return None
    return Panel(f"{name}: {MEASURES[name].what}", MEASURES[name].unit, there)


def value_at(figures: Any, path: str) -> float | None:
    """A number in nested tables by its dotted path."""
    for key in path.split("."):
        figures = figures.get(key) if isinstance(figures, dict) else None
    return float(figures) if isinstance(figures, int | float) and math.isfinite(figures) else None


def _kind(run: dict[str, Any]) -> tuple[Any, ...]:
    machine, setting = run["machine"], run["setting"]
    return (machine.get("cpu"), machine.get("cores"), *map(setting.get, ("size_px", "quality", "provider")))


def _title(page: Page, runs: Sequence[dict[str, Any]], left_out: int) -> None:
    machine, setting = runs[-1]["machine"], runs[-1]["setting"]
    page.text((16, 24), f"npcface bench, {setting['size_px']} px, {len(runs)} runs", INK, bold=True)
    first, last = runs[0]["time"][:10], runs[-1]["time"][:10]
    others = f"; left out, of other machines or settings: {left_out}" if left_out else ""
    page.text((16, 44), f"{machine['cpu']}, {machine['cores']} cores; {first} to {last}{others}", FAINT)


def _panel(page: Page, y: float, panel: Panel, labels: Sequence[str]) -> None:
    top, bottom, right = y + TOP, y + PANEL - BOTTOM, WIDTH - RIGHT
    ceiling, step = _scale(max(value for line in panel.lines.values() for value in line if value is not None))
    page.text((LEFT, y + 20), f"{panel.title} [{panel.unit}]", INK)

    def at(index: int, value: float) -> tuple[float, float]:
        across = index / (len(labels) - 1) if len(labels) > 1 else 0.5
        return LEFT + 10 + across * (right - LEFT - 20), bottom - value / ceiling * (bottom - top)

    for number in range(round(ceiling / step) + 1):
        height = at(0, number * step)[1]
        page.line([(LEFT, height), (right, height)], RULE, 1)
        page.text((LEFT - 8, height + 4), f"{number * step:g}", FAINT, "end")
    every = math.ceil(len(labels) / MOST_LABELS)
    for index in range(0, len(labels), every):
        page.text((at(index, 0)[0], bottom + 18), labels[index], FAINT, "middle")
    lowest = 0.0  # legends keep a line's height between them
    ends = sorted(panel.lines.items(), key=lambda line: -next(v for v in reversed(line[1]) if v is not None))
    for name, line in ends:
        colour = COLOURS[list(panel.lines).index(name) % len(COLOURS)]
        points = [at(index, value) for index, value in enumerate(line) if value is not None]
        page.line(points, colour, 2)
        for point in points:
            page.dot(point, colour, 3)
        last = next(value for value in reversed(line) if value is not None)
        lowest = max(points[-1][1] + 4, lowest + 15)
        page.text((right + 8, lowest), f"{last:.3g} {name}", colour)


def _scale(highest: float) -> tuple[float, float]:
    """A round ceiling at or above a value, and the step of three to six rules below it."""
    highest = max(highest, 1e-9)
    size = 10.0 ** math.floor(math.log10(highest))
    step = next(size * part for part in (0.2, 0.5, 1.0, 2.0, 5.0) if highest <= size * part * 5)
    return math.ceil(highest / step - 1e-9) * step, step
