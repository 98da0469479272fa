"""``npcface eval``: self-re-enactment on a folder of clips, with the still copy beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from npcface.cli.console import err, out, print_json
from npcface.cli.progress import MachineReadable, progress_bar

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from npcface.eval import Report
    from npcface.eval.sample import ClipSample


def evaluate(
    folder: Annotated[Path, typer.Argument(help="Folder of video clips, one face each (or one clip).", exists=True)],
    frames: Annotated[int, typer.Option(min=1, help="Target frames per clip, evenly spaced.")] = 12,
    size: Annotated[int, typer.Option(min=64, max=512, help="Side of the compared squares in pixels.")] = 256,
    run: Annotated[int, typer.Option(min=0, help="Consecutive frames per clip for jitter; 0 leaves it out.")] = 12,
    seconds: Annotated[float, typer.Option(min=0.1, help="Use only this much of each clip's beginning.")] = 10.0,
    max_clips: Annotated[int | None, typer.Option(min=1, help="Use this many clips, spread over the folder.")] = None,
    method: Annotated[
        list[str] | None,
        typer.Option(
            help="warp, neural, landmarks or npcface (its default), each also with -2 to -8 shots; finetuned-8; or "
            "package.module:function of a rival. May be repeated; warp and neural if left out."
        ),
    ] = None,
    provider: Annotated[str, typer.Option(help="Where npcface renders: auto, cpu, cuda, directml.")] = "auto",
    cache: Annotated[Path | None, typer.Option(help="Folder that keeps crops and landmarks for the next run.")] = None,
    pictures: Annotated[
        Path | None, typer.Option(help="Folder for one PNG per clip: clip above, outputs below.")
    ] = None,
    sheet: Annotated[
        Path | None, typer.Option(help="PNG or JPEG with truth and all methods side by side for up to 12 clips.")
    ] = None,
    zoom: Annotated[bool, typer.Option(help="Eyes and mouth at twice the size below each row of the sheet.")] = True,
    per_clip: Annotated[bool, typer.Option("--per-clip", help="Also one line per clip, worst LPIPS first.")] = False,
    machine_readable: MachineReadable = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, clips included.")] = False,
) -> None:
    """Measure npcface on clips: the first frame is the portrait, the clip drives it, its own frames are the truth."""
    from npcface.eval import evaluate_clips
    from npcface.eval.faces import FaceFinder
    from npcface.eval.methods import DEFAULT, load_reenactors
    from npcface.eval.pictures import strip_writer
    from npcface.eval.sample import Protocol
    from npcface.eval.sheet import ComparisonSheet

    finder = FaceFinder()
    reenactors = load_reenactors(method or DEFAULT, finder, provider)
    comparison = None if sheet is None else ComparisonSheet(zoom=zoom)
    keepers = [] if pictures is None else [strip_writer(pictures)]
    if comparison is not None:
        keepers.append(comparison.add)

    def keep(sample: ClipSample, outputs: Mapping[str, NDArray[np.uint8]]) -> None:
        for keeper in keepers:
            keeper(sample, outputs)

    with progress_bar("measuring clips", quiet=as_json, lines=machine_readable) as advance:
        report = evaluate_clips(
            folder,
            reenactors,
            Protocol(frames, size, run, seconds),
            finder=finder,
            max_clips=max_clips,
            cache=cache,
            progress=lambda clip, done, total: advance.at(done, clip, total),
            keep=keep,
        )
    if comparison is not None and sheet is not None:
        comparison.save(sheet)
    if as_json:
        print_json(report.as_json())
    else:
        _print(report, per_clip)


def _print(report: Report, per_clip: bool) -> None:
    from rich.markup import escape

    console = out()
    if not console.is_terminal:
        console.width = 200  # a pipe has no width of its own, and folded tables cannot be read
    if per_clip:
        for method in report.methods:
            console.print(f"[bold]{method}[/]")
            console.print(report.clip_table(method))
    console.print(report.summary_table())
    for method, remarks in report.remarks.items():
        for remark, clips in remarks.items():
            console.print(f"{escape(method)}, {clips} of {len(report.clips)} clips: {escape(remark)}")
    for clip, reason in report.skipped.items():
        err().print(f"[yellow]skipped[/] {escape(str(clip))}: {escape(reason)}", markup=True)
