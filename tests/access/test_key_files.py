"""Keys that are given wrongly are not repeated, folders that cannot hold them are named, writers take turns."""

from __future__ import annotations

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from npcface import private
from npcface.access.curve import ClientKeys
from npcface.access.files import KeyFileError, read_private, write_private
from npcface.access.keys import KeyFolder, Pair, checked_key

SECRET = "/aN/d-4[Sl9G)k>wX1mP@fq(2%Yt}c0?B7o&jRz."  # of nobody, and it looks like a path


def test_z85_of_more_than_32_bits_is_no_key() -> None:
    with pytest.raises(KeyFileError, match="is not 40 characters of Z85"):
        checked_key("#" * 40, "This")


@pytest.mark.parametrize(
    "wrong", [SECRET[:-1], SECRET + "x", SECRET[1:], "a b" + SECRET, SECRET + "\0", "#" * 40], ids=range(6)
)
def test_a_secret_that_was_copied_wrongly_is_not_repeated(keys: KeyFolder, wrong: str) -> None:
    public = keys.server().public
    for server_key, key in ((public, wrong), (wrong, keys.folder / "clients" / "game.key"), (public, Path(wrong))):
        with pytest.raises(KeyFileError) as caught:
            ClientKeys.of(server_key, key)
        assert wrong.strip() not in str(caught.value) and SECRET[5:-5] not in str(caught.value)


def test_a_line_end_behind_a_key_is_no_part_of_it(keys: KeyFolder) -> None:
    path, pair = keys.folder / "clients" / "game.key", Pair.new()
    public = keys.server().public
    assert ClientKeys.of(f"{public}\n", f"  {pair.secret}\r\n") == ClientKeys(public, pair)
    assert ClientKeys.of(f"{keys.folder / 'server.pub'}\n", f"{path}\n") == ClientKeys.of(public, path)


def test_a_file_that_is_missing_is_named(keys: KeyFolder) -> None:
    missing = keys.folder / "clients" / "nobody.key"
    with pytest.raises(KeyFileError, match=r"nobody\.key cannot be read"):
        read_private(missing)


@pytest.mark.parametrize("below", ["keys", "keys/deeper"])
def test_a_folder_that_is_a_file_is_told_as_such(tmp_path: Path, below: str) -> None:
    (tmp_path / "keys").write_text("no folder")
    for make in (
        lambda: KeyFolder(tmp_path / below).make_server(),
        lambda: KeyFolder(tmp_path / below).make_client("a"),
    ):
        with pytest.raises(KeyFileError) as caught:
            make()
        assert "--force" not in str(caught.value) and "--keys" in str(caught.value)


@pytest.mark.skipif(os.name == "nt", reason="links are not needed there")
def test_keys_are_made_where_there_are_no_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def link(*_: Any) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")  # as FAT

    monkeypatch.setattr(os, "link", link)
    keys = KeyFolder(tmp_path / "keys")
    pair = keys.make_server()
    assert keys.server() == pair
    with pytest.raises(KeyFileError, match="--force"):
        keys.make_server()
    assert keys.server() == pair
    monkeypatch.setattr(private, "to_disk", link)
    with pytest.raises(KeyFileError):
        write_private(tmp_path / "keys" / "other", "text", overwrite=False)
    assert sorted(file.name for file in keys.folder.iterdir()) == ["server.key", "server.pub"]


def test_of_many_clients_made_at_once_all_are_on_the_list(tmp_path: Path) -> None:
    def make(number: int) -> None:
        keys = KeyFolder(tmp_path / "keys")
        if number % 2:
            keys.allow(f"client{number}", Pair.new().public)
        else:
            keys.make_client(f"client{number}")
        if number % 3 == 0:
            keys.revoke(f"client{number}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(make, range(24)))
    assert set(KeyFolder(tmp_path / "keys").allowed()) == {f"client{number}" for number in range(24) if number % 3}
