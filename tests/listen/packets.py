"""Packets built byte by byte from the published layouts, and the faces they stand for; npcface.listen is not used.

``python tests/listen/packets.py`` writes them to ``samples/`` again; a test compares what lies there with what is
built.
The expected faces follow the descriptions named in ``samples/README.md``, written out here by hand.
"""

from __future__ import annotations

import json
import math
import re
import struct
from pathlib import Path

SAMPLES = Path(__file__).parent / "samples"
Face = dict[str, object]

# The order of a Live Link Face packet: Unreal's EARFaceBlendShape, then nine angles.
UDP_ORDER = re.findall(
    r"\w+",
    """EyeBlinkLeft EyeLookDownLeft EyeLookInLeft EyeLookOutLeft EyeLookUpLeft EyeSquintLeft EyeWideLeft
EyeBlinkRight EyeLookDownRight EyeLookInRight EyeLookOutRight EyeLookUpRight EyeSquintRight EyeWideRight JawForward
JawLeft JawRight JawOpen MouthClose MouthFunnel MouthPucker MouthLeft MouthRight MouthSmileLeft MouthSmileRight
MouthFrownLeft MouthFrownRight MouthDimpleLeft MouthDimpleRight MouthStretchLeft MouthStretchRight MouthRollLower
MouthRollUpper MouthShrugLower MouthShrugUpper MouthPressLeft MouthPressRight MouthLowerDownLeft MouthLowerDownRight
MouthUpperUpLeft MouthUpperUpRight BrowDownLeft BrowDownRight BrowInnerUp BrowOuterUpLeft BrowOuterUpRight CheekPuff
CheekSquintLeft CheekSquintRight NoseSneerLeft NoseSneerRight TongueOut HeadYaw HeadPitch HeadRoll LeftEyeYaw
LeftEyePitch LeftEyeRoll RightEyeYaw RightEyePitch RightEyeRoll""",
)
CAMEL = [name[0].lower() + name[1:] for name in UDP_ORDER[:52]]
WEIGHTS = {name: round(0.03 + 0.017 * k, 3) for k, name in enumerate(CAMEL)}
"""A face in which every shape has a value of its own."""


def face(weights: dict[str, float], head=(0.0, 0.0, 0.0), gaze=(0.0, 0.0)) -> Face:
    """An expected state: degrees, FaceState's signs; ``gaze`` is what is added to the eyeLook weights."""
    return {"weights": {n: w for n, w in weights.items() if w}, "head": list(head), "gaze": list(gaze)}


def livelink(weights: dict[str, float] | None, head: tuple[float, float, float], number: int = 5000) -> bytes:
    """version u8 | id | name | frame i32, part f32 | rate i32/i32 | count u8 | 61 f32; big-endian."""
    device, subject = b"5F3C1C2A-7C4E-4E0B-9A59-0F2D8E3C6B11", b"Maja's iPhone"
    packet = bytes([6])
    packet += struct.pack(">i", len(device)) + device
    packet += struct.pack(">i", len(subject)) + subject
    packet += struct.pack(">if", number, 0.25)
    packet += struct.pack(">ii", 60, 1)
    if weights is None:
        return packet  # no face in view: it ends here
    values = [weights[name] for name in CAMEL] + [math.radians(a) for a in head] + [0.0] * 6
    return packet + struct.pack(">B", 61) + struct.pack(">61f", *values)


def ifacialmocap(version: int) -> bytes:
    """name-value or name&value | … | =head#x,y,z,right,up,forward | rightEye#x,y,z | leftEye#x,y,z |"""
    between = "-" if version == 1 else "&"
    short = {n: n[:-4] + "_L" if n.endswith("Left") else n[:-5] + "_R" if n.endswith("Right") else n for n in CAMEL}
    shapes = "|".join(f"{short[n] if version == 1 else n}{between}{100 * w:.0f}" for n, w in WEIGHTS.items())
    turns = "=head#-12.5,-6.25,4.5,-0.04,-0.05,-0.46|rightEye#2.5,-3,0|leftEye#1.5,-5,0|"
    return f"{shapes}|FM_SAD{between}0|{turns}".encode("ascii")


def osc(address: str, *arguments: object) -> bytes:
    """Address and type tags, each padded to four bytes with at least one zero, then the arguments, big-endian."""

    def padded(text: str) -> bytes:
        raw = text.encode()
        return raw + bytes(4 - len(raw) % 4)

    tags = "".join("s" if isinstance(a, str) else "i" if isinstance(a, int) else "f" for a in arguments)
    data = padded(address) + padded("," + tags)
    for a in arguments:
        data += padded(a) if isinstance(a, str) else struct.pack(">i" if isinstance(a, int) else ">f", a)
    return data


def bundle(*messages: bytes) -> bytes:
    """#bundle, time tag 1 ("at once"), then each message with its size."""
    return b"#bundle\0" + struct.pack(">Q", 1) + b"".join(struct.pack(">i", len(m)) + m for m in messages)


def about(axis: str, degrees: float) -> tuple[float, float, float, float]:
    """Unity's Quaternion.AngleAxis: x, y, z, w."""
    half = math.radians(degrees) / 2
    x, y, z = (math.sin(half) * (axis == a) for a in "xyz")
    return x, y, z, math.cos(half)


def bone(name: str, quaternion: tuple[float, float, float, float]) -> bytes:
    """A bone without a place of its own."""
    return osc("/VMC/Ext/Bone/Pos", name, 0.0, 0.0, 0.0, *map(float, quaternion))


def vmc(values: dict[str, float], *bones: bytes) -> bytes:
    """One frame as senders bundle it."""
    shapes = [osc("/VMC/Ext/Blend/Val", name, float(value)) for name, value in values.items()]
    apply = osc("/VMC/Ext/Blend/Apply")
    return bundle(osc("/VMC/Ext/OK", 1), osc("/VMC/Ext/T", 12.5), *bones, *shapes, apply)


def openseeface(success: int = 1) -> bytes:
    """One face as ``facetracker.py`` packs it, little-endian without padding.

    Yaw 20, pitch -10, roll 15 degrees: in OpenSeeFace's axes (picture: down, right, away; head: right, up, forward) the
    matrix below, whose inverse's quaternion is sent.
    """
    y, p, r = (math.radians(a) for a in (20.0, -10.0, 15.0))
    # head (left, up, forward) → picture (right, up, near): pitch, then yaw, then roll; rows of the product by hand
    cy, sy, cp, sp, cr, sr = math.cos(y), math.sin(y), math.cos(p), math.sin(p), math.cos(r), math.sin(r)
    ours = [
        [cr * cy, sr * cp - cr * sy * sp, sr * sp + cr * sy * cp],
        [-sr * cy, cr * cp + sr * sy * sp, cr * sp - sr * sy * cp],
        [-sy, -cy * sp, cy * cp],
    ]
    right, up, near = ours
    m = [  # down is -up, away is -near; the first column is the subject's right
        [up[0], -up[1], -up[2]],
        [-right[0], right[1], right[2]],
        [near[0], -near[1], -near[2]],
    ]
    w = math.sqrt(max(1 + m[0][0] + m[1][1] + m[2][2], 0)) / 2
    x = math.copysign(math.sqrt(max(1 + m[0][0] - m[1][1] - m[2][2], 0)) / 2, m[2][1] - m[1][2])
    yq = math.copysign(math.sqrt(max(1 - m[0][0] + m[1][1] - m[2][2], 0)) / 2, m[0][2] - m[2][0])
    z = math.copysign(math.sqrt(max(1 - m[0][0] - m[1][1] + m[2][2], 0)) / 2, m[1][0] - m[0][1])
    packet = struct.pack("<d", 1234.5) + struct.pack("<i", 0)
    packet += struct.pack("<ff", 640.0, 480.0)
    packet += struct.pack("<ff", 0.9, 0.4)  # right eye, left eye
    packet += struct.pack("<B", success) + struct.pack("<f", 12.5)
    packet += struct.pack("<4f", -x, -yq, -z, w)
    packet += struct.pack("<3f", -170.0, 20.0, -105.0)
    packet += struct.pack("<3f", 0.1, -0.2, 5.0)
    packet += struct.pack("<68f", *[0.9] * 68)
    packet += struct.pack("<136f", *[float(k) for k in range(136)])
    points = [[0.0, 0.0, 0.0] for _ in range(70)]
    # eyeballs at ±0.25, 0.3, -0.2; pupils 0.1 before them, turned 10° to the subject's left and 5° down; sent x, -y, -z
    forward = (-math.sin(math.radians(10)) * 0.1, math.tan(math.radians(-5)) * 0.1, math.cos(math.radians(10)) * 0.1)
    for pupil, centre, side in ((66, 68, 0.25), (67, 69, -0.25)):
        points[centre] = [side, -0.3, 0.2]
        points[pupil] = [side + forward[0], -(0.3 + forward[1]), -(-0.2 + forward[2])]
    packet += b"".join(struct.pack("<3f", *point) for point in points)
    features = [0.5, -0.4, 0.1, 0.5, 0.1, 0.1, -0.25, 0.1, 0.5, 0.2, -0.5, 0.2, 0.6, 0.25]
    return packet + struct.pack("<14f", *features)


def a2f() -> bytes:
    """Header, frames, status, as protobuf's JSON form writes the service's messages."""
    names = [name[0].upper() + name[1:] for name in CAMEL]
    header = {"animationDataStreamHeader": {"skelAnimationHeader": {"blendShapes": names}}}
    rows = [{"timeCode": k / 30, "values": [w * (k + 1) / 3 for w in WEIGHTS.values()]} for k in range(3)]
    frames = {"animationData": {"skelAnimation": {"blendShapeWeights": rows}}}
    return "\n".join(json.dumps(line) for line in (header, frames, {"status": {"code": "SUCCESS"}})).encode()


HEAD = (12.0, 8.0, -5.0)
_VISEME_A = {"jawOpen": 0.5, "mouthLowerDownLeft": 0.14, "mouthLowerDownRight": 0.14, "mouthUpperUpLeft": 0.1}
SAMPLE_FACES: dict[str, tuple[bytes, Face]] = {
    # ARKit: yaw +, pitch + is down, roll + is to the right shoulder
    "livelink-face.bin": (livelink(WEIGHTS, (12.0, -8.0, 5.0)), face(WEIGHTS, HEAD)),
    "ifacialmocap-v1.bin": (ifacialmocap(1), face({n: round(w, 2) for n, w in WEIGHTS.items()}, (6.25, 12.5, -4.5))),
    "ifacialmocap-v2.bin": (ifacialmocap(2), face({n: round(w, 2) for n, w in WEIGHTS.items()}, (6.25, 12.5, -4.5))),
    "vmc-perfect-sync.bin": (
        vmc({n[0].upper() + n[1:]: w for n, w in WEIGHTS.items()} | {"A": 0.9}, bone("Head", about("y", -12.0))),
        face(WEIGHTS, (12.0, 0.0, 0.0)),
    ),
    "vmc-vrm0.bin": (
        vmc({"A": 1.0, "Blink_L": 0.75, "Joy": 0.0}, bone("Neck", about("x", 4.0)), bone("Head", about("x", 6.0)),
            bone("LeftEye", about("y", 8.0)), bone("RightEye", about("y", 4.0))),
        face(_VISEME_A | {"mouthUpperUpRight": 0.1, "eyeBlinkLeft": 0.75}, (0.0, -10.0, 0.0), (-6.0, 0.0)),
    ),
    "vmc-vrm1.bin": (
        vmc({"aa": 1.0, "blinkLeft": 0.75, "happy": 0.0}, bone("Head", about("z", 7.0))),
        face(_VISEME_A | {"mouthUpperUpRight": 0.1, "eyeBlinkLeft": 0.75}, (0.0, 0.0, 7.0)),
    ),
    "openseeface.bin": (
        openseeface(),
        face({"eyeBlinkRight": 0.1, "eyeBlinkLeft": 0.6, "eyeWideLeft": 0.3, "browOuterUpLeft": 0.4, "browInnerUp": 0.2,
              "browDownRight": 0.2, "mouthSmileLeft": 0.4, "mouthFrownRight": 0.4, "jawOpen": 0.42,
              "mouthLowerDownLeft": 0.12, "mouthLowerDownRight": 0.12, "mouthUpperUpLeft": 0.09,
              "mouthUpperUpRight": 0.09, "mouthStretchLeft": 0.1, "mouthStretchRight": 0.1},
             (20.0, -10.0, 15.0), (10.0, -5.0)),
    ),
    "a2f-stream.jsonl": (a2f(), face(WEIGHTS)),
}  # fmt: skip
FACELESS = {"livelink-no-face.bin": livelink(None, (0.0, 0.0, 0.0)), "openseeface-lost.bin": openseeface(0)}


def source_of(name: str) -> str:
    """The source that a sample's file name begins with."""
    return name.replace(".", "-").split("-")[0]


if __name__ == "__main__":
    for name, (data, expected) in SAMPLE_FACES.items():
        (SAMPLES / name).write_bytes(data)
        (SAMPLES / name).with_suffix(".json").write_text(json.dumps(expected, indent=1) + "\n")
    for name, data in FACELESS.items():
        (SAMPLES / name).write_bytes(data)
