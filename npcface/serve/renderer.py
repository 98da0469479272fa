"""The daemon's renderer, or why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from npcface.errors import DependencyError, NpcFaceError
from npcface.serve.config import Config, StartupError

if TYPE_CHECKING:
    from npcface.render import Renderer


def make_renderer(config: Config) -> Renderer:
    """The renderer, or the reason why there is none.

    Raises:
        StartupError: the renderer cannot be made.
    """
    try:
        from npcface.render import Renderer
    except ImportError as error:
        raise StartupError(f"There is no renderer: {error}.", "Install npcface again.") from error
    try:
        return Renderer(provider=config.provider, threads=config.threads or None)
    except DependencyError:
        raise
    except NpcFaceError as error:
        raise StartupError(f"The renderer does not start: {error.cause}", error.remedy) from error
