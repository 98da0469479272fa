"""The loop over all checks, the pages they point to, and the extras they know."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from npcface.doctor import CHECKS, Finding, Page, Severity, Surroundings, checks, examine, extras
from npcface.doctor.runtime import check_python
from npcface.errors import DependencyError

ROOT = Path(__file__).parents[2]
# of gpu onnxruntime's check speaks; the others are for those who work on npcface
NOT_CHECKED = {"gpu", "demo", "dev", "docs", "bundle"}


def anchors(page: Path) -> set[str]:
    """The anchors that a page's headings get, as GitHub and MkDocs make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", Page)
def test_every_page_a_finding_names_exists_with_its_section(page: Page) -> None:
    name, _, anchor = page.value.partition("#")
    assert anchor in anchors(ROOT / "docs" / name)


def test_every_section_belongs_to_a_check() -> None:
    used = {page.value for page in (*CHECKS.values(), Page.GAME)}
    assert {f"doctor.md#{anchor}" for anchor in anchors(ROOT / "docs/doctor.md")} - used == {
        "doctor.md#when-something-is-missing-the-doctor"
    }


def test_a_check_that_fails_is_an_error_and_the_rest_still_runs(
    around: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check_broken(_: Surroundings) -> Finding:
        raise ZeroDivisionError("boom")

    def check_refused(_: Surroundings) -> Finding:
        raise DependencyError("No model.", "Get one.")

    monkeypatch.setattr(
        checks, "CHECKS", {check_broken: Page.GPU, check_refused: Page.MODELS, check_python: Page.PYTHON}
    )
    broken, refused, python = examine(around)
    assert (broken.check, broken.severity, broken.finding) == ("broken", Severity.ERROR, "ZeroDivisionError: boom")
    assert (refused.finding, refused.fix) == ("No model.", "Get one.")
    assert [broken.docs, refused.docs] == ["doctor.md#gpu", "doctor.md#models"]
    assert python.severity is Severity.OK


def test_whatever_is_not_well_says_why_and_what_to_do(around: Surroundings) -> None:
    for finding in examine(around):
        assert finding.severity is Severity.OK or (finding.cause and finding.fix and finding.docs)


def test_extras_that_are_missing_say_what_they_are_for(around: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "EXTRAS", {"video": ("no_such_module_here", "reading and writing video files")})
    finding = extras.check_extras(around)
    assert finding.severity is Severity.INFO
    assert "video: reading and writing video files" in finding.cause
    assert "npcface[video]" in finding.fix


def test_extras_are_those_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = set(project["project"]["optional-dependencies"])
    assert set(extras.EXTRAS) == listed - NOT_CHECKED
