"""One client of ``soak``, in a process of its own: ``python -m npcface.bench.soak_client ADDRESS SEED …``.

Holds some streams of different kinds, keeps a ledger of each, prints it as a line of JSON every few seconds, and ends
the way it was told: politely, by dying, or by standing still.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import time
from collections import deque
from dataclasses import dataclass, field

import zmq

from npcface.client.connection import Connection
from npcface.client.inbox import Inbox
from npcface.wire import requests as ask
from npcface.wire.codec import Buffer, encode
from npcface.wire.replies import AnyReply, Done, Ended, Error, Frame, Opened
from npcface.wire.version import PROTOCOL

ENDINGS = ("bye", "kill", "stand", "exit", "garbage")
KINDS = ("idle", "speech", "lock-step")
TELL_S = 5.0
LINE = [ask.Phoneme(symbol, index * 0.12) for index, symbol in enumerate(["M", "AA", "L", "IY", "F", "OW"] * 3)]


@dataclass(slots=True)
class Ledger:
    """What one stream was sent, by the numbers in its frames.

    A number that is missing between two frames has to be in ``dropped``, which the daemon counts in every header. It
    counts when it decides, while up to two frames are drawn and sent: a header may be ahead of the numbers or behind by
    what the two next to it say; what is beyond that was lost.
    """

    kind: str
    inbox: Inbox
    asked: int = 0  # lock-step: number of the last state
    frames: int = 0
    missing: int = 0  # numbers that never came
    counted: int = 0  # of these the daemon says it dropped
    lately: deque[tuple[int, int]] = field(default_factory=lambda: deque(maxlen=5))  # both, at the last frames
    off: int = 0  # numbers that neither came nor were counted, or were counted and came, most of any run
    silence_s: float = 0.0  # longest time without a frame while one was to come
    last_s: float = 0.0
    sequence: int = -1
    dropped: int = 0

    def take(self, frame: Frame, pixels: Buffer | None, now_s: float) -> None:
        """Account for a frame."""
        self.inbox.take(frame, pixels)
        self.frames += 1
        self.silence_s = max(self.silence_s, now_s - self.last_s)
        self.last_s = now_s
        if frame.sequence > self.sequence >= 0:
            self.missing += frame.sequence - self.sequence - 1
            self.counted += frame.dropped - self.dropped
        else:
            self.begin()
        self.lately.append((self.missing, self.counted))
        if len(self.lately) == 5:
            before, missing, after = self.lately[0][1], self.lately[2][0], self.lately[4][1]
            self.off = max(self.off, missing - after, before - missing)
        self.sequence, self.dropped = frame.sequence, frame.dropped

    def begin(self) -> None:
        """The next frame starts a run of numbers of its own."""
        self.lately.clear()
        self.missing = self.counted = 0
        self.sequence = -1


class SoakClient:
    """A client with ``streams`` streams.

    Args:
        address: of the daemon.
        characters: ids to choose from.
        streams: how many.
        seed: of everything that is left to chance.
    """

    def __init__(self, address: str, characters: list[str], streams: int, seed: int) -> None:
        self.chance = random.Random(seed)
        self.ledgers: dict[int, Ledger] = {}
        self.errors: dict[str, int] = {}
        self.link = Connection(
            address, 30.0, "", self._take, lambda: None, shared_memory="auto" if seed % 2 else "off"
        )  # fmt: skip
        for number in range(1, streams + 1):
            self._open(number, KINDS[(number + seed) % len(KINDS)], self.chance.choice(characters))

    def run(self, seconds: float) -> None:
        """Live for a while; tell the ledger now and then."""
        end_s = time.monotonic() + seconds
        told_s = time.monotonic()
        while (now_s := time.monotonic()) < end_s:
            self.link.receive(min(end_s, now_s + 0.5))
            if now_s - told_s > TELL_S:
                told_s = now_s
                self.tell()

    def tell(self) -> None:
        """Print the ledgers."""
        now_s = time.monotonic()
        streams = [
            {
                "kind": one.kind,
                "frames": one.frames,
                "off": one.off,
                "silence_s": round(max(one.silence_s, now_s - one.last_s), 2),
            }
            for one in self.ledgers.values()
        ]
        print(json.dumps({"streams": streams, "errors": self.errors}), flush=True)

    def _open(self, number: int, kind: str, character: str) -> None:
        format: ask.Format = self.chance.choice(("rgba8", "rgba8", "bc1", "bc3"))
        partial = format == "rgba8" and self.chance.random() < 0.5
        opened = self.link.request(
            ask.Open(
                stream=number, character=character, size=self.chance.choice((128, 192, 256)), format=format,
                partial=partial, quality=self.chance.choice(("auto", "warp", "warp")), size_min=128,
                importance=round(self.chance.random(), 2),
            ),
            Opened,
        )  # fmt: skip
        self.ledgers[number] = Ledger(kind, Inbox(opened.ring, copy=True, partial=partial), last_s=time.monotonic())
        self._drive(number)

    def _drive(self, number: int) -> None:
        ledger = self.ledgers[number]
        if ledger.kind == "lock-step":
            values = [self.chance.random() for _ in self.link.welcome.channels]
            for _ in range(self.chance.choice((1, 1, 1, 3))):  # sometimes faster than it is shown
                ledger.asked += 1
                self.link.send(ask.State(stream=number, sequence=ledger.asked, values=values))
            return
        ledger.begin()
        play = ask.Idle(stream=number, seed=number)
        self.link.request(play if ledger.kind == "idle" else ask.Speech(stream=number, phonemes=LINE), Done)

    def _take(self, message: AnyReply, payload: Buffer | None) -> None:
        if isinstance(message, Error):
            self.errors[message.code] = self.errors.get(message.code, 0) + 1
        if not isinstance(message, Frame | Ended) or message.stream not in self.ledgers:
            return
        ledger = self.ledgers[message.stream]
        if isinstance(message, Frame):
            ledger.take(message, payload, time.monotonic())
            if ledger.kind == "lock-step":
                self._drive(message.stream)
        else:
            self.link.send(ask.Speech(stream=message.stream, phonemes=LINE))
            ledger.begin()


def end(client: SoakClient, how: str) -> None:
    """Leave: ``bye`` properly, ``kill`` and ``exit`` without a word, ``stand`` still, ``garbage`` after nonsense."""
    client.tell()
    if how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "stand":
        os.kill(os.getpid(), signal.SIGSTOP)
    if how == "exit":
        os._exit(0)
    if how == "garbage":
        talk_nonsense(client.link.address)
    client.link.close()


def talk_nonsense(address: str) -> None:
    """Say hello, then what is no message, and leave without a word."""
    with zmq.Context() as context, context.socket(zmq.DEALER) as socket:
        socket.setsockopt(zmq.LINGER, 200)
        socket.connect(address)
        socket.send(encode(ask.Hello(protocol=PROTOCOL, client="nonsense")))
        for junk in (b"", b"\xc1", os.urandom(100), encode(ask.Ping())[:-1], b"\x81" * 4000):
            socket.send_multipart([junk, junk, junk][: 1 + len(junk) % 3])


def main() -> None:
    """Live and die."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("address")
    parser.add_argument("seed", type=int)
    parser.add_argument("--characters", required=True, help="ids, with commas")
    parser.add_argument("--streams", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--ending", choices=ENDINGS, default="bye")
    given = parser.parse_args()
    client = SoakClient(given.address, given.characters.split(","), given.streams, given.seed)
    client.run(given.seconds)
    end(client, given.ending)


if __name__ == "__main__":
    main()
