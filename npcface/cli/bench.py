"""``npcface bench``: how fast this machine is with npcface, measure by measure."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from npcface.cli.complete import character_ids
from npcface.cli.console import out, print_json
from npcface.cli.progress import MachineReadable, progress_bar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from npcface.bench.setting import Setting

ALL = "all"


class Measured(StrEnum):
    """Which quality is measured."""

    AUTO = "auto"
    WARP = "warp"
    NEURAL = "neural"
    BOTH = "both"


def _known(names: list[str] | None) -> list[str] | None:
    from npcface.bench.registry import MEASURES

    for name in names or []:
        if name not in MEASURES and name != ALL:
            raise typer.BadParameter(f"no measure {name!r}; there are: {', '.join(MEASURES)}, {ALL}")
    return names


def bench(
    portraits: Annotated[
        list[str] | None,
        typer.Argument(
            help="Portraits, character folders or ids. Default: the demo's faces.", autocompletion=character_ids
        ),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(callback=_known, help="A measure, or all; may be repeated. docs/benchmarks.md lists them."),
    ] = None,
    size: Annotated[int, typer.Option(min=64, max=512, help="Texture size in pixels.")] = 256,
    seconds: Annotated[float, typer.Option(min=0.01, help="Length of each run.")] = 2.0,
    runs: Annotated[int, typer.Option(min=1, help="Repetitions; medians are reported.")] = 3,
    quality: Annotated[
        Measured, typer.Option(help="both: warp and neural in turn; auto: what the daemon gives by itself.")
    ] = Measured.BOTH,
    provider: Annotated[str, typer.Option(help="What draws: auto, cpu, cuda (NVIDIA) or directml (Windows).")] = "auto",
    against: Annotated[
        str | None, typer.Option(help="Compare this checkout with a git revision, in turn (default: plain, latency).")
    ] = None,
    history: Annotated[Path | None, typer.Option(help="Append the result to this file, one JSON line a run.")] = None,
    chart: Annotated[
        Path | None, typer.Option(help="Measure nothing: draw --history to this file, .svg or .png.")
    ] = None,
    machine_readable: MachineReadable = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Measure speed, latency, start-up and memory; compare revisions; draw a history."""
    if chart is not None:
        _draw(history, chart, as_json)
        return
    if against is not None and history is not None:
        raise typer.BadParameter("a comparison is not kept in a history", param_hint="--history")
    from npcface.bench.registry import BY_DEFAULT, MEASURES
    from npcface.bench.setting import Setting, demo_people
    from npcface.cli.paths import character_of

    names: Sequence[str] = list(MEASURES) if only and ALL in only else list(dict.fromkeys(only or ()))
    given = portraits or []
    people = (lambda: [character_of(name) for name in given]) if given else demo_people
    with Setting(
        people=people, size=size, seconds=seconds, runs=runs, provider=provider, asked=quality.value
    ) as setting:
        if against is not None:
            _compare(against, names, setting, as_json, machine_readable)
        else:
            _measure(names or BY_DEFAULT, setting, history, as_json, machine_readable)


def _measure(names: Sequence[str], setting: Setting, history: Path | None, as_json: bool, lines: bool) -> None:
    from npcface.bench.history import append
    from npcface.bench.run import report, run_bench

    with progress_bar("measuring", len(names), quiet=as_json, lines=lines) as advance:
        found = run_bench(names, setting, progress=advance.begin)
    if history is not None:
        append(history, found)
    if as_json:
        print_json(found)
    else:
        out().print(report(found), markup=False)


def _compare(revision: str, names: Sequence[str], setting: Setting, as_json: bool, lines: bool) -> None:
    from npcface.bench.against import COMPARED, against, report

    with progress_bar("measuring", setting.runs + 1, quiet=as_json, lines=lines) as advance:
        found = against(revision, names or COMPARED, setting, progress=advance.begin)
    if as_json:
        print_json(found)
    else:
        out().print(report(found), markup=False)


def _draw(history: Path | None, chart: Path, as_json: bool) -> None:
    if history is None:
        raise typer.BadParameter("name the history to draw: --history FILE --chart FILE", param_hint="--chart")
    from npcface.bench.chart import draw_history
    from npcface.bench.history import read

    runs = read(history)
    left_out = draw_history(runs, chart)
    if as_json:
        print_json({"chart": str(chart), "runs": len(runs) - left_out, "left_out": left_out})
    else:
        out().print(f"{chart}: {len(runs) - left_out} runs, {left_out} left out", markup=False)
