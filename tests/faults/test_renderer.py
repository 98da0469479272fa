"""A GPU that is lost, memory that is short: faces are drawn all the same, and somebody is told once."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from npcface.bench import broken_daemon
from npcface.client import Client
from npcface.errors import DependencyError, StateError
from npcface.render import Renderer, sessions
from npcface.state import FaceState
from npcface.wire.replies import Notice

STATES = [FaceState.of({"jawOpen": value}) for value in (0.0, 0.3, 0.6, 0.9)]


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, int], None]:
    """``broken(fault, after)``: sessions fail, in this process, until the end of the test."""
    monkeypatch.setattr(sessions, "open_session", sessions.open_session)  # so that they are put back
    monkeypatch.setattr(sessions, "available", sessions.available)
    return broken_daemon.break_sessions


def warp(renderer: Renderer, character: Any) -> Any:
    return renderer.render([character] * 4, STATES, 64, quality="warp")


def test_a_lost_gpu_is_replaced_by_the_processor(broken: Any, character: Any) -> None:
    expected = warp(Renderer(provider="cpu"), character)
    broken("gpu-lost", 1)
    renderer = Renderer()
    assert renderer.provider == "directml" and not renderer.compiled
    before, after, again = (warp(renderer, character) for _ in range(3))
    assert np.abs(before.astype(int) - expected).mean() < 2.0, "the graph draws the same face"
    assert np.array_equal(after, expected) and np.array_equal(again, expected)
    assert renderer.provider == "cpu"
    (trouble,) = renderer.troubles
    assert "719" in trouble.cause and "processor" in trouble.cause and trouble.remedy


def test_a_batch_that_does_not_fit_is_halved_and_stays_so(broken: Any, character: Any) -> None:
    broken("gpu-small", 0)
    renderer = Renderer()
    images = [warp(renderer, character) for _ in range(2)]
    assert renderer.provider == "directml", "one face at a time still fits"
    assert np.array_equal(*images) and len({image.tobytes() for image in images[0]}) == 4
    assert [trouble.cause.split("draw ")[1][:7] for trouble in renderer.troubles] == ["4 faces", "2 faces"]


def test_a_gpu_without_memory_for_one_face_is_left(broken: Any, character: Any) -> None:
    expected = warp(Renderer(provider="cpu"), character)
    broken("gpu-short", 0)
    renderer = Renderer()
    assert np.array_equal(warp(renderer, character), expected) and renderer.provider == "cpu"


def test_a_processor_without_memory_draws_warp_and_tries_again_later(
    broken: Any, character: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = warp(Renderer(provider="cpu"), character)
    broken("cpu-short", 0)
    renderer = Renderer(provider="cpu")
    for _ in range(5):
        assert np.array_equal(renderer.render([character] * 4, STATES, 64, quality="neural"), expected)
    assert ["at once" in trouble.cause for trouble in renderer.troubles] == [True, True, False], "and nothing more"
    renderer.troubles.clear()
    monkeypatch.undo()  # there is memory again
    monkeypatch.setattr("npcface.render.fallback.time.monotonic", lambda: float("inf"))
    assert not np.array_equal(renderer.render([character] * 4, STATES, 64, quality="neural"), expected)
    assert not renderer.troubles


def test_bad_input_is_no_fault_of_the_machine(broken: Any, character: Any) -> None:
    broken("gpu-lost", 0)
    renderer = Renderer()
    bad: Any = "plaid"
    with pytest.raises(StateError):
        renderer.render([character], STATES[:1], 64, background=bad)
    assert renderer.provider == "directml" and not renderer.troubles


def test_a_gpu_that_does_not_start(broken: Any, character: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    broken("gpu-lost", 0)
    real = sessions.open_session

    def no_driver(path: Path, provider: str, threads: int) -> Any:
        if provider != "cpu":
            raise RuntimeError("DXGI_ERROR_UNSUPPORTED")
        return real(path, provider, threads)

    monkeypatch.setattr(sessions, "open_session", no_driver)
    renderer = Renderer()
    assert renderer.provider == "cpu" and "UNSUPPORTED" in renderer.troubles[0].cause
    with pytest.raises(DependencyError, match="UNSUPPORTED"):
        Renderer(provider="directml")


@pytest.fixture
def lost_gpu(character_store: Path) -> Iterator[str]:
    """Address of a daemon whose GPU fails at its 20th run."""
    options = ["--characters", str(character_store), "--port", "0", "--quality", "warp"]
    command = [sys.executable, "-m", "npcface.bench.broken_daemon", "gpu-lost", "20", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as daemon:
        assert daemon.stdout is not None
        yield daemon.stdout.readline().split()[1]
        daemon.terminate()


def test_a_stream_goes_on_when_the_daemons_gpu_is_lost(lost_gpu: str) -> None:
    notices: list[Notice] = []
    with Client(lost_gpu, timeout_s=30.0) as client, client.open("ada", size=64) as stream:
        client.on_notice = notices.append
        frames = list(itertools.islice(stream.idle(), 60))
        assert stream.restarts == 0 and [frame.sequence for frame in frames] == sorted({f.sequence for f in frames})
        stream.stop()
        assert client.stats().errors == 0
    assert [notice.code for notice in notices] == ["renderer"] and "GPU" in notices[0].cause
