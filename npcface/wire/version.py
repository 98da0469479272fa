"""Protocol version: separate from the package's, so that a new release need not break a game."""

from __future__ import annotations

import re

from npcface.wire.errors import VersionError

PROTOCOL = "1.3.0"
"""SemVer. Major: old clients break. Minor: new optional fields or messages. Patch: wording of the document."""

_SEMVER = re.compile(r"(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})")


def minor_of(version: str) -> int:
    """The minor number of a SemVer that ``check_version`` accepts: what a peer of this major version knows."""
    return int(version.split(".")[1])


def check_version(theirs: str, *, who: str) -> None:
    """Accept a peer of the same major version.

    Args:
        theirs: the SemVer the peer sent.
        who: how to name the peer in the message, ``"client"`` or ``"daemon"``.

    Raises:
        VersionError: not a version, or another major version; the text names both versions.
    """
    match = _SEMVER.fullmatch(theirs)
    if match is None:
        raise VersionError(
            f"The {who} sent {theirs[:40]!r} as its protocol version.", "Send three numbers, such as '1.0.0'."
        )
    if match[1] != PROTOCOL.partition(".")[0]:
        other = "daemon" if who == "client" else "client"
        older = who if int(match[1]) < int(PROTOCOL.partition(".")[0]) else other
        raise VersionError(
            f"The {who} speaks protocol {theirs}, this side speaks {PROTOCOL}; major versions must be equal.",
            f"Update the {older}.",
        )
