"""What the daemon logs: fields on every line about a client, no forged lines, no secrets, no flood."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from npcface.observe.limit import BURST, Limiter
from npcface.observe.logs import Json, Text, escaped, secrets_of
from npcface.serve import Config
from tests.observe.conftest import Watched
from tests.serve.peer import Peer

TOKEN = "open-sesame"
NASTY = "evil\n2026-01-01 00:00:00 ERROR forged\x1b[2J\u202e"
OPEN = {"type": "open", "stream": 7, "character": "ada", "size": 64}


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """``made(formatter, …)`` → what a logger with it writes."""
    log = logging.getLogger("npcface.test")
    log.propagate, log.level = False, logging.DEBUG
    file = tmp_path / "log.txt"

    def make(formatter: logging.Formatter, write: Callable[[logging.Logger], Any], limit: bool = False) -> str:
        handler = logging.FileHandler(file, "w", encoding="utf-8")
        handler.setFormatter(formatter)
        if limit:
            handler.addFilter(Limiter())
        log.addHandler(handler)
        try:
            write(log)
        finally:
            log.removeHandler(handler)
            handler.close()
        return file.read_text(encoding="utf-8")

    yield make
    log.propagate = True


def test_json_lines_about_a_client_and_its_stream_have_fields(watched: Watched) -> None:
    with Peer(watched.address, token=TOKEN, client=NASTY[:60]) as client:
        client.ask(OPEN, "opened")
        client.ask({"type": "close", "stream": 7}, "closed")
        client.ask({"type": "bye"}, "done")
    said: list[str] = []
    while "A client has left." not in said:  # written after the answer
        about = [line for line in watched.lines() if line.get("name", "").startswith("evil\n2026")]
        said = [line["message"] for line in about]
    assert said[0].startswith("A client has said hello, connection #") and said[-1] == "A client has left."
    assert len({line["client"] for line in about}) == 1, "the same number on every line"
    streams = [line for line in about if "stream" in line]
    assert len(streams) == 2 and all(line["stream"] == 7 and line["character"] == "ada" for line in streams)


def test_text_lines_end_with_fields_and_cannot_be_forged(start_watched: Callable[..., Watched]) -> None:
    watched = start_watched("--token", TOKEN)
    with Peer(watched.address, token=TOKEN, client=NASTY[:60]) as client:
        client.ask(OPEN, "opened")
    lines = watched.daemon.log.read_text().splitlines()
    assert all(re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [A-Z]+ ", line) for line in lines), lines
    (line,) = (line for line in lines if "A stream is open" in line)
    assert line.endswith(" stream=7 character=ada") and re.search(r' client=\d+ name="evil\\n2026', line)
    assert all(escaped(line) == line for line in lines)


def test_the_token_is_in_no_line(watched: Watched) -> None:
    with Peer(watched.address, token=TOKEN, client=f"my {TOKEN} is") as client:
        client.ask({"type": "ping"}, "pong")
    text = watched.daemon.log.read_text()
    assert TOKEN not in text and "my *** is" in text
    assert secrets_of(Config(token=TOKEN, keys="keys", token_file="token")) == [TOKEN], "paths are no secrets"


def test_a_client_that_repeats_itself_does_not_fill_the_disk(watched: Watched) -> None:
    with Peer(watched.address, token=TOKEN) as client:
        before = len(watched.lines())
        for _ in range(300):
            client.ask({"type": "hello", "protocol": "1.0.0", "token": TOKEN}, "welcome")
        lines = watched.lines()[before:]
    assert len(lines) < 4 * BURST, "two lines for each hello, were they not held back"


def test_what_was_held_back_is_counted(made: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = 100.0
    monkeypatch.setattr("npcface.observe.limit.time.monotonic", lambda: now_s)

    def write(log: logging.Logger) -> None:
        nonlocal now_s
        for number in range(50):
            log.info("Round %d.", number)
        log.info("Something else.")
        now_s += 1.5
        log.info("Round %d.", 50)

    lines = [json.loads(line) for line in made(Json(), write, limit=True).splitlines()]
    assert [line["message"] for line in lines[-2:]] == ["Something else.", "Round 50."]
    assert len(lines) == BURST + 2 and lines[-1]["held_back"] == 50 - BURST


def fail(log: logging.Logger) -> None:
    try:
        raise ValueError("first\nsecond open-sesame")
    except ValueError:
        log.exception("It %s.", "failed\r\nbadly")


def test_tracebacks_are_indented_in_text_and_a_field_in_json(made: Callable[..., str]) -> None:
    first, *rest = made(Text([TOKEN]), fail).splitlines()
    assert first.endswith("ERROR It failed\\r\\nbadly.") and rest
    assert all(line.startswith("    | ") for line in rest) and TOKEN not in "".join(rest)
    (line,) = made(Json([TOKEN]), fail).splitlines()
    assert json.loads(line)["message"] == "It failed\\r\\nbadly."
    assert "ValueError: first\nsecond ***" in json.loads(line)["traceback"]


def test_long_lines_are_cut(made: Callable[..., str]) -> None:
    text = made(Text(), lambda log: log.info("%s", "x" * 100_000, extra={"client_name": "y" * 5000}))
    assert len(text) < 2400


@pytest.mark.parametrize("text", ["plain text", "ümläut 漢字 ✓", 'quote " and \\ back'])
def test_what_can_be_read_is_not_escaped(text: str) -> None:
    assert escaped(text) == text
