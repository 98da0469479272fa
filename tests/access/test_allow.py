"""The list of who is let in is read while somebody writes it, and whatever is in it."""

from __future__ import annotations

import logging
import os
import time

import pytest
from zmq.utils import z85

from npcface.access import allow
from npcface.access.allow import AllowList
from npcface.access.keys import KeyFolder, Pair


class Clock:
    """Both of Python's clocks, and the files' times."""

    def __init__(self, keys: KeyFolder) -> None:
        self.now_s = time.time()
        self.path = keys.folder / "clients.allow"
        self.stamp()

    def time(self) -> float:
        return self.now_s

    monotonic = time

    def stamp(self) -> None:
        """What was written just now."""
        for path in (self.path, self.path.parent):
            if path.exists():
                os.utime(path, (self.now_s, self.now_s))


@pytest.fixture
def clock(keys: KeyFolder, monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock(keys)
    monkeypatch.setattr(allow, "time", made)
    return made


@pytest.fixture
def listed(keys: KeyFolder, clock: Clock) -> AllowList:
    made = AllowList(keys.folder, keys.server().public)
    clock.now_s += 10.0
    return made


def lets_in(listed: AllowList, public: str, name: str = "game") -> bool:
    return listed.knows(name, z85.decode(public.encode()))


@pytest.mark.parametrize("text", ["", "# half a head", None])
def test_a_list_that_is_being_written_puts_nobody_out(
    listed: AllowList, keys: KeyFolder, clock: Clock, text: str | None
) -> None:
    public, whole = keys.allowed()["game"], clock.path.read_text()
    for _ in range(3):  # an editor at work
        clock.path.unlink() if text is None else clock.path.write_text(text)
        clock.stamp()
        clock.now_s += 0.26
        assert lets_in(listed, public)
        clock.path.write_text(whole)
        clock.stamp()
        clock.now_s += 0.26
        assert lets_in(listed, public)
    clock.path.unlink() if text is None else clock.path.write_text(text)
    clock.stamp()
    clock.now_s += 0.26
    assert lets_in(listed, public)
    clock.now_s += 0.26
    assert not lets_in(listed, public), "it stays like that"


def test_who_is_new_is_let_in_at_once_and_who_was_revoked_long_ago_is_not(
    listed: AllowList, keys: KeyFolder, clock: Clock
) -> None:
    keys.make_client("late")
    clock.stamp()
    clock.now_s += 0.01
    late, game = keys.allowed()["late"], keys.allowed()["game"]
    assert lets_in(listed, late, "late") and lets_in(listed, game)
    keys.revoke("game")
    clock.stamp()
    clock.now_s += 1.0  # a relay asks only when somebody comes
    assert not lets_in(listed, game) and lets_in(listed, late, "late")


@pytest.mark.parametrize("line", ["thief " + "#" * 40, "half a li", "thief \x00"])
def test_a_line_that_is_no_key_ends_nothing_and_is_told_once(
    listed: AllowList, keys: KeyFolder, clock: Clock, line: str, caplog: pytest.LogCaptureFixture
) -> None:
    public = keys.allowed()["game"]
    clock.path.write_text(f"{line}\nother {Pair.new().public}\n")
    with caplog.at_level(logging.ERROR, "npcface.access"):
        for _ in range(5):
            clock.now_s += 1.0
            assert lets_in(listed, public)
    assert len([record for record in caplog.records if "stays as it was" in record.message]) == 1


def test_whatever_goes_wrong_in_reading_ends_nothing(
    listed: AllowList, keys: KeyFolder, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    public = keys.allowed()["game"]

    def allowed(_: KeyFolder) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(KeyFolder, "allowed", allowed)
    clock.path.write_text("# changed")
    clock.now_s += 1.0
    assert lets_in(listed, public)
