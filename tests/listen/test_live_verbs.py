"""The live verbs as processes: packets in by UDP, a track and a daemon's stream out."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from npcface.cli.listen import From
from npcface.drive import Phoneme, Track, track
from npcface.listen.sources import SOURCES
from npcface.state import FaceState
from tests.listen import packets
from tests.listen.packets import WEIGHTS


@dataclass
class Listening:
    """An ``npcface listen`` process."""

    process: subprocess.Popen[str]
    address: tuple[str, int]

    def stop(self) -> str:
        """Ctrl-C; what it printed after the ready line."""
        self.process.send_signal(signal.SIGINT)
        printed, errors = self.process.communicate(timeout=60)
        assert self.process.returncode == 0, errors
        return printed


@contextmanager
def listening(*options: str) -> Iterator[Listening]:
    command = [sys.executable, "-m", "npcface", "listen", "--port", "0", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        pipe = process.stderr if "--json" in options else process.stdout
        assert pipe is not None
        words = pipe.readline().split()
        assert words[:1] == ["npcface-listen-ready"], process.communicate(timeout=30)
        host, port = words[2].removeprefix("udp://").split(":")
        yield Listening(process, (host, int(port)))
    finally:
        process.kill()
        process.communicate()


def npcface(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "npcface", *map(str, words)], capture_output=True, text=True, timeout=120
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to one process there")
def test_a_performance_is_recorded_until_ctrl_c(tmp_path):
    take = tmp_path / "take.json"
    with listening("--from", "livelink", "--record", str(take), "--json") as heard:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
            phone.sendto(b"noise", heard.address)
            for number in range(30):
                jaw = {"jawOpen": number / 29}
                phone.sendto(packets.livelink(WEIGHTS | jaw, (number / 2, 0.0, 0.0), number), heard.address)
                time.sleep(0.005)  # a phone is slower
        done = json.loads(heard.stop())
    assert done["source"] == "livelink" and done["packets"] == done["faces"] == done["frames"] == 30
    assert done["malformed"] == 1 and done["lost"] == 0 and done["track"] == str(take)
    frames = track.load(take).frames
    assert [state["jawOpen"] for _, state in frames] == pytest.approx([k / 29 for k in range(30)], abs=1e-4)
    assert [state.head[0] for _, state in frames] == pytest.approx([k / 2 for k in range(30)], abs=1e-3)
    assert all(a < b for (a, _), (b, _) in pairwise(frames))


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to one process there")
def test_a_phone_drives_a_daemons_stream(daemon):
    options = ("--from", "vmc", "--to", daemon.address, "--character", "ada", "--out-size", "64", "--json")
    with daemon.client() as watching, listening(*options) as heard:
        before = watching.stats().frames
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            end_s = time.monotonic() + 60.0
            while watching.stats().frames < before + 3:
                assert time.monotonic() < end_s, "the daemon drew nothing"
                sender.sendto(packets.vmc({"A": 0.8}), heard.address)
                time.sleep(0.02)
        done = json.loads(heard.stop())
    assert done["drawn"] >= 3 and "track" not in done


def test_a_track_is_played_at_a_daemon(daemon, tmp_path):
    track.save(Track(20.0, tuple((k / 20, FaceState.of({"jawOpen": k / 20})) for k in range(10))), tmp_path / "a.json")
    track.save(
        Track(phonemes=(Phoneme("HH", 0.0), Phoneme("AY1", 0.1, 0.3)), convention="arpabet"), tmp_path / "b.json"
    )
    for name, least in (("a.json", 5), ("b.json", 5)):
        done = npcface(
            "play", tmp_path / name, "--to", daemon.address, "--character", "ada", "--out-size", "64", "--json"
        )
        assert done.returncode == 0, done.stderr + done.stdout
        said = json.loads(done.stdout)
        assert said["drawn"] + said["late"] >= least and said["drawn"] >= 2


def test_wrong_words_are_answered_with_a_remedy(tmp_path):
    for words, said in (
        (("listen", "--from", "livelink", "--character", "ada"), "--to"),
        (("listen", "--from", "livelink", "--port", "0", "--show"), "--character"),
        (("listen", "--from", "livelink", "--map", tmp_path / "none.json"), "Check the path"),
        (("listen", "--from", "vmc", "--phone", "10.0.0.1"), "in the app"),
        (("play", tmp_path / "none.json", "--character", "ada"), "Check the path"),
        (("track",), "--camera"),
    ):
        done = npcface(*words)
        assert done.returncode != 0 and said in done.stderr, done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen")
def test_a_window_without_a_screen_is_named(daemon):
    screenless = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    words = ("listen", "--from", "livelink", "--port", "0", "--to", daemon.address, "--character", "ada", "--show")
    command = [sys.executable, "-m", "npcface", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=screenless)
    assert done.returncode == 1 and "--show" in done.stderr and "Traceback" not in done.stderr


def test_the_verb_knows_every_source():
    assert {source.value for source in From} == set(SOURCES)


def test_an_open_address_is_warned_about():
    done = npcface("listen", "--from", "openseeface", "--port", "0", "--host", "0.0.0.0", "--seconds", "0.3")
    assert done.returncode == 0 and "can move this face" in done.stderr and "0 packets" in done.stdout


def test_a_film_becomes_a_track(portrait_path, tmp_path):
    from npcface.output import mp4

    picture = np.asarray(Image.open(portrait_path).convert("RGB").resize((256, 256)))
    with mp4(tmp_path / "film.mp4", 10.0) as film:
        for k in range(24):
            film.add(np.zeros_like(picture) if k == 2 else picture)
    done = npcface("track", "--video", tmp_path / "film.mp4", "--record", tmp_path / "take.json", "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["pictures"] == 24 and said["faces"] == 23
    frames = track.load(tmp_path / "take.json").frames
    assert len(frames) == 23 and frames[-1][0] == pytest.approx(2.3, abs=0.01)
    assert np.abs(frames[-1][1].head).max() < 2.0  # calibrated: this face is its own neutral face
    raw = npcface(
        "track", "--video", tmp_path / "film.mp4", "--no-calibrate", "--record", tmp_path / "raw.json", "--json"
    )
    assert raw.returncode == 0 and track.load(tmp_path / "raw.json").frames[-1][1].weights.any()


def test_a_camera_that_is_not_there_is_named():
    done = npcface("track", "--camera", "63")
    assert done.returncode == 1 and "Camera 63" in done.stderr and "Traceback" not in done.stderr
