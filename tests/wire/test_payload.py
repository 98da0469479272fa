"""What pictures are stored as."""

from __future__ import annotations

import numpy as np
import pytest

from npcface.errors import ProtocolError
from npcface.wire.payload import LARGEST, decode_floats, decode_pixels, pixel_shape


@pytest.mark.parametrize("format", ["rgba8", "bc1", "bc3"])
@pytest.mark.parametrize(("width", "height"), [(0, 64), (64, 0), (0, 0), (-4, 64), (64, -4), (-64, -64)])
def test_a_picture_without_an_inside_is_refused(format: str, width: int, height: int) -> None:
    with pytest.raises(ProtocolError):
        pixel_shape(format, width, height)
    with pytest.raises(ProtocolError):
        decode_pixels(b"", width, height, format)


def test_blocks_are_four_pixels_square() -> None:
    assert pixel_shape("rgba8", 6, 2) == (2, 6, 4)
    assert pixel_shape("bc1", 8, 4) == (1, 2, 8) and pixel_shape("bc3", 8, 4) == (1, 2, 16)
    with pytest.raises(ProtocolError):
        pixel_shape("bc1", 6, 4)


def test_numbers_no_face_has_are_brought_back() -> None:
    given = np.array([[3e38, -3e38], [0.5, -1.0]], np.float32)
    assert decode_floats(given.tobytes(), 2, 2).tolist() == [[LARGEST, -LARGEST], [0.5, -1.0]]
