"""WAV files: every coding that is promised comes back, and whatever is broken is refused in words."""

from __future__ import annotations

import io
import struct
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npcface.errors import LimitError, NpcFaceError, VoiceError
from npcface.voice import read_wav
from npcface.voice.wav import MOST_SECONDS, wav_bytes

RAMP = np.linspace(-1.0, 0.99, 400)


def written(
    coding: int, bits: int, body: bytes, channels: int = 1, rate: int = 16_000, extensible: bool = False
) -> bytes:
    step = channels * bits // 8
    form = struct.pack("<HHIIHH", 0xFFFE if extensible else coding, channels, rate, rate * step % 2**32, step, bits)
    if extensible:
        form += struct.pack("<HHIH14s", 22, bits, 0, coding, b"\0" * 14)
    chunks = b"fmt " + struct.pack("<I", len(form)) + form + b"LIST" + struct.pack("<I", 3) + b"abc\0"
    chunks += b"data" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


def coded(coding: int, bits: int) -> bytes:
    if coding == 3:
        return RAMP.astype(f"<f{bits // 8}").tobytes()
    if bits == 8:
        return (np.round(RAMP * 127) + 128).astype(np.uint8).tobytes()
    whole = np.round(RAMP * (2.0 ** (bits - 1) - 1)).astype("<i4")
    if bits == 24:
        return whole.view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
    return whole.astype(f"<i{bits // 8}").tobytes()


@pytest.mark.parametrize(("coding", "bits"), [(1, 8), (1, 16), (1, 24), (1, 32), (3, 32), (3, 64)])
@pytest.mark.parametrize("extensible", [False, True])
def test_every_coding_comes_back(coding: int, bits: int, extensible: bool) -> None:
    samples, rate = read_wav(written(coding, bits, coded(coding, bits), extensible=extensible))
    assert rate == 16_000 and samples.dtype == np.float32
    assert np.abs(samples - RAMP).max() < (0.013 if bits == 8 else 1e-4)


def test_two_channels_are_averaged(tmp_path: Path) -> None:
    path = tmp_path / "stereo.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, 44_100, 0, "NONE", ""))
        file.writeframes(np.tile(np.array([8192, 16_384], "<i2"), 50).tobytes())
    samples, rate = read_wav(path)
    assert rate == 44_100 and samples.shape == (50,) and np.allclose(samples, 0.375)


def test_what_npcface_writes_others_read() -> None:
    pcm = (RAMP * 32767).astype(np.int16)
    with wave.open(io.BytesIO(wav_bytes(pcm, 24_000))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 24_000)
        assert file.readframes(1000) == pcm.tobytes()


def test_a_file_from_a_pipe_has_no_length() -> None:
    data = bytearray(written(1, 16, coded(1, 16)))
    at = data.index(b"data") + 4
    data[at : at + 4] = b"\xff\xff\xff\xff"
    assert read_wav(bytes(data))[0].shape == (400,)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"RIFF", b"not a wave file at all", written(2, 4, b"\0" * 64), written(1, 16, b"", channels=0),
        written(1, 16, b"\0" * 64, channels=6), written(1, 16, b"\0" * 64, rate=0),
        written(1, 16, b"\0\0", rate=2**32 - 1),
        written(3, 32, np.array([0.0, np.nan], "<f4").tobytes()), written(3, 64, np.array([1e300], "<f8").tobytes()),
        written(1, 16, coded(1, 16))[:30],
    ],
)  # fmt: skip
def test_broken_files_are_refused_in_words(data: bytes) -> None:
    with pytest.raises(VoiceError) as caught:
        read_wav(data)
    assert caught.value.remedy


def test_too_long_is_refused() -> None:
    with pytest.raises(LimitError):
        read_wav(written(1, 8, bytes(int(4000 * MOST_SECONDS) + 1), rate=4000))


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.wav", Path("/dev/zero")):
        with pytest.raises(VoiceError):
            read_wav(path)


@given(st.binary(max_size=80), st.integers(0, 60))
def test_no_bytes_do_harm(noise: bytes, keep: int) -> None:
    data = written(1, 16, coded(1, 16))
    try:
        samples, _ = read_wav(data[:keep] + noise + data[keep + len(noise) :])
    except NpcFaceError:
        return
    assert np.isfinite(samples).all() and np.abs(samples).max(initial=0.0) <= 1.0
