"""``npcface list``: which characters there are, where from, and which face hides which."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from npcface.cli.console import err, out, print_json

if TYPE_CHECKING:
    from npcface.pack.library import Entry, Listing


def list_characters(
    characters: Annotated[
        list[Path] | None,
        typer.Option(help="Store or pack; may be repeated, later ones override earlier ones. Default: your own store."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Show every character with its pack, what it overrides, and what cannot be used. Exit code 0 all the same."""
    from npcface.pack import Library
    from npcface.paths import characters as store

    listing = Library(characters or [store()]).list()
    if as_json:
        print_json(_document(listing))
    else:
        _print(listing)


def _document(listing: Listing) -> dict[str, Any]:
    entries = [
        {
            "id": entry.id, "name": entry.manifest.name, "version": entry.manifest.version,
            "license": entry.manifest.license, "rights": _ground(entry), "pack": entry.pack,
            "overrides": list(entry.overrides), "place": entry.place,
        }
        for entry in listing.entries
    ]  # fmt: skip
    problems = [
        {"name": one.name, "pack": one.pack, "cause": one.error.cause, "remedy": one.error.remedy}
        for one in listing.problems
    ]
    return {"characters": entries, "problems": problems}


def _ground(entry: Entry) -> str:
    """Why its face may be used, in a word: a ground, ``consent text`` of an older manifest, or ``not stated``."""
    from npcface.character.rights import stated

    rights = entry.manifest.rights
    if rights is not None:
        return rights.ground
    return "consent text" if stated(entry.manifest) else "not stated"


def _print(listing: Listing) -> None:
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for column in ("id", "name", "version", "licence", "rights", "pack", "overrides", "problem"):
        table.add_column(column, overflow="fold")
    wrong = {problem.name: problem for problem in listing.problems}
    for entry in listing.entries:
        here = wrong.get(entry.id)
        cells = (
            entry.id, entry.manifest.name, entry.manifest.version, entry.manifest.license, _ground(entry), entry.pack,
            ", ".join(entry.overrides), f"in {here.pack or 'its folder'}, see below" if here else "",
        )  # fmt: skip
        table.add_row(*map(escape, cells))
    if listing.entries:
        out().print(table)
    for problem in listing.problems:
        where = f"{problem.pack}: {problem.name}" if problem.pack not in ("", problem.name) else problem.name
        err().print(f"[bold red]✗[/] [bold]{escape(where)}[/]: {escape(problem.error.cause)}")
        err().print(f"    → {escape(problem.error.remedy)}")
    unstated = [entry.id for entry in listing.entries if _ground(entry) == "not stated"]
    if unstated:
        from npcface.character.rights import REMEDY, SHOWN

        err().print(f"Rights are not stated: {', '.join(unstated)}. {SHOWN}\n    → {escape(REMEDY)}")
    err().print(f"{len(listing.entries)} character(s), {len(listing.problems)} problem(s)")
    if not listing.entries:
        err().print(
            "`npcface enroll PORTRAIT` makes a character. Packs (zips, mods) lie in the store itself, not deeper."
        )
