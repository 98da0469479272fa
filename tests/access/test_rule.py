"""Only this machine, unless keys or an explicit word allow more: daemon, director and relay alike."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from npcface.access.files import write_private
from npcface.access.keys import KeyFolder
from npcface.cluster.config import ClusterConfig
from npcface.errors import DependencyError
from npcface.relay.server import Relay
from npcface.serve.config import Config, StartupError

LONG = "0123456789abcdef"


@pytest.fixture(autouse=True)
def _no_keys_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NPCFACE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("NPCFACE_KEYS", raising=False)


@pytest.mark.parametrize("kind", [Config, ClusterConfig])
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "example.com", "*"])
def test_other_machines_need_keys_or_a_trusted_link(kind: Any, host: str, keys: KeyFolder) -> None:
    for given in ({}, {"token": LONG}):
        with pytest.raises(StartupError, match=r"npcface keys server.*--trusted-link"):
            kind(host=host, **given).checked()
    for token in ("", "short"):
        with pytest.raises(StartupError, match=r"16 characters.*--token-file.*--keys"):
            kind(host=host, token=token, trusted_link=True).checked()
    assert kind(host=host, token=LONG, trusted_link=True).checked().keys == ""
    assert kind(host=host, keys=str(keys.folder)).checked().keys == str(keys.folder)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_loopback_needs_nothing(host: str) -> None:
    assert Config(host=host).checked().key_folder is None
    assert Config(host=host, token="short").checked().token == "short"


def test_the_users_own_keys_are_used_where_keys_are_needed(tmp_path: Path) -> None:
    KeyFolder(tmp_path / "home" / "keys").make_server()
    assert Config(host="0.0.0.0").checked().key_folder == tmp_path / "home" / "keys"
    assert Config().checked().key_folder is None
    assert Config(host="0.0.0.0", trusted_link=True, token=LONG).checked().key_folder is None


def test_a_token_file_is_read_and_nobody_sees_it(tmp_path: Path) -> None:
    write_private(tmp_path / "token", LONG + "\n", overwrite=False)
    config = Config(token_file=str(tmp_path / "token"), host="0.0.0.0", trusted_link=True).checked()
    assert config.token == LONG and LONG not in repr(config)


def test_a_relay_follows_the_rule(keys: KeyFolder) -> None:
    with pytest.raises(DependencyError, match="trusted-link"):
        Relay("tcp://0.0.0.0:0", "tcp://127.0.0.1:0")
    with pytest.raises(DependencyError, match="trusted-link"):
        Relay("tcp://127.0.0.1:0", "tcp://*:0")
    Relay("tcp://0.0.0.0:0", "tcp://127.0.0.1:0", trusted_link=True).close()
    Relay("tcp://*:0", "tcp://*:0", keys=keys.folder).close()


def test_a_daemon_without_its_keys_leaves_with_3(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "npcface.serve", "--characters", str(tmp_path), "--port", "0", "--keys", "nowhere"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 3 and "npcface keys server" in done.stderr and "Traceback" not in done.stderr
