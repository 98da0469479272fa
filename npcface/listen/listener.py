"""A listener: a UDP socket, a thread that reads it, and the newest face for whoever asks."""

from __future__ import annotations

import socket
import threading
import time
from collections import deque
from dataclasses import dataclass, replace
from types import TracebackType

from npcface.drive.smooth import OneEuro
from npcface.errors import NpcFaceError, StateError
from npcface.listen.names import Names, of_source
from npcface.listen.neutral import Neutral
from npcface.listen.packet import Moment, Packet
from npcface.listen.shaping import Shaping
from npcface.listen.sources import source_of

LONGEST_SILENCE_S = 2.0
"""A second sender is heard when the first has said nothing for so long."""
STALE_S = 0.5
"""A face older than this counts as lost."""
MOST_WAITING = 4096
"""Moments kept for ``take``; older ones are dropped, and counted."""
_ASK_S = 1.0  # between two words to a phone that has to be asked
_WAKE_S = 0.1  # the thread looks so often whether to stop
_JUMP = 1000  # frame numbers further apart are a new count, not lost frames
_PAUSE_S = 0.1  # between two lines of a source that sends in bursts
_DATAGRAM = 65_535


@dataclass(frozen=True, slots=True)
class Counts:
    """What has come so far.

    Attributes:
        packets: datagrams of the sender that was listened to.
        faces: frames with a face.
        faceless: frames without one.
        malformed: datagrams that were not the source's, from anybody.
        strangers: well-formed datagrams of other senders, ignored.
        lost: frames that the sender numbered and that did not come.
        dropped: moments that nobody took in time.
    """

    packets: int = 0
    faces: int = 0
    faceless: int = 0
    malformed: int = 0
    strangers: int = 0
    lost: int = 0
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class Status:
    """How it stands now.

    Attributes:
        who: what the sender calls itself, and its address; empty: nobody yet.
        tracked: the sender sees a face, and its last word is younger than ``STALE_S``.
        age_s: seconds since the last face; None: none yet.
        trouble: what the last malformed datagram was; empty: none.
        counts: what has come so far.
    """

    who: str
    tracked: bool
    age_s: float | None
    trouble: str
    counts: Counts


class Listener:
    """Listens to one source until it is closed. Its methods may be called from any thread.

    Args:
        source: a key of ``SOURCES``.
        host: address to listen on; "0.0.0.0" hears the whole network, and UDP knows no senders: anybody there can
            move the face.
        port: None for the source's own, 0 for a free one.
        names: None for the source's own table.
        neutral: to take off the resting face.
        smooth: to calm a noisy tracker.
        phone: address ("192.168.1.7" or "192.168.1.7:49983") of a phone that sends only when asked (iFacialMocap).

    Raises:
        StateError: unknown source, a phone that is not asked or no address, or a port that is taken.
    """

    def __init__(
        self,
        source: str,
        *,
        host: str = "127.0.0.1",
        port: int | None = None,
        names: Names | None = None,
        neutral: Neutral | None = None,
        smooth: OneEuro | None = None,
        phone: str | None = None,
    ) -> None:
        self.source = source_of(source)
        self._reader = self.source.reader()
        self._shaping = Shaping(names or of_source(source), neutral, smooth)
        self._phone = self._address(phone)
        self._lock = threading.Lock()
        self._waiting: deque[Moment] = deque(maxlen=MOST_WAITING)
        self._newest: Moment | None = None
        self._counts, self._trouble, self._who = Counts(), "", ""
        self._sender: tuple[str, int] | None = None
        self._heard_s = self._face_s = float("-inf")
        self._tracked, self._number = False, -1
        self._base_s, self._clock_s = 0.0, float("-inf")
        self._came, self._closing = threading.Event(), threading.Event()
        self._socket = _bound(host, self.source.port if port is None else port)
        self._thread = threading.Thread(target=self._run, name=f"npcface-listen-{source}", daemon=True)
        self._thread.start()

    def __enter__(self) -> Listener:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def address(self) -> tuple[str, int]:
        """Host and port it listens on."""
        host, port = self._socket.getsockname()[:2]
        return str(host), int(port)

    @property
    def newest(self) -> Moment | None:
        """The last face, however old. None: none yet.

        Its time is ``time.perf_counter``'s; of a source that sends in bursts (a2f) it is the sender's own clock.
        """
        with self._lock:
            return self._newest

    def take(self) -> list[Moment]:
        """All faces since the last call, in order, at most ``MOST_WAITING``."""
        with self._lock:
            found = list(self._waiting)
            self._waiting.clear()
            self._came.clear()
        return found

    def wait(self, timeout_s: float) -> bool:
        """Wait until there is something to take; False if nothing came in time."""
        return self._came.wait(timeout_s)

    @property
    def status(self) -> Status:
        """How it stands."""
        now_s = time.perf_counter()
        with self._lock:
            age_s = now_s - self._face_s if self._newest else None
            sender = f"{self._sender[0]}:{self._sender[1]}" if self._sender else ""
            who = f"{self._who} ({sender})" if self._who else sender
            tracked = self._tracked and now_s - self._heard_s < STALE_S
            return Status(who, tracked, age_s, self._trouble, self._counts)

    def close(self) -> None:
        """Stop listening; what has come until now can still be taken. Can be called twice."""
        self._closing.set()
        self._thread.join()
        self._socket.close()

    def _run(self) -> None:
        asked_s = float("-inf")
        while not self._closing.is_set():
            now_s = time.perf_counter()
            if self._phone and now_s - max(asked_s, self._heard_s) >= _ASK_S:
                asked_s = now_s
                self._ask(self._phone)
            try:
                data, sender = self._socket.recvfrom(_DATAGRAM)
            except TimeoutError:
                continue
            except OSError:  # Windows reports an unreachable phone here
                self._closing.wait(0.01)
                continue
            self._take(data, sender[:2], time.perf_counter())
        self._finish()

    def _finish(self) -> None:
        """What had come before ``close`` still counts: the end of a take is not cut off."""
        self._socket.setblocking(False)
        for _ in range(MOST_WAITING):
            try:
                data, sender = self._socket.recvfrom(_DATAGRAM)
            except OSError:
                return
            self._take(data, sender[:2], time.perf_counter())

    def _take(self, data: bytes, sender: tuple[str, int], now_s: float) -> None:
        """One datagram: only a well-formed one makes its sender the one who is listened to."""
        if self._sender not in (None, sender) and now_s - self._heard_s < LONGEST_SILENCE_S:
            self._count(strangers=1)
            return
        reader = self._reader if self._sender == sender else self.source.reader()
        try:
            packets = reader.read(data)
            moments = [self._shaping.moment(p.values, self._time(p, now_s)) for p in packets if p.face]
        except NpcFaceError as error:
            with self._lock:
                self._trouble = error.cause
            self._count(malformed=1)
            return
        with self._lock:
            if self._sender != sender:
                self._sender, self._reader, self._number = sender, reader, -1
            self._heard_s = now_s
            self._who = next((p.who for p in reversed(packets) if p.who), self._who)
            if packets:
                self._tracked = packets[-1].face
            dropped = max(len(self._waiting) + len(moments) - MOST_WAITING, 0)
            self._waiting.extend(moments)
            if moments:
                self._newest, self._face_s = moments[-1], now_s
                self._came.set()
        faces = len(moments)
        self._count(packets=1, faces=faces, faceless=len(packets) - faces, lost=self._gap(packets), dropped=dropped)

    def _gap(self, packets: list[Packet]) -> int:
        lost = 0
        for number in (p.number for p in packets if p.number is not None):
            if 0 <= self._number < number <= self._number + _JUMP:
                lost += number - self._number - 1
            self._number = number
        return lost

    def _time(self, packet: Packet, now_s: float) -> float:
        if not self.source.bursts or packet.time_s is None:
            return now_s
        if packet.time_s <= self._clock_s:  # a new line begins, and its clock starts again
            self._base_s += max(self._clock_s, 0.0) + _PAUSE_S
        self._clock_s = packet.time_s
        return self._base_s + packet.time_s

    def _count(self, **more: int) -> None:
        with self._lock:
            self._counts = replace(self._counts, **{k: getattr(self._counts, k) + n for k, n in more.items()})

    def _ask(self, phone: tuple[str, int]) -> None:
        try:
            found = socket.gethostbyname(phone[0]), phone[1]
            self._phone = found  # a name is looked up once: that may take seconds, in which nothing is heard
            self._socket.sendto(self.source.start, found)
        except (OSError, UnicodeError) as error:
            with self._lock:
                self._trouble = f"{phone[0]:.60} cannot be reached: {getattr(error, 'strerror', None) or error}"

    def _address(self, phone: str | None) -> tuple[str, int] | None:
        if phone is None:
            return None
        host, _, port = phone.partition(":")
        if not self.source.start:
            raise StateError(f"{self.source.title} is not asked to send.", "Enter this machine's address in the app.")
        if not host or not (port or "1").isdecimal() or not 0 < int(port or 1) < 65_536:
            raise StateError(f"{phone!r:.60} is no address of a phone.", "Use one such as 192.168.1.7.")
        return host, int(port) if port else self.source.port


def _bound(host: str, port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        listening.bind((host, port))
    except (OSError, OverflowError) as error:
        listening.close()
        raise StateError(
            f"Cannot listen on UDP {host}:{port}: {error}.",
            "Is another program listening there? Choose another --port.",
        ) from None
    listening.settimeout(_WAKE_S)
    return listening
