"""``npcface bench``: how fast this machine is with npcface, end to end."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from npcface.cli.console import out, print_json, progress_bar

STEPS = 4


def bench(
    portraits: Annotated[
        list[str] | None, typer.Argument(help="Portraits, character folders or ids. Default: the demo's faces.")
    ] = None,
    size: Annotated[int, typer.Option(min=64, max=512, help="Texture size in pixels.")] = 256,
    seconds: Annotated[float, typer.Option(min=0.1, help="Length of each measurement.")] = 5.0,
    runs: Annotated[int, typer.Option(min=1, help="Repetitions; medians are reported.")] = 3,
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
            progress=lambda step: advance(1, label=step),
        )
    if as_json:
        print_json(figures)
    else:
        _print(figures)


def _print(figures: dict[str, Any]) -> None:
    machine, pace, inside = figures["machine"], figures["daemon_lock_step"], figures["renderer_alone"]
    batch, memory = figures["batch"], figures["daemon_memory"]
    if memory["resident_mb"] is None:
        used = "unknown on this system"
    else:
        used = f"{memory['resident_mb']:.0f} MB with {memory['characters']} characters, "
        used += f"{memory['resident_with_one_mb']:.0f} MB with one"
    lines = [
        f"{machine['cpu']}, {machine['cores']} cores, load {machine['load_average']}, "
        f"onnxruntime {machine['onnxruntime']}, Python {machine['python']}",
        f"{figures['size_px']}², median of {figures['runs']} runs of {figures['seconds']:g} s",
        "",
        f"daemon, one character   {_pace(pace)}",
        f"renderer alone          {_pace(inside)}",
        f"{batch['characters']} different characters   {batch['together_ms']:7.1f} ms in one batch, "
        f"{batch['one_by_one_ms']:.1f} ms one by one ({batch['saved_percent']:+.0f} % saved)",
        f"daemon's memory         {used}",
    ]
    out().print("\n".join(lines))


def _pace(pace: dict[str, float]) -> str:
    return f"{pace['fps']:7.1f} frames/s   p50 {pace['p50_ms']:.1f} ms   p99 {pace['p99_ms']:.1f} ms"
