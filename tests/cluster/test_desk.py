"""The director's front desk takes anything: rubbish, strangers, wrong tokens, the wrong kind of server."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from npcface.client import DaemonTimeout
from npcface.cluster import ClusterClient
from npcface.errors import CharacterError, LimitError, ProtocolError
from npcface.state import FaceState
from npcface.wire import zmtp
from npcface.wire.errors import SessionError
from tests.cluster.conftest import Nodes
from tests.serve.peer import Peer
from tests.serve.test_raw_zmtp import RawPeer


def test_rubbish_is_answered_and_ends_nothing(start_director: Any) -> None:
    director = start_director(min_workers=1, max_workers=1, token="sesame", max_clients=3, max_leases=2)
    with pytest.raises(SessionError, match="token"):
        ClusterClient(director.address, timeout_s=5.0)
    with Peer(director.address, hello=False) as peer:
        for rubbish in ([b""], [b"\xc1" * 100], [b"x" * 65536, b"y"], [b"\x80"], [b"a", b"b", b"c"]):
            peer.send_frames(rubbish)
            assert peer.receive("error")["code"] == "protocol"
        if sys.platform == "linux":  # a message of endless frames: npcface/serve/backlog.py
            part = zmtp.encode_part(zmtp.Part(bytes(1 << 20), more=True))
            with RawPeer(director.address) as endless, pytest.raises(OSError):
                for _ in range(4096):
                    endless.send(part)
        assert peer.ask({"type": "status"})["code"] == "session"
        assert peer.ask({"type": "hello", "protocol": "9.0.0", "token": "sesame"})["code"] == "version"
        assert peer.ask({"type": "hello", "protocol": "1.0.0", "token": "sesame"}, "welcome")["workers"] == 1
        assert peer.ask({"type": "place", "lease": 1, "character": "No!"})["code"] == "protocol"
        for lease in (1, 2):
            assert peer.ask({"type": "place", "lease": lease, "character": "ada"}, "placed")["lease"] == lease
        assert peer.ask({"type": "place", "lease": 3, "character": "ada"})["code"] == "limit"
        only = peer.ask({"type": "place", "lease": 2, "character": "ada", "avoid": ["worker-0"]}, "placed")["worker"]
        again = {"type": "place", "lease": 2, "character": "ben", "avoid": [only]}
        assert peer.ask(again, "placed")["worker"] == only, "there is no other"
        assert peer.ask({"type": "release", "lease": 99}, "done")["what"] == "release"
        assert peer.ask({"type": "status"}, "workers")["leases"] == 2
        with ClusterClient(director.address, token="sesame", timeout_s=30.0) as client:
            with pytest.raises(CharacterError, match="nobody"):
                client.open("nobody")
            with pytest.raises(ProtocolError):
                client.open("ada", size=100)
            stream = client.open("ada", size=64)
            assert stream.render(FaceState()).pixels.shape == (64, 64, 4)
            assert client.status().leases == 3, "what could not be opened is not counted"
            assert "npcface director" not in str(client.status().workers[0].characters)
            stream.close()
            assert client.status().leases == 2
            with ClusterClient(director.address, token="sesame"), pytest.raises(LimitError):
                ClusterClient(director.address, token="sesame")
        peer.ask({"type": "bye"}, "done")
    with ClusterClient(director.address, token="sesame") as client:
        assert client.status().leases == 0


def test_a_daemon_is_no_director_and_nobody_is_none_either(daemon: Any) -> None:
    with pytest.raises(ProtocolError):
        ClusterClient(daemon.address, timeout_s=5.0)
    with pytest.raises(DaemonTimeout, match="npcface cluster"):
        ClusterClient("tcp://127.0.0.1:1", timeout_s=0.3)


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--host", "0.0.0.0"], "token"),
        (["--min-workers", "3", "--max-workers", "2"], "workers"),
        (["--ray-address", "127.0.0.1:1"], "ray start"),
        (["--characters", "no-such-folder", "--ray-address", "RAY"], "no-such-folder"),
    ],
)
def test_what_cannot_start_leaves_with_3_and_says_why(ray_nodes: Nodes, options: list[str], word: str) -> None:
    given = [ray_nodes.address if option == "RAY" else option for option in options]
    command = [sys.executable, "-m", "npcface", "cluster", "--port", "0", *given]
    done = subprocess.run(command, env=ray_nodes.environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 3 and done.stdout == "", done.stderr
    assert word in done.stderr
