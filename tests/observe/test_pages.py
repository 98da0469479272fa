"""The pages of a real daemon, asked over real HTTP."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from typer.testing import CliRunner

from npcface.cli.app import app
from npcface.client import Client
from npcface.observe.probe import address_of, problems
from npcface.serve import Config, Server
from npcface.serve.config import StartupError
from npcface.state import FaceState
from tests.faults.processes import child_of
from tests.observe.conftest import Watched, fetch

TOKEN = "open-sesame"
SMILE = FaceState.of({"mouthSmileLeft": 1.0})


@pytest.fixture(scope="module")
def used(watched: Watched) -> Watched:
    """Something of everything has been drawn: by the socket in parts and in blocks, and through shared memory."""
    with Client(watched.address, token=TOKEN, shared_memory="off") as client:
        with client.open("ada", 64, quality="warp", partial=True) as face:
            face.render(SMILE)
        with client.open("ada", 64, quality="neural", format="bc3") as face:
            face.render(SMILE)
    with Client(watched.address, token=TOKEN) as client, client.open("ben", 64) as face:
        for _, frame in zip(range(4), face.idle(), strict=False):
            frame.pixels.sum()
        assert face.shared_memory
    return watched


def test_prometheus_can_read_every_page(used: Watched) -> None:
    for path in ("/metrics", "/metrics/streams"):
        found = list(text_string_to_metric_families(used.page(path)))
        assert len(found) >= 5 and all(family.documentation for family in found)
        assert all(family.type in ("counter", "gauge", "histogram") for family in found)


def test_every_part_of_a_frame_has_its_time(used: Watched) -> None:
    parts = {"wait", "drive", "render_warp", "render_neural", "compress", "collect", "copy", "send"}
    counts = {part: used.value(f'npcface_frame_part_seconds_count{{part="{part}"}}') for part in parts}
    assert min(counts.values()) > 0, counts
    sent = used.balance().sent
    assert counts["wait"] == counts["send"] == counts["render_warp"] + counts["render_neural"] == sent
    seconds = sum(used.value(f'npcface_frame_part_seconds_sum{{part="{part}"}}') for part in parts)
    total = sum(used.value(f'npcface_frame_latency_seconds_sum{{mode="{mode}"}}') for mode in ("pushed", "asked"))
    assert 0.0 < seconds <= 1.05 * total, "parts do not overlap"


def test_what_was_sent_is_told_by_transport(used: Watched) -> None:
    frames = {way: used.value(f'npcface_transport_frames_total{{transport="{way}"}}') for way in ("socket", "shm")}
    sizes = {way: used.value(f'npcface_transport_bytes_total{{transport="{way}"}}') for way in ("socket", "shm")}
    assert frames["socket"] >= 2 and frames["shm"] >= 1 and sum(frames.values()) == used.balance().sent
    assert sizes["shm"] >= 64 * 64 * 4 and sizes["socket"] >= 64 * 64 * 4 + 64 * 64


def test_the_rest_of_the_page(used: Watched) -> None:
    assert used.value("npcface_characters_loaded") == 2
    assert used.value("process_resident_memory_bytes") > 20e6
    assert used.value("npcface_ready") == used.value("npcface_alive") == 1
    assert used.value("npcface_main_loop_age_seconds") < 5
    assert used.value("npcface_restarts") == used.value("npcface_renderer_fallbacks_total") == 0
    assert used.value("npcface_batch_faces_count") == used.value("npcface_render_call_seconds_count") > 0


def test_health_answers_while_faces_are_drawn(used: Watched) -> None:
    with Client(used.address, token=TOKEN) as client, client.open("ada", 512, quality="neural", fps=120) as face:
        for _, frame in zip(range(10), face.idle(), strict=False):
            assert frame.pixels.shape == (512, 512, 4)
            assert [used.get(path)[0] for path in ("/healthz", "/readyz", "/metrics")] == [200, 200, 200]


def test_slow_frames_are_a_trace_that_perfetto_opens(start_watched: Callable[..., Watched]) -> None:
    watched = start_watched("--trace-slow-ms", "0.001")
    with Client(watched.address) as client, client.open("ada", 64, quality="warp") as face:
        face.render(SMILE)
    trace = json.loads(watched.page("/debug/slow"))
    slices = [event for event in trace["traceEvents"] if event["ph"] == "X"]
    (frame,) = (event for event in slices if event["name"].startswith("frame "))
    assert {event["name"] for event in slices} >= {"wait", "drive", "render", "collect", "copy", "send"} - {"copy"}
    for part in slices:
        assert part["ts"] >= frame["ts"] - 1
        assert part["ts"] + part["dur"] <= frame["ts"] + frame["dur"] + 1
    assert frame["args"]["batch"] == ["1/1 ada"] and frame["args"]["quality"] == "warp"
    (line,) = (line for line in watched.daemon.log.read_text().splitlines() if "A frame took" in line)
    assert "render " in line and "batch of 1" in line and "client=1" in line and "character=ada" in line


def test_pages_are_for_this_machine(watched: Watched) -> None:
    assert watched.pages.startswith("http://127.0.0.1:")
    assert watched.get("/metrics", Host="evil.example")[0] == 403
    assert watched.get("/metrics", Host="localhost:1")[0] == 200
    status, text = watched.get("/etc/passwd")
    assert status == 404 and "/readyz" in text


def test_a_store_that_cannot_be_read_is_not_ready(start_watched: Callable[..., Watched], tmp_path: Path) -> None:
    store = tmp_path / "store"
    store.mkdir()
    watched = start_watched(store=store)
    while problems(watched.pages, ready=True) == ["The renderer is being loaded."]:
        pass
    assert problems(watched.pages, ready=True) == []
    store.rename(tmp_path / "elsewhere")
    status, text = watched.get("/readyz")
    assert status == 503 and "'store'" in text and str(tmp_path) not in text
    assert watched.get("/healthz")[0] == 200
    assert problems(watched.pages, ready=True) == ["The store 'store' cannot be read."]


def test_a_main_loop_that_hangs_is_not_well_and_says_so(tmp_path: Path) -> None:
    server = Server(Config(characters=tmp_path, port=0, metrics_port=0, health_timeout_s=0.3))
    server.startup()
    assert server.monitor is not None
    pages, go_on = server.monitor.address, threading.Event()
    thread = threading.Thread(target=server.main_loop)
    thread.start()
    try:
        assert fetch(f"{pages}/healthz")[0] == 200
        assert fetch(f"{pages}/metrics")[0] == 200
        server._library.submit(lambda: None, lambda _: go_on.wait(30.0))  # type: ignore[arg-type]
        while fetch(f"{pages}/healthz")[0] == 200:
            pass
        status, text = fetch(f"{pages}/healthz")
        assert status == 503 and "has not moved" in text
        assert "npcface_alive 0" in fetch(f"{pages}/metrics")[1], "the last snapshot is shown all the same"
        go_on.set()
        while fetch(f"{pages}/healthz")[0] == 503:
            pass
    finally:
        go_on.set()
        server.should_exit = True
        thread.join()
        server.shutdown()
    assert "does not answer" in problems(f"{pages}")[0]


def test_a_port_that_is_taken_is_a_failure_to_start(watched: Watched, tmp_path: Path) -> None:
    port = int(watched.pages.rpartition(":")[2])
    with pytest.raises(StartupError, match="metrics_port"):
        Server(Config(characters=tmp_path, port=0, metrics_port=port)).startup()
    with pytest.raises(StartupError, match="70000"):
        Config(metrics_port=70000).checked()


def test_the_health_verb_is_an_exit_code(watched: Watched) -> None:
    def code(*options: str, **environment: str) -> int:
        return CliRunner().invoke(app, ["health", *options], env=environment).exit_code

    port = watched.pages.rpartition(":")[2]
    assert code("--address", watched.pages) == code("--address", watched.pages, "--ready") == 0
    assert code(NPCFACE_METRICS_PORT=port) == 0
    assert code("--address", watched.address, "--token", TOKEN) == 0
    assert code("--address", watched.address, "--token", "wrong") == 1
    assert code("--address", "http://127.0.0.1:9", "--timeout", "1") == 1
    assert code("--address", "ftp://here") == 1


def test_where_the_health_verb_asks() -> None:
    def asked(**environment: str) -> str:
        return address_of({f"NPCFACE_{name}": value for name, value in environment.items()})

    assert asked() == "tcp://127.0.0.1:5747"
    assert asked(METRICS_PORT="9747", METRICS_HOST="0.0.0.0") == "http://127.0.0.1:9747"
    assert asked(METRICS_PORT="0", PORT="6000", HOST="::") == "tcp://[::1]:6000"


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked at through /proc")
def test_a_supervised_daemon_tells_how_often_it_was_started_again(start_watched: Callable[..., Watched]) -> None:
    watched = start_watched("--supervise", "--quality", "warp")
    assert watched.value("npcface_restarts") == 0
    os.kill(child_of(watched.daemon.process.pid), signal.SIGKILL)
    pages: list[str] = []
    while len(pages) < 2:  # a port of its own each time, for none was named
        pages = re.findall(r"Metrics and health on (\S+)\.\n", watched.daemon.log.read_text())
    assert Watched(watched.daemon, pages[1]).value("npcface_restarts") == 1


def test_metrics_are_off_unless_asked_for(daemon: Any) -> None:
    assert "Metrics" not in daemon.log.read_text()
