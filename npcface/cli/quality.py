"""``--quality``, the same for every verb that renders."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from npcface.render import Quality, Renderer


class Asked(StrEnum):
    """What can be asked for; the values are those of the wire."""

    AUTO = "auto"
    WARP = "warp"
    NEURAL = "neural"

    def of(self, renderer: Renderer) -> Quality:
        """What a renderer draws when this was asked for."""
        if self is Asked.AUTO:
            return renderer.quality
        return "warp" if self is Asked.WARP else "neural"


QualityOption = Annotated[Asked, typer.Option(help="warp bends the portrait, neural has a network draw it.")]
