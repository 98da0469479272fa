"""Live Link Face (Epic Games, iOS), the "Live Link (ARKit)" mode: one datagram a frame, big-endian.

=========  ======================================================================================================
bytes      field
=========  ======================================================================================================
1          version, 6 as of app 1.x
4 + n      device id: int32 length, then as many bytes of UTF-8
4 + n      subject name, likewise
4 + 4      frame time: int32 frame number, float32 part of a frame
4 + 4      frame rate: int32 numerator, denominator
1          number of values: 61; the packet ends before it when no face is in view
61 × 4     float32: 52 weights, then head yaw, pitch, roll and left and right eye yaw, pitch, roll in radians
=========  ======================================================================================================

Written from the descriptions in JimWest/PyLiveLinkFace and tbxMb/GodotLiveLinkFace (both MIT) and the order of Unreal's
``EARFaceBlendShape``. That order is not the one of the app's CSV files, which have right before left for jaw and mouth.
"""

from __future__ import annotations

import struct

from npcface.drive.arkit import LIVE_LINK_61
from npcface.listen.packet import Packet, finite, malformed, text

NAME = "Live Link Face"
LARGEST_BYTES = 1024
_SWAPPED = {"JawRight": "JawLeft", "JawLeft": "JawRight", "MouthRight": "MouthLeft", "MouthLeft": "MouthRight"}
ORDER: tuple[str, ...] = tuple(_SWAPPED.get(name, name) for name in LIVE_LINK_61)
"""Names of the 61 values of a packet."""


def parse(data: bytes) -> Packet:
    """One frame.

    Args:
        data: one datagram, at most ``LARGEST_BYTES``.

    Raises:
        ProtocolError: anything else.
    """
    if not 1 <= len(data) <= LARGEST_BYTES:
        raise malformed(NAME, f"it has {len(data)} bytes")
    if not 1 <= data[0] <= 16:
        raise malformed(NAME, f"its version is {data[0]}")
    _, at = _string(data, 1, "device id")
    who, at = _string(data, at, "subject name")
    if len(data) < at + 16:
        raise malformed(NAME, "its frame time is cut off")
    number, part, rate, divisor = struct.unpack_from(">ifii", data, at)
    at += 16
    finite(NAME, (part,))
    time_s = (number + part) * divisor / rate if 0 < rate <= 1_000_000 and 0 < divisor <= 1_000_000 else None
    if len(data) == at:
        return Packet(face=False, who=who, time_s=time_s, number=number)
    if data[at] == 0 and len(data) == at + 1:
        return Packet(face=False, who=who, time_s=time_s, number=number)
    if data[at] != len(ORDER) or len(data) != at + 1 + 4 * len(ORDER):
        raise malformed(NAME, f"it announces {data[at]} values in {len(data) - at - 1} bytes, expected {len(ORDER)}")
    values = struct.unpack_from(f">{len(ORDER)}f", data, at + 1)
    finite(NAME, values)
    return Packet(dict(zip(ORDER, values, strict=True)), who=who, time_s=time_s, number=number)


def _string(data: bytes, at: int, what: str) -> tuple[str, int]:
    if len(data) < at + 4:
        raise malformed(NAME, f"its {what} is cut off")
    (length,) = struct.unpack_from(">i", data, at)
    at += 4
    if not 0 <= length <= len(data) - at:
        raise malformed(NAME, f"its {what} is said to have {length} bytes")
    return text(NAME, data[at : at + length], what), at + length
