"""``npcface finetune``: a character learns from further pictures of its person."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from npcface.cli.complete import character_ids
from npcface.cli.console import out, print_json
from npcface.cli.progress import MachineReadable, progress_bar


def finetune(
    character: Annotated[
        str, typer.Argument(help="Id of an enrolled character, or its folder.", autocompletion=character_ids)
    ],
    portraits: Annotated[
        list[Path], typer.Option("--portraits", help="A picture of the person, or a folder of them; may be repeated.")
    ],
    steps: Annotated[int | None, typer.Option(min=1, help="How long it learns.")] = None,
    machine_readable: MachineReadable = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Make CHARACTER more like its person, from 1 to 32 further pictures; nothing is kept unless it is better."""
    from npcface.cli.paths import character_of
    from npcface.enroll.image import read_portrait
    from npcface.errors import CharacterError
    from npcface.finetune import finetune as learn

    known = character_of(character)
    if known.folder is None:
        raise CharacterError(
            f"{character} is a picture or a zip, no character folder.",
            "Enrol a picture first (npcface enroll); unpack a zip.",
        )
    pictures = [read_portrait(path).over() for path in _files(portraits)]
    with progress_bar(f"fine-tuning {known.id}", 1.0, quiet=as_json, lines=machine_readable) as advance:
        result = learn(known, pictures, steps=steps, progress=advance.at)
    result.character.save(known.folder, instead_of=known)
    if as_json:
        print_json({"id": known.id, "before": round(result.before, 5), "after": round(result.after, 5)})
    else:
        out().print(f"{known.folder}: error on held-out pictures {result.before:.4f} → {result.after:.4f}")


def _files(given: list[Path]) -> list[Path]:
    from npcface.train.bank.sources import PICTURES

    files: list[Path] = []
    for path in given:
        inside = sorted(file for file in path.iterdir() if file.suffix.lower() in PICTURES) if path.is_dir() else [path]
        files += inside
    return files
