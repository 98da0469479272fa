"""``npcface sheet``: contact sheets, to judge faces by eye."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from npcface.cli.complete import character_ids
from npcface.cli.console import err, out, print_json
from npcface.cli.credentials import CredentialsOption
from npcface.cli.progress import MachineReadable, progress_bar
from npcface.cli.quality import Asked, QualityOption
from npcface.cli.watermark import WatermarkOption, said

if TYPE_CHECKING:
    from npcface.character import Character
    from npcface.render import Quality


class What(StrEnum):
    """Kinds of sheets; the values are the keys of ``npcface.sheet.KINDS``."""

    SUMMARY = "summary"
    EXTREMES = "extremes"
    SHAPES = "shapes"
    VISEMES = "visemes"
    POSES = "poses"


def sheet(
    portraits: Annotated[
        list[str],
        typer.Argument(
            help="Portraits, character folders or ids of enrolled characters.", autocompletion=character_ids
        ),
    ],
    output: Annotated[Path, typer.Option("--out", "-o", help="PNG or JPEG to write.")] = Path("sheet.png"),
    what: Annotated[
        What,
        typer.Option(help="One row each, what portraits never show, all 52 shapes, 15 visemes, or a grid of poses."),
    ] = What.SUMMARY,
    size: Annotated[int, typer.Option(min=64, max=512, help="Cell size in pixels.")] = 192,
    quality: QualityOption = Asked.AUTO,
    provider: Annotated[str, typer.Option(help="What draws: auto, cpu, cuda (NVIDIA) or directml (Windows).")] = "auto",
    watermark: WatermarkOption = True,
    credentials: CredentialsOption = True,
    machine_readable: MachineReadable = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Draw a contact sheet. A portrait that cannot be used is named and left out; exit code 1 if none is left."""
    from PIL import Image

    from npcface.cli.paths import character_of
    from npcface.credentials import credit_of, signed
    from npcface.errors import NpcFaceError
    from npcface.render import Renderer
    from npcface.sheet import KINDS, contact_sheet
    from npcface.watermark import Marker

    form = Image.registered_extensions().get(output.suffix.lower(), "")
    if form not in Image.SAVE:
        raise typer.BadParameter(f"{output.name} is no picture's name; end it in .png or .jpg", param_hint="--out")
    people: list[Character] = []
    marker: Marker | None = None
    refused: dict[str, str] = {}
    drawn: Quality | None = None
    with progress_bar("enrolling", len(portraits), quiet=as_json, lines=machine_readable) as advance:
        for given in portraits:
            advance(0, label=Path(given).name)
            try:
                people.append(character_of(given))
            except NpcFaceError as error:
                refused[given] = str(error)
                if len(portraits) == 1:
                    raise
            advance()
    if people:
        renderer = Renderer(provider=provider)
        drawn = quality.of(renderer)
        with progress_bar(
            "rendering", len(people) * len(KINDS[what].shots()), quiet=as_json, lines=machine_readable
        ) as advance:
            picture = contact_sheet(renderer, people, what.value, size=size, quality=drawn, progress=advance)
        if watermark:
            marker = Marker(" ".join(person.id for person in people))
            picture = marker.mark_image(picture)
        output.parent.mkdir(parents=True, exist_ok=True)
        with signed(output, credit_of([one.manifest for one in people], drawn, wanted=credentials)) as part:
            picture.save(part, form)
    if as_json:
        written = str(output) if people else None
        made = {"sheet": written, "people": len(people), "quality": drawn, "watermark": said(marker)}
        print_json({**made, "refused": refused})
    else:
        from rich.markup import escape

        for given, reason in refused.items():
            err().print(f"[yellow]left out[/] {escape(given)}: {escape(reason)}", markup=True)
        if people:
            out().print(f"{output}: {len(people)} people, {picture.width} × {picture.height} px, {drawn}")
    raise typer.Exit(0 if people else 1)
