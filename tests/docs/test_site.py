"""The site builds without a warning, needs no other host, and leads to every page."""

from __future__ import annotations

import os
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.needed import needed

ROOT = Path(__file__).parents[2]
LOADED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src", "video": "src"}
PUBLIC = {
    "npcface": ("enroll", "Character", "Renderer", "Client", "FaceState", "NpcFaceError"),
    "client": ("Client", "Stream"),
    "character": ("Character", "CharacterStore", "Manifest"),
    "drive": ("speech", "SpeechStream", "arkit", "landmarks", "emote", "Idle", "OneEuro", "Track"),
    "render": ("Renderer",),
    "config": ("Config", "parent_pid", "max_batch"),
}

if "CI" not in os.environ:
    needed("mkdocs", "building the site needs npcface[docs]")


class Page(HTMLParser):
    """What a page loads, where it leads, and its anchors."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids.add(given.get("id") or "")
        if target := given.get(LOADED.get(tag, "")):
            self.loaded.append(target)
        if tag == "a" and given.get("href"):
            self.links.append(str(given["href"]))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as ``make docs`` does."""
    out = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", str(ROOT / "docs/mkdocs.yml"), "-d", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"})
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    """All pages but the one for wrong addresses, which does not know where it lies."""
    files = (file for file in site.rglob("*.html") if file.name != "404.html")
    return {file: Page(file.read_text(encoding="utf-8")) for file in files}


def test_no_page_asks_another_host_for_anything(pages: dict[Path, Page], site: Path) -> None:
    foreign = {target for page in pages.values() for target in page.loaded if urlsplit(target).netloc}
    assert foreign == set()
    styles = " ".join(file.read_text(encoding="utf-8") for file in site.rglob("*.css"))
    assert "@import" not in styles and "url(http" not in styles and "url(//" not in styles


def test_every_link_and_picture_leads_to_a_file_and_its_anchor(pages: dict[Path, Page]) -> None:
    lost = []
    for file, page in pages.items():
        for target in (*page.loaded, *page.links):
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            path = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            known = pages[path].ids if path in pages else {unquote(parts.fragment)}
            if not path.exists() or (parts.fragment and unquote(parts.fragment) not in known):
                lost.append(f"{file.name}: {target}")
    assert lost == []


def test_every_page_can_be_reached_from_the_first(pages: dict[Path, Page], site: Path) -> None:
    first = pages[site / "index.html"]
    reached = {(site / urlsplit(link).path).resolve() for link in first.links}
    assert [str(page) for page in pages if page not in reached and page != site / "index.html"] == []
    sources = {path.stem for path in (ROOT / "docs").glob("*.md")} - {"index"}
    assert sources <= {page.stem for page in pages}


@pytest.mark.parametrize("module", PUBLIC)
def test_the_reference_has_the_public_names(pages: dict[Path, Page], site: Path, module: str) -> None:
    names = {anchor.rpartition(".")[2] for anchor in pages[site / f"reference/{module}.html"].ids}
    assert set(PUBLIC[module]) <= names


def test_the_gallery_shows_every_picture(pages: dict[Path, Page], site: Path) -> None:
    shown = {Path(target).name for target in pages[site / "docs/gallery.html"].loaded}
    assert {picture.name for picture in (ROOT / "docs/pictures").iterdir()} <= shown


def test_the_glossary_explains_the_words(site: Path) -> None:
    text = (site / "docs/glossary.html").read_text(encoding="utf-8")
    for word in ("viseme", "blendshape", "landmark", "embedding", "AdaIN", "self-re-enactment"):
        assert f"<td>{word}</td>" in text
