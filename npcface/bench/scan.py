"""What a stranger gets from a listening socket: ``python -m npcface.bench.scan``. A real daemon with keys; every way of
knocking that needs none, byte for byte. Nothing but a closed door should come back."""

from __future__ import annotations

import argparse
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from shutil import which

import zmq

from npcface.access.curve import ClientKeys
from npcface.access.keys import KeyFolder, Pair
from npcface.bench.daemon import running_daemon
from npcface.wire.codec import encode
from npcface.wire.requests import Hello
from npcface.wire.version import PROTOCOL
from npcface.wire.zmtp import GREETING, ready

WAIT_S = 6.0  # longer than the door waits
CURVE_GREETING = GREETING[:12] + b"CURVE".ljust(20, b"\0") + GREETING[32:]
TLS_HELLO = bytes.fromhex(  # a ClientHello of TLS 1.2 with one cipher suite
    "160301002f0100002b0303" + "5a" * 32 + "000002c02f0100"
)


@dataclass(frozen=True, slots=True)
class Knock:
    """What came of one way of knocking.

    Attributes:
        name: of the way.
        got: bytes that came back, and what they are.
        answered: a message of npcface came back.
        closed_s: seconds until the other side hung up; None: not within ``WAIT_S``.
    """

    name: str
    got: str
    answered: bool
    closed_s: float | None


def scan(address: str, server_key: str) -> list[Knock]:
    """Knock in every way without a key that is let in.

    Args:
        address: of a daemon that asks for keys.
        server_key: its public key, which is no secret.
    """
    stranger = Pair.new()
    http = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
    return [
        _by_tcp(address, "TCP connect, then nothing", b""),
        _by_tcp(address, "ZMTP greeting, mechanism NULL, READY", GREETING + ready()),
        _by_tcp(address, "ZMTP greeting, mechanism CURVE, rubbish", CURVE_GREETING + b"\x04\x19\x05HELLO" + bytes(19)),
        _by_tcp(address, "HTTP request", http),
        _by_tcp(address, "TLS hello", TLS_HELLO),
        _by_zmq(address, "ZeroMQ client without keys", lambda peer: None),
        _by_zmq(address, "CURVE, wrong server key", ClientKeys(Pair.new().public, stranger).apply),
        _by_zmq(address, "CURVE, right server key, key not on the list", ClientKeys(server_key, stranger).apply),
    ]


def _by_tcp(address: str, name: str, say: bytes) -> Knock:
    host, port = address.removeprefix("tcp://").rsplit(":", 1)
    began_s = time.monotonic()
    got, closed_s = b"", None
    with socket.create_connection((host, int(port)), timeout=WAIT_S) as peer:
        peer.sendall(say)
        try:
            while True:
                peer.settimeout(max(began_s + WAIT_S - time.monotonic(), 0.01))
                piece = peer.recv(4096)
                if not piece:
                    closed_s = time.monotonic() - began_s
                    break
                got += piece
        except TimeoutError:
            pass
        except OSError:
            closed_s = time.monotonic() - began_s
    return Knock(name, _described(got), b"npcface" in got, closed_s)


def _by_zmq(address: str, name: str, prepare: Callable[[zmq.Socket[bytes]], None]) -> Knock:
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
    peer = context.socket(zmq.DEALER)
    try:
        peer.linger = 0
        peer.reconnect_ivl = -1
        prepare(peer)
        events = peer.get_monitor_socket()
        began_s = time.monotonic()
        peer.connect(address)
        peer.send(encode(Hello(protocol=PROTOCOL, client="scan")))
        closed_s = None
        answered = False
        while time.monotonic() - began_s < WAIT_S and closed_s is None:
            answered = answered or bool(peer.poll(20))
            while events.poll(0):
                event = int.from_bytes(events.recv_multipart()[0][:2], sys.byteorder)
                if event == zmq.EVENT_DISCONNECTED:
                    closed_s = time.monotonic() - began_s
        return Knock(name, "a message" if answered else "no message", answered, closed_s)
    finally:
        context.destroy(linger=0)


def _described(got: bytes) -> str:
    if not got:
        return "nothing"
    if got[0] == 0xFF and len(got) in (10, 11):
        return f"{len(got)} bytes: start of ZeroMQ's greeting"
    if got[0] == 0xFF and len(got) <= 64:
        return f"{len(got)} bytes: ZeroMQ's greeting, which names the mechanism {got[12:32].rstrip(bytes(1)).decode()}"
    return f"{len(got)} bytes: {got[:80]!r}"


def by_nmap(address: str) -> list[str]:
    """What ``nmap -sV`` says of the port; empty where there is no nmap."""
    if which("nmap") is None:
        return []
    host, port = address.removeprefix("tcp://").rsplit(":", 1)
    done = subprocess.run(
        ["nmap", "-n", "-Pn", "-sT", "-sV", "--version-all", "-p", port, host],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    return [line for line in done.stdout.splitlines() if line.startswith((port, "SF", "1 service"))]


def report(knocks: list[Knock]) -> str:
    """As a Markdown table."""
    lines = ["| knock | what came back | npcface answered | closed after |", "| --- | --- | --- | --- |"]
    for one in knocks:
        closed = "open" if one.closed_s is None else f"{one.closed_s:.1f} s"
        lines.append(f"| {one.name} | {one.got} | {'YES' if one.answered else 'no'} | {closed} |")
    return "\n".join(lines)


def main() -> None:
    """Start a daemon with keys, scan it, print."""
    parser = argparse.ArgumentParser(prog="npcface.bench.scan", description=scan.__doc__)
    parser.add_argument("--nmap", action="store_true", help="let nmap look as well, if it is installed")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        keys = KeyFolder(Path(folder) / "keys")
        pair = keys.make_server()
        keys.make_client("game")
        store = Path(folder) / "characters"
        store.mkdir()
        with running_daemon(store, "--keys", str(keys.folder), "--quality", "warp") as daemon:
            knocks = scan(daemon.address, pair.public)
            said = by_nmap(daemon.address) if given.nmap else []
    print(json.dumps([asdict(one) for one in knocks], indent=1) if given.json else report(knocks))
    print("\n".join(said))
    sys.exit(any(one.answered or one.closed_s is None for one in knocks))


if __name__ == "__main__":
    main()
