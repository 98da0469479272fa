"""The C# core: golden bytes, and a real daemon. Each check is a verb of ``program/``; it fails with a sentence."""

from __future__ import annotations

import random
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from npcface.drive.arkit import CHANNELS as RULES
from npcface.drive.arkit import state
from npcface.drive.visemes import VISEME_SHAPES
from npcface.vocab import ARKIT_52
from npcface.wire.channels import CHANNELS, pack
from tests.clients.csharp.build import Build
from tests.clients.csharp.toolchain import REPOSITORY
from tests.clients.textures import psnr_db, read

GOLDEN = REPOSITORY / "engine_bridge" / "golden"
WARP = ("--quality", "warp", "--threads", "1")
_HIGH = np.array([60.0, 60.0, 60.0, 45.0, 45.0, 1.0, 1.0, 4.0])
LIMITS = (np.where(np.arange(8) == 7, 0.25, -_HIGH), _HIGH)
"""Of the pose: Python clamps a state when it is made, the client leaves that to the daemon."""


def test_golden_bytes(csharp: Build) -> None:
    used = set(csharp.run("Npcface.Tests", "golden", str(GOLDEN)).split())
    assert used == {path.name for path in GOLDEN.glob("*.bin")}, "a golden file is not looked at"


def test_broken_bytes_are_refused_with_a_remedy(csharp: Build) -> None:
    csharp.run("Npcface.Tests", "broken", str(GOLDEN))


def test_golden_face_packets(csharp: Build) -> None:
    """Made and read; the last word is what a minute of them allocates."""
    folder = REPOSITORY / "engine_bridge" / "golden_faces"
    assert csharp.run("Npcface.Tests", "faces", str(folder)).split() == ["0"]


def test_layouts_of_frames(csharp: Build) -> None:
    csharp.run("Npcface.Tests", "layouts")


@pytest.mark.parametrize("format", ["bc1", "bc3"])
def test_blocks_turned_over_are_the_picture_upside_down(csharp: Build, tmp_path: Path, format: str) -> None:
    """Random bytes, so that all kinds of blocks occur, also those that our encoder does not make."""
    file = tmp_path / "blocks"
    blocks = np.random.default_rng(3).integers(0, 256, 16 * 16 * (8 if format == "bc1" else 16), np.uint8).tobytes()
    file.write_bytes(blocks)
    csharp.run("Npcface.Tests", "turnover", format, "64", str(file))
    turned = file.with_suffix(".up").read_bytes()
    assert turned != blocks and np.array_equal(read(turned, format, 64), read(blocks, format, 64)[::-1])


@pytest.mark.parametrize("way", ["shared", "socket"])
def test_blocks_and_parts_from_a_daemon(csharp: Build, start_daemon: Any, tmp_path: Path, way: str) -> None:
    running = start_daemon("--shared-memory", "auto" if way == "shared" else "off", *WARP)
    csharp.run("Npcface.Tests", "formats", running.address, way, str(tmp_path / "frame"))
    whole = read((tmp_path / "frame.rgba8").read_bytes(), "rgba8", 128)
    for format in ("rgba8", "bc1", "bc3"):
        frame, turned = (
            read((tmp_path / f"frame.{name}").read_bytes(), format, 128) for name in (format, format + ".up")
        )
        assert psnr_db(frame, whole) >= 34.0
        assert np.array_equal(turned, frame[::-1])


def test_a_thousand_frames_in_lock_step_allocate_nothing(csharp: Build, daemon: Any) -> None:
    frames, thread, total = map(
        int, csharp.run("Npcface.Tests", "lockstep", daemon.address, "1000", "shared", timeout_s=280).split()
    )
    assert frames == 1000
    # the run time itself takes a kilobyte once in a while; the smallest object has 24 bytes
    assert thread < 4 * frames, f"{thread} bytes on the game's thread"
    # threads and timers take some 24 kB once, however many frames there are
    assert total < 36 * frames, f"{total} bytes on all threads: an object a frame"


def test_without_shared_memory_frames_come_by_the_socket(csharp: Build, start_daemon: Any) -> None:
    running = start_daemon("--shared-memory", "off", *WARP)
    frames, thread, _ = csharp.run("Npcface.Tests", "lockstep", running.address, "200", "socket").split()
    assert frames == "200"
    assert int(thread) < 24 * 200, f"{thread} bytes on the game's thread: an object a frame"


@pytest.mark.parametrize("verb", ["speech", "pieces", "slow", "load", "requests", "version", "unknown"])
def test_against_a_daemon(csharp: Build, daemon: Any, verb: str) -> None:
    csharp.run("Npcface.Tests", verb, daemon.address)


def test_token(csharp: Build, start_daemon: Any) -> None:
    running = start_daemon("--token", "open sesame", *WARP)
    csharp.run("Npcface.Tests", "token", running.address, "open sesame")


def test_nobody_there(csharp: Build) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        csharp.run("Npcface.Tests", "nobody", f"tcp://127.0.0.1:{nobody.getsockname()[1]}")


def test_a_killed_daemon_is_found_again_when_it_is_back(csharp: Build, start_daemon: Any) -> None:
    """In the middle of a line. The client's share is two seconds; the daemon's first frame comes on top."""
    first = start_daemon(*WARP)
    port = int(first.address.rsplit(":", 1)[1])
    with playing(csharp, first.address) as program:
        assert program.stdout is not None and program.stdin is not None
        assert program.stdout.readline() == "playing\n"
        first.process.kill()
        first.process.communicate()
        assert program.stdout.readline() == "lost\n"
        start_daemon(*WARP, port=port)
        program.stdin.write("back\n")
        program.stdin.flush()
        milliseconds = program.stdout.readline()
        output, errors = program.communicate(timeout=60)
        assert program.returncode == 0, output + errors
        print(f"frames again {milliseconds.strip()} ms after the daemon was back")


def playing(csharp: Build, address: str) -> subprocess.Popen[str]:
    """The verb ``restart``, which talks through pipes."""
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(
        csharp.command("Npcface.Tests", "restart", address), text=True, env=csharp.environment, **pipes
    )


def frames() -> Iterator[dict[str, float]]:
    """Random frames in every convention."""
    chance = random.Random(5)
    for _ in range(60):
        style = chance.choice(["arkit", "livelink", "mocap"])
        names = [name for name in ARKIT_52 if chance.random() < 0.3]
        if style == "livelink":
            names = [name[0].upper() + name[1:] for name in names]
            names += ["HeadYaw", "HeadPitch", "HeadRoll", "LeftEyeYaw", "RightEyeYaw", "LeftEyePitch", "LeftEyeRoll"]
        elif style == "mocap":
            names = [name.replace("Left", "_L").replace("Right", "_R") for name in names if name[-1] == "t"]
            names = [name for name in names if name in RULES]
        if chance.random() < 0.5:
            names += ["gazeYaw", "headPitch", "scale"]
        yield {name: round(chance.uniform(-0.2, 1.2), 3) for name in names or ["_neutral"]}


def test_names_mean_what_they_mean_in_python(csharp: Build) -> None:
    asked = list(frames())
    lines = "\n".join(" ".join(f"{name}={value}" for name, value in frame.items()) for frame in asked)
    done = subprocess.run(
        csharp.command("Npcface.Tests", "names"), input=lines, capture_output=True, text=True, env=csharp.environment
    )
    assert done.returncode == 0, done.stderr
    answers = [line.split() for line in done.stdout.splitlines()]
    shapes = {words[1]: np.array(words[2:], float) for words in answers if words[0] == "viseme"}
    for name, shape in VISEME_SHAPES.items():
        expected = np.array([shape.get(channel, 0.0) for channel in CHANNELS[:52]])
        assert np.allclose(shapes[name][:52], expected, atol=1e-6), name
    assert {*"AIUEON-", "ih", "oh", "ou"} <= set(shapes)
    assert {words[0]: set(words[1:]) for words in answers}["known"] == set(RULES)
    found = [np.array(words[2:], float) for words in answers if words[0] == "frame"]
    for frame, values in zip(asked, found, strict=True):
        expected = pack(state(frame)).astype(float)
        looked = values.copy()
        looked[52:] = np.clip(values[52:], *LIMITS)
        assert np.allclose(looked, expected, atol=2e-3), frame


def test_the_unity_components_against_a_daemon(csharp: Build, daemon: Any) -> None:
    assert csharp.run("Npcface.UnityTests", daemon.address).split() == ["fine"]


def test_the_unity_server_starts_and_stops_a_daemon(csharp: Build, character_store: Path) -> None:
    command = f'"{sys.executable}" -m npcface'
    assert csharp.run("Npcface.UnityTests", command, str(character_store), timeout_s=90).split() == ["fine"]
