"""A client of the director calls itself as it likes; its streams are its key's. No Ray, no sockets."""

from __future__ import annotations

from typing import Any
from unittest.mock import MagicMock

import pytest

from npcface.access.caller import Caller
from npcface.cluster import desk as module
from npcface.cluster import messages as msg
from npcface.cluster.config import ClusterConfig
from npcface.cluster.roster import Lease, Roster
from npcface.serve.gate import Peer
from npcface.wire.requests import Hello

IDENTITY = b"the same"


def peer(number: int, name: str) -> Peer:
    return Peer(IDENTITY, Caller(number, name, bytes(32) if name else b"", "127.0.0.1", number), MagicMock())


@pytest.mark.parametrize(("first", "second", "kept"), [("game", "game", 1), ("", "", 1), ("game", "thief", 0)])
def test_only_the_same_key_takes_streams_over(
    monkeypatch: pytest.MonkeyPatch, first: str, second: str, kept: int
) -> None:
    monkeypatch.setattr(module, "Gate", MagicMock())
    roster, anything = Roster(), MagicMock()
    desk = module.Desk(anything, anything, ClusterConfig(), roster)
    hello: Any = Hello(protocol=msg.PROTOCOL, client="mine")
    desk._handle(peer(1, first), hello)
    roster.assign(Lease(IDENTITY, 1, "ada", 30.0), None)
    desk._handle(peer(2, second), hello)
    assert roster.lease_count() == kept
    guest = desk._guests[IDENTITY]
    assert (guest.caller.number, guest.caller.name) == (2, second)
