"""The documentation keeps its promises: links lead somewhere, every page can be found, every verb is described."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from npcface.cli.app import app

ROOT = Path(__file__).parent.parent
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("engine_bridge/*.md"), *ROOT.glob("*/README.md")]
)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def targets(page: Path) -> list[Path]:
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    return [(page.parent / link).resolve() for link in links]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    drawn = re.findall(r'^    "(\w+)": \(', (ROOT / "docs/make_pictures.py").read_text(encoding="utf-8"), re.MULTILINE)
    pictures = {ROOT / "docs/pictures" / f"{name}.jpg" for name in drawn}
    assert [str(target) for target in targets(page) if not target.exists() and target not in pictures] == []


def test_every_page_is_listed_in_the_index() -> None:
    listed = set(targets(ROOT / "docs/index.md"))
    assert [page.name for page in (ROOT / "docs").glob("*.md") if page.name != "index.md" and page not in listed] == []


def test_the_readme_stays_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 150


def test_every_verb_has_its_section() -> None:
    sections = re.findall(r"^## (.+)$", (ROOT / "docs/command-line.md").read_text(encoding="utf-8"), re.MULTILINE)
    verbs = [str(command.name) for command in app.registered_commands]
    verbs += [str(group.name) for group in app.registered_groups]
    assert sorted(sections) == sorted(verbs)
