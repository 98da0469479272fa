"""The built page in the repository is what its sources make, byte for byte."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import npcface.studio

STUDIO = Path(npcface.studio.__file__).parent
BUILT = ("index.html", "studio.css", "studio.js")


@pytest.fixture(scope="module")
def tools() -> Path:
    """``npm``, and the sources' folder with TypeScript and esbuild in it."""
    npm = shutil.which("npm")
    if npm is None:
        if os.environ.get("CI") == "true":
            pytest.fail("the page's sources cannot be checked without node and npm")
        pytest.skip("THE PAGE'S SOURCES ARE NOT CHECKED: there is no npm; install node 20 or newer")
    web = STUDIO / "web"
    if not (web / "node_modules").is_dir():
        command = [npm, "ci", "--ignore-scripts", "--no-fund", "--no-audit"]
        done = subprocess.run(command, cwd=web, capture_output=True, text=True, timeout=240, check=False)
        if done.returncode != 0:
            if os.environ.get("CI") == "true":
                pytest.fail(f"npm could not install the page's tools:\n{done.stderr}")
            pytest.skip(f"THE PAGE'S SOURCES ARE NOT CHECKED: npm could not install its tools: {done.stderr[-300:]}")
    return Path(npm)


def _run(*command: str | Path) -> str:
    done = subprocess.run(
        [str(word) for word in command], cwd=STUDIO / "web", capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_types_are_sound(tools: Path) -> None:
    assert _run(tools, "run", "--silent", "check") == ""


def test_the_built_page_is_what_the_sources_make(tools: Path, tmp_path: Path) -> None:
    _run("node", "build.mjs", tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(BUILT)
    for name in BUILT:
        committed = (STUDIO / "static" / name).read_bytes().replace(b"\r\n", b"\n")
        assert (tmp_path / name).read_bytes() == committed, f"{name} is stale: npm run build in npcface/studio/web"


def test_the_page_asks_nobody_else() -> None:
    """No address of another machine in what is shipped, but for the names of SVG's format."""
    for name in BUILT:
        text = (STUDIO / "static" / name).read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in text.replace("'http:'", "") and "https://" not in text, name
        assert "@import" not in text


def test_the_lock_file_names_no_registry() -> None:
    assert "resolved" not in (STUDIO / "web" / "package-lock.json").read_text("utf-8")
