"""A worker that answers ``limit`` is one of several: the stream goes where there is room."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest

from npcface.cluster.stream import ClusterStream
from npcface.errors import CharacterError, LimitError, NpcFaceError
from npcface.wire.requests import Open

FULL = LimitError("32 streams are open.", "Close one first.")


class Cluster:
    """A director with two workers, which names the first one that is not to be avoided, else the first.

    Args:
        refusals: worker → what it answers; one that is not named opens every stream.
    """

    def __init__(self, **refusals: NpcFaceError) -> None:
        self.timeout_s = 5.0
        self.link = MagicMock()
        self.refusals = refusals
        self.asked: list[str] = []
        self.parted: list[tuple[str, bool]] = []  # (worker, lost)

    def ask_for_place(self, options: Open, avoid: list[str], deadline_s: float) -> Any:
        name = next((name for name in ("a", "b") if name not in avoid), "a")
        return SimpleNamespace(worker=name, endpoint=name)

    def worker(self, endpoint: str, lease: int, deadline_s: float) -> Any:
        self.asked.append(endpoint)
        return SimpleNamespace(name=endpoint, open=MagicMock(side_effect=self.refusals.get(endpoint)))

    def part(self, client: Any, lease: int, stream: Any, *, lost: bool) -> None:
        self.parted.append((client.name, lost))


def opened(cluster: Cluster) -> ClusterStream:
    return ClusterStream(cluster, Open(stream=7, character="ada"))  # type: ignore[arg-type]


def test_a_full_worker_is_passed_over_and_kept() -> None:
    cluster = Cluster(a=FULL)
    assert opened(cluster).worker == "b"
    assert cluster.asked == ["a", "b"] and cluster.parted == [("a", False)], "other streams may be there"
    assert not cluster.link.release.called


def test_where_all_are_full_the_client_is_told_at_once() -> None:
    cluster = Cluster(a=FULL, b=FULL)
    with pytest.raises(LimitError):
        opened(cluster)
    assert cluster.asked == ["a", "b", "a"]
    cluster.link.release.assert_called_once_with(7)


def test_what_every_worker_would_refuse_is_asked_once() -> None:
    cluster = Cluster(a=CharacterError("There is no ada.", "Enroll her."))
    with pytest.raises(CharacterError):
        opened(cluster)
    assert cluster.asked == ["a"]
