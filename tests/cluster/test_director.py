"""How a director starts, without Ray: the workers of an earlier one are taken over only once the port is its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import zmq

from npcface.cluster.config import ClusterConfig
from npcface.cluster.director import Director
from npcface.serve.config import StartupError


class Fleet:
    """One that ends whatever it has adopted, as ``RayFleet`` does; here adopting is told of instead."""

    slots = 2

    def adopt(self) -> list[Any]:
        raise RuntimeError("adopted")


def director(port: int) -> Director:
    return Director(ClusterConfig(characters=Path(), port=port), Fleet())  # type: ignore[arg-type]


def test_a_port_that_is_taken_is_noticed_before_workers_are_taken_over() -> None:
    with zmq.Context() as context, context.socket(zmq.ROUTER) as first:
        port = first.bind_to_random_port("tcp://127.0.0.1")
        with pytest.raises(StartupError, match="Cannot listen"):
            director(port).startup()
        first.unbind(f"tcp://127.0.0.1:{port}")


def test_the_port_is_free_again_if_workers_cannot_be_taken_over() -> None:
    with zmq.Context() as context, context.socket(zmq.ROUTER) as probe:
        port = probe.bind_to_random_port("tcp://127.0.0.1")
        probe.unbind(f"tcp://127.0.0.1:{port}")
    for _ in range(2):
        with pytest.raises(RuntimeError, match="adopted"):
            director(port).startup()
