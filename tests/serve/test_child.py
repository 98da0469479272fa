"""The supervisor lets go of a daemon that has ended, whoever still holds its pipes."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

from npcface.serve import child as module
from npcface.serve.child import Child
from npcface.serve.config import Config

WAIT = "import pathlib, sys, time\nwhile not pathlib.Path(sys.argv[1]).exists(): time.sleep(0.05)"
DAEMON = f"""
import subprocess, sys
print("npcface-ready tcp://127.0.0.1:1 1.0.0", flush=True)
subprocess.Popen([sys.executable, "-c", {WAIT!r}, sys.argv[1]])
"""


def test_a_process_of_the_daemons_that_holds_its_log_keeps_nobody(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    end = tmp_path / "end"
    monkeypatch.setattr(module, "command", lambda: [sys.executable, "-c", DAEMON, str(end)])
    made = Child(Config(characters=tmp_path))
    try:
        while made.wait(10.0) is None:
            pass
        closing = threading.Thread(target=made.close, daemon=True)
        closing.start()
        closing.join(20.0)
        assert not closing.is_alive(), "it waits for the orphan"
        assert made.ready.startswith("npcface-ready")
    finally:
        end.touch()
    for reader in made._readers:
        reader.join(20.0)
    made.close()
    assert made._process.stderr is not None and made._process.stderr.closed
