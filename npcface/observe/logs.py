"""Log lines with fields, as text or JSON: ``log.info("Stream opened.", extra=about(session, stream))``.

    2026-11-30 21:40:01,210 INFO Stream opened. client=3 name="my game" stream=1 character=ada
    {"time": "2026-11-30T21:40:01.210+00:00", "level": "info", "message": "Stream opened.", "client": 3, …}

What clients say cannot forge lines: control characters are escaped, tracebacks are indented, and long lines are cut.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from npcface.observe.limit import Limiter

if TYPE_CHECKING:
    from npcface.serve.config import Config
    from npcface.serve.session import Session, Stream

FIELDS = ("client", "name", "stream", "character", "code", "held_back")
"""Every field, in the order of a text line: number of the client, its own name for itself, its number of the stream."""
LINE_MAX, FIELD_MAX, TRACE_MAX = 2000, 200, 16_000
"""Characters."""
SECRET_MIN = 4
"""Words with fewer letters stand in every line."""
_PLAIN = re.compile(r"[\w.:/@+-]+")


def about(client: Session | bytes, stream: Stream | int = -1) -> dict[str, Any]:
    """Fields of a line about a client, and about one of its streams.

    Args:
        client: its session, or the identity of a peer that has none.
        stream: or its number; -1 = none in particular.
    """
    if isinstance(client, bytes):
        return {"client": "stranger"}
    fields: dict[str, Any] = {"client": client.number, "client_name": client.client}
    if isinstance(stream, int):
        if stream not in client.streams:
            return fields if stream < 0 else {**fields, "stream": stream}
        stream = client.streams[stream]
    return {**fields, "stream": stream.id, "character": stream.options.character}


def set_up(config: Config, secrets: Collection[str] = ()) -> None:
    """Write all logs to stderr.

    Args:
        config: ``log_format`` and ``verbose`` of it.
        secrets: words that must not be written, such as tokens; ``SECRET_MIN`` letters at least.
    """
    hidden = [secret for secret in secrets if len(secret) >= SECRET_MIN]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json(hidden) if config.log_format == "json" else Text(hidden))
    handler.addFilter(Limiter())
    logging.basicConfig(level=logging.DEBUG if config.verbose else logging.INFO, handlers=[handler], force=True)


def secrets_of(config: Config) -> list[str]:
    """Words among a daemon's options that nobody else may know; paths of files and folders that hold some are none."""
    names = [name for name in config.__slots__ if re.fullmatch("(.*_)?(token|secret|password|key)", name)]
    return [value for name in names if isinstance(value := getattr(config, name), str) and value]


def escaped(text: str) -> str:
    """Without anything that moves a terminal's cursor, begins a line or turns the writing's direction."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(one if one.isprintable() or one == " " else _code(one) for one in text)


class Line(logging.Formatter):
    """What both forms are made of.

    Args:
        secrets: words that must not be written.
    """

    def __init__(self, secrets: Collection[str] = ()) -> None:
        super().__init__()
        self._secrets = secrets

    def _clean(self, text: str, longest: int) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text[:longest]

    def _message(self, record: logging.LogRecord) -> str:
        return escaped(self._clean(record.getMessage(), LINE_MAX))

    def _fields(self, record: logging.LogRecord) -> dict[str, Any]:
        given: Mapping[str, Any] = record.__dict__
        found = {**{field: given.get(field) for field in FIELDS}, "name": given.get("client_name")}
        return {
            field: self._clean(value, FIELD_MAX) if isinstance(value, str) else value
            for field, value in found.items()
            if value is not None
        }

    def _trace(self, record: logging.LogRecord) -> str:
        if not record.exc_info or record.exc_info[1] is None:
            return ""
        return self._clean(self.formatException(record.exc_info)[-TRACE_MAX:], TRACE_MAX)


class Text(Line):
    """Time, level, message, then the fields as ``key=value``; a traceback below, indented."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, or several if there is a traceback."""
        moment = datetime.fromtimestamp(record.created).isoformat(" ", "milliseconds")
        fields = "".join(f" {name}={_word(value)}" for name, value in self._fields(record).items())
        trace = "".join(f"\n    | {escaped(line)}" for line in self._trace(record).splitlines())
        return f"{moment} {record.levelname} {self._message(record)}{fields}{trace}"


class Json(Line):
    """One object a line: ``time`` (UTC, ISO 8601), ``level``, ``logger``, ``message``, the fields, ``traceback``."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever is in it."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        document = {
            "time": moment, "level": record.levelname.lower(), "logger": record.name,
            "message": self._message(record), **self._fields(record),
        }  # fmt: skip
        if trace := self._trace(record):
            document["traceback"] = trace
        return json.dumps(document, default=str)


def _word(value: Any) -> str:
    text = escaped(str(value))
    return text if _PLAIN.fullmatch(text) else '"' + text.replace('"', "\\x22") + '"'


def _code(one: str) -> str:
    return one.encode("unicode_escape").decode()
