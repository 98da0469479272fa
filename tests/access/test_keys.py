"""Key files: private, whole, never overwritten by accident; the list is read strictly."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from npcface.access.curve import ClientKeys
from npcface.access.files import KeyFileError, read_token, write_private
from npcface.access.keys import KeyFolder, Pair
from npcface.cli.app import app

posix = pytest.mark.skipif(os.name == "nt", reason="modes are POSIX's")


def test_the_verbs_make_list_and_revoke(tmp_path: Path) -> None:
    def npcface(*words: str) -> Result:
        return CliRunner().invoke(app, words, env={"NPCFACE_HOME": str(tmp_path), "NPCFACE_KEYS": None})

    assert npcface("keys", "server").exit_code == 0
    made = npcface("keys", "client", "game")
    pair_file = tmp_path / "keys" / "clients" / "game.key"
    assert made.exit_code == 0 and pair_file.name in made.stdout
    secret = pair_file.read_text().split()[-1]
    assert secret not in made.output
    again = npcface("keys", "server")
    assert again.exit_code == 1 and "--force" in again.stderr
    listed = json.loads(npcface("keys", "list", "--json").stdout)
    assert list(listed["clients"]) == ["game"] and listed["server"]
    assert npcface("keys", "revoke", "game").exit_code == 0
    assert not pair_file.exists()
    assert npcface("keys", "revoke", "game").exit_code == 1


@posix
def test_secrets_are_the_owners_alone(keys: KeyFolder) -> None:
    for name in ("server.key", "clients/game.key", "clients.allow"):
        assert (keys.folder / name).stat().st_mode & 0o777 == 0o600
    assert keys.folder.stat().st_mode & 0o777 == 0o700
    assert not list(keys.folder.rglob(".*")), "no temporary files stay"
    (keys.folder / "server.key").chmod(0o644)
    with pytest.raises(KeyFileError, match="chmod 600"):
        keys.server()


def test_of_many_at_once_one_makes_the_key(tmp_path: Path) -> None:
    def make(number: int) -> bool:
        try:
            write_private(tmp_path / "one.key", f"{number}\n" * 1000, overwrite=False)
        except KeyFileError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(make, range(32))) == 1
    assert len(set((tmp_path / "one.key").read_text().split())) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["one.key"]


def test_force_replaces_and_the_new_one_counts(keys: KeyFolder) -> None:
    before = keys.server()
    with pytest.raises(KeyFileError):
        keys.make_server()
    assert keys.server() == before
    after = keys.make_server(force=True)
    assert keys.server() == after != before
    assert (keys.folder / "server.pub").read_text().strip() == after.public


@pytest.mark.parametrize("name", ["", "..", "a/b", "a b", "a\nb", "x" * 65, "-x"])
def test_names_that_are_none(keys: KeyFolder, name: str) -> None:
    with pytest.raises(KeyFileError):
        keys.make_client(name)
    assert list(keys.allowed()) == ["game"]


@pytest.mark.parametrize("line", ["game", "a b c", "game " + "x" * 40 + "y", "../x " + "0" * 40, "game \x00"])
def test_a_damaged_list_is_an_error(keys: KeyFolder, line: str) -> None:
    (keys.folder / "clients.allow").write_text(line + "\n")
    with pytest.raises(KeyFileError):
        keys.allowed()


def test_client_keys_come_from_files_or_text(keys: KeyFolder) -> None:
    path = keys.folder / "clients" / "game.key"
    from_files = ClientKeys.of(keys.folder / "server.pub", path)
    assert from_files is not None and from_files.own.public == keys.allowed()["game"]
    assert ClientKeys.of(keys.server().public, from_files.own.secret) == from_files
    assert ClientKeys.of(None, "") is None
    for server, own in ((keys.server().public, None), (None, path), ("short", path), (keys.server().public, "nowhere")):
        with pytest.raises(KeyFileError):
            ClientKeys.of(server, own)


def test_secrets_do_not_show_in_reprs_and_errors(keys: KeyFolder) -> None:
    pair = Pair.new()
    found = ClientKeys.of(keys.server().public, pair.secret)
    assert pair.secret not in repr(pair) + repr(found)
    with pytest.raises(KeyFileError) as caught:
        Pair.of_secret(pair.secret + "tail")
    assert pair.secret[:10] not in str(caught.value)


def test_tokens_come_from_private_files(tmp_path: Path) -> None:
    write_private(tmp_path / "token", "  open sesame, please\n", overwrite=False)
    assert read_token(tmp_path / "token") == "open sesame, please"
    write_private(tmp_path / "token", "\n", overwrite=True)
    with pytest.raises(KeyFileError, match="openssl"):
        read_token(tmp_path / "token")
    with pytest.raises(KeyFileError):
        read_token(tmp_path / "none")
