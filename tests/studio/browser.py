"""A real Chromium on a real studio: real clicks and keys, and a console that has to stay silent."""

from __future__ import annotations

import base64
import io
import mimetypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream", "--autoplay-policy=no-user-gesture-required",
)  # fmt: skip
PATIENCE_MS = 60_000
WIDTHS = {1280: 820, 390: 844}
"""Width → height of the windows in which the page has to look right."""


def needs_browser() -> None:
    """Fail in CI, skip loudly elsewhere, where there is no browser to test with."""
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        missing = "the Python package playwright"
    else:
        if CHROMIUM.exists():
            return
        missing = f"{CHROMIUM}; sh scripts/setup_chromium.sh installs it"
    if os.environ.get("CI") == "true":
        pytest.fail(f"the page cannot be tested without {missing}")
    pytest.skip(f"THE PAGE IS NOT TESTED: there is no {missing}")


@contextmanager
def chromium(*flags: str) -> Iterator[Any]:
    """A browser of its own."""
    needs_browser()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=[*FLAGS, *flags])
        yield browser
        browser.close()


@contextmanager
def window(browser: Any, url: str, width: int = 1280, theme: str = "light") -> Iterator[Any]:
    """A page at ``url``; at the end its console must have said nothing."""
    size = {"width": width, "height": WIDTHS[width]}
    context = browser.new_context(viewport=size, color_scheme=theme, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    try:
        page.goto(url)
        yield page
    finally:
        context.close()
    assert said == []


def drop(page: Any, *files: Path) -> None:
    """Drop files on the middle of the window, as a desktop does."""
    sent = [
        {"name": file.name, "type": mimetypes.guess_type(file)[0], "data": base64.b64encode(file.read_bytes()).decode()}
        for file in files
    ]
    page.evaluate(
        """files => {
            const data = new DataTransfer();
            for (const { name, type, data: text } of files) {
                const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
                data.items.add(new File([bytes], name, { type }));
            }
            const target = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
            for (const kind of ["dragenter", "dragover", "drop"]) {
                const options = { dataTransfer: data, bubbles: true, cancelable: true };
                target.dispatchEvent(new DragEvent(kind, options));
            }
        }""",
        sent,
    )


def frames(page: Any, count: int = 3, view: str = "a") -> None:
    """Wait until so many more frames have been drawn."""
    canvas = page.locator(f"[data-view={view}] canvas[data-sequence]")
    begun = int(canvas.get_attribute("data-sequence"))
    page.wait_for_function(
        "([view, least]) => document.querySelector(`[data-view=${view}] canvas`).dataset.sequence >= least",
        arg=[view, begun + count],
    )


def pixels(page: Any, view: str = "a") -> NDArray[np.float32]:
    """What the canvas shows, [height, width, 4], 0..255."""
    url = page.evaluate("view => document.querySelector(`[data-view=${view}] canvas`).toDataURL()", view)
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(url.split(",")[1]))).convert("RGBA"), np.float32)


def overflow(page: Any) -> int:
    """Pixels by which the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def enter(page: Any, url: str, name: str = "ada") -> None:
    """The live view of a character that stands still."""
    page.goto(f"{url}/#/live/{name}")
    page.wait_for_selector("canvas[data-sequence]")
    page.get_by_role("tab", name="Mood").click()
    page.get_by_role("switch", name="Idle life").uncheck()
    page.get_by_role("tab", name="Face").click()
    frames(page, 4)


def keep(page: Any, name: str) -> None:
    """A screenshot for those who want to look: into the folder that NPCFACE_SCREENSHOTS names."""
    if folder := os.environ.get("NPCFACE_SCREENSHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png")
