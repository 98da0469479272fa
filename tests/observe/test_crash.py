"""Crash reports: written when a daemon dies, small, few, and without what is nobody's business."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from npcface.observe import crash

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
SECRET = "open-sesame"


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NPCFACE_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


def run(code: str) -> subprocess.CompletedProcess[str]:
    """A process with the hooks in it."""
    script = f"import threading, sys, os\nfrom npcface.observe import crash\ncrash.install(['{SECRET}'])\n{code}"
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)


def test_the_folder_is_the_users_own(state: Path) -> None:
    assert crash.folder() == state / "crashes" and not state.exists()


def test_an_exception_nobody_handled_leaves_a_report(state: Path) -> None:
    done = run(f"os.environ['PRIVATE'] = 'x'\nraise ValueError('{SECRET} in /home/me/portraits/aila.jpg')")
    (file,) = crash.folder().glob("*-exception-*.txt")
    text = file.read_text()
    assert "ValueError: *** in …/aila.jpg" in text and "npcface " in text
    assert not any(word in text for word in (SECRET, "/home/me", "PRIVATE"))
    assert "Traceback" in done.stderr, "the usual hook follows"


def test_a_thread_that_dies_leaves_one_too(state: Path) -> None:
    run("thread = threading.Thread(target=lambda: 1 / 0, name='worker')\nthread.start()\nthread.join()")
    (file,) = crash.folder().glob("*-thread-*.txt")
    assert "thread worker" in file.read_text() and "ZeroDivisionError" in file.read_text()


@POSIX
def test_a_fault_below_python_leaves_the_stacks(state: Path) -> None:
    done = run("import faulthandler\nfaulthandler._sigsegv()")
    assert done.returncode == -signal.SIGSEGV
    (file,) = crash.folder().glob("*-fault-*.txt")
    assert "Segmentation fault" in file.read_text()


def test_a_process_that_ends_well_leaves_nothing(state: Path) -> None:
    done = run("print(*crash.folder().iterdir())\ncrash.uninstall()")
    assert "fault" in done.stdout and list(crash.folder().iterdir()) == []


def test_what_a_killed_process_left_is_tidied_up(state: Path) -> None:
    run("os._exit(1)")
    (left,) = crash.folder().iterdir()
    run("crash.uninstall()")
    assert not left.exists()


def test_the_open_file_of_a_process_that_runs_stays(state: Path) -> None:
    script = "import sys; from npcface.observe import crash; crash.install(); print('', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdout.readline()
        (file,) = crash.folder().glob("*-fault-*.txt")
        for _ in range(crash.FILES_MAX + 5):
            assert crash.write("exception", "text") is not None
        assert file.exists() and len(list(crash.folder().iterdir())) == crash.FILES_MAX + 1
        process.kill()
    crash.write("exception", "text")
    assert not file.exists()


@POSIX
def test_a_number_that_another_process_has_now_keeps_no_file(state: Path) -> None:
    crash.folder().mkdir(parents=True)
    left = crash.folder() / f"20200101T000000.000000-fault-{os.getpid()}.txt"
    left.write_text("npcface 1, fault\n")
    crash.write("exception", "text")
    assert not left.exists()


def test_reports_are_few_and_small(state: Path) -> None:
    for _ in range(crash.FILES_MAX + 5):
        assert crash.write("Too Much!", "ä€" * 200_000) is not None
    files = sorted(crash.folder().iterdir())
    assert len(files) == crash.FILES_MAX and "-too-much-" in files[0].name
    assert max(file.stat().st_size for file in files) <= crash.BYTES_MAX
    if os.name != "nt":
        assert files[0].stat().st_mode & 0o077 == 0 and crash.folder().stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_written_hurts_nobody(state: Path) -> None:
    state.write_text("a file where the folder should be")
    assert crash.write("exception", "text") is None
    crash.install()
    crash.uninstall()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/srv/faces/aila/portrait.png is broken", "…/portrait.png is broken"),
        (r"C:\Users\me\faces\aila\manifest.json", "…/manifest.json"),
        ('File "/opt/x/site-packages/npcface/serve/run.py", line 3', 'File "npcface/serve/run.py", line 3'),
        ("1/2 of tcp://127.0.0.1:5747", "1/2 of tcp://127.0.0.1:5747"),
        ('File "/mnt/My Game/Secret Dir/x.py", line 3', 'File "…/x.py", line 3'),
        ('File "/usr/lib/python3.11/json/decoder.py", line 3', 'File "json/decoder.py", line 3'),
        (f"no file: {'/mnt/My Game/my face.png'!r}", "no file: '…/my face.png'"),
        (f"no file: {chr(92).join(['D:', 'Games', 'John Smith', 'mods', 'x.png'])!r}", "no file: '…/x.png'"),
        (r"D:\Games\John Smith\mods\x.png is broken", "…/x.png is broken"),
        ("in /mnt/My Game/Secret Dir/x.png, 2 of 3", "in …/x.png, 2 of 3"),
        ("from /a/b to /c/d and 'e/f'", "from …/b to …/d and 'e/f'"),
        ("/mnt/My Game/my face.png", "…/my face.png"),
    ],
)
def test_paths_are_shortened(text: str, shown: str) -> None:
    assert crash.clean(text) == shown


def test_another_persons_home_is_not_taken_for_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path("/home/me"))
    assert crash.clean("/home/me/a/x.png /home/merlin/secret/y.png") == "…/x.png …/y.png"


def test_a_main_loop_that_fails_leaves_a_report_and_the_daemon_ends(state: Path, tmp_path: Path) -> None:
    code = (
        "from npcface.serve import Config, Server, serve\n"
        "Server._housekeep = lambda self: 1 / 0\n"
        f"serve(Config(characters={str(tmp_path)!r} and __import__('pathlib').Path({str(tmp_path)!r}), port=0))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    (file,) = crash.folder().glob("*-main-loop-*.txt")
    assert "ZeroDivisionError" in file.read_text() and str(file) in done.stderr
    assert str(tmp_path) not in file.read_text().replace(str(file), "")
