"""Everything the studio's parts share."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from npcface.character import CharacterStore
from npcface.studio.camera import Camera
from npcface.studio.daemon import OwnDaemon
from npcface.studio.lines import Lines
from npcface.studio.settings import Settings

if TYPE_CHECKING:
    from npcface.studio.live import Page


class Studio:
    """One running studio; made inside the event loop.

    Args:
        settings: checked.

    Attributes:
        store: the characters. daemon: draws them. lines: ready to be spoken. camera: the face in front of it.
        pages: open live sockets. folder: for temporary files, removed at the end.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        settings.characters.mkdir(parents=True, exist_ok=True)
        self.store = CharacterStore(settings.characters)
        self.daemon = OwnDaemon(settings)
        self.lines = Lines()
        self.camera = Camera()
        self.pages: set[Page] = set()
        self._folder = tempfile.TemporaryDirectory(prefix="npcface-studio-")
        self.folder = Path(self._folder.name)

    async def close(self) -> None:
        """Stop the daemon, remove temporary files."""
        await self.daemon.stop()
        self._folder.cleanup()
