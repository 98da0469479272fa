"""The daemon's socket: every ZeroMQ option it depends on, in one place."""

from __future__ import annotations

import contextlib
import errno
import sys
from typing import Any

import zmq

from npcface.access.door import Door
from npcface.access.liveness import notice_dead_peers
from npcface.serve.config import Config, StartupError

FILES = 16_384
RECEIVE_QUEUE = 64  # messages of one client: it bounds what a client that sends faster than it is read may pile up


def bind_router(context: zmq.Context[Any], config: Config, door: Door) -> zmq.Socket[bytes]:
    """A bound ROUTER behind a door, which is open by then.

    Raises:
        StartupError: the address is taken or not of this machine.
    """
    socket: zmq.Socket[bytes] = context.socket(zmq.ROUTER)
    socket.setsockopt(zmq.ROUTER_MANDATORY, 1)  # sending says when a client is gone or does not read
    socket.setsockopt(zmq.SNDHWM, config.send_queue_messages)
    socket.setsockopt(zmq.RCVHWM, RECEIVE_QUEUE)
    socket.setsockopt(zmq.MAXMSGSIZE, config.max_message_bytes)
    # No ROUTER_HANDOVER: whoever calls himself like another would get the frames of that one.
    notice_dead_peers(socket, config.heartbeat_timeout_s)
    socket.setsockopt(zmq.LINGER, round(config.linger_s * 1000))
    socket.setsockopt(zmq.IPV6, int(":" in config.host))
    # With the door's domain ZeroMQ refuses ZMTP 1 and 2, which have no handshake: to them the text of an HTTP request
    # is a message, and any page in a browser of this machine could send some.
    door.guard(socket, config.handshake_s)
    try:
        socket.bind(config.endpoint())
    except zmq.ZMQError as error:
        door.close()
        socket.close(0)
        raise StartupError(
            f"Cannot listen on {config.endpoint()}: {error}{_holder(config, error)}.",
            "Stop the other program, or choose another port (0 takes any free one).",
        ) from None
    door.start()
    return socket


def allow_many_files() -> None:
    """Raise this process's limit of open files: every connection is one, and a common limit is 1024."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):  # macOS allows less than it says
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _holder(config: Config, error: zmq.ZMQError) -> str:
    """Which program has the port, as far as the system tells."""
    if error.errno != errno.EADDRINUSE:
        return ""
    from npcface.doctor.holder import holder

    found = holder(config.port)
    return f"; {found.name}, process {found.pid}, listens there" if found else ""
