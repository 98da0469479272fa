"""What a face costs on a network: bytes a second, errors, and what packet loss leaves of it.

``python -m npcface.bench.face_codec [--json]`` prints the tables of ``docs/multiplayer.md``. The figures are of made
motion and the same on every machine, but for the last line, which is of this one.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

import numpy as np

from npcface.drive import EmotionTrack, Idle
from npcface.drive.speech import speech
from npcface.relay.decoder import FaceDecoder, Outcome
from npcface.relay.encoder import FaceEncoder
from npcface.state import FaceState, Floats
from npcface.wire.channels import pack, unpack

FPS = 30
LOSS = 0.2
SETTINGS: dict[str, tuple[int, int]] = {
    "all packets keys (1, 0)": (1, 0),
    "default (8, 1)": (8, 1),
    "a key every 8 packets (8, -)": (8, -255),
    "a key a second (30, -)": (30, -255),
}
"""name → key_interval, key_slack; -255: keys come by the interval alone."""
OVERHEAD_BYTES = {"ZeroMQ, topic of 4 bytes": 8, "TCP over IPv4, with timestamps": 52, "UDP over IPv4": 28}
"""Of each packet, on top of its payload."""
LINES = (
    "HH AH L OW1 | HH UW1 AA R Y UW1 | AY1 W AA Z W EY1 T IH NG F AO1 R Y UW",
    "DH AH B R IH1 JH W AA Z W AO1 SH T AH W EY1 | S OW1 Y UW HH AE V T UW S T EY1 HH IY R",
    "M AY B R AH1 DH ER W ER1 K S IH N DH AH M IH1 L | HH IY HH ER1 D V OY1 S IH Z",
    "P L IY1 Z T EY K DH IH S L EH1 T ER | AE N D D UW N AA T R IY1 D IH T",
    "S T AA1 P R AY T DH EH1 R | P UH1 T DH AH S AO1 R D D AW N | HH UW1 S EH N T Y UW",
    "W EH1 L | DH AE1 T IH Z AH W AH1 N D ER F AH L S T AO1 R IY | B AH T AY D OW N T B AH L IY1 V IH T",
)
"""What is said, in ARPAbet, as a text-to-speech engine would give it; ``|`` is a pause."""
TALK_ROUNDS = 6
"""How often ``LINES`` are said: 2 minutes."""
SILENCE_S = 60.0
FEELINGS = ("neutral", "happy", "angry", "sad", "surprised", "contempt", "tender", "afraid")


def talk(rounds: int) -> Floats:
    """Someone who talks with hardly a pause, idle life and changing moods: [frames, 60]."""
    from npcface.demo.talk import timed

    frames: list[Floats] = []
    for number in range(rounds * len(LINES)):
        mood = EmotionTrack(FEELINGS[number % len(FEELINGS)])
        mood.set(1.2, (FEELINGS[(3 * number + 1) % len(FEELINGS)], 0.6))
        line = timed(LINES[number % len(LINES)], 0.1)
        idle = Idle(seed=number)
        frames += [pack(state.checked()) for state in speech(line, FPS, convention="arpabet", emotion=mood, idle=idle)]
    return np.array(frames)


def silence(seconds: float) -> Floats:
    """Idle life alone: [frames, 60]."""
    return np.array([pack(Idle(seed=1).apply(FaceState(), frame / FPS)) for frame in range(round(FPS * seconds))])


def tracked(motion: Floats) -> Floats:
    """The same as a camera would have seen it: two thirds of the weights and all angles tremble. [frames, 60]"""
    chance = np.random.default_rng(0)
    noisy = motion + chance.normal(0.0, 1.0, motion.shape) * np.array([0.012] * 52 + [0.15] * 5 + [0.001] * 3)
    still = chance.random(60) < 1 / 3
    noisy[:, still] = motion[:, still]
    return np.array([pack(unpack(row.astype(np.float32))) for row in noisy])


def measure(motion: Floats, key_interval: int, key_slack: int) -> dict[str, float]:
    """Encode a motion, decode it, and decode it again with every fifth packet lost at random."""
    encoder = FaceEncoder(key_interval=key_interval, key_slack=key_slack, run=0, first_sequence=65_000)
    packets = [encoder.encode(unpack(row), frame / FPS) for frame, row in enumerate(motion)]
    sizes = np.array([len(packet) for packet in packets])
    decoder = FaceDecoder()
    error = np.abs(np.array([pack(decoder.push(packet).face) for packet in packets]) - motion)
    gaps = list(_gaps(packets))
    return {
        "bytes_per_packet": float(sizes.mean()),
        "bytes_per_second": float(sizes.mean() * FPS),
        "bytes_in_worst_second": float(np.convolve(sizes, np.ones(FPS), "valid").max()),
        "weight_error": float(error[:, :52].max()),
        "angle_error_deg": float(error[:, 52:57].max()),
        "translation_error": float(error[:, 57:59].max()),
        "missing_with_loss": sum(gaps) / len(packets),
        "longest_gap_s": max(gaps) / FPS,
    }


def _gaps(packets: Sequence[bytes]) -> Iterator[int]:
    """How many faces are missing in a row, again and again."""
    chance, decoder, missing = np.random.default_rng(1), FaceDecoder(), 0
    for packet in packets:
        if chance.random() >= LOSS and decoder.push(packet).outcome is Outcome.FACE:
            yield missing
            missing = 0
        else:
            missing += 1
    yield missing


def cost_us(motion: Floats) -> tuple[float, float]:
    """Microseconds to encode and to decode one face in Python, medians."""
    encoder, decoder = FaceEncoder(), FaceDecoder()
    spent: tuple[list[float], list[float]] = ([], [])
    for frame, row in enumerate(motion[:600]):
        state = unpack(row)
        began = time.perf_counter()
        packet = encoder.encode(state, frame / FPS)
        middle = time.perf_counter()
        decoder.push(packet)
        spent[0].append(middle - began)
        spent[1].append(time.perf_counter() - middle)
    return 1e6 * median(spent[0]), 1e6 * median(spent[1])


def run() -> dict[str, Any]:
    """All figures: motion → setting → ``measure``."""
    speaking = talk(TALK_ROUNDS)
    motions = {"talk": speaking, "talk, tracked by a camera": tracked(speaking), "idle life": silence(SILENCE_S)}
    encode_us, decode_us = cost_us(speaking)
    return {
        "fps": FPS,
        "loss": LOSS,
        "seconds": {name: len(motion) / FPS for name, motion in motions.items()},
        "motions": {
            name: {setting: measure(motion, *values) for setting, values in SETTINGS.items()}
            for name, motion in motions.items()
        },
        "overhead_bytes_per_packet": OVERHEAD_BYTES,
        "python_encode_us": encode_us,
        "python_decode_us": decode_us,
    }


def report(figures: dict[str, Any]) -> str:
    """The figures as a table in Markdown."""
    loss = f"{100 * figures['loss']:.0f} % loss"
    lines = [
        f"| motion, {figures['fps']} Hz | setting | bytes a packet | bytes/s | worst second | "
        f"missing at {loss} | longest gap |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, settings in figures["motions"].items():
        lines += [
            f"| {name}, {figures['seconds'][name]:.0f} s | {setting} | {row['bytes_per_packet']:.1f} | "
            f"{row['bytes_per_second']:.0f} | {row['bytes_in_worst_second']:.0f} | "
            f"{100 * row['missing_with_loss']:.0f} % | {row['longest_gap_s']:.1f} s |"
            for setting, row in settings.items()
        ]
    rows = [row for settings in figures["motions"].values() for row in settings.values()]
    lines += [
        "",
        f"greatest error: weights {max(row['weight_error'] for row in rows):.4f}, "
        f"angles {max(row['angle_error_deg'] for row in rows):.3f} degrees, "
        f"translation {max(row['translation_error'] for row in rows):.5f} texture widths",
        "",
        "| overhead | bytes a packet | bytes/s |",
        "| --- | --- | --- |",
        *(f"| {what} | {size} | {size * figures['fps']} |" for what, size in OVERHEAD_BYTES.items()),
        "",
        f"Python here: {figures['python_encode_us']:.0f} µs to encode a face, {figures['python_decode_us']:.0f} µs to "
        "decode it (medians)",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    found = run()
    print(json.dumps(found, indent=1) if "--json" in sys.argv[1:] else report(found))
