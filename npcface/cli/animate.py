"""``npcface animate``: a portrait acts a film, a track, a line of text, a voice or a recording."""

from __future__ import annotations

from enum import StrEnum
from itertools import islice
from operator import length_hint
from pathlib import Path
from typing import Annotated

import typer

from npcface.cli.complete import character_ids
from npcface.cli.console import out, print_json
from npcface.cli.credentials import CredentialsOption
from npcface.cli.progress import MachineReadable, progress_bar
from npcface.cli.quality import Asked, QualityOption
from npcface.cli.watermark import WatermarkOption, said

BATCH = 8


class Motion(StrEnum):
    """How a film drives the portrait."""

    ABSOLUTE = "absolute"
    RELATIVE = "relative"


def animate(
    portrait: Annotated[
        str,
        typer.Argument(
            help="A portrait, a character folder or an enrolled character's id.", autocompletion=character_ids
        ),
    ],
    drive: Annotated[
        str | None, typer.Option(help="A film whose face is copied, a track, a voice's timing file, or English text.")
    ] = None,
    say: Annotated[str | None, typer.Option(help="Text that a voice speaks; the MP4 gets its sound.")] = None,
    wav: Annotated[Path | None, typer.Option(help="A recording (.wav) in any language; likewise.")] = None,
    voice: Annotated[str, typer.Option(help="For --say: an id of `npcface voices`, or auto.")] = "auto",
    output: Annotated[Path | None, typer.Option("--out", "-o", help="MP4 to write.")] = None,
    frames: Annotated[Path | None, typer.Option(help="Folder for frame_000000.png …")] = None,
    motion: Annotated[
        Motion, typer.Option(help="relative: copy the movement only. absolute: also put the face where the film's is.")
    ] = Motion.RELATIVE,
    size: Annotated[int, typer.Option(min=64, max=512, help="Side of the face texture in pixels.")] = 256,
    background: Annotated[str, typer.Option(help="portrait, transparent or #rrggbb.")] = "portrait",
    fps: Annotated[
        float | None, typer.Option(min=1, max=240, help="Default: the film's or track's own, else 30.")
    ] = None,
    quality: QualityOption = Asked.AUTO,
    provider: Annotated[str, typer.Option(help="What draws: auto, cpu, cuda (NVIDIA) or directml (Windows).")] = "auto",
    watermark: WatermarkOption = True,
    credentials: CredentialsOption = True,
    machine_readable: MachineReadable = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Animate a portrait into an MP4 or PNG frames."""
    import time
    from contextlib import ExitStack

    from npcface.cli.paths import character_of
    from npcface.cli.script import parse_background, performance, sounding
    from npcface.credentials import credit_of
    from npcface.framing import Canvas
    from npcface.output import frame_folder, mp4
    from npcface.render import Renderer
    from npcface.watermark import Marker

    if (output is None) == (frames is None):
        raise typer.BadParameter("give either --out FILE.mp4 or --frames DIR")
    if sum(given is not None for given in (drive, say, wav)) != 1:
        raise typer.BadParameter("give one of --drive, --say TEXT and --wav FILE")
    behind = parse_background(background)
    if output is not None and behind == "transparent":
        raise typer.BadParameter("MP4 has no transparency; use --frames DIR", param_hint="--background")
    character = character_of(portrait)
    sound = None
    if drive is not None:
        rate, states = performance(drive, character, "absolute" if motion is Motion.ABSOLUTE else "relative", fps)
    else:
        rate, states, sound = sounding(say, voice, wav, fps)
    canvas = Canvas(character, size) if behind == "portrait" else None
    marker = Marker(character.id) if watermark else None
    renderer = Renderer(provider=provider)
    drawn = quality.of(renderer)
    credit = credit_of([character.manifest], drawn, wanted=credentials)
    count, began = 0, time.perf_counter()
    with ExitStack() as stack:
        advance = stack.enter_context(
            progress_bar("rendering", length_hint(states) or None, quiet=as_json, lines=machine_readable)
        )
        if frames is not None:
            writer = stack.enter_context(frame_folder(frames, alpha=behind == "transparent", credit=credit))
        else:
            assert output is not None
            writer = stack.enter_context(mp4(output, rate, sound=sound, credit=credit))
        while batch := list(islice(states, BATCH)):
            people = [character] * len(batch)
            for texture in renderer.render(people, batch, size=size, background=behind, quality=drawn):
                picture = texture if canvas is None else canvas.put(texture)
                writer.add(picture if marker is None else marker.mark(picture))
            count += len(batch)
            advance(len(batch), label=f"frame {count}")
    seconds = time.perf_counter() - began
    if as_json:
        target = str(output or frames)
        took = round(seconds, 2)
        said_ = {"output": target, "frames": count, "fps": rate, "quality": drawn, "seconds": took}
        print_json({**said_, "watermark": said(marker)})
    else:
        out().print(f"{output or frames}: {count} frames at {rate:g} fps, {drawn}, in {seconds:.1f} s")
