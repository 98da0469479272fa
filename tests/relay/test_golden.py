"""The golden face packets are what this code makes, and mean what it reads."""

from __future__ import annotations

from pathlib import Path

import npcface
from npcface.relay import golden

FOLDER = Path(npcface.__file__).parent.parent / golden.FOLDER


def test_the_files_are_unchanged() -> None:
    expected = golden.files()
    assert {path.name for path in FOLDER.iterdir()} == set(expected)
    changed = [name for name, content in expected.items() if (FOLDER / name).read_bytes() != content]
    assert not changed, "the packet has changed: raise VERSION, then run python -m npcface.relay.golden"


def test_they_cover_every_outcome_and_both_kinds() -> None:
    arrivals, at, outcomes, streams = (FOLDER / "arrivals.bin").read_bytes(), 0, set[int](), set[int]()
    while at < len(arrivals):
        outcome, _, stream, _, _, size = golden._RECORD.unpack_from(arrivals, at)
        at += golden._RECORD.size + size + 240
        outcomes.add(outcome)
        streams.add(stream)
    assert at == len(arrivals) and outcomes == {0, 1, 2, 3, golden.BROKEN} and streams == {0, 1, 2, 3}
    played = (FOLDER / "playout.bin").read_bytes()
    at, playing = 0, set[int]()
    while at < len(played):
        if played[at] == 0:
            at += 11 + int.from_bytes(played[at + 9 : at + 11], "little")
        else:
            playing.add(played[at + 9])
            at += 250
    assert at == len(played) and playing == {0, 1, 2, 3}
    packets, at, kinds = (FOLDER / "packets.bin").read_bytes(), 0, []
    while at < len(packets):
        kinds.append(packets[at + 2] >> 4 & 3)
        at += 2 + int.from_bytes(packets[at : at + 2], "little")
    assert len(kinds) == golden.FACES and 5 < sum(kinds) < golden.FACES - 5
