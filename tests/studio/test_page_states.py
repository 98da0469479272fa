"""Where the page could be left in the wrong state: a line cut short by the next, a taken camera, Back in a dialog."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.studio.browser import chromium, enter, window
from tests.studio.conftest import Running


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A Chromium."""
    with chromium() as opened:
        yield opened


@pytest.fixture
def page(browser: Any, studio: Running) -> Iterator[Any]:
    """The gallery."""
    with window(browser, studio.url) as opened:
        opened.wait_for_selector(".card img")
        yield opened


def test_the_sound_of_the_next_line_waits_for_its_own_picture(page: Any, studio: Running) -> None:
    enter(page, studio.url)
    page.get_by_role("tab", name="Speech").click()
    page.evaluate(
        """() => {
            const start = AudioBufferSourceNode.prototype.start;
            window.begun = [];
            AudioBufferSourceNode.prototype.start = function (when, offset) {
                window.begun.push(offset);
                start.call(this, when, offset);
            };
        }"""
    )
    line = page.get_by_label("Line")
    line.press("Control+Enter")
    page.wait_for_function("() => Number(document.querySelector('canvas').dataset.line) >= 1.5")
    line.press("Control+Enter")
    page.wait_for_function("() => window.begun.length === 2")
    assert max(page.evaluate("() => window.begun")) < 1.0
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Stop").wait_for(state="hidden")


def test_a_camera_that_is_taken_goes_off_again(page: Any, studio: Running) -> None:
    enter(page, studio.url)
    page.evaluate(
        """() => new Promise((done) => {
            window.other = new WebSocket(`ws://${location.host}/api/camera`);
            window.other.onopen = done;
        })"""
    )
    page.get_by_role("tab", name="Camera").click()
    box = page.get_by_role("switch", name="Drive with my camera")
    box.check()
    page.locator(".notice-cause").filter(visible=True).wait_for()
    page.wait_for_function("() => document.querySelector('video').srcObject === null")
    assert not box.is_checked()
    page.evaluate("() => window.other.close()")


def test_going_back_closes_a_dialog(page: Any, studio: Running) -> None:
    enter(page, studio.url)
    page.get_by_role("button", name="Export").click()
    page.get_by_role("dialog").wait_for()
    page.go_back()
    page.get_by_role("link", name="Open Ben").wait_for()
    assert page.get_by_role("dialog").count() == 0
    page.goto(f"{studio.url}/#/live/%")
    page.get_by_role("link", name="Open Ben").wait_for()
