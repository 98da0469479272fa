"""GPU, onnxruntime, ports and who holds them, disk: against real sockets and files, and other systems' real output."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from npcface.doctor import Severity, Surroundings, disk, gpu, holder, ports, runtime
from npcface.doctor.gpu import Card
from tests.character.folders import manifest

NETSTAT = """
Aktive Verbindungen

  Proto  Lokale Adresse         Remoteadresse          Status           PID
  TCP    127.0.0.1:5747         0.0.0.0:0              ABHÖREN          4711
  TCP    127.0.0.1:57470        0.0.0.0:0              ABHÖREN          1
  TCP    127.0.0.1:50000        127.0.0.1:5748         HERGESTELLT      2
  TCP    127.0.0.1:5748         127.0.0.1:50000        HERGESTELLT      3
"""


@pytest.fixture
def listener(tmp_path: Path) -> Any:
    """A program of another kind that listens, with its port."""
    code = (
        "import socket,time;s=socket.create_server(('127.0.0.1',0));print(s.getsockname()[1],flush=True);time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.pid, int(process.stdout.readline())
        process.kill()


def test_a_taken_port_is_a_warning_that_names_it_and_who_has_it(around: Surroundings, listener: Any) -> None:
    pid, port = listener
    finding = ports.check_port(Surroundings(around.store, "127.0.0.1", port))
    assert finding.severity is Severity.WARNING
    assert str(port) in finding.finding and "--port 0" in finding.fix
    if sys.platform.startswith("linux"):
        assert f"process {pid}" in finding.cause and Path(sys.executable).name in finding.cause
    assert ports.check_studio_port(Surroundings(around.store, "127.0.0.1", 0, port)).severity is Severity.INFO


def test_a_daemon_that_already_serves_is_no_warning(around: Surroundings, daemon: Any) -> None:
    port = int(daemon.address.rpartition(":")[2])
    finding = ports.check_port(Surroundings(around.store, "127.0.0.1", port))
    assert finding.severity is Severity.INFO
    assert "npcface 0" in finding.finding and "already serves" in finding.finding


def test_a_daemon_with_a_token_is_known_too(around: Surroundings, start_daemon: Any) -> None:
    port = int(start_daemon("--token", "secret").address.rpartition(":")[2])
    finding = ports.check_port(Surroundings(around.store, "127.0.0.1", port))
    assert finding.severity is Severity.INFO and "token" in finding.finding


def test_free_ports_are_ok(around: Surroundings) -> None:
    assert ports.check_port(around).severity is Severity.OK
    assert ports.check_studio_port(around).severity is Severity.OK


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is Linux's")
def test_this_process_is_found_by_its_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as own:
        found = holder.holder(own.getsockname()[1])
        assert found is not None and found.pid == os.getpid()
    assert holder.holder(own.getsockname()[1] if own.fileno() >= 0 else 1) is None


def test_windows_tells_it_in_any_language() -> None:
    assert holder.windows_pid(NETSTAT, 5747) == 4711
    assert holder.windows_pid(NETSTAT, 5748) is None, "connections are no listeners"


def test_cards_of_nvidia_smi_are_read() -> None:
    cards = gpu.parse_cards("NVIDIA GeForce RTX 3060, 551.86, 12288\nTesla T4, 470.82.01, [N/A]\n\nno card at all\n")
    assert cards == [Card("NVIDIA GeForce RTX 3060", "551.86", 12288), Card("Tesla T4", "470.82.01", 0)]


@pytest.mark.parametrize(
    ("driver", "has_cuda", "severity", "word"),
    [
        ("551.86", True, Severity.OK, "has CUDA"),
        ("551.86", False, Severity.INFO, "onnxruntime-gpu"),
        ("470.82.01", True, Severity.WARNING, "Update NVIDIA's driver"),
        ("", False, Severity.INFO, "Update NVIDIA's driver"),
    ],
)
def test_what_is_said_of_a_card(driver: str, has_cuda: bool, severity: Severity, word: str) -> None:
    finding = gpu.judged(Card("RTX", driver, 12288), has_cuda)
    assert finding.severity is severity
    assert word in f"{finding.finding} {finding.fix}"


def test_an_nvidia_smi_that_fails_is_no_error(
    around: Surroundings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "nvidia-smi"
    program.write_text("#!/bin/sh\necho 'NVIDIA-SMI has failed' >&2\nexit 9\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    finding = gpu.check_gpu(around)
    assert finding.severity is Severity.INFO and "NVIDIA-SMI has failed" in finding.finding


def test_a_gpu_package_below_the_cpu_package_is_explained(
    around: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    import onnxruntime

    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CPUExecutionProvider"])
    monkeypatch.setattr(runtime, "installed", lambda _: "1.20.0")
    finding = runtime.check_onnxruntime(around)
    assert finding.severity is Severity.WARNING
    assert "pip uninstall" in finding.fix
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CUDAExecutionProvider"])
    assert runtime.check_onnxruntime(around).severity is Severity.INFO


def test_the_store_is_made_and_its_characters_are_counted(around: Surroundings) -> None:
    (around.store / "aila").mkdir(parents=True)
    (around.store / "aila" / "manifest.json").write_bytes(manifest("aila").to_json())
    (around.store / "stray").mkdir()
    finding = disk.check_store(around)
    assert finding.severity is Severity.OK
    assert "1 character" in finding.finding
    assert sorted(path.name for path in around.store.iterdir()) == ["aila", "stray"]


def test_a_store_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    finding = disk.check_store(Surroundings(tmp_path / "file" / "store", "127.0.0.1", 0))
    assert finding.severity is Severity.ERROR
    assert "NPCFACE_HOME" in finding.fix


def test_little_room_is_a_warning(around: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert disk.check_disk_space(around).severity is Severity.OK
    monkeypatch.setattr(disk, "DISK_MB", 10**12)
    monkeypatch.setattr(disk, "SHARED_MB", 10**12)
    assert disk.check_disk_space(around).severity is Severity.WARNING
    if sys.platform != "win32":
        assert disk.check_shared_memory(around).severity is Severity.WARNING


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["/usr/bin/python3", "-m", "npcface.serve", "--token", "SECRET"], "python3 -m npcface.serve"),
        (["npcface", "serve", "--token=SECRET", ""], "npcface serve"),
        (["--odd"], "unknown"),
    ],
)
def test_options_of_other_programs_are_not_shown(words: list[str], name: str) -> None:
    assert holder.command_name(words) == name


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
@pytest.mark.parametrize(("text", "said"), [("#!/bin/sh\nexec sleep 60\n", "no answer"), ("#!/nowhere\n", "No such")])
def test_an_nvidia_smi_that_hangs_or_is_damaged_is_a_warning(
    text: str, said: str, around: Surroundings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "nvidia-smi").write_text(text)
    (tmp_path / "nvidia-smi").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(gpu, "PATIENCE_S", 0.3)
    finding = gpu.check_gpu(around)
    assert finding.severity is Severity.WARNING and said in finding.finding
