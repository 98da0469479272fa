"""``npcface init``: the first files of a mod."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from npcface.cli.console import err, out, print_json


def init(
    folder: Annotated[Path, typer.Argument(help="New or empty folder.")],
    name: Annotated[str, typer.Option(help="Of the mod. Default: the folder's.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Start a mod: README, characters/, a manifest to copy, schemas. Refuses a folder that is not empty."""
    from npcface.pack.starter import make_starter

    files = make_starter(folder, name)
    if as_json:
        print_json({"folder": str(folder), "files": files})
        return
    for file in files:
        out().print(f"{folder}/{file}", markup=False)
    err().print(
        f"Next: npcface enroll PORTRAIT --id ID --license TEXT --consent TEXT --out {folder}/characters\n"
        f"Then: npcface validate {folder}; npcface serve --characters {folder} --watch; npcface pack {folder}",
        markup=False,
    )
