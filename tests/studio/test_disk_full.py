"""The studio on a disk that is full: uploads and exports are refused with a reason, and it goes on."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.small_disk import SmallDisk, small_disk
from tests.studio.conftest import Running, start, stop

FIELDS = {"name": "Zoe", "license": "CC0-1.0", "consent": "Nobody real is shown."}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", 24) as made:
        if not made.mounted:
            pytest.skip("no disk of its own can be mounted here")
        yield made


@pytest.fixture
def studio(disk: SmallDisk, character_store: Path, tmp_path: Path) -> Iterator[Running]:
    (disk.root / "studio.log").symlink_to(tmp_path / "studio.log")
    shutil.copytree(character_store / "ada", disk.root / "store" / "ada")
    running = start(disk.root / "store", disk.root)
    yield running
    assert stop(running) == 0


def test_it_says_so_and_goes_on(studio: Running, disk: SmallDisk, portrait_path: Path) -> None:
    files = [("portrait", ("me.jpg", portrait_path.read_bytes(), "image/jpeg"))]
    with studio.http() as http:
        with disk.full():
            refused = http.post("/api/enroll", data=FIELDS, files=files)
            assert refused.status_code == 507 and refused.json()["error"]["code"] == "disk", refused.text
            job = studio.finished(http.post("/api/export", json={"character": "ada", "size": 64, "kind": "png"}))
            assert job["state"] == "failed" and job["error"]["code"] == "disk", job
            assert [one["id"] for one in http.get("/api/characters").json()["characters"]] == ["ada"]
        file, data = studio.exported(kind="png")
        assert data.startswith(b"\x89PNG") and file["bytes"] == len(data)
