"""Start, refuse to start, stop: exit codes, ready line, signals."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from npcface.serve import Config, Server
from npcface.serve.config import StartupError
from tests.serve.peer import Peer

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


def refused(*options: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "npcface.serve", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.stdout == "", "no ready line when it is not ready"
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


def test_port_taken_is_exit_code_3(character_store: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        code, text = refused("--characters", str(character_store), "--port", port)
    assert code == 3 and port in text and "another port" in text


@pytest.mark.parametrize(
    "options",
    [
        ["--characters", "no-such-folder"],
        ["--characters", ".", "--port", "70000"],
        ["--characters", ".", "--host", "0.0.0.0"],
        ["--characters", ".", "--max-batch", "0"],
        ["--characters", ".", "--quality", "ultra"],
        ["--characters", ".", "--port", "0", "--provider", "abacus"],
    ],
)
def test_every_other_start_up_failure_is_exit_code_3_too(options: list[str]) -> None:
    code, text = refused(*options)
    assert code == 3 and "error" in text


def test_the_ready_line_names_the_real_port(start_daemon: Any) -> None:
    running = start_daemon()
    assert re.fullmatch(r"tcp://127\.0\.0\.1:[1-9]\d*", running.address)
    with Peer(running.address) as peer:
        assert peer.ask({"type": "ping"}, "pong")["time_s"] > 0


@POSIX
@pytest.mark.parametrize("number", ["SIGTERM", "SIGINT"])
def test_a_signal_ends_it_cleanly_while_it_pushes_frames(start_daemon: Any, number: str) -> None:
    running = start_daemon()
    with Peer(running.address) as peer:
        peer.ask({"type": "open", "stream": 1, "character": "ada", "size": 64, "fps": 60}, "opened")
        peer.ask({"type": "idle", "stream": 1}, "done")
        peer.receive("frame")
        running.process.send_signal(getattr(signal, number))
        assert peer.receive("closed")["reason"] == "the daemon is shutting down"
    running.process.communicate(timeout=30)
    assert running.process.returncode == 0, running.log.read_text()
    assert "Traceback" not in running.log.read_text()


@POSIX
def test_a_second_signal_does_not_wait(start_daemon: Any) -> None:
    running = start_daemon()
    for _ in range(2):
        running.process.send_signal(signal.SIGTERM)
    running.process.communicate(timeout=30)
    assert "Traceback" not in running.log.read_text()


def test_a_token_is_asked_for(start_daemon: Any) -> None:
    running = start_daemon("--token", "open sesame")
    with Peer(running.address, hello=False) as peer:
        for token in ("", "open", "sésame"):
            assert peer.ask({"type": "hello", "protocol": "1.0.0", "token": token})["code"] == "session"
        assert peer.ask({"type": "hello", "protocol": "1.0.0", "token": "open sesame"}, "welcome")["protocol"]


def test_client_and_stream_limits(start_daemon: Any) -> None:
    running = start_daemon("--max-clients", "1", "--max-streams-per-client", "1")
    with Peer(running.address) as first, Peer(running.address, hello=False) as second:
        opening = {"type": "open", "character": "ada", "size": 64}
        assert first.ask({**opening, "stream": 1}, "opened")["type"] == "opened"
        assert first.ask({**opening, "stream": 2})["code"] == "limit"
        assert second.ask({"type": "hello", "protocol": "1.0.0"})["code"] == "limit"
        first.ask({"type": "bye"}, "done")
        assert second.ask({"type": "hello", "protocol": "1.0.0"}, "welcome")["type"] == "welcome"


def test_a_stranger_gets_every_answer_even_in_a_burst(start_daemon: Any) -> None:
    running = start_daemon("--send-queue-messages", "2")
    with Peer(running.address, hello=False) as stranger:
        for number in range(1, 101):
            stranger.send({"type": "list", "request": number})
        assert [stranger.receive("error")["request"] for _ in range(100)] == list(range(1, 101))


def test_a_client_that_vanishes_frees_its_place(start_daemon: Any) -> None:
    running = start_daemon("--max-clients", "1", "--heartbeat-interval-s", "0.2")
    with Peer(running.address) as gone:
        gone.ask({"type": "open", "stream": 1, "character": "ada", "size": 64}, "opened")
    with Peer(running.address, hello=False) as next_one:
        while (answer := next_one.ask({"type": "hello", "protocol": "1.0.0"}, "welcome"))["type"] == "error":
            assert answer["code"] == "limit"
        figures = next_one.ask({"type": "stats"}, "figures")
        assert (figures["clients"], figures["streams"]) == (1, 0)


def test_environment_variables_are_options_and_arguments_win(tmp_path: Path) -> None:
    environment = {"NPCFACE_PORT": "0", "NPCFACE_MAX_BATCH": "4", "NPCFACE_HEARTBEAT_INTERVAL_S": "0.5"}
    config = Config.from_environment(environment, characters=tmp_path, max_batch=8, token=None)
    assert (config.port, config.max_batch, config.heartbeat_interval_s, config.token) == (0, 8, 0.5, "")
    with pytest.raises(StartupError, match="NPCFACE_PORT"):
        Config.from_environment({"NPCFACE_PORT": "http"})


def test_a_failed_start_leaves_nothing_open(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        server = Server(Config(characters=tmp_path, port=taken.getsockname()[1]))
        with pytest.raises(StartupError):
            server.startup()
    assert not server.started


IN_THE_MIDDLE_OF_A_LINE = """
import logging, signal
from collections import OrderedDict
from npcface.observe.limit import Limiter
from npcface.observe.logs import set_up
from npcface.serve import Config, Server
from npcface.serve.run import _install_handlers
from npcface.serve.supervise import Supervisor

class Interrupted(OrderedDict):
    def move_to_end(self, *_):
        signal.raise_signal(signal.SIGTERM)

set_up(Config())
(limiter,) = logging.getLogger().handlers[0].filters
assert isinstance(limiter, Limiter)
server, supervisor = Server(Config()), Supervisor(Config())
_install_handlers(server)
limiter._buckets = Interrupted()
logging.info("a client has left")
assert server.should_exit and not server.force_exit and server.signalled == signal.SIGTERM
logging.info("another one")
assert server.force_exit
signal.signal(signal.SIGTERM, supervisor.on_signal)
logging.info("one more")
print("left")
"""


def test_a_signal_in_the_middle_of_a_line_for_the_log_does_not_stop_the_daemon_from_stopping() -> None:
    command = [sys.executable, "-c", IN_THE_MIDDLE_OF_A_LINE]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0 and run.stdout == "left\n", run.stderr
    assert run.stderr.count("INFO") == 3
