"""WAV files, read as from strangers: sizes are compared with the file before anything is allocated.

The layout is Microsoft's RIFF/WAVE with its ``fmt`` and ``data`` chunks: PCM of 8, 16, 24 and 32 bits, IEEE float of 32
and 64 bits, and the extensible header of either.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from npcface import whole
from npcface.errors import LimitError, VoiceError

Floats = NDArray[np.float32]
MOST_BYTES = 256 * 2**20
MOST_SECONDS = 3600.0
RATES_HZ = (4_000, 192_000)
_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_KINDS = {(_PCM, 8), (_PCM, 16), (_PCM, 24), (_PCM, 32), (_FLOAT, 32), (_FLOAT, 64)}
_MOST_CHUNKS = 1000
_REMEDY = "Save it as a 16-bit PCM WAV, mono or stereo."


def read_wav(source: str | Path | bytes) -> tuple[Floats, int]:
    """Read a recording as one channel.

    Args:
        source: a file or its bytes; PCM of 8 to 32 bits or float, mono or stereo (the two are averaged),
            4 to 192 kHz, at most ``MOST_SECONDS`` and ``MOST_BYTES``. A data chunk without a length, as programs
            write into pipes, goes to the end.

    Returns:
        float32 [n], -1 to 1, and samples a second.

    Raises:
        VoiceError: not a readable WAV, another coding, or samples that are no numbers.
        LimitError: too long or too large.
    """
    data = source if isinstance(source, bytes) else _bytes_of(Path(source))
    if len(data) > MOST_BYTES:
        raise LimitError(f"The recording has {len(data)} bytes, at most {MOST_BYTES}.", "Cut it into pieces.")
    if len(data) < 12 or data[:4] not in (b"RIFF", b"RF64") or data[8:12] != b"WAVE":
        raise VoiceError("This is not a WAV file: it does not begin with RIFF … WAVE.", _REMEDY)
    header, body = _chunks(data)
    coding, channels, rate, bits = header
    if (coding, bits) not in _KINDS or channels not in (1, 2):
        raise VoiceError(f"A WAV of coding {coding} with {bits} bits and {channels} channels cannot be read.", _REMEDY)
    if not RATES_HZ[0] <= rate <= RATES_HZ[1]:
        raise VoiceError(f"{rate} samples a second, expected {RATES_HZ[0]} to {RATES_HZ[1]}.", _REMEDY)
    step = channels * bits // 8
    count = len(body) // step
    if count > MOST_SECONDS * rate:
        raise LimitError(
            f"The recording lasts {count / rate:.0f} s, at most {MOST_SECONDS:.0f}.", "Cut it into pieces."
        )
    samples = _decoded(body[: count * step], coding, bits).reshape(count, channels).mean(axis=1, dtype=np.float32)
    if not np.isfinite(samples).all():
        raise VoiceError("The recording holds samples that are not finite numbers.", _REMEDY)
    return np.clip(samples, -1.0, 1.0), rate


def _bytes_of(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise VoiceError(f"{path} is not a file.", "Check the path.")
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise VoiceError(f"{path} cannot be read ({error.strerror}).", "Check the path and its permissions.") from None


def _chunks(data: bytes) -> tuple[tuple[int, int, int, int], memoryview]:
    """(coding, channels, rate, bits) and the bytes of the samples."""
    at, header = 12, None
    for _ in range(_MOST_CHUNKS):
        if at + 8 > len(data):
            break
        name, size = struct.unpack_from("<4sI", data, at)
        at += 8
        if name == b"fmt ":
            header = _format(data[at : at + size])
        elif name == b"data":
            if header is None:
                break
            return header, memoryview(data)[at : at + size]  # a size past the end is cut: files in pipes say 0xFFFFFFFF
        at += size + size % 2
    raise VoiceError("The WAV has no samples, or no format before them.", _REMEDY)


def _format(chunk: bytes) -> tuple[int, int, int, int]:
    if len(chunk) < 16:
        raise VoiceError(f"The WAV's format chunk has {len(chunk)} bytes, expected at least 16.", _REMEDY)
    coding, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", chunk)
    if coding == _EXTENSIBLE and len(chunk) >= 26:
        coding = struct.unpack_from("<H", chunk, 24)[0]  # the first two bytes of the sub-format's GUID
    return coding, channels, rate, bits


def _decoded(body: memoryview, coding: int, bits: int) -> Floats:
    if coding == _FLOAT:
        with np.errstate(over="ignore", invalid="ignore"):  # what does not fit is refused above as infinite
            return np.frombuffer(body, f"<f{bits // 8}").astype(np.float32)
    if bits == 8:
        return (np.frombuffer(body, np.uint8).astype(np.float32) - 128.0) / 128.0
    if bits == 24:
        wide = np.zeros((len(body) // 3, 4), np.uint8)
        wide[:, 1:] = np.frombuffer(body, np.uint8).reshape(-1, 3)
        return (wide.reshape(-1).view("<i4") / 2.0**31).astype(np.float32)
    return (np.frombuffer(body, f"<i{bits // 8}") / 2.0 ** (bits - 1)).astype(np.float32)


def wav_bytes(samples: NDArray[np.int16], rate_hz: int) -> bytes:
    """int16 [n] as a mono WAV."""
    body = np.ascontiguousarray(samples, "<i2").tobytes()
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(body), b"WAVE", b"fmt ", 16, _PCM, 1, rate_hz,
                       2 * rate_hz, 2, 16, b"data", len(body))  # fmt: skip
    return head + body


def write_whole(path: Path, data: bytes) -> None:
    """Write under a temporary name in the same folder, then rename.

    Raises:
        VoiceError: the folder cannot be made or written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        whole.write_whole(path, data)
    except OSError as error:
        raise VoiceError(f"{path} cannot be written ({error.strerror}).", "Choose another place.") from None
