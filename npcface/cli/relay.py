"""``npcface relay``: faces of many players, passed on as numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def relay(
    listen: Annotated[str, typer.Option(help="Where speakers push their packets; port 0 takes a free one.")] = (
        "tcp://127.0.0.1:5748"
    ),
    publish: Annotated[str, typer.Option(help="Where receivers subscribe; port 0 takes a free one.")] = (
        "tcp://127.0.0.1:5749"
    ),
    keys: Annotated[
        Path | None, typer.Option(help="Folder of CURVE keys (npcface keys); for any address but loopback.")
    ] = None,
    trusted_link: Annotated[
        bool, typer.Option("--trusted-link", help="The network is private, or something else encrypts it.")
    ] = False,
) -> None:
    """Pass faces on from players to players, as numbers, until Ctrl-C.

    When it listens it prints one line to stdout: npcface-relay-ready LISTEN PUBLISH pid=PID. Who may connect may speak
    under any name: docs/multiplayer.md says how a game server takes its place.
    """
    import os
    import signal
    import sys
    import threading

    from npcface.cli.console import err
    from npcface.relay.server import Relay

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with Relay(listen, publish, keys=keys, trusted_link=trusted_link) as running:
        sys.stdout.write(f"npcface-relay-ready {running.listening} {running.publishing} pid={os.getpid()}\n")
        sys.stdout.flush()
        running.run(stop)
    err().print(f"{running.relayed.passed} packets passed on, {running.relayed.refused} refused")
