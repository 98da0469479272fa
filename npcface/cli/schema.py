"""``npcface schema``: JSON Schemas of the files that people write."""

from __future__ import annotations

from typing import Annotated

import typer


def schema(
    name: Annotated[str, typer.Argument(help="manifest, pack, load_order, thunderstore, landmarks or track.")],
) -> None:
    """Print a JSON Schema, for editors and for tools of your own."""
    import sys

    from npcface.pack.schema import schema_text

    sys.stdout.write(schema_text(name))
