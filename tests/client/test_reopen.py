"""A restarted daemon takes a stream but not what it was doing: nothing stays open there that is closed here."""

from __future__ import annotations

from typing import Any

import pytest

from npcface.client import Client
from npcface.client.connection import DaemonLost
from npcface.client.stream import Stream
from npcface.errors import CharacterError, StateError
from npcface.wire import requests as ask
from npcface.wire.replies import Opened

OPENED = Opened(
    stream=1, character="ada", width=64, height=64, format="rgba8", alpha="straight", rows="top-down",
    color_space="srgb", stride_bytes=256, fps=30.0,
)  # fmt: skip


class Refusing:
    """In a connection's place: refuses messages of one kind."""

    timeout_s = 0.1
    stale = False

    def __init__(self, kind: type, error: Exception) -> None:
        self.kind, self.error = kind, error
        self.sent: list[Any] = []

    def request(self, message: Any, *_: Any) -> Opened:
        if isinstance(message, self.kind):
            raise self.error
        return OPENED

    def send(self, message: Any) -> None:
        self.sent.append(message)


@pytest.mark.parametrize("kind", [ask.Emotion, ask.Idle, ask.Open])
def test_a_stream_that_cannot_go_on_is_closed_on_both_sides(kind: type) -> None:
    client: Any = Client.__new__(Client)
    options = ask.Open(stream=1, character="ada", size=64)
    stream = Stream(client, options, OPENED)
    stream._emotion = ask.Emotion(stream=1, emotion="joy", strength=1.0)
    stream._playing = ask.Idle(stream=1)
    client._streams = {1: stream}
    error = CharacterError("It is gone.") if kind is ask.Open else StateError("Not that.", "Another.")
    client.connection = connection = Refusing(kind, error)
    client._reopen()
    assert connection.sent == ([] if kind is ask.Open else [ask.Close(stream=1)])
    frames = stream.frames()
    with pytest.raises(type(error)):
        next(frames)
    with pytest.raises(DaemonLost, match="did not open it again"):
        stream._check(0.0)
