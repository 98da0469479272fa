"""What the verbs that write pictures share about watermarks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from npcface.watermark import Marker

WatermarkOption = Annotated[
    bool,
    typer.Option(help="An invisible mark that `npcface detect` finds.", envvar="NPCFACE_WATERMARK_EXPORTS"),
]
"""On by default."""


def said(marker: Marker | None) -> str | None:
    """The payload as ``npcface detect`` prints it, or None without a mark."""
    return None if marker is None or marker.payload is None else str(marker.payload)
