"""``npcface bench``: how fast this machine is with npcface, end to end."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from npcface.cli.console import out, print_json, progress_bar

STEPS = 4


class Measured(StrEnum):
    """Which quality is measured."""

    AUTO = "auto"
    WARP = "warp"
    NEURAL = "neural"
    BOTH = "both"


def bench(
    portraits: Annotated[
        list[str] | None, typer.Argument(help="Portraits, character folders or ids. Default: the demo's faces.")
    ] = None,
    size: Annotated[int, typer.Option(min=64, max=512, help="Texture size in pixels.")] = 256,
    seconds: Annotated[float, typer.Option(min=0.1, help="Length of each measurement.")] = 5.0,
    runs: Annotated[int, typer.Option(min=1, help="Repetitions; medians are reported.")] = 3,
    quality: Annotated[
        Measured, typer.Option(help="auto: what the daemon gives by itself; both: warp and neural in turn.")
    ] = Measured.AUTO,
    provider: Annotated[str, typer.Option(help="Where to render: auto, cpu, cuda, directml.")] = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Measure frames a second and latency through a real daemon, batches, memory, and the renderer alone."""
    from npcface.bench.run import run_bench
    from npcface.cli.paths import character_of
    from npcface.demo.people import ai_person, astronaut
    from npcface.enroll import enroll

    with progress_bar("enrolling", STEPS + 1, quiet=as_json) as advance:
        if portraits:
            faces = [character_of(given) for given in portraits]
        else:
            people = [*(ai_person(number) for number in (1, 5, 8, 10)), astronaut()]
            faces = [enroll(person.image, id=person.id, name=person.name) for person in people]
        figures = run_bench(
            faces,
            size=size,
            seconds=seconds,
            runs=runs,
            provider=provider,
            quality=quality.value,
            progress=lambda step: advance(1, label=step),
        )
    if as_json:
        print_json(figures)
    else:
        out().print(report(figures))


def report(figures: dict[str, Any]) -> str:
    """The figures of ``run_bench`` as text, one block for each quality that was measured."""
    machine, memory = figures["machine"], figures["daemon_memory"]
    if memory["resident_mb"] is None:
        used = "unknown on this system"
    else:
        used = f"{memory['resident_mb']:.0f} MB with {memory['characters']} characters, "
        used += f"{memory['resident_with_one_mb']:.0f} MB with one"
    lines = [
        f"{machine['cpu']}, {machine['cores']} cores, load {machine['load_average']}, "
        f"onnxruntime {machine['onnxruntime']}, Python {machine['python']}",
        f"{figures['size_px']}², median of {figures['runs']} runs of {figures['seconds']:g} s",
    ]
    for quality, measured in figures.get("by_quality", {figures["quality"]: figures}).items():
        batch = measured["batch"]
        lines += [
            "",
            quality,
            f"daemon, one character   {_pace(measured['daemon_lock_step'])}",
            f"renderer alone          {_pace(measured['renderer_alone'])}",
            f"{batch['characters']} different characters   {batch['together_ms']:7.1f} ms in one batch, "
            f"{batch['one_by_one_ms']:.1f} ms one by one ({batch['saved_percent']:+.0f} % saved)",
        ]
    if "neural_to_warp" in figures:
        ratio = figures["neural_to_warp"]
        lines += [
            "",
            f"neural takes {ratio['daemon_lock_step']:.2f} × as long as warp through the daemon, "
            f"{ratio['renderer_alone']:.2f} × alone, {ratio['batch']:.2f} × in one batch (medians, in turn)",
        ]
    lines += ["", f"daemon's memory         {used}"]
    return "\n".join(lines)


def _pace(pace: dict[str, float]) -> str:
    return f"{pace['fps']:7.1f} frames/s   p50 {pace['p50_ms']:.1f} ms   p99 {pace['p99_ms']:.1f} ms"
