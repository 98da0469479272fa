"""A synchronous client of the daemon.

    with Client("tcp://127.0.0.1:5747") as client:
        stream = client.open("ada", size=256)
        frame = stream.render(FaceState.of({"jawOpen": 0.5}))
        for frame in stream.stream_speech([("HH", 0.0), ("AY", 0.08)]): ...

Not thread-safe: use one client a thread (they share nothing). It survives a restart of the daemon: the next call says
hello again, opens the streams again, and idle life and emotions go on; docs/faults.md has the whole of it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from npcface.access.curve import ClientKeys
from npcface.client.connection import Connection, DaemonLost, DaemonTimeout, SharedMemory
from npcface.client.stream import Stream
from npcface.errors import NpcFaceError
from npcface.wire import requests as ask
from npcface.wire.codec import Buffer
from npcface.wire.replies import (
    AnyReply,
    CharacterInfo,
    Characters,
    Closed,
    Done,
    Ended,
    Error,
    Figures,
    Frame,
    Level,
    Notice,
    Opened,
    Pong,
    Welcome,
)

DEFAULT_ADDRESS = "tcp://127.0.0.1:5747"
log = logging.getLogger("npcface.client")


def log_notice(notice: Notice) -> None:
    """Warn in the log ``npcface.client``."""
    log.warning("%s: %s %s", notice.code, notice.cause, notice.remedy)


class Client:
    """A connection to one daemon.

    Args:
        address: the endpoint in the daemon's ready line.
        timeout_s: longest wait for any answer or frame.
        token: if the daemon was started with one.
        shared_memory: ``auto`` takes frames from shared memory if the daemon runs on this machine and both can,
            ``off`` always by the socket. The frames are the same.
        server_key: if the daemon asks for keys: its ``server.pub``, or the key in it.
        key: then also one's own: ``NAME.key``, or the secret key in it.

    Raises:
        KeyFileError: no keys, or only one of them.
        DaemonTimeout: nobody answers there.
        VersionError: the daemon speaks another major version of the protocol.

    Attributes:
        on_notice: called with what the daemon thinks a person should know; by default a warning in the log.
    """

    resumes = True  # of kinds whose streams move elsewhere instead: False

    def __init__(
        self,
        address: str = DEFAULT_ADDRESS,
        *,
        timeout_s: float = 10.0,
        token: str = "",
        shared_memory: SharedMemory = "auto",
        server_key: str | Path | None = None,
        key: str | Path | None = None,
    ) -> None:
        self._keys = ClientKeys.of(server_key, key)
        self._streams: dict[int, Stream] = {}
        self._numbers = 0
        self.on_notice: Callable[[Notice], None] = log_notice
        self.connection = self._connect(address, timeout_s, token, shared_memory)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def welcome(self) -> Welcome:
        """What the daemon said it can do."""
        return self.connection.welcome

    def characters(self) -> list[CharacterInfo]:
        """All characters in the daemon's store, also those that cannot be used, with the reason."""
        return self.connection.request(ask.List(), Characters).characters

    def load(self, character: str) -> None:
        """Read a character into the daemon's memory before it is needed."""
        self.connection.request(ask.Load(character=character), Done)

    def unload(self, character: str) -> None:
        """Let the daemon forget a character that no stream shows."""
        self.connection.request(ask.Unload(character=character), Done)

    def reload(self, character: str) -> None:
        """Read a character again from disk; open streams change over, and keep the old face on error."""
        self.connection.request(ask.Reload(character=character), Done)

    def open(
        self,
        character: str,
        size: int = 256,
        *,
        alpha: ask.Alpha = "straight",
        background: ask.Background = "portrait",
        fps: float = 30.0,
        quality: ask.AskedQuality = "auto",
        format: ask.Format = "rgba8",
        partial: bool = False,
        copy: bool = True,
        importance: float = 0.5,
        size_min: int | None = None,
        watermark: bool = False,
        notice: bool = True,
    ) -> Stream:
        """Open a stream of textures.

        Args:
            character: id in the store.
            size: pixels, 64 to 512 in steps of 16.
            alpha: how transparency is stored.
            background: the portrait's own, transparent, or an sRGB colour (0..255 each).
            fps: of frames the daemon pushes; lock-step goes as fast as it is asked.
            quality: ``warp``, ``neural``, or ``auto`` for the daemon's default; ``Stream.quality`` says
                what it came to.
            format: ``rgba8``, or for GPUs ``bc1`` (no alpha, an eighth of the bytes) and ``bc3`` (a quarter).
            partial: where only a part of the picture has changed, only that is sent; ``Frame.part`` says which. Blocks,
                and what comes through shared memory, are always whole.
            copy: each frame gets pixels of its own. False: through shared memory they are a view, and every frame must
                be released (``with frame:``) or forgotten, or the daemon has no room for the next. A client that holds
                them all and sends nothing for ``heartbeat_timeout_s`` is let go.
            importance: to the player, 0 (far away) to 1 (near): who is drawn less well first when the daemon has too
                much to do. ``Stream.importance`` changes it.
            size_min: pixels; pushed textures may become this small then, and ``Stream.level`` says so. None: never.
            watermark: textures carry an invisible mark that ``npcface detect`` finds; ``Stream.watermark`` says
                whether they do (a daemon older than protocol 1.3 knows none, and one may mark all).
            notice: a character whose rights are not stated says so in its texture for some seconds. False: the game
                itself tells the player.

        Raises:
            StreamError: bc1 with a transparent background.
            CharacterError: not in the store or damaged.
            LimitError: too many streams.
        """
        self._numbers += 1
        options = ask.Open(
            stream=self._numbers, character=character, size=size, alpha=alpha, background=background, quality=quality,
            fps=fps, format=format, importance=importance, size_min=size_min,
            partial=partial, watermark=watermark, notice=notice,
        )  # fmt: skip
        opened = self.connection.request(options, Opened)
        self._streams[options.stream] = Stream(self, options, opened, copy=copy)
        return self._streams[options.stream]

    def stats(self) -> Figures:
        """The daemon's figures: frames a second, percentiles, drops, batch sizes."""
        return self.connection.request(ask.Stats(), Figures)

    def ping(self) -> float:
        """Seconds the daemon has been up."""
        return self.connection.request(ask.Ping(), Pong).time_s

    def close(self) -> None:
        """Close all streams and the connection; can be called twice."""
        self._streams.clear()
        self.connection.close()

    def forget(self, stream: Stream) -> None:
        """Close a stream; called by ``Stream.close``."""
        if self._streams.pop(stream.id, None) is not None:
            self.connection.send(ask.Close(stream=stream.id))

    def _connect(self, address: str, timeout_s: float, token: str, shared_memory: SharedMemory) -> Connection:
        """Replaced by clients whose connection listens to somebody else as well."""
        return Connection(
            address, timeout_s, token, self._route, self._reopen, shared_memory=shared_memory, keys=self._keys
        )

    def _route(self, message: AnyReply, payload: Buffer | None) -> None:
        if isinstance(message, Frame | Level | Ended | Closed | Error):
            stream = self._streams.get(message.stream)
            if stream is not None:
                stream.take(message, payload)
        elif isinstance(message, Notice):
            self.on_notice(message)

    def _reopen(self) -> None:
        for stream in list(self._streams.values()):
            opened: Opened | None = None
            try:
                opened = self.connection.request(stream.options, Opened)
                stream.reopened(opened)
            except (DaemonTimeout, DaemonLost):
                raise
            except NpcFaceError as error:  # its character is gone, for instance: the others go on
                if opened is not None:  # what it was doing was refused: it must not stay open there
                    self.connection.send(ask.Close(stream=stream.id))
                stream.refused(error)


__all__ = ["Client", "DaemonLost", "DaemonTimeout", "NpcFaceError"]
