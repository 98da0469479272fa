"""``npcface enroll``: a portrait becomes a character folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from npcface.cli.console import err, out, print_json
from npcface.cli.progress import MachineReadable, progress_bar
from npcface.cli.rights import EvidenceOption, GroundOption, HolderOption, SinceOption, UseOption, rights_of

if TYPE_CHECKING:
    from npcface.character import Character


def enroll(
    portrait: Annotated[Path, typer.Argument(help="JPEG, PNG or WebP with one face, 96 px or larger.")],
    shot: Annotated[
        list[Path] | None, typer.Option(help="A further picture of the same person; may be repeated.", exists=True)
    ] = None,
    id: Annotated[str | None, typer.Option(help="Folder name: a-z, 0-9, - and _. Default: from the file name.")] = None,
    name: Annotated[str | None, typer.Option(help="Name people see. Default: from the file name.")] = None,
    author: Annotated[list[str] | None, typer.Option(help="Who made the character; may be repeated.")] = None,
    license: Annotated[str | None, typer.Option(help="Licence of the portrait, such as CC0-1.0.")] = None,
    consent: Annotated[str | None, typer.Option(help="Who agreed to this use, or that nobody real is shown.")] = None,
    ground: GroundOption = None,
    holder: HolderOption = None,
    use: UseOption = None,
    evidence: EvidenceOption = None,
    since: SinceOption = None,
    face: Annotated[
        int | None, typer.Option(help="Which face, counted from 0 from the left, when there are several.")
    ] = None,
    landmarks: Annotated[
        Path | None,
        typer.Option(help="JSON file of 68 or 478 points set by hand, for a face that is not found."),
    ] = None,
    landmarker: Annotated[
        Path | None, typer.Option(help="Another model file for finding faces (face_landmarker.task).")
    ] = None,
    allow_other_landmarker: Annotated[
        bool, typer.Option("--allow-other-landmarker", help="Accept a model file of another version.")
    ] = False,
    refuse_same_face: Annotated[
        bool,
        typer.Option("--refuse-same-face", help="Not if another id of OUT has this face already; needs npcface[eval]."),
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help="Folder that gets the character's folder. Default: your own store.",
        ),
    ] = None,
    machine_readable: MachineReadable = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Turn a portrait into a character: a folder named ID in OUT. An existing one of that ID is replaced."""
    import time

    from npcface.character.manifest import is_valid_id
    from npcface.character.rights import NOTICE, REMEDY, SHOWN, stated
    from npcface.enroll import enroll as make
    from npcface.errors import CharacterError
    from npcface.paths import characters

    if id is not None and not is_valid_id(id):
        raise CharacterError(f"{id!r} cannot be a character's id.", "Use a-z, 0-9, _ and -, at most 64 characters.")
    silent = as_json or machine_readable
    rights = rights_of(ground, holder, use, evidence, since, ask=consent is None and not silent)
    given: dict[str, Any] = {"authors": author, "license": license, "consent": consent, "rights": rights}
    began = time.perf_counter()
    with progress_bar(f"enrolling {portrait.name}", 1.0, quiet=as_json, lines=machine_readable) as advance:
        character = make(
            portrait,
            shots=shot or (),
            id=id,
            name=name,
            face=face,
            landmarks=landmarks,
            landmarker=landmarker,
            allow_other_landmarker=allow_other_landmarker,
            progress=lambda stage, share: advance.at(share, stage),
            **{key: value for key, value in given.items() if value},
        )
    folder = (output or characters()) / character.id
    if refuse_same_face:
        _refuse_same_face(character, folder.parent)
    folder.parent.mkdir(parents=True, exist_ok=True)
    character.save(folder)
    if not stated(character.manifest):
        err().print(f"{NOTICE} {SHOWN}\n  → {REMEDY}")
    seconds = time.perf_counter() - began
    state_bytes = sum(array.nbytes for array in character.tensors.values())
    if as_json:
        print_json(
            {
                "id": character.id,
                "folder": str(folder),
                "seconds": round(seconds, 3),
                "state_bytes": state_bytes,
                "manifest": character.manifest.model_dump(mode="json", by_alias=True),
            }
        )
    else:
        out().print(f"{folder}  ({seconds:.1f} s, {state_bytes / 1e6:.1f} MB)")


def _refuse_same_face(character: Character, store: Path) -> None:
    """Raises SameFaceError if a character of the store, or of a pack in it, shows the same person."""
    from npcface.character.character import PORTRAIT_NAME
    from npcface.eval.same_face import SAME, SameFaceError, same_face
    from npcface.pack import Library

    entries = Library([store]).list().entries
    match = same_face(character, ((entry.id, entry.source.file(entry.id, PORTRAIT_NAME) or b"") for entry in entries))
    if match is not None:
        raise SameFaceError(
            f"This face is enrolled as {match.id} (similarity {match.similarity:.2f}; {SAME:.2f} counts as the same).",
            f"Use {match.id}, give --id {match.id} to replace it, or leave out --refuse-same-face.",
        )
