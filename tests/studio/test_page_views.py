"""Every view in light and dark, on a desk and on a phone; and the whole page without a mouse."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import portrait
from tests.studio.browser import chromium, drop, frames, keep, overflow, window
from tests.studio.conftest import Running

PICTURED = "NPCFACE_SCREENSHOTS" in os.environ
LOOKS = [("light", 1280), ("dark", 390), *([("dark", 1280), ("light", 390)] if PICTURED else [])]
"""Each theme and each width once; all four where pictures are wanted."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A Chromium."""
    with chromium() as opened:
        yield opened


def _looks_right(page: Any, name: str) -> None:
    """Nothing is wider than the window, every control has a name, every id is there once."""
    assert overflow(page) <= 0, name
    nameless = page.evaluate(
        """() => [...document.querySelectorAll("button, a[href], input:not([type=file]), select, textarea")]
            .filter(one => one.checkVisibility() && !one.labels?.length && !one.getAttribute("aria-label")
                && !one.textContent.trim())
            .map(one => one.outerHTML)"""
    )
    assert nameless == [], name
    twice = page.evaluate(
        "() => { const ids = [...document.querySelectorAll('[id]')].map(one => one.id);"
        " return ids.filter((id, at) => ids.indexOf(id) !== at); }"
    )
    assert twice == [], name
    keep(page, name)


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_every_view_fits(browser: Any, studio: Running, width: int, theme: str) -> None:
    with window(browser, studio.url, width, theme) as page:
        page.wait_for_selector(".card img")
        _looks_right(page, f"gallery-{theme}-{width}")
        drop(page, portrait("P009"))
        page.wait_for_selector(".picture img")
        _looks_right(page, f"new-{theme}-{width}")
        page.goto(f"{studio.url}/#/live/ada")
        page.wait_for_selector("canvas[data-sequence]")
        if PICTURED:  # the page's best; the tests' studio draws the faster kind
            page.get_by_label("Quality of picture A").select_option("neural")
            for _ in range(4):
                page.locator("canvas").press("ArrowRight")
            frames(page, 40)  # the figure of frames a second has settled
        for tab in ("Face", "Mood", "Speech", "Camera"):
            page.get_by_role("tab", name=tab).click()
            if tab == "Mood":
                page.get_by_label("Happy").check()
                frames(page, 8)
            _looks_right(page, f"{tab.lower()}-{theme}-{width}")
        page.get_by_label("Clear").check()
        page.get_by_role("button", name="Compare").click()
        page.wait_for_selector("[data-view=b] canvas[data-sequence]")
        frames(page, 20)
        _looks_right(page, f"compare-{theme}-{width}")
        for button in ("Export", "Fine-tune"):
            page.get_by_role("button", name=button).click()
            _looks_right(page, f"{button.lower()}-{theme}-{width}")
            page.keyboard.press("Escape")
        page.keyboard.press("?")
        _looks_right(page, f"keys-{theme}-{width}")


def test_the_theme_follows_the_system_until_it_is_chosen(browser: Any, studio: Running) -> None:
    with window(browser, studio.url, theme="dark") as page:
        page.wait_for_selector(".card img")

        def paper() -> str:
            return str(page.evaluate("() => getComputedStyle(document.documentElement).backgroundColor"))

        dark = paper()
        page.get_by_role("button", name="Use the light theme").click()
        light = paper()
        assert light != dark
        page.reload()
        page.wait_for_selector(".card img")
        assert paper() == light
        page.get_by_role("button", name="Use the dark theme").click()
        assert paper() == dark


def test_all_of_it_works_without_a_mouse(browser: Any, studio: Running) -> None:
    with window(browser, studio.url) as page:
        page.wait_for_selector(".card img")
        keys = page.keyboard

        def focused() -> str:
            script = "() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"
            return str(page.evaluate(script)).strip()

        def tab_to(name: str, most: int = 40) -> None:
            for _ in range(most):
                keys.press("Tab")
                if focused().startswith(name):
                    return
            raise AssertionError(f"Tab never comes to {name}")

        tab_to("Skip to the content", 1)
        keys.press("Enter")
        assert page.evaluate("() => document.activeElement.id") == "content"
        tab_to("Choose a picture", 1)
        tab_to("Open Ada", 2)
        keys.press("Enter")
        page.wait_for_selector("canvas[data-sequence]")
        tab_to("Ada, live")
        keys.press("ArrowRight")
        keys.press("Shift+ArrowUp")
        assert page.locator("[data-channel=headYaw]").input_value() == "3"
        assert page.locator("[data-channel=gazePitch]").input_value() == "3"
        keys.press("Home")
        assert page.locator("[data-channel=headYaw]").input_value() == "0"
        tab_to("Face")
        keys.press("ArrowRight")
        assert focused() == "Mood"
        keys.press("Tab")
        keys.press("ArrowRight")
        assert page.get_by_label("Happy").is_checked()
        keys.press("?")
        assert page.get_by_role("dialog", name="Keyboard").is_visible()
        keys.press("Escape")
        assert page.get_by_role("dialog").count() == 0
        keys.press("e")
        assert page.get_by_role("dialog", name="Export Ada").is_visible()
        keys.press("ArrowRight")
        assert page.get_by_label("Sprite sheet").is_checked()
        keys.press("Escape")
        keys.press("g")
        page.wait_for_selector(".card img")
