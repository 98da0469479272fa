"""The first files of a mod: a README that says what to do, a manifest to copy, schemas for the editor."""

from __future__ import annotations

import json
from pathlib import Path

from npcface.character.rights import GROUNDS
from npcface.errors import CharacterError
from npcface.pack.manifest import PACK_NAME, PackManifest
from npcface.pack.write import CHARACTERS

TEMPLATE_NAME = "manifest-template.json"
STARTER_FILES = ("README.md", TEMPLATE_NAME, "schema/", ".vscode/", ".gitignore", f"{CHARACTERS}/README.md")
"""What ``make_starter`` writes beside the pack's manifest; names that end in ``/`` are folders."""

_README = """# {name}

Faces for NPCs, made with npcface. Portraits only of people who agreed, or of nobody real.

## Make it

1. `npcface enroll portrait.png --id mira --license CC0-1.0 --ground invented --out characters` makes
   `characters/mira/`; without `--ground` it asks why the face may be used. Or write that folder's `manifest.json` by
   hand after `manifest-template.json`, put a `portrait.png` beside it, and load it once.
2. `npcface validate .` says what is wrong or missing, and how to put it right.
3. `npcface serve --characters . --watch` shows it, and every change you save.
4. `npcface pack . --out {file}.zip` makes one zip to share; with `--thunderstore --namespace YOUR_TEAM` it can be
   uploaded there.

## What is here

- `characters/`: one folder a character. An id that another mod or the game uses too replaces that face.
  Zips are not read in here: a zip is a pack of its own and goes beside this mod, into the store.
- `npcface-pack.json`: name, version and authors of this mod. Raise `version` with each release.
- `manifest-template.json`: a manifest to copy; every line is explained by its `$comment`.
- `schema/`: what may stand in these files; editors that know JSON Schema read it (Visual Studio Code at once).
"""
_CHARACTERS = """A zip that npcface pack made is a pack of its own: it goes beside this mod, not in here.

One folder a character, named by its id (a-z, 0-9, - and _):

    mira/manifest.json           who it is, licence of the portrait, whose consent
    mira/portrait.png            the picture
    mira/icon.png                256 x 256, for lists
    mira/embedding.safetensors   computed from the portrait by npcface
"""
_TEMPLATE = {
    "$comment": [
        "Copy this file to characters/ID/manifest.json and remove this comment.",
        "id: the folder's name. name: what people see. version: raise it with each change.",
        "license: of the portrait, such as CC0-1.0.",
        "consent: who agreed to this use of the face, or that nobody real is shown.",
        'rights: the same for programs, such as {"ground": "consent", "holder": "Mira", "use": ["this mod"]}. Add it:',
        f"without it and a consent, games label the face. Grounds: {', '.join(GROUNDS)}.",
    ],
    "$schema": "../../schema/manifest.json",
    "schema": 1,
    "id": "mira",
    "name": "Mira",
    "version": "1.0.0",
    "authors": ["TODO"],
    "license": "TODO",
    "consent": "TODO",
}
_IGNORED = """# zips that npcface pack makes
*.zip
# computed from portraits: keep it for players who cannot compute it, or leave it out of the repository by this line
# embedding.safetensors
.DS_Store
Thumbs.db
"""


def make_starter(folder: str | Path, name: str = "") -> list[str]:
    """Write a mod's first files.

    Args:
        folder: made if missing; nothing may be in it.
        name: of the mod; by default the folder's.

    Returns:
        What was written, with ``/``, sorted.

    Raises:
        CharacterError: the folder is not empty, is no folder, or cannot be written.
    """
    place = Path(folder)
    shown = name or place.resolve().name
    file = "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in shown.lower())
    files = {
        "README.md": _README.format(name=shown, file=file),
        PACK_NAME: _pack_manifest(shown),
        TEMPLATE_NAME: json.dumps(_TEMPLATE, indent=2) + "\n",
        f"{CHARACTERS}/README.md": _CHARACTERS,
        ".gitignore": _IGNORED,
        ".vscode/settings.json": json.dumps({"json.schemas": _associations()}, indent=2) + "\n",
        **_schemas(),
    }
    try:
        if place.is_dir() and any(place.iterdir()):
            raise CharacterError(f"{place} is not empty.", "Name a new folder, or an empty one.")
        for path, text in files.items():
            (place / path).parent.mkdir(parents=True, exist_ok=True)
            with (place / path).open("x", encoding="utf-8", newline="\n") as out:
                out.write(text)
    except OSError as error:
        raise CharacterError(
            f"{place} cannot be written: {error.strerror or error}.", "Choose a folder that you may write to."
        ) from error
    return sorted(files)


def _pack_manifest(name: str) -> str:
    table = json.loads(PackManifest.model_validate({"name": name[:80], "version": "1.0.0"}).to_json())
    table.pop("characters")  # npcface pack fills it in
    return json.dumps({"$schema": "schema/pack.json", **table}, indent=2, ensure_ascii=False) + "\n"


def _schemas() -> dict[str, str]:
    from npcface.pack.schema import schema_text

    return {f"schema/{name}.json": schema_text(name) for name in ("manifest", "pack", "landmarks", "track")}


def _associations() -> list[dict[str, object]]:
    return [
        {"fileMatch": [f"/{CHARACTERS}/*/manifest.json", f"/{TEMPLATE_NAME}"], "url": "./schema/manifest.json"},
        {"fileMatch": [f"/{PACK_NAME}"], "url": "./schema/pack.json"},
        {"fileMatch": ["*.landmarks.json"], "url": "./schema/landmarks.json"},
        {"fileMatch": ["*.track.json"], "url": "./schema/track.json"},
    ]
