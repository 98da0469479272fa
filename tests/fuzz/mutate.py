"""Inputs out of a corpus: the same seed gives the same ones, on every machine.

What is done to bytes is what breaks readers of bytes: flipped bits, numbers at their limits, pieces that are missing,
doubled, exchanged with those of another input or repeated very often, and words that some format gives a meaning.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

MOST_BYTES = 1 << 18
"""Mutants are cut to this."""
WORDS: tuple[bytes, ...] = (
    b"NaN", b"Infinity", b"-1", b"1e999", b"0", b"-0.0", b"9" * 400, b"1" + b"0" * 5000, b"18446744073709551616",
    b"null", b"true", b"[", b"{", b"]", b"}", b'"', b"\\ud800", b"[[" * 600, b'{"a":' * 600, b"\xff\xfe",
    b"\xed\xa0\x80", b"\0", b"\r\n", b"..", b"../", b"/", b"\\", b"con", b"aux.txt", b"PK\x05\x06", b"PK\x01\x02",
    b"IHDR", b"IDAT", b"acTL", b"iCCP", b"zTXt", b"\xff\xda", b"\xff\xd9", b"#bundle\0",
    b"\xdf\xff\xff\xff\xff", b"\xdd\xff\xff\xff\xff",
    b"\xdb\xff\xff\xff\xff", b"\xc9\xff\xff\xff\xff", b"\xd3", b"\xcb\x7f\xf8\0\0\0\0\0\0", b"\xcb\x7f\xf0\0\0\0\0\0\0",
    b"\0\0\xc0\x7f", b"\0\0\x80\x7f", b"\xff\xff\x7f\x7f", b'"schema": 1', b"phonemes", b"weights",
)  # fmt: skip
_NUMBERS = (
    0,
    1,
    0x7F,
    0x80,
    0xFF,
    0x7FFF,
    0x8000,
    0xFFFF,
    0x7FFF_FFFF,
    0x8000_0000,
    0xFFFF_FFFF,
    1 << 63,
    (1 << 64) - 1,
)


def mutants(corpus: Sequence[bytes], seed: int) -> Iterator[bytes]:
    """Endless; the corpus itself does not come.

    Args:
        corpus: at least one input.
        seed: of all chances.
    """
    chance = random.Random(seed)
    while True:
        data = bytearray(chance.choice(corpus))
        for _ in range(1 << chance.randrange(4)):
            _STEPS[chance.randrange(len(_STEPS))](data, chance, corpus)
        yield bytes(data[:MOST_BYTES])


def _flip(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> None:
    if data:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _set(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> None:
    if data:
        data[chance.randrange(len(data))] = chance.choice((0, 1, 0x20, 0x7F, 0x80, 0xFE, 0xFF, chance.randrange(256)))


def _number(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> None:
    size = chance.choice((1, 2, 4, 8))
    value = (chance.choice(_NUMBERS) + chance.randrange(-1, 2)) & ((1 << 8 * size) - 1)
    at = chance.randrange(len(data) + 1)
    data[at : at + size] = value.to_bytes(size, chance.choice(("little", "big")))


def _digits(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> None:
    """Another number in a text."""
    starts = [at for at, byte in enumerate(data[:8192]) if 48 <= byte <= 57]
    if starts:
        at = end = chance.choice(starts)
        while end < len(data) and 48 <= data[end] <= 57:
            end += 1
        data[at:end] = chance.choice(WORDS[:9])


def _word(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> None:
    at = chance.randrange(len(data) + 1)
    data[at : at + chance.choice((0, 0, 4))] = chance.choice(WORDS)


def _cut(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> None:
    begin, end = _piece(data, chance)
    del data[begin:end]


def _end(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> None:
    del data[chance.randrange(len(data) + 1) :]


def _double(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> None:
    begin, end = _piece(data, chance)
    times = chance.choice((1, 1, 2, 10, 200))
    data[end:end] = (data[begin:end] * times)[:MOST_BYTES]


def _move(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> None:
    begin, end = _piece(data, chance)
    piece = data[begin:end]
    del data[begin:end]
    at = chance.randrange(len(data) + 1)
    data[at:at] = piece


def _splice(data: bytearray, chance: random.Random, corpus: Sequence[bytes]) -> None:
    other = bytearray(chance.choice(corpus))
    begin, end = _piece(other, chance)
    at = chance.randrange(len(data) + 1)
    data[at : at + chance.choice((0, end - begin))] = other[begin:end]


def _piece(data: bytearray, chance: random.Random) -> tuple[int, int]:
    begin = chance.randrange(len(data) + 1)
    return begin, min(len(data), begin + 1 + int(len(data) * chance.random() ** 3))


_STEPS = (_flip, _flip, _set, _set, _number, _number, _digits, _word, _word, _cut, _end, _double, _move, _splice)
