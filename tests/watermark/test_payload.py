"""The code, the pattern, and that both stay what they are: marks of today must be found for ever."""

from __future__ import annotations

import hashlib
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from npcface.watermark.pattern import KINDS, TILE_PX, tile
from npcface.watermark.payload import DATA, LIVE_DATA, SYMBOLS, Payload, character_hash


@given(some.integers(0, 2**24 - 1), some.integers(0, 2**16 - 1))
def test_any_five_symbols_are_enough(character: int, export: int) -> None:
    said = Payload(character, export)
    symbols = said.symbols()
    for places in combinations(range(SYMBOLS), DATA):
        assert Payload.of(symbols[list(places)], places) == said


@given(some.integers(0, 2**24 - 1))
def test_three_are_enough_where_no_export_is_named(character: int) -> None:
    said = Payload(character)
    symbols = said.symbols()
    for places in combinations(range(SYMBOLS), LIVE_DATA):
        assert Payload.of(symbols[list(places)], places) == said


@given(some.integers(0, 2**40 - 1), some.integers(0, 2**40 - 1))
def test_different_payloads_differ_in_four_symbols(one: int, other: int) -> None:
    first, second = (Payload(number >> 16, number & 0xFFFF) for number in (one, other))
    assert first == second or int((first.symbols() != second.symbols()).sum()) >= SYMBOLS - DATA + 1


def test_numbers_that_do_not_fit_are_refused() -> None:
    for character, export in ((1 << 24, 0), (0, 1 << 16), (-1, 0)):
        with pytest.raises(ValueError, match="24 bits"):
            Payload(character, export)


def test_marks_of_the_first_version_stay_legible() -> None:
    """Changing what these say makes every mark that was ever written unfindable."""
    said = Payload(character_hash("ada"), 0x1234)
    assert str(said) == GOLDEN_TEXT
    assert said.symbols().tobytes().hex() == GOLDEN_SYMBOLS
    for kind in KINDS:
        rough = np.rint(tile(kind, said) * 16.0).astype(np.int16)
        corner = np.abs(rough[:4, :4]).tolist()
        assert rough.shape == (TILE_PX, TILE_PX)
        assert hashlib.sha256(str(corner).encode()).hexdigest()[:16] == GOLDEN_TILES[kind]


GOLDEN_TEXT = "294194-1234"
GOLDEN_SYMBOLS = "da364fc1f5d73f09"
GOLDEN_TILES = {"export": "97ed89d0c04f4a27", "live": "d00e79f592e3849f"}
