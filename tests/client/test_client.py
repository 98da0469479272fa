"""The Python client against a real daemon."""

from __future__ import annotations

import itertools
import socket
import threading
import time
from typing import Any

import numpy as np
import pytest

import npcface
from npcface.client import Client, DaemonLost, DaemonTimeout
from npcface.errors import CharacterError, ProtocolError, StateError
from npcface.state import FaceState
from npcface.wire.errors import StreamError

LINE = [("HH", 0.0), ("AH", 0.06), ("L", 0.14), ("OW", 0.22, 0.5)]


def test_lock_step(daemon: Any) -> None:
    with daemon.client() as client:
        assert [info.id for info in client.characters()] == ["ada", "ben"]
        stream = client.open("ada", size=64)
        shut = stream.render(FaceState())
        opened = stream.render(FaceState.of({"jawOpen": 1.0}))
        assert shut.pixels.shape == (64, 64, 4) and shut.pixels.dtype == np.uint8
        assert 0 < shut.sequence < opened.sequence  # by more than 1 if a busy machine made the client ask again
        assert not np.array_equal(shut.pixels, opened.pixels)
        assert not shut.premultiplied and shut.dropped == 0


@pytest.mark.parametrize("quality", ["warp", "neural"])
def test_a_stream_knows_the_quality_it_gets(daemon: Any, quality: Any) -> None:
    with daemon.client() as client:
        assert client.open("ada", size=64).quality == client.welcome.quality
        stream = client.open("ada", size=64, quality=quality)
        assert stream.quality == quality and stream.options.quality == quality
        assert stream.render(FaceState()).pixels.shape == (64, 64, 4)
        assert [own.quality for own in client.stats().own_streams] == [client.welcome.quality, quality]
        with pytest.raises(ProtocolError) as caught:
            client.open("ada", quality="ultra")
        assert "auto, warp, neural" in str(caught.value)
        assert client.ping() > 0


def test_a_restarted_daemon_may_decide_otherwise_on_auto(start_daemon: Any) -> None:
    first = start_daemon("--quality", "warp")
    port = int(first.address.rsplit(":", 1)[1])
    with first.client() as client:
        open_to_both, decided = client.open("ada", size=64), client.open("ada", size=64, quality="warp")
        assert (open_to_both.quality, decided.quality) == ("warp", "warp")
        assert first.stop() == 0
        start_daemon("--quality", "neural", port=port)
        assert open_to_both.render(FaceState()).pixels.shape == (64, 64, 4)
        assert (open_to_both.quality, decided.quality) == ("neural", "warp")


def test_the_top_level_name_is_this_client() -> None:
    assert npcface.Client is Client


def test_speech_is_an_iterator_that_ends_with_the_line(daemon: Any) -> None:
    with daemon.client() as client, client.open("ada", size=64, fps=25) as stream:
        frames = list(stream.stream_speech(LINE, alphabet="arpabet"))
        assert [frame.sequence for frame in frames] == sorted({frame.sequence for frame in frames})
        assert 0.5 <= frames[-1].time_s <= 1.2
        assert len({frame.pixels.tobytes() for frame in frames}) >= 5
        again = list(stream.stream_speech(LINE, alphabet="arpabet"))
        assert again[0].time_s < 0.2, "the second line has a clock of its own, without frames of the first"


def test_live_speech_reads_its_source_while_speaking(daemon: Any) -> None:
    read: list[float] = []

    def source() -> Any:
        for symbol, start in (("PP", 0.0), ("aa", 0.2), ("O", 0.4), ("sil", 0.6)):
            read.append(start)
            yield symbol, start, start + 0.2

    with daemon.client() as client, client.open("ben", size=64) as stream:
        known_at = [(frame.time_s, len(read)) for frame in stream.stream_speech(source(), alphabet="oculus", live=True)]
        assert known_at[0][1] < 4 and len(read) == 4
        assert known_at[-1][0] >= 0.6


def test_states_play_on_the_daemons_clock(daemon: Any) -> None:
    states = [FaceState.of({"jawOpen": step / 11}) for step in range(12)]
    with daemon.client() as client, client.open("ada", size=64) as stream:
        frames = list(stream.stream_states(states))
        assert frames[-1].sequence <= 14 and frames[-1].time_s >= 11 / 30


def test_idle_goes_on_until_it_is_stopped_and_feels_emotions(daemon: Any) -> None:
    with daemon.client() as client, client.open("ada", size=64) as stream:
        stream.emotion("happy", 0.8)
        assert len(list(itertools.islice(stream.idle(seed=2), 5))) == 5
        stream.stop()
        with pytest.raises(StateError, match="peckish"):
            stream.emotion("peckish")


def test_errors_come_back_as_their_own_class(daemon: Any) -> None:
    with daemon.client() as client:
        with pytest.raises(CharacterError, match="nobody") as caught:
            client.open("nobody")
        assert caught.value.remedy
        with pytest.raises(ProtocolError):
            client.open("ada", size=100)
        with pytest.raises(CharacterError):
            client.unload("nobody")
        stream = client.open("ada", size=64)
        with pytest.raises(StateError):
            stream.render(FaceState(weights=np.full(52, np.nan, np.float32)))
        with pytest.raises(ProtocolError):
            stream.landmarks(np.zeros((5, 2), np.float32), (64, 64))
        stream.close()
        with pytest.raises((StreamError, DaemonLost)):
            stream.render(FaceState())
        assert client.ping() > 0


def test_stats_count_what_was_rendered(daemon: Any) -> None:
    with daemon.client() as client:
        before = client.stats()
        stream = client.open("ada", size=64)
        for _ in range(5):
            stream.render(FaceState())
        after = client.stats()
        assert after.frames - before.frames >= 5
        assert after.own_streams[0].frames == 5 and after.own_streams[0].character == "ada"
        assert 0 < after.frame_ms_p50 <= after.frame_ms_p99


def test_load_unload_reload(start_daemon: Any) -> None:
    with start_daemon().client() as client:
        client.load("ben")
        assert {info.id: info.loaded for info in client.characters()} == {"ada": False, "ben": True}
        client.reload("ben")
        client.unload("ben")
        assert not any(info.loaded for info in client.characters())


def test_nobody_there_is_a_time_out_that_says_what_to_check() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with pytest.raises(DaemonTimeout, match="npcface serve") as caught:
            Client(f"tcp://127.0.0.1:{nobody.getsockname()[1]}", timeout_s=0.3)
        assert isinstance(caught.value, TimeoutError)
    with pytest.raises(DaemonLost, match="no ZeroMQ address"):
        Client("127.0.0.1")


def test_lock_step_goes_on_after_the_daemon_was_restarted(start_daemon: Any) -> None:
    first = start_daemon()
    port = int(first.address.rsplit(":", 1)[1])
    with first.client() as client:
        streams = [client.open(name, size=64) for name in ("ada", "ben")]
        before = [stream.render(FaceState()) for stream in streams]
        assert first.stop() == 0
        start_daemon(port=port)
        after = [stream.render(FaceState()) for stream in streams]
        for old, new in zip(before, after, strict=True):
            assert np.array_equal(old.pixels, new.pixels)
        assert client.stats().streams == 2


def test_pushed_frames_say_that_the_daemon_was_restarted_and_can_be_started_again(start_daemon: Any) -> None:
    first = start_daemon()
    port = int(first.address.rsplit(":", 1)[1])
    with first.client() as client, client.open("ada", size=64) as stream:
        frames = stream.idle()
        next(frames)
        restart = threading.Thread(target=lambda: (first.stop(), start_daemon(port=port)))
        restart.start()
        with pytest.raises(DaemonLost):
            for _ in frames:
                pass
        restart.join()
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                assert next(stream.idle()).pixels.shape == (64, 64, 4)
                break
            except DaemonLost:  # the old daemon's goodbye may still be read before the new one answers
                continue
        else:
            pytest.fail("the stream never came back")


def test_one_client_a_thread(daemon: Any) -> None:
    results: dict[str, int] = {}

    def work(name: str) -> None:
        with daemon.client() as client, client.open(name, size=64) as stream:
            results[name] = [stream.render(FaceState()).sequence for _ in range(20)][-1]

    threads = [threading.Thread(target=work, args=(name,)) for name in ("ada", "ben")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {"ada": 20, "ben": 20}
