"""``npcface detect``: which pictures carry npcface's watermark, and what it says."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from npcface.cli.console import err, out, print_json

if TYPE_CHECKING:
    from npcface.errors import NpcFaceError
    from npcface.watermark.detect import Verdict

UNMARKED = 4
"""Exit code when a file is not marked."""


def detect(
    files: Annotated[list[Path], typer.Argument(help="Pictures, animated WebP, films (MP4), or folders of them.")],
    character: Annotated[
        str | None, typer.Option(help="An id: also say whether the mark names this character.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Look for watermarks. Exit code 0: all files are marked, 4: some are not, 1: some cannot be read."""
    from npcface.errors import NpcFaceError
    from npcface.watermark.detect import detect as look
    from npcface.watermark.files import files_of, frames_of
    from npcface.watermark.payload import character_hash

    wanted = None if character is None else character_hash(character)
    rows: list[dict[str, Any]] = []
    for given in files:
        try:
            listed = files_of(given)
        except NpcFaceError as error:
            rows.append({"file": str(given), "error": _told(error)})
            continue
        for file in listed:
            try:
                row = {"file": str(file), **_row(look(frames_of(file)), wanted)}
            except NpcFaceError as error:
                row = {"file": str(file), "error": _told(error)}
            rows.append(row)
            if not as_json:
                _say(row)
    if as_json:
        print_json({"files": rows})
    else:
        for row in rows:
            if "error" in row:
                err().print(f"{row['file']}: {row['error']['cause']} {row['error']['remedy']}".strip(), markup=False)
    if any("error" in row for row in rows):
        raise typer.Exit(1)
    raise typer.Exit(0 if rows and all(row["marked"] for row in rows) else UNMARKED)


def _told(error: NpcFaceError) -> dict[str, str]:
    return {"code": error.code, "cause": error.cause, "remedy": error.remedy}


def _row(verdict: Verdict, wanted: int | None) -> dict[str, Any]:
    row: dict[str, Any] = {
        "marked": verdict.marked,
        "kind": verdict.kind if verdict.marked else None,
        "payload": None if verdict.payload is None else str(verdict.payload),
        "score": round(verdict.score, 2),
        "false_alarm": verdict.false_alarm,
        "scale": round(verdict.scale, 3) if verdict.marked else None,
    }
    if wanted is not None:
        row["character_matches"] = None if verdict.payload is None else verdict.payload.character == wanted
    return row


def _say(row: dict[str, Any]) -> None:
    if "error" in row:
        return
    if not row["marked"]:
        out().print(f"{row['file']}: no mark found (score {row['score']:.1f})", markup=False)
        return
    says = row["payload"] or "not legible"
    chance = math.log10(max(row["false_alarm"], 1e-300))
    matches = ""
    if row.get("character_matches") is not None:
        matches = ", this character" if row["character_matches"] else ", another character (or several)"
    out().print(
        f"{row['file']}: marked ({row['kind']}), payload {says}{matches}, score {row['score']:.1f}, "
        f"chance of a false alarm below 10^{math.ceil(chance)}",
        markup=False,
    )
