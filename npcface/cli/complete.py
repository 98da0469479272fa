"""What the shell offers when Tab is pressed. It runs on every press, so it imports nothing and reads one folder."""

from __future__ import annotations

import os

from npcface.paths import characters

MOST = 500


def character_ids(incomplete: str) -> list[str]:
    """Ids of enrolled characters that begin with what was typed. Files are the shell's own business."""
    try:
        with os.scandir(characters()) as entries:
            begun = sorted(entry.name for entry in entries if entry.name.startswith(incomplete) and entry.is_dir())
    except OSError:
        return []
    return [name for name in begun if not name.startswith(".")][:MOST]
