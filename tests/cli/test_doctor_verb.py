"""The doctor's verdict as people and as programs read it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from npcface.cli.app import app
from npcface.doctor import CHECKS, Check, Finding, Page, Severity, Surroundings, checks

run = CliRunner()


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NPCFACE_HOME", str(tmp_path))
    monkeypatch.setenv("NPCFACE_PORT", "0")


def saying(severity: Severity, install: tuple[str, ...] = ()) -> Check:
    def check_it(_: Surroundings) -> Finding:
        return Finding("it", severity, "seen", "leads to", "do this", install)

    return check_it


@pytest.mark.parametrize(
    ("severity", "exit_code"), [(Severity.OK, 0), (Severity.INFO, 0), (Severity.WARNING, 0), (Severity.ERROR, 1)]
)
def test_only_errors_count(severity: Severity, exit_code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "CHECKS", {saying(severity): Page.GPU})
    assert run.invoke(app, ["doctor"]).exit_code == exit_code
    result = run.invoke(app, ["doctor", "--json"])
    assert result.exit_code == exit_code
    document = json.loads(result.stdout)
    assert document["errors"] == exit_code
    assert document["findings"][0]["severity"] == severity.value


def test_quiet_hides_what_needs_no_attention(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "CHECKS", {saying(Severity.OK): Page.GPU, saying(Severity.INFO): Page.GPU})
    assert run.invoke(app, ["doctor", "--quiet"]).stdout == ""


def test_people_read_finding_cause_and_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "CHECKS", {saying(Severity.WARNING): Page.GPU})
    text = run.invoke(app, ["doctor"]).stdout
    assert "seen" in text and "leads to" in text and "→ do this" in text and "docs/doctor.md#gpu" in text


def test_a_terminal_gets_a_table_with_the_worst_on_top(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        checks,
        "CHECKS",
        {saying(Severity.OK): Page.GPU, saying(Severity.ERROR): Page.MODELS, saying(Severity.INFO): Page.GAME},
    )
    text = run.invoke(app, ["doctor"], env={"FORCE_COLOR": "1", "COLUMNS": "100", "TERM": "xterm"}).stdout
    assert "what was found" in text
    assert text.index("✗") < text.index("doctor.md#models") < text.index("doctor.md#game") < text.index("✓")


def test_a_game_is_looked_at_when_it_is_named(tmp_path: Path) -> None:
    findings = json.loads(run.invoke(app, ["doctor", "--project", str(tmp_path), "--json"]).stdout)["findings"]
    assert findings[-1]["check"] == "game" and findings[-1]["severity"] == "warning"


def test_fix_that_pip_cannot_do_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = ("no-such-package-of-npcface @ file:///nowhere/at/all.whl",)
    monkeypatch.setattr(checks, "CHECKS", {saying(Severity.ERROR, wanted): Page.GPU})
    result = run.invoke(app, ["doctor", "--fix"])
    assert result.exit_code == 1
    assert "by hand" in result.stderr and "--no-deps" in result.stderr


def test_the_real_checks_all_answer() -> None:
    findings = json.loads(run.invoke(app, ["doctor", "--json"]).stdout)["findings"]
    assert len(findings) == len(CHECKS)
    assert {finding["check"] for finding in findings} >= {"python", "onnxruntime", "store", "port"}
