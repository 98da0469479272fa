"""Golden files: one valid encoding of every message, for the tests of clients in any language.

``python -m npcface.wire.golden [FOLDER]`` writes them again (default: ``engine_bridge/golden``); ``index.json`` says
what each file means. Do that only together with a new protocol version or for a new message.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from npcface.wire import replies as say
from npcface.wire import requests as ask
from npcface.wire import zmtp
from npcface.wire.channels import CHANNELS
from npcface.wire.codec import encode
from npcface.wire.payload import encode_floats
from npcface.wire.version import PROTOCOL

FOLDER = Path("engine_bridge/golden")
_POINTS = np.arange(68 * 2, dtype=np.float32).reshape(68, 2)
_ROWS = np.array([[0.0, 0.5], [0.25, 1.0], [1.0, 0.0]], np.float32)  # for a session with two channels
_PIXELS = bytes(range(64))  # 4 x 4 RGBA, or four blocks of BC3

REQUESTS: dict[str, tuple[ask.AnyRequest, bytes | None]] = {
    "hello": (ask.Hello(request=1, protocol=PROTOCOL, client="golden", channels=["jawOpen", "headYaw"]), None),
    "hello_shared": (ask.Hello(request=1, protocol=PROTOCOL, shared_memory=True), None),
    "hello_other_major": (ask.Hello(request=1, protocol="2.0.0"), None),
    "ping": (ask.Ping(request=2), None),
    "list": (ask.List(request=3), None),
    "load": (ask.Load(request=4, character="ada"), None),
    "unload": (ask.Unload(request=5, character="ada"), None),
    "reload": (ask.Reload(request=6, character="ada"), None),
    "open": (ask.Open(request=7, stream=1, character="ada"), None),
    "open_color": (
        ask.Open(
            request=7, stream=2, character="ada", size=512, alpha="premultiplied", background=(0, 128, 255), fps=60.0
        ),
        None,
    ),
    "open_neural": (ask.Open(request=7, stream=3, character="ada", quality="neural"), None),
    "open_far": (ask.Open(request=7, stream=4, character="ada", importance=0.25, size_min=128), None),
    "open_blocks": (ask.Open(request=7, stream=5, character="ada", format="bc3"), None),
    "open_partial": (ask.Open(request=7, stream=6, character="ada", partial=True), None),
    "open_marked": (ask.Open(request=7, stream=7, character="ada", watermark=True, notice=False), None),
    "adjust": (ask.Adjust(request=16, stream=1, importance=0.75), None),
    "close": (ask.Close(request=8, stream=1), None),
    "state": (ask.State(stream=1, sequence=41, values=[0.5, -12.25]), None),
    "state_named": (ask.State(stream=1, sequence=42, named={"eyeBlinkLeft": 1.0, "scale": 1.125}), None),
    "landmarks": (
        ask.Landmarks(stream=1, sequence=43, points=68, dims=2, width=640, height=480), encode_floats(_POINTS),
    ),
    "speech": (
        ask.Speech(request=9, stream=1, alphabet="ipa", phonemes=[ask.Phoneme("h", 0.0), ask.Phoneme("aɪ", 0.08, 0.4)]),
        None,
    ),
    "speech_piece": (
        ask.Speech(stream=1, phonemes=[ask.Phoneme("PP", 0.5)], alphabet="oculus", begin=False, final=False), None,
    ),
    "timeline": (ask.Timeline(request=10, stream=1, frames=3, fps=25.0, then="stop"), encode_floats(_ROWS)),
    "idle": (ask.Idle(request=11, stream=1, seed=7), None),
    "emotion": (ask.Emotion(request=12, stream=1, emotion="happy", strength=0.5), None),
    "stop": (ask.Stop(request=13, stream=1), None),
    "stats": (ask.Stats(request=14), None),
    "bye": (ask.Bye(request=15), None),
}  # fmt: skip

REPLIES: dict[str, tuple[say.AnyReply, bytes | None]] = {
    "welcome": (
        say.Welcome(
            request=1, protocol=PROTOCOL, daemon="npcface golden", channels=list(CHANNELS), formats=["rgba8"],
            alphas=["straight", "premultiplied"], backgrounds=["portrait", "transparent", "color"], emotions=["happy"],
            limits=say.Limits(
                size_min_px=64, size_max_px=512, size_step_px=16, fps_max=120.0, streams=32, header_bytes=262144,
                payload_bytes=16777216,
            ),
            conventions=say.Conventions(), heartbeat_s=2.0, qualities=["warp", "neural"], quality="neural",
            shared_memory=True,
        ),
        None,
    ),
    "pong": (say.Pong(request=2, time_s=12.5), None),
    "alive": (say.Alive(time_s=22.5), None),
    "characters": (
        say.Characters(
            request=3,
            characters=[
                say.CharacterInfo(id="ada", name="Ada", loaded=True, streams=1, error=""),
                say.CharacterInfo(id="broken", name="", loaded=False, streams=0, error="portrait.png is missing."),
            ],
        ),
        None,
    ),
    "done": (say.Done(request=4, what="load"), None),
    "opened": (
        say.Opened(
            request=7, stream=1, character="ada", width=256, height=256, format="rgba8", alpha="straight",
            rows="top-down", color_space="srgb", stride_bytes=1024, fps=30.0, quality="neural",
        ),
        None,
    ),
    "opened_marked": (
        say.Opened(
            request=7, stream=7, character="ada", width=256, height=256, format="rgba8", alpha="straight",
            rows="top-down", color_space="srgb", stride_bytes=1024, fps=30.0, watermark=True,
        ),
        None,
    ),
    "opened_ring": (
        say.Opened(
            request=7, stream=1, character="ada", width=64, height=64, format="rgba8", alpha="straight",
            rows="top-down", color_space="srgb", stride_bytes=256, fps=30.0,
            ring=say.Ring(
                kind="file", name="/dev/shm/npcface-shm-0123456789abcdef/0123456789abcdef0123456789abcdef.ring",
                bytes=53248, slots=3,
            ),
        ),
        None,
    ),
    "closed": (say.Closed(request=8, stream=1, reason="closed by the client"), None),
    "frame": (
        say.Frame(
            stream=1, sequence=41, time_s=1.25, width=4, height=4, format="rgba8", alpha="straight", rows="top-down",
            color_space="srgb", dropped=3,
        ),
        _PIXELS,
    ),
    "frame_slot": (
        say.Frame(
            stream=1, sequence=42, time_s=1.5, width=64, height=64, format="rgba8", alpha="straight", rows="top-down",
            color_space="srgb", dropped=3, slot=2, generation=84,
        ),
        None,
    ),
    "frame_part": (
        say.Frame(
            stream=6, sequence=43, time_s=1.75, width=8, height=16, format="rgba8", alpha="straight", rows="top-down",
            color_space="srgb", dropped=3, part=[4, 8, 4, 4],
        ),
        _PIXELS,
    ),
    "frame_blocks": (
        say.Frame(
            stream=5, sequence=44, time_s=2.0, width=8, height=8, format="bc3", alpha="straight", rows="top-down",
            color_space="srgb", dropped=3,
        ),
        _PIXELS,
    ),
    "level": (
        say.Level(stream=4, level=3, fps=15.0, quality="warp", width=192, height=192, reason="load"), None,
    ),
    "ended": (say.Ended(stream=1, what="speech", then="idle"), None),
    "figures": (
        say.Figures(
            request=14, uptime_s=60.5, clients=1, streams=1, frames=1800, fps=30.0, frame_ms_p50=9.5,
            frame_ms_p99=14.25, render_ms_p50=8.5, render_ms_p99=12.0, late=2, superseded=1, unsent=0, errors=1,
            batches={"1": 1700, "2": 50},
            own_streams=[
                say.StreamStats(
                    stream=1, character="ada", mode="push", frames=1800, late=2, superseded=1, unsent=0,
                    quality="neural", level=1, lowered=2, skipped=15,
                )
            ],
            load=0.75, load_wanted=1.5, lowered=2, skipped=15, levels={"1": 1},
        ),
        None,
    ),
    "notice": (
        say.Notice(
            code="rights", cause="The rights to the portrait of 'ada' are not stated.", remedy="State them.", stream=1
        ),
        None,
    ),
    "error": (
        say.Error(
            request=7, code="character", cause="There is no character 'bob'.", remedy="List the characters.", stream=1
        ),
        None,
    ),
}  # fmt: skip

ZMTP: dict[str, tuple[bytes, str]] = {
    "greeting": (zmtp.GREETING, "64 bytes each side sends first; NULL mechanism"),
    "ready": (zmtp.ready(), "READY command of a DEALER without identity"),
    "ready_identity": (zmtp.ready(b"game-1"), "READY command of a DEALER with the identity 'game-1'"),
    "ping": (zmtp.ping(100, b"ctx"), "PING command, time to live 10.0 s, context 'ctx'"),
    "pong": (zmtp.pong(zmtp.Part(b"\x04PING\0\x64ctx")), "PONG command that answers that PING"),
    "message_ping": (zmtp.encode_message([encode(ask.Ping(request=2))]), "request_ping.bin as one ZMTP message"),
    "message_255": (zmtp.encode_message([bytes(255)]), "one frame of 255 zero bytes: the longest short frame"),
    "message_256": (zmtp.encode_message([bytes(256)]), "one frame of 256 zero bytes: the shortest long frame"),
    "message_frame": (
        zmtp.encode_message([encode(REPLIES["frame"][0]), _PIXELS]), "reply_frame.bin and its payload: header with MORE"
    ),
}  # fmt: skip


def files() -> dict[str, bytes]:
    """File name → content of the whole folder, ``index.json`` included."""
    contents: dict[str, bytes] = {}
    index: dict[str, Any] = {"protocol": PROTOCOL, "requests": {}, "replies": {}, "zmtp": {}}
    for kind, plural, samples in (("request", "requests", REQUESTS), ("reply", "replies", REPLIES)):
        for name, (message, payload) in samples.items():
            file = f"{kind}_{name}.bin"
            contents[file] = encode(message)
            index[plural][name] = {"header": file, "meaning": msgspec.msgpack.decode(contents[file])}
            if payload is not None:
                contents[f"{kind}_{name}.payload.bin"] = payload
                index[plural][name]["payload"] = f"{kind}_{name}.payload.bin"
    for name, (data, meaning) in ZMTP.items():
        contents[f"zmtp_{name}.bin"] = data
        index["zmtp"][name] = {"bytes": f"zmtp_{name}.bin", "meaning": meaning}
    contents["index.json"] = (json.dumps(index, indent=1, ensure_ascii=False) + "\n").encode()
    return contents


def main() -> None:
    """Write the files."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files().items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
