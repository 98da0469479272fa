"""Ask a running daemon from outside how it is: over HTTP if it shows its health, else as a client."""

from __future__ import annotations

import http.client
import json
import os
import urllib.error
import urllib.request
from collections.abc import Mapping

from npcface.errors import LimitError, NpcFaceError

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Asks without a proxy: that of ``http_proxy`` knows nothing of this machine, and a healthy daemon would look dead."""


def address_of(environment: Mapping[str, str] = os.environ) -> str:
    """Where a daemon with these ``NPCFACE_…`` variables is asked: at its ``metrics_port`` if that is a certain one."""
    port = environment.get("NPCFACE_METRICS_PORT", "-1")
    if port.isdecimal() and port != "0":
        return f"http://{_reachable(environment.get('NPCFACE_METRICS_HOST', ''))}:{port}"
    return f"tcp://{_reachable(environment.get('NPCFACE_HOST', ''))}:{environment.get('NPCFACE_PORT', '5747')}"


def problems(
    address: str,
    *,
    ready: bool = False,
    timeout_s: float = 5.0,
    token: str = "",
    server_key: str | None = None,
    key: str | None = None,
) -> list[str]:
    """What is wrong with a daemon; empty if nothing is.

    Args:
        address: ``http://…`` of its metrics, or ``tcp://…`` of its ready line.
        ready: it shall not only live, but be able to take clients now.
        timeout_s: to answer.
        token, server_key, key: if it asks clients for them, as for ``Client``; for ``tcp`` alone.
    """
    if address.startswith(("http://", "https://")):
        return _by_http(f"{address.rstrip('/')}/{'readyz' if ready else 'healthz'}", timeout_s)
    if not address.startswith("tcp://"):
        return [f"{address!r} is no address: it begins with http:// or tcp://."]
    from npcface.client import Client

    try:
        with Client(
            address, timeout_s=timeout_s, token=token, server_key=server_key, key=key, shared_memory="off"
        ) as client:
            client.stats()
    except LimitError as error:  # it lives, and says that it is full
        return [error.cause] if ready else []
    except NpcFaceError as error:
        return [error.cause]
    return []


def _by_http(url: str, timeout_s: float) -> list[str]:
    try:
        try:
            with DIRECT.open(url, timeout=timeout_s):
                return []
        except urllib.error.HTTPError as error:
            with error:
                return _told(error.read(100_000)) or [f"{url} answers {error.code}."]
    except http.client.HTTPException as error:
        return [f"{url} does not answer as HTTP does: {type(error).__name__}."]
    except (OSError, ValueError) as error:
        return [f"{url} does not answer: {getattr(error, 'reason', error)}."]


def _told(body: bytes) -> list[str]:
    try:
        return [str(problem) for problem in json.loads(body)["problems"]]
    except (ValueError, KeyError, TypeError):
        return []


def _reachable(host: str) -> str:
    """Of an address to listen on, one to connect to."""
    known = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "[::1]", "*": "127.0.0.1"}
    return known.get(host) or (f"[{host}]" if ":" in host else host)
