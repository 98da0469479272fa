"""Rings: what may be overwritten and what may not, whatever the client does."""

from __future__ import annotations

import gc
import mmap
import struct
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from npcface.errors import ProtocolError
from npcface.shm.layout import ATTACHED, HEADER_BYTES, RELEASED, Layout
from npcface.shm.memory import Shelf, open_memory
from npcface.shm.reader import Lease, RingReader
from npcface.shm.writer import RingWriter

SIDE = 16


def make(slots: int = 3) -> tuple[RingWriter, RingReader, mmap.mmap]:
    layout = Layout(slots, SIDE * SIDE * 4)
    memory = mmap.mmap(-1, layout.ring_bytes)
    writer = RingWriter("ring", memory, layout)
    return writer, RingReader(memory), memory


def picture(number: int) -> memoryview:
    return np.full(SIDE * SIDE * 4, number % 251, np.uint8).data


def first(writer: RingWriter) -> tuple[int, int]:
    place = give(writer, 1)
    assert place is not None
    return place


def give(writer: RingWriter, number: int) -> tuple[int, int] | None:
    place = writer.fill(picture(number), number, SIDE, SIDE)
    if place is not None:
        writer.hand_over(*place)
    return place


def take(reader: RingReader, place: tuple[int, int] | None) -> Lease:
    assert place is not None
    lease = reader.lease(*place, SIDE, SIDE)
    assert lease is not None
    return lease


class Ring(RuleBasedStateMachine):
    """An honest client: what it holds never changes, what it gave back is used again, nothing else matters."""

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[int, tuple[Lease, int]] = {}
        self.number = 0

    @initialize(slots=st.integers(1, 5))
    def begin(self, slots: int) -> None:
        self.slots = slots
        self.writer, self.reader, _ = make(slots)

    @rule()
    def a_frame_is_handed_over(self) -> None:
        self.number += 1
        place = give(self.writer, self.number)
        assert (place is None) == (len(self.held) == self.slots)
        if place is not None:
            assert place[0] not in self.held, "a slot that is held was written to"
            self.held[place[0]] = take(self.reader, place), self.number

    @rule()
    def a_frame_is_thrown_away_before_it_is_sent(self) -> None:
        self.number += 1
        assert (self.writer.fill(picture(self.number), 0, SIDE, SIDE) is None) == (len(self.held) == self.slots)

    @rule(choice=st.integers(0, 4), by_hand=st.booleans())
    def a_frame_is_given_back(self, choice: int, by_hand: bool) -> None:
        if self.held:
            lease, _ = self.held.pop(sorted(self.held)[choice % len(self.held)])
            if by_hand:
                lease.release()
                lease.release()
            del lease  # else the last reference does it

    @rule(choice=st.integers(0, 4))
    def a_frame_is_copied(self, choice: int) -> None:
        if self.held:
            lease, number = self.held.pop(sorted(self.held)[choice % len(self.held)])
            pixels = lease.copy()
            assert pixels is not None and (pixels == number % 251).all()

    @invariant()
    def what_is_held_is_whole(self) -> None:
        for lease, number in self.held.values():
            assert lease.intact and (lease.view() == number % 251).all()


TestRing = Ring.TestCase
TestRing.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)


class HostileClient(RuleBasedStateMachine):
    """It writes what it likes into the memory: the daemon goes on, and a lease tells the truth about itself."""

    def __init__(self) -> None:
        super().__init__()
        self.writer, self.reader, self.memory = make()
        self.leases: list[tuple[Lease, int]] = []
        self.number = 0

    @rule()
    def frame(self) -> None:
        self.number += 1
        place = give(self.writer, self.number)
        lease = self.reader.lease(*place, SIDE, SIDE) if place is not None else None
        if lease is not None:
            self.leases.append((lease, self.number))

    @rule(slot=st.integers(0, 2), value=st.one_of(st.integers(0, 60), st.integers(0, 2**64 - 1)))
    def release_anything(self, slot: int, value: int) -> None:
        struct.pack_into("<Q", self.memory, self.writer.layout.slot(slot) + RELEASED, value)

    @rule(offset=st.integers(0, 4000), junk=st.binary(min_size=1, max_size=64))
    def scribble(self, offset: int, junk: bytes) -> None:
        self.memory[offset : offset + len(junk)] = junk
        self.leases.clear()  # the client has spoiled its own frames
        assert self.writer.attached in (True, False)

    @invariant()
    def an_intact_lease_shows_its_own_frame(self) -> None:
        for lease, number in self.leases:
            assert not lease.intact or (lease.view() == number % 251).all()


TestHostileClient = HostileClient.TestCase
TestHostileClient.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)


def test_a_slot_is_held_as_long_as_any_view_of_it_lives() -> None:
    writer, reader, _ = make(1)
    corner = take(reader, give(writer, 1)).view()[2:4, 2:4]
    gc.collect()
    assert give(writer, 2) is None and (corner == 1).all() and not corner.flags.writeable
    del corner
    gc.collect()
    assert give(writer, 3) is not None


def test_giving_back_an_old_frame_twice_does_not_give_back_the_new_one() -> None:
    writer, reader, _ = make(1)
    place = first(writer)
    old = take(reader, place)
    reader.release(*place)
    new = take(reader, give(writer, 2))
    old.release()
    assert give(writer, 3) is None and new.intact and not old.intact
    new.release()
    assert give(writer, 4) is not None


def test_a_frame_that_was_overwritten_is_not_handed_out() -> None:
    writer, reader, _ = make(1)
    place = first(writer)
    lease = take(reader, place)
    reader.release(*place)  # and still looked at
    give(writer, 2)
    assert lease.copy() is None
    assert reader.lease(*place, SIDE, SIDE) is None


@pytest.mark.parametrize(
    "slot, generation, side", [(3, 2, SIDE), (-2, 2, SIDE), (0, 0, SIDE), (0, 1, SIDE), (0, 2, 512), (0, 2, 0)]
)
def test_a_frame_that_cannot_be_is_a_protocol_error(slot: int, generation: int, side: int) -> None:
    _, reader, _ = make()
    with pytest.raises(ProtocolError):
        reader.lease(slot, generation, side, side)


@pytest.mark.parametrize(
    "offset, value",
    [
        (0, b"x"),
        (8, b"\2"),
        (12, b"\0"),
        (12, b"\x41"),
        (16, b"\xff\xff\xff\x7f"),
        (20, b"\1"),
        (24, b"\0"),
        (32, bytes(8)),
    ],
)
def test_memory_that_is_no_ring_is_refused(offset: int, value: bytes) -> None:
    _, _, memory = make()
    memory[offset : offset + len(value)] = value
    with pytest.raises(ProtocolError):
        RingReader(memory)
    with pytest.raises(ProtocolError):
        RingReader(mmap.mmap(-1, HEADER_BYTES - 1))


def test_a_ring_is_attached_by_its_own_key_only() -> None:
    writer, reader, memory = make()
    seen = [writer.attached]
    memory[ATTACHED : ATTACHED + 8] = b"\1" * 8
    seen.append(writer.attached)
    reader.attach()
    seen.append(writer.attached)
    reader.detach()
    assert [*seen, writer.attached] == [False, False, True, False]


WRITER = """
import sys, numpy as np
from npcface.shm.layout import Layout
from npcface.shm.memory import open_memory
from npcface.shm.writer import RingWriter
layout = Layout(1, 512 * 512 * 4)
writer = RingWriter(sys.argv[1], open_memory(sys.argv[1], layout.ring_bytes), layout)
pictures = [np.full(layout.slot_bytes, n, np.uint8) for n in range(250)]
print("writing", flush=True)
number = 0
while True:  # never handed over, so never held: every frame overwrites the one before
    number += 1
    writer.fill(pictures[number % 250].data, number, 512, 512)
"""


def test_a_torn_read_is_noticed_between_two_processes(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    layout = Layout(1, 512 * 512 * 4)
    name, _ = shelf.create(layout.ring_bytes)
    process = subprocess.Popen([sys.executable, "-c", WRITER, name], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "writing\n"
        memory = open_memory(name, layout.ring_bytes)
        reader = RingReader(memory)
        whole, torn = 0, 0
        deadline = time.monotonic() + 20.0
        while (whole < 5 or torn < 5) and time.monotonic() < deadline:
            (generation,) = struct.unpack_from("<Q", memory, layout.slot(0) + 8)
            even = generation and generation % 2 == 0
            lease = reader.lease(0, generation, 512, 512) if even else None
            if lease is None:
                continue
            pixels = lease.copy()
            if pixels is None:
                torn += 1
            else:
                whole += 1
                assert pixels.min() == pixels.max() == generation // 2 % 250
    finally:
        process.kill()
        process.communicate()
    shelf.close()
    assert whole >= 5 and torn >= 5


def test_the_size_of_a_ring_is_what_the_document_says() -> None:
    layout = Layout(3, 64 * 64 * 4)
    assert (layout.slot(0), layout.stride, layout.pixels(1)) == (128, 128 + 16384, 128 + 128 + 16384 + 128)
    assert layout.ring_bytes == 53248
