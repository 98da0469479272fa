"""embedding.safetensors: the same arrays back, and no header, however hostile, gets past the checks."""

from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as numpy_st

from npcface.character.embedding import (
    MAX_FILE_BYTES,
    MODEL_VERSION,
    EmbeddingKey,
    decode_embedding,
    encode_embedding,
    is_stale,
)
from npcface.errors import CharacterError

KEY = EmbeddingKey("ab" * 32)
ARRAYS = numpy_st.arrays(
    st.sampled_from(["<f4", "<f2", "u1", "i1", "<u2", "<i2", "<i4", "<i8"]).map(np.dtype),
    numpy_st.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5),
    elements={"allow_nan": False, "allow_infinity": False},
)


def built(header: Any, data: bytes = b"", length: int | None = None) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def tensor(dtype: Any = "F32", shape: Any = (2,), offsets: Any = (0, 8)) -> dict[str, Any]:
    return {"x": {"dtype": dtype, "shape": shape, "data_offsets": offsets}}


@given(st.dictionaries(st.text(max_size=8).filter(lambda name: name != "__metadata__"), ARRAYS, max_size=6))
def test_round_trip(tensors: dict[str, np.ndarray]) -> None:
    data = encode_embedding(tensors, KEY)
    found, key = decode_embedding(data)
    assert key == KEY and found.keys() == tensors.keys()
    for name, array in tensors.items():
        assert found[name].dtype == array.dtype and found[name].flags.writeable
        np.testing.assert_array_equal(found[name], array, strict=True)
    assert encode_embedding(dict(reversed(tensors.items())), KEY) == data


def test_the_reference_implementation_reads_and_writes_the_same() -> None:
    tensors: dict[str, np.ndarray] = {
        "atlas": np.arange(24, dtype=np.uint8).reshape(2, 3, 4),
        "depth": np.array([[1.5, -2.0]], np.float32),
    }
    for name, array in safetensors.numpy.load(encode_embedding(tensors, KEY)).items():
        np.testing.assert_array_equal(array, tensors[name], strict=True)
    theirs = safetensors.numpy.save(tensors, {"portrait_sha256": "cd" * 32, "model_version": "old"})
    found, key = decode_embedding(theirs)
    assert key == EmbeddingKey("cd" * 32, "old") and found["atlas"].shape == (2, 3, 4)


def test_strided_and_big_endian_arrays_are_written_as_they_look() -> None:
    tensors = {"a": np.arange(12, dtype=np.float32).reshape(3, 4).T[::2], "b": np.arange(3, dtype=">i4")}
    found, _ = decode_embedding(encode_embedding(tensors, KEY))
    np.testing.assert_array_equal(found["a"], tensors["a"])
    np.testing.assert_array_equal(found["b"], [0, 1, 2])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "cut off"),
        (b"\0" * 7, "cut off"),
        (built({}, length=2**63), "header of 9223372036854775808 bytes"),
        (built({}, length=100), "header of 100 bytes"),
        (built(b"["), "not JSON"),
        (built(b"[" * 50000), "not JSON"),
        (built(b"\xff"), "not JSON"),
        (built(b'{"a":1,"a":2}'), "not JSON"),
        (built([]), "not an object"),
        (built({"__metadata__": {"a": 1}}), "metadata"),
        (built({"__metadata__": 3}), "metadata"),
        (built({"x": 3}), "not described"),
        (built({"x": {"dtype": "F32"}}), "not described"),
        (built(tensor("F64", (1,), (0, 8)), b"\0" * 8), "type 'F64'"),
        (built(tensor(["F32"])), "type"),
        (built(tensor(shape=(-2,)), b"\0" * 8), "impossible shape"),
        (built(tensor(shape=(2.0,)), b"\0" * 8), "impossible shape"),
        (built(tensor(shape=(True, 2)), b"\0" * 8), "impossible shape"),
        (built(tensor(shape="ab"), b"\0" * 8), "impossible shape"),
        (built(tensor(shape=(2**40, 2**40)), b"\0" * 8), "impossible shape"),
        (built(tensor(shape=(0, 2**23, 2**23, 2**23), offsets=(0, 0))), "impossible shape"),
        (built(tensor(shape=[1] * 9, offsets=(0, 4)), b"\0" * 4), "impossible shape"),
        (built(tensor(offsets=(0,)), b"\0" * 8), "impossible offsets"),
        (built(tensor(offsets=(-8, 0)), b"\0" * 8), "impossible offsets"),
        (built(tensor(offsets=(8, 0)), b"\0" * 8), "another number of bytes"),
        (built(tensor(shape=(3,)), b"\0" * 8), "another number of bytes"),
        (built(tensor(), b"\0" * 4), "describes 8 bytes, the file holds 4"),
        (built(tensor(), b"\0" * 12), "describes 8 bytes, the file holds 12"),
        (built(tensor(offsets=(4, 12)), b"\0" * 12), "overlaps another or leaves a hole"),
        (built({**tensor(), "y": tensor()["x"]}, b"\0" * 8), "overlaps another or leaves a hole"),
        (built(tensor(), np.array([1, np.nan], np.float32).tobytes()), "NaN"),
        (built({str(index): tensor("U8", (0,), (0, 0))["x"] for index in range(257)}), "257 tensors"),
        (b"\0" * (MAX_FILE_BYTES + 1), "at most"),
    ],
)
def test_hostile_files(data: bytes, message: str) -> None:
    with pytest.raises(CharacterError, match=message) as caught:
        decode_embedding(data)
    assert caught.value.remedy


@given(st.binary(max_size=80), st.integers(0, 2**64 - 1) | st.integers(0, 90))
def test_any_bytes_end_in_a_character_error_or_arrays(body: bytes, length: int) -> None:
    check_any(struct.pack("<Q", length) + body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10) | st.floats() | st.sampled_from(["F32", "U8", "shape"]),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=6,
)
ENTRY = st.fixed_dictionaries(
    {
        "dtype": st.sampled_from(["F32", "U8", "I64"]) | JSON,
        "shape": st.lists(st.integers(0, 4), max_size=3) | JSON,
        "data_offsets": st.lists(st.integers(0, 32), min_size=2, max_size=2) | JSON,
    }
)


@given(st.dictionaries(st.text(max_size=3), ENTRY | JSON, max_size=3), st.integers(0, 40))
def test_any_header_ends_in_a_character_error_or_arrays(header: dict[str, Any], size: int) -> None:
    check_any(built(header, b"\1" * size))


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=8))
def test_damage_ends_in_a_character_error_or_arrays(changes: list[tuple[int, int]]) -> None:
    data = bytearray(encode_embedding({"a": np.ones((4, 4), np.float32), "b": np.zeros(7, np.uint8)}, KEY))
    for at, value in changes:
        data[at % len(data)] = value
    check_any(bytes(data))


def check_any(data: bytes) -> None:
    try:
        tensors, _ = decode_embedding(data)
    except CharacterError as error:
        assert error.cause
    else:
        assert sum(array.nbytes for array in tensors.values()) <= len(data)


def test_what_cannot_be_read_is_not_written() -> None:
    for array in (
        np.zeros(2),
        np.zeros(2, complex),
        np.array(["a"]),
        np.array([object()]),
        np.array([np.inf], np.float32),
    ):
        with pytest.raises(CharacterError):
            encode_embedding({"x": array}, KEY)
    with pytest.raises(CharacterError, match="at most"):
        encode_embedding({"x": np.zeros(MAX_FILE_BYTES, np.uint8)}, KEY)


def test_staleness() -> None:
    assert not is_stale(EmbeddingKey("ab" * 32, MODEL_VERSION), "ab" * 32)
    assert is_stale(EmbeddingKey("ab" * 32, "warp-0"), "ab" * 32)
    assert is_stale(EmbeddingKey("ab" * 32, MODEL_VERSION), "cd" * 32)
    assert is_stale(EmbeddingKey("", ""), "ab" * 32)
