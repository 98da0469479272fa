"""``npcface export``: a still, a sprite sheet, an animation, a film or a pack of a character."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from npcface.cli.console import out, print_json
from npcface.cli.credentials import CredentialsOption
from npcface.cli.progress import MachineReadable, progress_bar
from npcface.cli.quality import Asked, QualityOption
from npcface.cli.watermark import WatermarkOption, said

if TYPE_CHECKING:
    from npcface.character import Character
    from npcface.cli.script import Background
    from npcface.export.act import Act
    from npcface.export.artist import Artist
    from npcface.output import Sound
    from npcface.render import Quality


class Kind(StrEnum):
    """What is written."""

    PNG = "png"
    SPRITES = "sprites"
    WEBP = "webp"
    MP4 = "mp4"
    PACK = "pack"


def export(
    character: Annotated[str, typer.Argument(help="Id of an enrolled character, or its folder.")],
    kind: Annotated[
        Kind, typer.Option("--as", help="Still, sheet of frames, animation, film with sound, or mod pack.")
    ],
    output: Annotated[Path, typer.Option("--out", "-o", help="File to write; sprites get a .json beside a .png.")],
    say: Annotated[str | None, typer.Option(help="A line to speak, in webp and mp4.")] = None,
    voice: Annotated[str, typer.Option(help="Who speaks it; `npcface voices` lists them.")] = "auto",
    emotion: Annotated[str, typer.Option(help="A feeling, such as happy or happy=0.5.")] = "neutral",
    seconds: Annotated[float | None, typer.Option(min=0.1, help="Length; default: the line's, else 4.")] = None,
    size: Annotated[int, typer.Option(min=64, max=512, help="Side of the texture in pixels.")] = 256,
    background: Annotated[str, typer.Option(help="portrait, transparent or #rrggbb.")] = "portrait",
    quality: QualityOption = Asked.AUTO,
    provider: Annotated[str, typer.Option(help="Where to render: auto, cpu, cuda, directml.")] = "auto",
    watermark: WatermarkOption = True,
    credentials: CredentialsOption = True,
    machine_readable: MachineReadable = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Export CHARACTER as a file for engines, chats and shops."""
    from npcface.cli.paths import character_of
    from npcface.credentials import credit_of
    from npcface.export.export import Kind as Named
    from npcface.export.export import export as write
    from npcface.watermark import Marker

    person = character_of(character)
    marker = Marker(person.id) if watermark and kind is not Kind.PACK else None
    with progress_bar(f"exporting {person.id}", 1.0, quiet=as_json, lines=machine_readable) as advance:
        if kind is Kind.PACK:
            _pack(person, output)
        else:
            artist, behind, drawn = _artist(person, size, background, quality, provider)
            act, sound = _act(say, voice, emotion, seconds)
            opaque = behind != "transparent"
            write(
                cast(Named, kind.value), output, artist, act, size=size, opaque=opaque, sound=sound,
                credit=credit_of([person.manifest], drawn, wanted=credentials), progress=advance.at, marker=marker,
            )  # fmt: skip
    if as_json:
        print_json(
            {"output": str(output), "kind": kind.value, "bytes": output.stat().st_size, "watermark": said(marker)}
        )
    else:
        out().print(f"{output}  ({output.stat().st_size / 1e6:.2f} MB)")


def _pack(person: Character, output: Path) -> None:
    from npcface.errors import CharacterError
    from npcface.export.export import write_pack

    if person.folder is None:
        raise CharacterError("A picture cannot be packed.", "Enrol it first: npcface enroll.")
    write_pack(person.folder, output)


def _artist(
    person: Character, size: int, background: str, quality: Asked, provider: str
) -> tuple[Artist, Background, Quality]:
    from npcface.cli.script import parse_background
    from npcface.export.artist import local
    from npcface.render import Renderer

    behind = parse_background(background)
    renderer = Renderer(provider=provider)
    drawn = quality.of(renderer)
    return local(renderer, person, size, behind, drawn), behind, drawn


def _act(say: str | None, voice: str, emotion: str, seconds: float | None) -> tuple[Act, Sound | None]:
    from npcface.drive.spoken import SpokenLine
    from npcface.export.act import Act

    name, _, strength = emotion.partition("=")
    try:
        feeling = (name, float(strength or 1.0))
    except ValueError:
        raise typer.BadParameter(
            f"{emotion!r} is no feeling; write happy or happy=0.5", param_hint="--emotion"
        ) from None
    if say is None:
        return Act(feeling=feeling, seconds=seconds), None
    from npcface.voice import say as speak

    spoken = speak(say, voice)
    line = SpokenLine(spoken.phonemes, spoken.convention)
    length_s = max(spoken.seconds, line.rest_s)
    return Act(feeling=feeling, line=line, seconds=seconds or length_s), (spoken.samples, spoken.rate_hz)
