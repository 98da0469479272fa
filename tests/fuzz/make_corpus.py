"""Write the corpus: small real inputs of every target. ``python -m tests.fuzz.make_corpus`` (needs nothing random).

Inputs whose names begin with ``found-`` are those that once broke something; they are kept by hand and stay.
"""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from npcface.character.embedding import EmbeddingKey, encode_embedding
from npcface.enroll.manual import IBUG_NAMES
from npcface.relay.encoder import FaceEncoder
from npcface.serve.config import Config
from npcface.state import FaceState
from npcface.voice.wav import wav_bytes
from npcface.wire import golden
from npcface.wire import requests as ask
from npcface.wire.codec import encode
from tests.character.folders import character, manifest, png
from tests.fuzz.child import CORPUS
from tests.fuzz.targets.driver import NEXT
from tests.fuzz.targets.wire_request import MARK
from tests.pack.zips import zip_bytes

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Write it."""
    for target, inputs in all_inputs().items():
        folder = CORPUS / target
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            if not old.name.startswith("found-"):
                old.unlink()
        for name, data in inputs.items():
            (folder / name).write_bytes(data)
    print(f"{sum(path.stat().st_size for path in CORPUS.rglob('*') if path.is_file()) / 1024:.0f} KiB")


def all_inputs() -> dict[str, dict[str, bytes]]:
    """Target → name → input."""
    samples = {path.name: path.read_bytes() for path in sorted((ROOT / "listen" / "samples").iterdir())}
    return {
        "wire_request": _messages(golden.REQUESTS),
        "wire_reply": _messages(golden.REPLIES),
        "zmtp": {name: data for name, (data, _) in golden.ZMTP.items()},
        "driver": _driver(),
        "manifests": _manifests(),
        "archive": _zips(),
        "pack": _zips(),
        "embedding": _embeddings(),
        "picture": _pictures(),
        "landmark_file": _landmark_files(),
        "timing": {path.name: _short(path.read_bytes()) for path in sorted((ROOT / "drive" / "timing").iterdir())}
        | _tracks(),
        "wav": _recordings(),
        "tracker": {name: data for name, data in samples.items() if name.endswith((".bin", ".jsonl"))},
        "name_map": {"arkit.json": b'{"schema": 1, "names": {"jawOpen": {"to": "jawOpen"}, "Joy": [{"to": '
                     b'"mouthSmileLeft", "gain": 0.8, "low": 0}, {"to": "headYaw", "sign": -1}], "tongueOut": null}}'},
        "relay": _packets(),
        "studio_message": _page(),
        "studio_form": _forms(),
        "config": {"all": "\n".join(f"{name.upper()}={getattr(Config(), name)}" for name in Config.__slots__).encode()},
        "render": {"nothing": bytes(40), "head": b"\xff" * 8 + bytes(range(0, 240, 8)), "far": b"\x90" + b"\x81" * 40},
        "landmarks": {
            "flat": bytes(3 + 68 * 8), "cloud": b"\0\0\0" + _cloud(68), "turned": b"\xff\xff\xff" + _cloud(478),
        },
    }  # fmt: skip


def _messages(table: Mapping[str, tuple[Any, bytes | None]]) -> dict[str, bytes]:
    return {
        name: encode(message) + (b"" if payload is None else MARK + payload)
        for name, (message, payload) in table.items()
    }


def _driver() -> dict[str, bytes]:
    line = ask.Speech(
        stream=1, phonemes=[ask.Phoneme("HH", 0.0), ask.Phoneme("AH1", 0.08), ask.Phoneme("L", 0.16, 0.3)]
    )
    piece = ask.Speech(stream=1, phonemes=[ask.Phoneme("OW", 0.3)], begin=False, final=False)
    feeling, idle = ask.Emotion(stream=1, emotion="happy", strength=0.5), ask.Idle(stream=1, seed=3)
    rows = np.zeros((2, 60), np.float32)
    timeline = encode(ask.Timeline(stream=1, frames=2)) + MARK + rows.tobytes()
    return {
        "line": NEXT.join([encode(line), encode(piece), encode(feeling)]),
        "turns": NEXT.join([encode(idle), timeline, encode(line)]),
    }


def _manifests() -> dict[str, bytes]:
    return {
        "character.json": manifest(framing={"left": 1.0, "top": 2.0, "side": 300.0}).to_json(),
        "pack.json": b'{"schema": 1, "name": "Inn", "version": "1.0.0", "authors": ["A"], "characters": ["mira"]}',
        "order.json": b'{"schema": 1, "order": [".", "base.zip"], "disabled": ["old.zip"]}',
        "thunderstore.json": b'{"name": "Inn", "version_number": "1.0.0", "website_url": "", "description": "People.", '
        b'"dependencies": ["A-B-1.0.0"]}',
    }


def _zips() -> dict[str, bytes]:
    someone = character()
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in (
            ("manifest.json", someone.manifest.to_json()), ("portrait.png", png(64, 80)), ("icon.png", png(256, 256)),
            ("embedding.safetensors", encode_embedding(someone.tensors, someone.key)),
        ):  # fmt: skip
            zipped.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data)
    return {"one.zip": whole.getvalue(), "pack.zip": zip_bytes(), "empty.zip": b"PK\x05\x06" + bytes(18)}


def _embeddings() -> dict[str, bytes]:
    key = EmbeddingKey("0" * 64)
    odd: dict[str, Any] = {
        "a": np.zeros((0, 3), np.float16),
        "b": np.arange(4, dtype=np.int64),
        "c": np.ones((2, 2), np.float32),
    }
    return {"small": encode_embedding(character().tensors, key), "odd": encode_embedding(odd, key)}


def _pictures() -> dict[str, bytes]:
    gradient = np.linspace(0, 255, 72 * 80 * 3).reshape(80, 72, 3).astype(np.uint8)
    picture, found = Image.fromarray(gradient), {}
    turned = Image.Exif()
    turned[0x0112] = 6
    forms: dict[str, tuple[Image.Image, str, dict[str, Any]]] = {
        "plain.png": (picture, "PNG", {}), "alpha.png": (picture.convert("RGBA"), "PNG", {}),
        "palette.png": (picture.convert("P"), "PNG", {"transparency": 3}),
        "grey.png": (picture.convert("L"), "PNG", {}),
        "deep.png": (picture.convert("I;16"), "PNG", {}), "plain.jpg": (picture, "JPEG", {"exif": turned.tobytes()}),
        "progressive.jpg": (picture, "JPEG", {"progressive": True}), "cmyk.jpg": (picture.convert("CMYK"), "JPEG", {}),
        "plain.webp": (picture, "WEBP", {}), "lossless.webp": (picture.convert("RGBA"), "WEBP", {"lossless": True}),
    }  # fmt: skip
    for name, (image, kind, options) in forms.items():
        out = io.BytesIO()
        image.save(out, kind, **options)
        found[name] = out.getvalue()
    return found


def _landmark_files() -> dict[str, bytes]:
    points = [[100 + 7 * (k % 17), 90 + 5 * (k // 4)] for k in range(68)]
    named = dict(zip(IBUG_NAMES, points, strict=True))
    return {
        "list.json": json.dumps({"schema": 1, "points": points}).encode(),
        "named.json": json.dumps({"schema": 1, "points": named}).encode(),
    }


def _tracks() -> dict[str, bytes]:
    frames = [{"t": k / 30, "weights": {"jawOpen": 0.1 * k}, "head": [k, 0, 0], "scale": 1.0} for k in range(4)]
    return {
        "frames.json": json.dumps({"schema": 1, "fps": 30, "frames": frames}).encode(),
        "line.json": json.dumps(
            {"schema": 1, "convention": "arpabet", "phonemes": [["HH", 0.0], ["AY1", 0.06, 0.3]],
             "emotions": [[0.0, "happy", 0.5]]}
        ).encode(),
    }  # fmt: skip


def _recordings() -> dict[str, bytes]:
    wave = (np.sin(np.arange(400) / 8) * 9000).astype(np.int16)
    body = wave.astype("<f4").tobytes()
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(body), b"WAVE", b"fmt ", 16, 3, 2, 48000, 8 * 48000, 8,
                       32, b"data", len(body))  # fmt: skip
    return {"pcm.wav": wav_bytes(wave, 16000), "float.wav": head + body}


def _packets() -> dict[str, bytes]:
    encoder = FaceEncoder(run=1, first_sequence=5)
    states = [FaceState.of({"jawOpen": k / 9, "mouthSmileLeft": 0.4}, head=(k, 0.0, 0.0)) for k in range(9)]
    packets = [encoder.encode(state, k / 30) for k, state in enumerate(states)]
    return {"talk": b"".join(bytes([len(packet)]) + packet for packet in packets)}


def _page() -> dict[str, bytes]:
    return {
        "open": b'{"type": "open", "view": "a", "character": "ada", "background": [1, 2, 3]}',
        "pose": b'{"type": "pose", "values": {"jawOpen": 0.5, "headYaw": -3}}',
        "layers": b'{"type": "layers", "idle": true, "emotion": {"happy": 0.5}}',
        "ack": b'{"type": "ack", "view": "b", "sequence": 7}',
        "export": b'{"character": "ada", "kind": "mp4", "values": {"gazeYaw": 2.5}, "seconds": 2.0, "line": "x"}',
        "say": b'{"text": "Well.", "voice": "auto", "speed": 1.0}',
    }


def _forms() -> dict[str, bytes]:
    parts = [
        b'Content-Disposition: form-data; name="name"\r\n\r\nAda',
        b'Content-Disposition: form-data; name="license"\r\n\r\nCC0-1.0',
        b'Content-Disposition: form-data; name="consent"\r\n\r\nNobody real.',
        b'Content-Disposition: form-data; name="portrait"; filename="../a.png"\r\nContent-Type: image/png\r\n\r\n\x89',
    ]
    body = b"".join(b"--xx\r\n" + part + b"\r\n" for part in parts) + b"--xx--\r\n"
    return {
        "enrol": b"multipart/form-data; boundary=xx\n" + body,
        "plain": b"application/x-www-form-urlencoded\nname=Ada",
    }


def _cloud(points: int) -> bytes:
    angle = np.linspace(0, 2 * np.pi, points)
    return np.stack([320 + 90 * np.cos(angle), 240 + 120 * np.sin(3 * angle)], 1).astype("<f4").tobytes()


def _short(data: bytes) -> bytes:
    return data[:8192]


if __name__ == "__main__":
    main()
