"""Everything the studio's parts share."""

from __future__ import annotations

import asyncio
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from npcface.character import CharacterStore
from npcface.pack import Library, Listing
from npcface.studio.camera import Camera
from npcface.studio.daemon import OwnDaemon
from npcface.studio.files import Files
from npcface.studio.jobs import Jobs
from npcface.studio.lines import Lines
from npcface.studio.settings import Settings

if TYPE_CHECKING:
    from npcface.enroll.detect import Landmarker
    from npcface.studio.live import Page

_LOST = ("daemon-lost", "The renderer ended unexpectedly.", "It is being started again; nothing needs to be done.")
_BACK = ("daemon-back", "The renderer runs again.", "")


class Studio:
    """One running studio; made inside the event loop.

    Args:
        settings: checked.

    Attributes:
        store: the characters that may be changed. daemon: draws them and those of packs. lines: ready to be spoken.
        camera: the face in front of it.
        pages: open live sockets. speaking: held while a voice works. jobs, files: work that takes longer, what it made.
        folder: for temporary files, removed at the end.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        settings.characters.mkdir(parents=True, exist_ok=True)
        self.store = CharacterStore(settings.characters)
        self._library = Library([settings.characters])
        self._listing = threading.Lock()  # a library is for one thread at a time
        self.daemon = OwnDaemon(settings)
        self.lines = Lines()
        self.camera = Camera()
        self.pages: set[Page] = set()
        self.speaking = asyncio.Lock()
        self.jobs = Jobs()
        self._folder = tempfile.TemporaryDirectory(prefix="npcface-studio-")
        self.folder = Path(self._folder.name)
        self.files = Files(self.folder / "files")
        self._landmarker: Landmarker | None = None
        self.daemon.on_change = self._tell_pages
        self._notices: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """Stop jobs and daemon, remove temporary files."""
        await asyncio.to_thread(self.jobs.close)
        if self._landmarker is not None:
            self._landmarker.close()
        await self.daemon.stop()
        self._folder.cleanup()

    def listing(self) -> Listing:
        """All that the daemon can show: the store's own characters and those of packs in it; reads files."""
        with self._listing:
            return self._library.list()

    def landmarker(self) -> Landmarker:
        """For jobs of the quick lane, one at a time; opened once.

        Raises:
            DependencyError: the extra ``enroll`` or its model file is missing.
        """
        if self._landmarker is None:
            from npcface.enroll.detect import Landmarker

            self._landmarker = Landmarker()
        return self._landmarker

    def _tell_pages(self, up: bool) -> None:
        code, cause, remedy = _BACK if up else _LOST
        notice = {"type": "notice", "code": code, "cause": cause, "remedy": remedy}
        for page in self.pages:
            task = asyncio.create_task(page.note(notice))
            self._notices.add(task)
            task.add_done_callback(self._notices.discard)
