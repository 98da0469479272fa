"""A client of the whole cluster.

    with ClusterClient("tcp://127.0.0.1:5750") as cluster, cluster.open("ada", size=256) as face:
        frame = face.render(FaceState.of({"jawOpen": 0.5}))

It asks the director where each stream belongs and talks straight to that worker. When the worker dies or is drained,
the stream is opened again elsewhere with the same options, and what it was doing goes on. Not thread-safe.
"""

from __future__ import annotations

import time
from pathlib import Path

from npcface.access.curve import ClientKeys
from npcface.client.stream import Stream
from npcface.cluster import messages as msg
from npcface.cluster.link import DirectorLink
from npcface.cluster.stream import ClusterStream
from npcface.cluster.watched import WorkerClient
from npcface.wire import requests as ask

DEFAULT_ADDRESS = "tcp://127.0.0.1:5750"
RETRY_S = 0.1  # between questions while no worker is ready


class ClusterClient:
    """A connection to a director, and one to each worker that shows a stream of this client.

    Args:
        address: the endpoint in the director's ready line.
        timeout_s: longest wait for any answer, a worker's start included.
        token: if the cluster was started with one.
        patience_s: a worker that is silent for so long is left.
        server_key, key: if the cluster asks for keys, as for ``Client``; director and workers share the server's.

    Attributes:
        link: to the director.

    Raises:
        DaemonTimeout: nobody answers there.
        VersionError: another version, or no director.
    """

    def __init__(
        self, address: str = DEFAULT_ADDRESS, *, timeout_s: float = 10.0, token: str = "", patience_s: float = 1.2,
        server_key: str | Path | None = None, key: str | Path | None = None,
    ) -> None:  # fmt: skip
        self.timeout_s = timeout_s
        self._token = token
        self._patience_s = patience_s
        self._numbers = 0
        self._streams: dict[int, ClusterStream] = {}
        self._workers: dict[str, WorkerClient] = {}
        self.link = DirectorLink(address, timeout_s, token, ClientKeys.of(server_key, key))

    def __enter__(self) -> ClusterClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

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
        importance: float = 0.5,
        size_min: int | None = None,
        watermark: bool = False,
        notice: bool = True,
    ) -> ClusterStream:
        """Open a stream of textures on the worker the director names; arguments as for ``Client.open``.

        Raises:
            NoWorkerError: none became ready within ``timeout_s``.
            CharacterError: the worker refuses.
            LimitError: every worker refuses, or the director does.
        """
        self._numbers += 1
        options = ask.Open(
            stream=self._numbers, character=character, size=size, alpha=alpha, background=background, quality=quality,
            fps=fps, format=format, importance=importance, size_min=size_min, watermark=watermark, notice=notice,
        )  # fmt: skip
        stream = ClusterStream(self, options)
        self._streams[options.stream] = stream
        return stream

    def status(self) -> msg.Workers:
        """All workers: state, load, characters."""
        return self.link.request(msg.Status(), msg.Workers)

    def close(self) -> None:
        """Close all streams and connections; can be called twice."""
        for stream in list(self._streams.values()):
            stream.close()
        self.link.close()

    def ask_for_place(self, options: ask.Open, avoid: list[str], deadline_s: float) -> msg.Placed | msg.Moved:
        """Where a stream belongs; what the director has said by itself counts too.

        Raises:
            NoWorkerError, DaemonTimeout: nowhere until ``deadline_s`` (``time.monotonic()``).
        """
        lease = options.stream
        place = msg.Place(lease=lease, character=options.character, fps=options.fps, avoid=avoid[-64:])
        while True:
            self.link.poll()
            told = self.link.moved.pop(lease, None)
            if told is not None and told.worker not in avoid:
                self.link.settled(place, told.worker)
                return told
            try:
                return self.link.place(place, max(deadline_s - time.monotonic(), RETRY_S))
            except msg.NoWorkerError:
                if self.link.closing or time.monotonic() + RETRY_S >= deadline_s:
                    raise
                self.link.socket.poll(round(RETRY_S * 1000))

    def worker(self, endpoint: str, lease: int, deadline_s: float) -> WorkerClient:
        """The connection to a worker, made if there is none, for one stream more.

        Raises:
            DaemonLost, DaemonTimeout: nobody answers there.
        """
        client = self._workers.get(endpoint)
        if client is None:
            timeout_s = max(deadline_s - time.monotonic(), RETRY_S)
            client = WorkerClient(endpoint, self.link, self._patience_s, timeout_s=timeout_s, token=self._token)
            client.connection.timeout_s = self.timeout_s
            self._workers[endpoint] = client
        client.users.add(lease)
        client.lease = lease
        return client

    def part(self, client: WorkerClient, lease: int, stream: Stream | None, *, lost: bool) -> None:
        """A stream leaves its worker; the last one closes the connection.

        Args:
            client: to the worker.
            lease: of the stream.
            stream: to close there, if it was opened.
            lost: the worker is not there any more; its other streams find out when they are used next.
        """
        client.users.discard(lease)
        if client.gone:
            return
        if stream is not None and not lost:
            stream.close()
        if lost or not client.users:
            self._workers = {endpoint: other for endpoint, other in self._workers.items() if other is not client}
            client.leave(lost=lost)

    def forget(self, stream: ClusterStream) -> None:
        """Called by ``ClusterStream.close``."""
        if self._streams.pop(stream.options.stream, None) is not None:
            self.link.release(stream.options.stream)
