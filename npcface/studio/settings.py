"""What the studio can be told, and the limits it keeps."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from npcface.errors import NpcFaceError
from npcface.paths import characters
from npcface.wire.requests import AskedQuality

DEFAULT_PORT = 5760
MIB = 1024 * 1024
UPLOAD_MAX_BYTES = 64 * MIB
"""One portrait or sound file."""
FORM_MAX_BYTES = 256 * MIB
"""One request with all its files."""
TEXT_MAX_CHARACTERS = 2000
LINE_MAX_SECONDS = 120.0


class StudioError(NpcFaceError):
    """The studio cannot start: port taken, address reachable from other machines, no daemon."""

    code = "startup"


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Options of the studio.

    Attributes:
        characters: the store, made if it is missing.
        host: a loopback address.
        port: 0 = let the system choose.
        quality: of views that ask for auto.
        provider: where the daemon renders.
    """

    characters: Path = field(default_factory=characters)
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    quality: str = "auto"
    provider: str = "auto"

    @property
    def shown_host(self) -> str:
        """The host as it stands in a URL."""
        return f"[{self.host}]" if ":" in self.host else self.host

    def checked(self) -> Settings:
        """Self, if it makes sense.

        Raises:
            StudioError: an address other machines reach, a port that does not exist, or an unknown quality.
        """
        if not _is_loopback(self.host):
            raise StudioError(
                f"The studio does not listen on {self.host}: whoever reaches it can read and change characters.",
                "Use 127.0.0.1; from another machine, forward the port: ssh -L 5760:127.0.0.1:5760 HOST.",
            )
        if not 0 <= self.port <= 65535:
            raise StudioError(f"Port {self.port} does not exist.", "Use 0 (any free port) to 65535.")
        if self.quality not in get_args(AskedQuality):
            raise StudioError(
                f"Quality {self.quality!r} is unknown.", f"Use one of {', '.join(get_args(AskedQuality))}."
            )
        return self


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
