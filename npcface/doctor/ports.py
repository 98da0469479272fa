"""The TCP ports of daemon and studio: free, or held by whom."""

from __future__ import annotations

import socket
import sys

from npcface.doctor.finding import Finding, Severity, Surroundings
from npcface.doctor.holder import holder

ANSWER_S = 1.0


def check_port(around: Surroundings) -> Finding:
    """The daemon's port is free, or a daemon of this version already serves there."""
    reason = _taken(around.host, around.port)
    address = f"{around.host}:{around.port}"
    if not reason:
        return Finding("port", Severity.OK, f"{address} is free for the daemon")
    daemon = _daemon_at(around.host, around.port)
    who = _who(around.port)
    if daemon:
        return Finding(
            "port",
            Severity.INFO,
            f"{address} is taken: {daemon}{who} already serves there",
            "Games on this machine can use it as it is; a second daemon needs another port.",
            "Nothing to do, or stop it, or run `npcface serve --port 0`: it takes a free port and prints it.",
        )
    return Finding(
        "port",
        Severity.WARNING,
        f"{address} cannot be used: {reason}",
        f"Another program{who} listens there." if who else "Another program, perhaps of another user, listens there.",
        "Stop that program, or run `npcface serve --port 0`: it takes a free port and prints it.",
    )


def check_studio_port(around: Surroundings) -> Finding:
    """The port of studio and relay is free."""
    reason = _taken("127.0.0.1", around.studio_port)
    if not reason:
        return Finding("studio port", Severity.OK, f"127.0.0.1:{around.studio_port} is free for the studio or a relay")
    return Finding(
        "studio port",
        Severity.INFO,
        f"127.0.0.1:{around.studio_port} cannot be used: {reason}",
        f"Another program{_who(around.studio_port)} listens there, perhaps a studio or a relay that already runs.",
        "Use that one, stop it, or give studio and relay another port.",
    )


def _taken(host: str, port: int) -> str:
    """Why a port cannot be bound, "" if it can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if sys.platform != "win32":  # there it would let two programs share a port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.strerror or str(error)
    return ""


def _who(port: int) -> str:
    """``" (name, process 123)"`` of the program that listens at a port, "" where the system does not tell."""
    found = holder(port)
    return f" ({found.name}, process {found.pid})" if found else ""


def _daemon_at(host: str, port: int) -> str:
    """What the daemon at an address calls itself, "" if none answers there."""
    from npcface.client import Client
    from npcface.errors import NpcFaceError
    from npcface.wire.errors import SessionError, VersionError

    local = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    address = f"tcp://[{local}]:{port}" if ":" in local else f"tcp://{local}:{port}"
    try:
        with Client(address, timeout_s=ANSWER_S, shared_memory="off") as client:
            return client.welcome.daemon[:80]
    except VersionError:
        return "an npcface daemon with another protocol"
    except SessionError:
        return "an npcface daemon that asks for a token"
    except NpcFaceError:
        return ""
