"""Golden face packets, for the tests of codecs in any language: ``engine_bridge/golden_faces``.

``python -m npcface.relay.golden [FOLDER]`` writes them again; ``index.json`` says what they mean. Do that only together
with a new version of the packet.
"""

from __future__ import annotations

import json
import random
import struct
import sys
from pathlib import Path

import numpy as np

from npcface.relay.decoder import FaceDecoder
from npcface.relay.encoder import FaceEncoder
from npcface.relay.packet import PacketError
from npcface.relay.playout import Playing, Playout
from npcface.state import FaceState, Floats
from npcface.wire.channels import pack

FOLDER = Path("engine_bridge/golden_faces")
SETTINGS = {"key_interval": 6, "key_slack": 2, "run": 9, "first_sequence": 65530}
FACES = 40
BROKEN = 4
"""Where the other outcomes have their numbers: what came was no face packet."""
_RECORD = struct.Struct("<BBBiiH")


def files() -> dict[str, bytes]:
    """File name → content of the whole folder."""
    faces = _faces()
    times_s = [60.0 + number / 30.0 for number in range(FACES)]
    packets = _encoded(faces, times_s, **SETTINGS)
    arrivals, count = _arrivals(_script(packets, faces, times_s))
    index = {
        "encoder": SETTINGS,
        "faces": {"file": "faces.bin", "meaning": f"{FACES} times: float64 seconds, 60 float32 in the channels' order"},
        "packets": {"file": "packets.bin", "meaning": "what that encoder makes of them: uint16 length, packet"},
        "arrivals": {
            "file": "arrivals.bin",
            "meaning": f"{count} packets for one decoder: uint8 outcome (0 face, 1 duplicate, 2 late, 3 key missing, "
            "4 no face packet), uint8 newest, uint8 stream, int32 sequence, int32 milliseconds, uint16 length, packet, "
            "60 float32: its face, or without one the newest. After outcome 4 nothing has changed",
        },
        "playout": {
            "file": "playout.bin",
            "meaning": "one decoder and one playout of the default times, in order: uint8 0, float64 local seconds, "
            "uint16 length, packet that came; or uint8 1, float64 local seconds, uint8 playing (0 nothing, 1 faces, "
            "2 holding, 3 resting), 60 float32: the face shown, within 0.001",
        },
        "order": "little-endian",
    }
    return {
        "faces.bin": b"".join(struct.pack("<d60f", t, *face) for t, face in zip(times_s, faces, strict=True)),
        "packets.bin": b"".join(struct.pack("<H", len(packet)) + packet for packet in packets),
        "arrivals.bin": arrivals,
        "playout.bin": _played(),
        "index.json": (json.dumps(index, indent=1) + "\n").encode(),
    }


def _faces() -> list[Floats]:
    """A walk through all channels; three of them beyond their limits, one neutral."""
    chance = random.Random(52)
    reach = np.array([1.0] * 52 + [60.0] * 3 + [45.0] * 2 + [1.0] * 3, np.float32)
    face, faces = np.zeros(60, np.float32), []
    for number in range(FACES):
        for channel in range(60):
            if chance.random() < 0.3:
                face[channel] = reach[channel] * np.float32(chance.uniform(-0.2 if channel > 51 else 0.0, 1.0))
        for channel in (8, 20, 43):  # both sides alike, as faces mostly are
            face[channel + 1] = face[channel]
        shown = face.copy()
        shown[59] += np.float32(1.0)
        if number in (3, 17, 30):
            shown *= np.float32(-3.0 if number == 17 else 3.0)
        faces.append(pack(FaceState()) if number == 9 else shown)
    return faces


def _encoded(faces: list[Floats], times_s: list[float], **settings: int) -> list[bytes]:
    encoder = FaceEncoder(**settings)
    return [encoder.encode(_state(face), t) for face, t in zip(faces, times_s, strict=True)]


def _state(face: Floats) -> FaceState:
    return FaceState(face[:52], face[52:55], face[57:59], face[55:57], float(face[59]))


def _script(packets: list[bytes], faces: list[Floats], times_s: list[float]) -> list[bytes]:
    """Everything that happens to packets on their way."""
    p = packets
    lossy = [p[1], p[0], p[0], p[2], p[4], p[3], p[4]]  # delta before its key, twice, out of order
    lossy += [p[7], p[8], p[6], p[7], p[9], p[13], p[12], p[13]]  # a key overtaken by its deltas
    lossy += [p[18], b"", p[18][:5], p[19][:-1], p[19] + b"\0", p[19] + bytes(300)]
    lossy += [bytes([p[19][0] & 0x3F | mark]) + p[19][1:] for mark in (0x00, 0x80, 0x60, 0x70)]  # versions, kinds
    lossy += [p[19][:5] + b"\0" + p[19][6:], p[18][:5] + b"\0\0\0", p[18][:-1] + bytes([p[18][-1] | 1]), p[19]]
    flipped = [bytes([*p[20][:at], p[20][at] ^ 0x24, *p[20][at + 1 :]]) for at in range(6, len(p[20]), 3)]
    again = _encoded(faces, times_s, key_interval=90, key_slack=0, run=3, first_sequence=120)
    far = _encoded(faces, times_s, key_interval=4, key_slack=0, run=3, first_sequence=9000)
    back = _encoded(faces, times_s, key_interval=4, key_slack=0, run=3, first_sequence=7900)
    restarts = [again[1], again[0], p[21], again[2], far[0], again[3], far[2], back[2], back[4], back[5], far[6]]
    return lossy + flipped + [p[20], p[20]] + restarts


def _arrivals(script: list[bytes]) -> tuple[bytes, int]:
    decoder, out = FaceDecoder(), b""
    newest, stream, sequence, time_ms = 0, 0, 0, 0
    for packet in script:
        try:
            arrival = decoder.push(packet)
        except PacketError:
            outcome, newest, face = BROKEN, 0, decoder.face
        else:
            outcome, newest, face = int(arrival.outcome), int(arrival.newest), arrival.face
            stream, sequence, time_ms = arrival.stream, arrival.sequence, round(1000 * arrival.time_s)
        out += _RECORD.pack(outcome, newest, stream, sequence, time_ms, len(packet)) + packet
        out += pack(face).astype("<f4").tobytes()
    return out, len(script)


def _played() -> bytes:
    """Nine seconds over a bad network: jitter, loss, a silence, and a sender that was started again."""
    chance, events = random.Random(7), list[tuple[float, bytes]]()
    encoder = FaceEncoder(run=1, first_sequence=65_500)
    for number in range(240):
        t, clock_s = number / 30.0, 63.0 + number / 30.0
        if number == 200:
            encoder, clock_s = FaceEncoder(run=2, first_sequence=9), 12.0
        face = FaceState.of({"jawOpen": number % 20 / 20, "mouthPucker": number % 7 / 7}, head=(number % 90 / 2, 0, 0))
        if number > 200:
            clock_s = 12.0 + (number - 200) / 30.0
        packet = encoder.encode(face, clock_s)
        if chance.random() > 0.15 and not 90 <= number < 130:
            events.append((t + 0.02 + chance.uniform(0.0, 0.06), packet))
    events += [(look / 14.0 + 0.001, b"") for look in range(126)]
    decoder, playout, out = FaceDecoder(), Playout(), b""
    for now_s, packet in sorted(events):
        if packet:
            playout.take(decoder.push(packet), now_s)
            out += struct.pack("<BdH", 0, now_s, len(packet)) + packet
        else:
            face = playout.face(now_s)
            out += struct.pack("<BdB60f", 1, now_s, list(Playing).index(playout.playing), *pack(face))
    return out


def main() -> None:
    """Write the files."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files().items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
