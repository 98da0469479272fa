"""embedding.safetensors: what enrolment computed, as plain arrays, keyed by portrait and model version.

Mods come from strangers, so the header is checked completely (sizes, types, shapes, offsets) before one array is
allocated, and nothing here can run code. Format: https://github.com/huggingface/safetensors (8 bytes little-endian
header length, JSON header, data).
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npcface.errors import CharacterError

MODEL_VERSION = "neural-2"
"""Raised whenever the meaning of a tensor changes; folders made by another version are enrolled again."""
SHOWABLE_VERSIONS = frozenset({"neural-1"})
"""Older versions whose tensors this renderer still draws, if not as well: shown until they are computed again. Whoever
raises ``MODEL_VERSION`` looks at faces of the one before and puts it here, or empties this set."""
EMBEDDING_NAME = "embedding.safetensors"
MAX_FILE_BYTES = 16 * 1024 * 1024
MAX_HEADER_BYTES = 128 * 1024
MAX_TENSORS = 256
MAX_RANK = 8

Tensors = Mapping[str, NDArray[Any]]
_DTYPES: dict[str, np.dtype[Any]] = {
    "F32": np.dtype("<f4"), "F16": np.dtype("<f2"), "U8": np.dtype("u1"), "I8": np.dtype("i1"),
    "U16": np.dtype("<u2"), "I16": np.dtype("<i2"), "I32": np.dtype("<i4"), "I64": np.dtype("<i8"),
}  # fmt: skip
_NAMES = {dtype: name for name, dtype in _DTYPES.items()}


@dataclass(frozen=True, slots=True)
class EmbeddingKey:
    """What an embedding was computed from: sha256 of ``portrait.png`` and the model's version."""

    portrait_sha256: str
    model_version: str = MODEL_VERSION


def is_stale(key: EmbeddingKey, portrait_sha256: str) -> bool:
    """Whether an embedding belongs to another portrait or another model than those at hand."""
    return key != EmbeddingKey(portrait_sha256, MODEL_VERSION)


def encode_embedding(tensors: Tensors, key: EmbeddingKey) -> bytes:
    """The file's bytes; the same tensors give the same bytes.

    Raises:
        CharacterError: a tensor has an unsupported type or is not finite, or a limit of the format is exceeded.
    """
    header: dict[str, Any] = {
        "__metadata__": {"model_version": key.model_version, "portrait_sha256": key.portrait_sha256}
    }
    parts: list[bytes] = []
    at = 0
    for name in sorted(tensors, key=lambda name: (-tensors[name].dtype.itemsize, name)):  # keeps offsets aligned
        array = np.ascontiguousarray(tensors[name]).reshape(np.shape(tensors[name]))
        array = array.astype(array.dtype.newbyteorder("<"), copy=False)
        if array.dtype not in _NAMES:
            raise CharacterError(f"Tensor {name!r} is {array.dtype}.", f"Use one of {', '.join(_DTYPES)}.")
        part = array.tobytes()
        header[name] = {"dtype": _NAMES[array.dtype], "shape": list(array.shape), "data_offsets": [at, at + len(part)]}
        parts.append(part)
        at += len(part)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    data = b"".join([struct.pack("<Q", len(text)), text, *parts])
    decode_embedding(data)  # never write what would be refused on reading
    return data


def decode_embedding(data: bytes) -> tuple[dict[str, NDArray[Any]], EmbeddingKey]:
    """Tensors (own, writable memory) and key of a file's bytes.

    Raises:
        CharacterError: any deviation from the format or its limits.
    """
    header, start = _header(data)
    metadata = header.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise _bad("its metadata are not text")
    if len(header) > MAX_TENSORS:
        raise _bad(f"it has {len(header)} tensors, at most {MAX_TENSORS} are allowed")
    plan = [(name, *_entry(name, entry)) for name, entry in header.items()]
    at = 0
    for name, _, _, begin, end in sorted(plan, key=lambda item: item[3:]):
        if begin != at:
            raise _bad(f"tensor {name!r} overlaps another or leaves a hole")
        at = end
    if at != len(data) - start:
        raise _bad(f"its header describes {at} bytes, the file holds {len(data) - start}")
    tensors = {
        name: np.frombuffer(data, dtype, math.prod(shape), start + begin).reshape(shape).copy()
        for name, dtype, shape, begin, _ in plan
    }
    for name, array in tensors.items():
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise _bad(f"tensor {name!r} holds NaN or infinity")
    return tensors, EmbeddingKey(metadata.get("portrait_sha256", ""), metadata.get("model_version", ""))


def _header(data: bytes) -> tuple[dict[str, Any], int]:
    if len(data) > MAX_FILE_BYTES:
        raise _bad(f"it has {len(data)} bytes, at most {MAX_FILE_BYTES} are allowed")
    if len(data) < 8:
        raise _bad("it is cut off")
    (length,) = struct.unpack_from("<Q", data)
    if length > min(MAX_HEADER_BYTES, len(data) - 8):
        raise _bad(f"it states a header of {length} bytes")
    try:
        header = json.loads(data[8 : 8 + length].decode(), object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as error:
        raise _bad(f"its header is not JSON ({error})") from error
    if not isinstance(header, dict):
        raise _bad("its header is not an object")
    return header, 8 + length


def _entry(name: str, entry: Any) -> tuple[np.dtype[Any], tuple[int, ...], int, int]:
    """Type, shape and place of one tensor, proven consistent; Python's integers cannot overflow here."""
    if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        raise _bad(f"tensor {name!r} is not described by dtype, shape and data_offsets")
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(dtype, str) or dtype not in _DTYPES:
        raise _bad(f"tensor {name!r} has type {str(dtype)[:20]!r}, allowed are {', '.join(_DTYPES)}")
    # numpy multiplies even the sizes beside a zero, so those have to be possible too
    if not _counts(shape) or len(shape) > MAX_RANK or math.prod(size or 1 for size in shape) > MAX_FILE_BYTES:
        raise _bad(f"tensor {name!r} has an impossible shape")
    if not _counts(offsets) or len(offsets) != 2:
        raise _bad(f"tensor {name!r} has impossible offsets")
    if math.prod(shape) * _DTYPES[dtype].itemsize != offsets[1] - offsets[0]:
        raise _bad(f"tensor {name!r} has another number of bytes than its shape {shape} needs")
    return _DTYPES[dtype], tuple(shape), offsets[0], offsets[1]


def _counts(values: Any) -> bool:
    """Whether this is a list of whole numbers that can count bytes of an allowed file."""
    return isinstance(values, list) and all(type(v) is int and 0 <= v <= MAX_FILE_BYTES for v in values)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise ValueError("a name appears twice")
    return table


def _bad(what: str) -> CharacterError:
    return CharacterError(f"{EMBEDDING_NAME} cannot be used: {what}.", "Delete it; it is computed again on loading.")
