"""How a dead peer is noticed: by TCP, not by ZeroMQ's heartbeats.

libzmq 4.3.5 aborts the process (``!_io_error``, stream_engine_base.cpp) when a PING is due on a connection whose input
waits to be read and whose peer has hung up: after any flood, and in a game that does not read while its daemon dies.
"""

from __future__ import annotations

from typing import Any

import zmq


def notice_dead_peers(socket: zmq.Socket[Any], timeout_s: float) -> None:
    """A connection ends when the other machine takes nothing, or does not answer the system's probes, for so long.

    Args:
        socket: not connected or bound yet.
        timeout_s: seconds, 4 or more to be exact.
    """
    seconds = max(round(timeout_s / 4.0), 1)
    socket.setsockopt(zmq.TCP_KEEPALIVE, 1)
    socket.setsockopt(zmq.TCP_KEEPALIVE_IDLE, seconds)
    socket.setsockopt(zmq.TCP_KEEPALIVE_INTVL, seconds)
    socket.setsockopt(zmq.TCP_KEEPALIVE_CNT, 3)
    socket.setsockopt(zmq.TCP_MAXRT, round(timeout_s * 1000))  # sent and not acknowledged, or nobody reads it there
