"""A daemon that asks for keys: who has one is served, who has none gets a closed door, who is revoked is put out."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from npcface.access.files import write_private
from npcface.access.keys import KeyFolder, Pair
from npcface.bench.scan import scan
from npcface.client import Client, DaemonTimeout
from npcface.errors import LimitError
from npcface.state import FaceState
from npcface.wire.errors import SessionError
from tests.conftest import Daemon, start


@pytest.fixture(scope="module")
def locked(character_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Daemon, KeyFolder]]:
    """A daemon that asks for keys, and the folder they are in, with a client called ``game``."""
    place = tmp_path_factory.mktemp("locked")
    keys = KeyFolder(place / "keys")
    keys.make_server()
    keys.make_client("game")
    options = ("--keys", str(keys.folder), "--quality", "warp", "--max-clients-per-key", "2")
    running = start(character_store, place / "log.txt", *options)
    yield running, keys
    assert running.stop() == 0, running.log.read_text()


def client(running: Any, keys: KeyFolder, name: str = "game", **options: Any) -> Client:
    key = keys.folder / "clients" / f"{name}.key"
    return Client(running.address, server_key=keys.folder / "server.pub", key=key, **{"timeout_s": 20.0, **options})


def test_keys_open_the_door(locked: tuple[Daemon, KeyFolder]) -> None:
    running, keys = locked
    with client(running, keys) as game, game.open("ada", size=64) as face:
        assert face.render(FaceState()).pixels.shape == (64, 64, 4)
        with pytest.raises(DaemonTimeout, match=r"does not let this client in.*keys list"):
            Client(running.address, timeout_s=0.7)
        stranger = Pair.new()
        for server in (keys.server().public, Pair.new().public):
            with pytest.raises(DaemonTimeout, match="does not let this client in"):
                Client(running.address, timeout_s=0.7, server_key=server, key=stranger.secret)
        keys.make_client("late")  # the list is read again
        deadline_s = time.monotonic() + 20.0
        while True:
            try:
                with client(running, keys, "late", timeout_s=2.0) as late:
                    assert late.ping() > 0.0
                break
            except DaemonTimeout:
                assert time.monotonic() < deadline_s
        assert game.ping() > 0.0
    log = running.log.read_text()
    assert " game at 127.0.0.1" in log and " late at 127.0.0.1" in log


def test_a_revoked_key_ends_what_runs_and_nobody_else(locked: tuple[Daemon, KeyFolder]) -> None:
    running, keys = locked
    keys.make_client("thief")
    with client(running, keys) as game, client(running, keys, "thief", timeout_s=4.0) as thief:
        assert thief.ping() > 0.0
        before = game.stats().clients  # those of other tests may just be leaving
        keys.revoke("thief")
        deadline_s = time.monotonic() + 20.0
        while "its key was revoked" not in running.log.read_text() or game.stats().clients >= before:
            assert time.monotonic() < deadline_s, "the revoked client is still served"
            time.sleep(0.05)
        with pytest.raises((DaemonTimeout, SessionError)):
            thief.ping()
        assert game.ping() > 0.0


def test_one_key_does_not_take_all_places(locked: tuple[Daemon, KeyFolder]) -> None:
    running, keys = locked
    keys.make_client("crowd")
    with client(running, keys) as game, client(running, keys, "crowd") as first:
        with client(running, keys, "crowd"), pytest.raises(LimitError, match=r"2 clients .* 'crowd'"):
            client(running, keys, "crowd")
        with client(running, keys, "crowd") as next_one:  # who has gone makes room
            assert next_one.ping() > 0.0
        assert first.ping() > 0.0 and game.ping() > 0.0


def test_a_damaged_list_locks_nobody_out(locked: tuple[Daemon, KeyFolder]) -> None:
    running, keys = locked
    with client(running, keys) as game:
        whole = (keys.folder / "clients.allow").read_text()
        (keys.folder / "clients.allow").write_text("half a li")
        deadline_s = time.monotonic() + 20.0
        while "stays as it was" not in running.log.read_text():
            assert time.monotonic() < deadline_s
            assert game.ping() > 0.0
            time.sleep(0.05)
        with client(running, keys) as another:
            assert another.ping() > 0.0
    (keys.folder / "clients.allow").write_text(whole)


def test_strangers_get_a_closed_door_and_nothing_else(locked: tuple[Daemon, KeyFolder]) -> None:
    running, keys = locked
    for knock in scan(running.address, keys.server().public):
        assert not knock.answered and knock.closed_s is not None, knock
        assert knock.got.startswith(("nothing", "no message")) or "ZeroMQ's greeting" in knock.got, knock
    with client(running, keys) as game:
        assert game.ping() > 0.0


def test_secrets_stay_out_of_logs_and_process_lists(
    start_daemon: Callable[..., Any], keys: KeyFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = "a token that nobody may read"
    write_private(tmp_path / "token", token, overwrite=False)
    monkeypatch.setenv("PYTHONFAULTHANDLER", "1")
    options = ("--keys", str(keys.folder), "--token-file", str(tmp_path / "token"), "--quality", "warp")
    running = start_daemon(*options)
    wrong = "another one that is wrong"
    with pytest.raises(SessionError) as caught:
        client(running, keys, token=wrong)
    with client(running, keys, token=token) as game:
        with pytest.raises(DaemonTimeout):
            Client(running.address, timeout_s=0.5, token=token)
        game.stats()
    assert running.stop() == 0
    log = running.log.read_text()
    secrets = [token, wrong, keys.server().secret, (keys.folder / "clients/game.key").read_text().split()[-1]]
    shown = log + str(caught.value) + repr(caught.value)
    if os.path.exists("/proc/self/cmdline"):
        shown += " ".join(running.process.args)
    assert "said hello" in log and not [secret for secret in secrets if secret in shown]
