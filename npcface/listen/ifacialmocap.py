"""iFacialMocap and Facemotion3d (iOS): one line of text a frame, port 49983.

    mouthSmile_R-12|jawOpen-40|…|=head#-21.5,-6.0,-6.6,0.01,-0.04,-0.4|rightEye#12.7,5.5,0|leftEye#12.8,1.2,0|

Shapes are percents, angles Euler degrees about x, y, z; the head's last three numbers are metres. Version 2, asked for
with ``sendDataVersion=v2``, has ``&`` for the ``-`` before a value, so that values may be negative.
Written from the specification on ifacialmocap.com ("For developer").
"""

from __future__ import annotations

import re

from npcface.listen.packet import MOST_VALUES, Packet, finite, malformed

NAME = "iFacialMocap"
LARGEST_BYTES = 8192
START = b"iFacialMocap_sahuasouryya9218sauhuiayeta91555dy3719|sendDataVersion=v2"
"""What the app waits for on its port before it sends; the word is the specification's."""
TRANSFORMS = {
    "head": ("head.x", "head.y", "head.z", "head.right", "head.up", "head.forward"),
    "rightEye": ("rightEye.x", "rightEye.y", "rightEye.z"),
    "leftEye": ("leftEye.x", "leftEye.y", "leftEye.z"),
}
_SHAPE = re.compile(r"([A-Za-z0-9_]{1,64})\s*[&-]\s*(-?\d{1,6}(?:\.\d{1,12})?)")
_NUMBER = re.compile(r"-?\d{1,6}(?:\.\d{1,12})?(?:[eE]-?\d{1,2})?")


def parse(data: bytes) -> Packet:
    """One frame of version 1 or 2.

    Args:
        data: one datagram, at most ``LARGEST_BYTES``.

    Raises:
        ProtocolError: anything else.
    """
    if not 1 <= len(data) <= LARGEST_BYTES:
        raise malformed(NAME, f"it has {len(data)} bytes")
    try:
        line = data.decode("ascii").strip("\0\r\n ")
    except UnicodeDecodeError:
        raise malformed(NAME, "it is not text") from None
    fields = [field.strip() for field in line.removesuffix("___iFacialMocap").split("|") if field.strip()]
    if len(fields) > MOST_VALUES:
        raise malformed(NAME, f"it has {len(fields)} fields")
    values: dict[str, float] = {}
    for field in fields:
        values.update(_transform(field) if "#" in field else _shape(field))
    if not values:
        raise malformed(NAME, "it holds no value")
    finite(NAME, values.values())
    return Packet(values)


def _shape(field: str) -> dict[str, float]:
    match = _SHAPE.fullmatch(field)
    if match is None:
        raise malformed(NAME, f"{field!r:.40} is no shape with its value")
    return {match[1]: float(match[2])}


def _transform(field: str) -> dict[str, float]:
    name, _, rest = field.removeprefix("=").strip().partition("#")
    numbers = [number.strip() for number in rest.split(",", 8)]
    names = TRANSFORMS.get(name.strip())
    if names is None or len(numbers) != len(names) or not all(map(_NUMBER.fullmatch, numbers)):
        raise malformed(NAME, f"{field!r:.40} is neither head nor eye")
    return {key: float(number) for key, number in zip(names, numbers, strict=True)}
