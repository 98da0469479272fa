"""MkDocs hook: the repository's pages, pictures included, become the site's, under the paths they have.

So links need no rewriting. Only a link to something that is no page (a folder of examples, a source file) has nowhere
to lead on the site: it becomes the path, to be found in the source.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[1]
PAGES = (
    "docs/*.md", "docs/pictures/*", "docs/bench/*.svg", "CHANGELOG.md", "engine_bridge/*.md",
    "engine_bridge/*/README.md", "engine_bridge/unity/com.npcface.client/README.md", "unity_sample/README.md",
    "npcface/*/PROTOCOL.md", "npcface/*/data/MODEL_CARD.md",
)  # fmt: skip
NOT_HERE = {"docs/index.md"}
"""The site has a first page and a navigation of its own."""

LINK = re.compile(r"(?<!!)\[([^\]\n]+)\]\(([^)\s#]+)(#[^)\s]*)?\)")


def on_files(files: Files, config: Any) -> Files:
    """Add the repository's pages, and those that the navigation does not name to its last section but one."""
    for pattern in PAGES:
        for path in sorted(ROOT.glob(pattern)):
            name = path.relative_to(ROOT).as_posix()
            if name not in NOT_HERE:
                files.append(File.generated(config, name, abs_src_path=str(path)))
    named = set(_leaves(config.nav))
    further = [file.src_uri for file in files.documentation_pages() if file.src_uri not in named]
    if further:
        config.nav.insert(-1, {"More": further})
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Files) -> str:
    """Links to what is no page become text; links to the index become links to the first page."""
    here = (ROOT / page.file.src_uri).parent

    def replaced(link: re.Match[str]) -> str:
        text, target = link[1], link[2]
        if "://" in target or target.startswith("mailto:"):
            return link[0]
        path = (here / target).resolve()
        if not path.is_relative_to(ROOT) or not path.exists():
            return link[0]  # MkDocs reports it
        name = path.relative_to(ROOT).as_posix()
        if name in NOT_HERE or name == "README.md":
            return f"[{text}]({'../' * page.file.src_uri.count('/')}index.md)"
        if files.get_file_from_path(name) is not None:
            return link[0]
        shown = text.strip("`")
        return f"`{name}`" if shown in (name, target) or name.endswith(shown) else f"{text} (`{name}`)"

    return LINK.sub(replaced, markdown)


def _leaves(nav: Any) -> list[str]:
    if isinstance(nav, str):
        return [nav]
    parts = nav.values() if isinstance(nav, dict) else nav
    return [leaf for part in parts for leaf in _leaves(part)]
