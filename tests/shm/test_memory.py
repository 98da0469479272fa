"""Named memory: whose it is, how it is found, and that nothing of it is left over."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from npcface.errors import LimitError, ProtocolError
from npcface.shm.memory import Shelf, open_memory, sweep

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="files are for POSIX; Windows has named sections")
SIZE = 8192


def test_only_the_own_user_may_look(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    name, memory = shelf.create(SIZE)
    assert stat.S_IMODE(Path(name).stat().st_mode) == 0o600
    assert stat.S_IMODE(Path(name).parent.stat().st_mode) == 0o700
    assert Path(name).stat().st_blocks * 512 >= SIZE, "the memory is there before it is written to"
    other = open_memory(name, SIZE)
    memory[:3] = b"abc"
    assert other[:3] == b"abc"
    shelf.remove(name)
    assert other[:3] == b"abc" and not Path(name).exists(), "who has mapped it keeps it"
    shelf.close()
    shelf.close()
    assert not list(tmp_path.iterdir())


def test_names_are_never_the_same(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    assert len({shelf.create(4096)[0] for _ in range(20)}) == 20
    shelf.close()


def test_a_name_from_the_network_opens_nothing_but_memory_of_a_daemon(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    name, _ = shelf.create(SIZE)
    secret = tmp_path / "secret.ring"
    secret.write_bytes(bytes(SIZE))
    link = Path(name).with_name("0" * 32 + ".ring")
    link.symlink_to(secret)
    pipe = Path(name).with_name("1" * 32 + ".ring")
    os.mkfifo(pipe)
    relative = os.path.relpath(name)
    for bad in (
        str(secret),
        str(link),
        str(pipe),
        relative,
        name + "\0",
        name[:-6] + "x.ring",
        "",
        f"{name}/../{name}",
    ):
        with pytest.raises(ProtocolError):
            open_memory(bad, SIZE)
    for size in (0, -1, SIZE + 1, 2**40):
        with pytest.raises(ProtocolError):
            open_memory(name, size)
    shelf.close()


def test_what_a_killed_process_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from npcface.shm.memory import Shelf\n"
        f"shelf = Shelf(Path(sys.argv[1])); print(shelf.create({SIZE})[0], flush=True); time.sleep(60)"
    )
    lost = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert lost.stdout is not None
    try:
        left = Path(lost.stdout.readline().strip())
        bystander = tmp_path / "npcface-shm-notes"
        bystander.mkdir()
        mine = Shelf(tmp_path)
        assert left.exists(), "it lives: its folder is locked"
    finally:
        lost.kill()
        lost.communicate()
    assert left.exists()
    assert sweep(tmp_path) == [left.parent]
    assert mine.folder is not None and {path.name for path in tmp_path.iterdir()} == {mine.folder.name, bystander.name}
    mine.close()


def test_no_room_is_an_error_and_leaves_no_file(tmp_path: Path) -> None:
    code = (
        "import resource, sys; from pathlib import Path; from npcface.shm.memory import Shelf\n"
        "from npcface.errors import LimitError\n"
        "shelf = Shelf(Path(sys.argv[1])); resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "try:\n    shelf.create(1 << 20)\n"
        "except LimitError as error:\n    print(error.code, list(shelf.folder.iterdir()))\n"
        "shelf.close()"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True)
    assert done.stdout == f"{LimitError.code} []\n", done.stderr
