"""VMC protocol over OSC (VSeeFace, Warudo, VirtualMotionCapture, Waidayo, …): ports 39539 and 39540.

One face is many messages, ended by ``/VMC/Ext/Blend/Apply``: ``/VMC/Ext/Blend/Val name value`` for shapes of VRM 0,
VRM 1 or perfect sync (ARKit's names, in any case), ``/VMC/Ext/Bone/Pos name x y z qx qy qz qw`` for bones in Unity's
left-handed axes (x to the avatar's right, y up, z forward). Written from protocol.vmc.info, "Marionette" side.
"""

from __future__ import annotations

import math
from typing import Any

from npcface.listen.osc import Message, messages, require
from npcface.listen.packet import MOST_NAME, MOST_VALUES, Packet, finite, malformed

NAME = "VMC"
BONES = ("Neck", "Head", "LeftEye", "RightEye")


def parse(data: bytes) -> Packet:
    """What one datagram holds of a face: shapes by lower-case name, bones as ``head.yaw`` and so on in degrees.

    Args:
        data: one datagram, at most ``osc.LARGEST_BYTES``.

    Returns:
        A packet; ``complete`` if it ends a frame, ``time_s`` if it tells the sender's time.

    Raises:
        ProtocolError: not OSC, or a known message with the wrong arguments.
    """
    values: dict[str, float] = {}
    face, complete, time_s = True, False, None
    for message in messages(data, NAME):
        match message.address:
            case "/VMC/Ext/Blend/Val":
                values.update(_shape(message))
            case "/VMC/Ext/Bone/Pos":
                values.update(_bone(message))
            case "/VMC/Ext/Blend/Apply":
                complete = True
            case "/VMC/Ext/T":
                (time_s,) = _floats(message, 0, 1)
            case "/VMC/Ext/OK":
                face = _seen(message.arguments)
    return Packet(values, face, time_s=time_s, complete=complete or not face)


class VmcReader:
    """Puts frames together; what a frame does not repeat stays as it was.

    Raises:
        DependencyError: python-osc is missing.
    """

    def __init__(self) -> None:
        require()
        self._values: dict[str, float] = {}
        self._time_s: float | None = None

    def read(self, data: bytes) -> list[Packet]:
        """See ``packet.Reader``."""
        packet = parse(data)
        if len(self._values.keys() | packet.values.keys()) > MOST_VALUES:
            raise malformed(NAME, f"it has more than {MOST_VALUES} names")
        self._values.update(packet.values)
        self._time_s = packet.time_s if packet.time_s is not None else self._time_s
        return [Packet(dict(self._values), packet.face, time_s=self._time_s)] if packet.complete else []


def _shape(message: Message) -> dict[str, float]:
    name = message.arguments[0] if message.arguments else None
    if not isinstance(name, str) or not 0 < len(name) <= MOST_NAME:
        raise malformed(NAME, "a shape has no name")
    return {name.lower(): _floats(message, 1, 1)[0]}


def _bone(message: Message) -> dict[str, float]:
    name = message.arguments[0] if message.arguments else None
    if name not in BONES:
        return {}
    x, y, z, w = _floats(message, 4, 4)
    length = math.sqrt(x * x + y * y + z * z + w * w)
    if not 1e-6 < length < 1e6:
        raise malformed(NAME, f"the bone {name} has no rotation")
    x, y, z, w = x / length, y / length, z / length, w / length
    # Unity turns about z, then x, then y; its y turns the face to the right and its x downwards
    yaw = -math.atan2(2 * (x * z + w * y), 1 - 2 * (x * x + y * y))
    pitch = -math.asin(max(-1.0, min(1.0, 2 * (w * x - y * z))))
    roll = math.atan2(2 * (x * y + w * z), 1 - 2 * (x * x + z * z))
    key = str(name).lower()
    return {f"{key}.{axis}": math.degrees(v) for axis, v in (("yaw", yaw), ("pitch", pitch), ("roll", roll))}


def _floats(message: Message, start: int, count: int) -> tuple[float, ...]:
    numbers = message.arguments[start : start + count]
    if len(numbers) != count or not all(isinstance(n, float | int) for n in numbers):
        raise malformed(NAME, f"{message.address} has the wrong arguments")
    finite(NAME, numbers)
    return tuple(float(n) for n in numbers)


def _seen(arguments: tuple[Any, ...]) -> bool:
    """Loaded, and (since version 2.7) tracked; the two in between are about calibration."""
    return bool(arguments and arguments[0]) and (len(arguments) < 4 or bool(arguments[3]))
