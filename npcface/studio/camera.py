"""The face in front of a camera, for every page that wants it."""

from __future__ import annotations

from npcface.state import FaceState


class Camera:
    """Where the tracker leaves its last state."""

    def latest(self) -> FaceState | None:
        """None while there is no face."""
        return None
