"""Two revisions are really two: what a checkout does slower is seen, in a repository with a history of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from npcface.bench.against import RevisionError, against, report
from npcface.bench.setting import Setting

ROOT = Path(__file__).parents[2]
SLEEP_S = 0.2


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=bench", "-c", "user.email=bench@example.invalid"]
    command = ["git", "-C", str(folder), *identity, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with today's package as its only commit, and a renderer that dawdles in the working tree."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "npcface", folder / "npcface", ignore=shutil.ignore_patterns("__pycache__", "lib"))
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "today")
    renderer = folder / "npcface" / "render" / "renderer.py"
    text = renderer.read_text(encoding="utf-8")
    slow = text.replace(
        "        if len(characters) != len(states):",
        f"        __import__('time').sleep({SLEEP_S})\n        if len(characters) != len(states):",
        1,
    )
    assert slow != text
    renderer.write_text(slow, encoding="utf-8")
    return folder


def test_a_slower_checkout_is_seen_and_nothing_stays_behind(
    checkout: Path, character_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NPCFACE_NATIVE", "0")  # the other revision's C renderer is another test's business
    steps: list[str] = []
    with Setting(store=character_store, size=64, seconds=0.01, runs=1, provider="cpu", asked="warp") as setting:
        found = against("HEAD", ["plain"], setting, checkout=checkout, progress=steps.append)
    row = found["measures"]["plain"]["warp"]
    assert row["this"] - row["other"] > 500 * SLEEP_S
    assert (
        row["ratio"] == row["ratio_lowest"] == row["ratio_highest"] == pytest.approx(row["this"] / row["other"], 0.01)
    )
    assert found["against"] == git(checkout, "rev-parse", "HEAD").strip()
    assert steps == ["characters for both", "turn 1 of 1"]
    assert "× (" in report(found)
    assert len(git(checkout, "worktree", "list").splitlines()) == 1


def test_the_other_revision_gets_its_own_compiled_renderer(checkout: Path) -> None:
    from npcface.bench.against import checked_out
    from npcface.render.native.library import available

    if not available():
        pytest.skip("npcface was installed without its compiled renderer")
    with checked_out(checkout, "HEAD") as tree:
        assert list((tree / "npcface" / "render" / "native" / "lib").glob("npcface_draw.*"))
        assert "sleep" not in (tree / "npcface" / "render" / "renderer.py").read_text(encoding="utf-8")
    assert not tree.exists()


def test_this_checkouts_renderer_is_compiled_from_its_sources_before_the_first_turn(
    checkout: Path, character_store: Path
) -> None:
    from npcface.render.native.library import available, find

    if not available():
        pytest.skip("npcface was installed without its compiled renderer")
    native = checkout / "npcface" / "render" / "native"
    name = str(find()).rpartition(os.sep)[2]
    (native / "lib").mkdir(exist_ok=True)
    (native / "lib" / name).write_bytes(b"of last week")
    (native / "src" / "new.c").write_text(
        '__attribute__((visibility("default"))) int npc_written_today(void) { return 1; }\n', encoding="utf-8"
    )

    def look(step: str) -> None:
        if step.startswith("turn"):
            assert b"npc_written_today" in (native / "lib" / name).read_bytes()
            raise KeyboardInterrupt

    try:
        with Setting(store=character_store, size=64, seconds=0.01, runs=1) as setting, pytest.raises(KeyboardInterrupt):
            against("HEAD", ["plain"], setting, checkout=checkout, progress=look)
        (native / "src" / "new.c").write_text("this is no C\n", encoding="utf-8")
        with Setting(store=character_store, runs=1) as setting, pytest.raises(RevisionError, match=r"new\.c"):
            against("HEAD", ["plain"], setting, checkout=checkout)
    finally:
        (native / "src" / "new.c").unlink()
        shutil.rmtree(native / "lib")


@pytest.mark.parametrize("revision", ["no-such-branch", "--help", ""])
def test_an_unknown_revision_is_refused(revision: str, checkout: Path, character_store: Path) -> None:
    with (
        Setting(store=character_store) as setting,
        pytest.raises(RevisionError, match="failed in"),
    ):
        against(revision, ["plain"], setting, checkout=checkout)


def test_outside_a_checkout_it_says_so(tmp_path: Path, character_store: Path) -> None:
    with Setting(store=character_store) as setting, pytest.raises(RevisionError) as caught:
        against("HEAD", ["plain"], setting, checkout=tmp_path)
    assert "git checkout" in caught.value.remedy


def test_a_revision_that_cannot_be_measured_tells_its_last_words(
    checkout: Path, character_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NPCFACE_NATIVE", "0")
    git(checkout, "stash", "--quiet")
    try:
        broken = checkout / "npcface" / "render" / "renderer.py"
        broken.write_text("raise RuntimeError('not today')\n", encoding="utf-8")
        git(checkout, "commit", "--quiet", "--all", "--message", "broken")
        with (
            Setting(store=character_store, size=64, seconds=0.01, runs=1) as setting,
            pytest.raises(RevisionError, match="not today"),
        ):
            against("HEAD", ["plain"], setting, checkout=checkout)
        assert len(git(checkout, "worktree", "list").splitlines()) == 1
    finally:
        git(checkout, "reset", "--quiet", "--hard", "HEAD~1")
        git(checkout, "stash", "pop", "--quiet")
