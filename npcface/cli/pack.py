"""``npcface pack``: characters become one zip to share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from npcface.cli.console import err, out, print_json

if TYPE_CHECKING:
    from npcface.pack import PackInfo
    from npcface.pack.thunderstore import Thunderstore


def pack(
    characters: Annotated[
        list[str], typer.Argument(metavar="ID|FOLDER…", help="Ids in your store, character folders, or a mod's folder.")
    ],
    output: Annotated[Path, typer.Option("--out", "-o", help="The zip, or a folder for it.")] = Path(),
    name: Annotated[
        str | None, typer.Option(help="Of the pack. Default: from npcface-pack.json or the characters.")
    ] = None,
    version: Annotated[str | None, typer.Option(help="Three numbers. Default: from the same.")] = None,
    description: Annotated[
        str | None, typer.Option(help="One sentence; for Thunderstore up to 250 characters.")
    ] = None,
    website: Annotated[str | None, typer.Option(help="Address of the pack's page.")] = None,
    thunderstore: Annotated[bool, typer.Option("--thunderstore", help="Make it a Thunderstore package.")] = False,
    namespace: Annotated[str, typer.Option(help="Thunderstore: the team that uploads it.")] = "",
    depends: Annotated[
        list[str] | None, typer.Option(help="Thunderstore: Author-Mod-1.2.3 that it needs; may be repeated.")
    ] = None,
    icon: Annotated[
        Path | None, typer.Option(help="Thunderstore: a PNG of 256×256. Default: the first character's.")
    ] = None,
    readme: Annotated[
        Path | None, typer.Option(help="Thunderstore: README.md. Default: a table of the characters.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Make a zip of characters that any store reads. The same folders give the same bytes."""
    from npcface.pack import pack as write
    from npcface.pack.check import validate
    from npcface.pack.gather import gather
    from npcface.pack.issue import Severity
    from npcface.paths import characters as store

    folders, info = gather(characters, store())
    said = {"name": name, "version": version, "description": description, "website": website}
    info = info.model_copy(update={key: value for key, value in said.items() if value is not None})
    package = _package(folders, info, namespace, depends or [], icon, readme) if thunderstore else None
    made = write(folders, output, info, package)
    issues = validate(made)
    if as_json:
        listed = [issue.as_dict() for issue in issues]
        print_json({"file": str(made), "bytes": made.stat().st_size, "characters": len(folders), "findings": listed})
        return
    for issue in issues:
        if issue.severity is Severity.WARNING:
            err().print(f"warning: {issue.file}: {issue.field} is {issue.value}. {issue.fix}", markup=False)
    out().print(f"{made}  (characters: {len(folders)}, {made.stat().st_size / 1e6:.1f} MB)", markup=False)


def _package(
    folders: list[Path], info: PackInfo, namespace: str, depends: list[str], icon: Path | None, readme: Path | None
) -> Thunderstore:
    import re

    from npcface.errors import CharacterError
    from npcface.pack.gather import icon_of, manifests, readme_of
    from npcface.pack.thunderstore import Thunderstore, parse_thunderstore

    cast = manifests(folders)
    if not re.fullmatch(r"[A-Za-z0-9_]+", namespace):
        raise CharacterError(
            f"The namespace is {namespace!r}.", "Give --namespace with your team's name on Thunderstore."
        )
    title = info.name or ", ".join(one.name for one in cast)
    said = info.description or f"Faces for NPCs: {', '.join(one.name for one in cast)}."
    version = info.version if "version" in info.model_fields_set or len(cast) > 1 else cast[0].version
    table: dict[str, Any] = {
        "name": re.sub(r"[^A-Za-z0-9_]+", "_", title).strip("_")[:128],
        "version_number": version,
        "website_url": info.website,
        "description": said if info.description else said[:250],
        "dependencies": depends,
    }
    import json

    manifest = parse_thunderstore(json.dumps(table).encode(), "manifest.json for Thunderstore")
    try:
        picture = icon.read_bytes() if icon else icon_of(folders[0])
        text = readme.read_text("utf-8") if readme else readme_of(title, said, cast)
    except (OSError, ValueError) as error:
        raise CharacterError(f"The icon or readme cannot be read: {error}.", "Check the path.") from error
    return Thunderstore(manifest, picture, text, namespace)
