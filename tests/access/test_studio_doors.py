"""The studio's own daemon asks for a token, and other users of the machine do not get at the page."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from npcface.studio.neighbours import is_neighbour, uid_of

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells whose a connection is")


@linux
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_linux_tells_whose_a_connection_is(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.bind((host, 0))
        listener.listen()
        with socket.create_connection(listener.getsockname()[:2]) as mine:
            peer, where = listener.accept()
            with peer:
                assert uid_of(where[:2]) == os.getuid() and mine
                assert not is_neighbour(where[:2])
    assert uid_of(("127.0.0.1", 1)) is None and not is_neighbour(None) and uid_of(("testclient", 1)) is None


@linux
@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can be somebody else")
def test_a_neighbour_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    code = (
        "import os, socket, sys; s = socket.socket; os.setuid(65534); s = s()\n"
        "s.connect(('127.0.0.1', int(sys.argv[1]))); s.recv(1)"
    )
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(30.0)
        child = subprocess.Popen([sys.executable, "-c", code, str(listener.getsockname()[1])])
        peer, where = listener.accept()
        assert uid_of(where) == 65534 and is_neighbour(where)
        peer.sendall(b".")
        peer.close()
        assert child.wait(30) == 0
