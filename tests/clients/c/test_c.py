"""The C client: compiles as strict C99 without a warning, golden bytes, a real daemon."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import npcface
from npcface.wire import golden, zmtp
from npcface.wire.codec import encode
from npcface.wire.replies import AnyReply
from tests.clients.textures import psnr_db, read
from tests.faults.processes import child_of
from tests.fuzz.mutate import mutants

HERE = Path(__file__).parent
ROOT = Path(npcface.__file__).parent.parent
CLIENT = ROOT / "engine_bridge" / "c"
LIBRARY = sorted(path.name for path in CLIENT.glob("npcface*.c"))
MUTANTS = int(os.environ.get("NPCFACE_HOSTILE_MUTANTS", "1500"))
NOT_GOLDEN = {  # what the small client does not do
    "request_hello.bin", "request_reload.bin", "request_unload.bin", "request_state_named.bin",
    "request_speech_piece.bin", "request_timeline.bin", "request_timeline.payload.bin", "reply_welcome.bin",
    "reply_figures.bin", "zmtp_message_ping.bin",
}  # fmt: skip


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the compiled programs; skipped loudly without a C compiler, except under CI."""
    compiler = shutil.which("cc")
    if compiler is None:
        reason = "no C compiler (cc): install gcc"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("c")
    strict = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-O1", f"-I{CLIENT}"]
    careful = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]

    def compiled(*what: str) -> None:
        done = subprocess.run([compiler, *strict, *careful, *what], cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    compiled("-c", *(str(CLIENT / name) for name in LIBRARY))  # once, for all programs
    library = [str(Path(name).with_suffix(".o")) for name in LIBRARY]
    mine = [HERE / f"{name}.c" for name in ("golden", "live", "formats", "hostile", "restart")]
    for source in (*mine, CLIENT / "example.c"):
        compiled(str(source), *library, "-o", source.stem)
    return folder


def run(program: Path, *arguments: str) -> str:
    done = subprocess.run([str(program), *arguments], capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_golden_bytes(programs: Path) -> None:
    golden = ROOT / "engine_bridge" / "golden"
    used = set(run(programs / "golden", str(golden)).split())
    assert used == {path.name for path in golden.glob("*.bin")} - NOT_GOLDEN


def test_against_a_daemon(programs: Path, daemon: Any) -> None:
    run(programs / "live", daemon.address.rsplit(":", 1)[1], "100", "shared")


def test_against_a_daemon_without_shared_memory(programs: Path, start_daemon: Any) -> None:
    running = start_daemon("--shared-memory", "off", "--quality", "warp")
    run(programs / "live", running.address.rsplit(":", 1)[1], "4", "socket")


@pytest.mark.parametrize("way", ["shared", "socket"])
def test_blocks_and_parts(programs: Path, start_daemon: Any, tmp_path: Path, way: str) -> None:
    running = start_daemon("--shared-memory", "auto" if way == "shared" else "off", "--quality", "warp")
    run(programs / "formats", running.address.rsplit(":", 1)[1], way, str(tmp_path / "frame"))
    names = ("rgba8", "bc1", "bc3")
    whole, *blocks = (read((tmp_path / f"frame.{name}").read_bytes(), name, 128) for name in names)
    assert all(psnr_db(picture, whole) >= 34.0 for picture in blocks)


@pytest.mark.skipif(sys.platform != "linux", reason="a supervisor's child is found through /proc")
def test_a_daemon_that_is_killed_and_comes_back(programs: Path, start_daemon: Any) -> None:
    running = start_daemon("--supervise", "--quality", "warp")
    command = [str(programs / "restart"), running.address.rsplit(":", 1)[1]]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as game:
        assert game.stdout is not None and game.stdout.readline() == "PLAYING\n"
        os.kill(child_of(running.process.pid), signal.SIGKILL)
        assert game.stdout.read().split() == ["LOST", "RECOVERED"]
        assert game.wait(timeout=60) == 0


def test_the_example_speaks(programs: Path, daemon: Any, tmp_path: Path) -> None:
    out = tmp_path / "face.ppm"
    assert "frames" in run(programs / "example", "ben", str(out), daemon.address.rsplit(":", 1)[1])
    with Image.open(out) as image:
        assert image.size == (256, 256)


def test_a_hostile_daemon(programs: Path, tmp_path: Path) -> None:
    """Mutants of the golden replies and of whole connections; the sanitizers end the program at the first slip."""
    replies = [_connection(header, payload) for header, payload in golden.REPLIES.values()]
    corpus = [*replies, b"".join(replies[:9]), *(data for data, _ in golden.ZMTP.values())]
    inputs = [data[:65_536] for data in (*corpus, *islice(mutants(corpus, seed=0), MUTANTS)) if data]
    file = tmp_path / "inputs"
    file.write_bytes(b"".join(len(data).to_bytes(4, "little") + data for data in inputs))
    told = run(programs / "hostile", str(file)).split()
    assert int(told[0]) == len(inputs) and int(told[2]) > 100


def _connection(header: AnyReply, payload: bytes | None) -> bytes:
    return zmtp.encode_message([encode(header)] if payload is None else [encode(header), payload])


def test_the_header_is_good_for_cpp(tmp_path: Path, programs: Path) -> None:
    source = tmp_path / "user.cpp"
    source.write_text('#include "npcface.h"\nint main() { return npcface_channels[0] == nullptr; }\n')
    compiler = shutil.which("c++")
    if compiler is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no C++ compiler (c++): install g++")
    command = [compiler, "-fsyntax-only", "-Wall", "-Wextra", "-Werror", f"-I{CLIENT}", str(source)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_files_are_short() -> None:
    for path in CLIENT.iterdir():
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 450, path.name
