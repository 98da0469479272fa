"""The live mark: compiled and slow code agree, alpha rules, and streams get it as daemon and game want."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from npcface.render import Renderer
from npcface.render.blocks import encode
from npcface.render.native import library
from npcface.render.stamp import stamp, stamp_slowly
from npcface.serve.config import Config, StartupError
from npcface.serve.watermark import pattern_of
from npcface.state import FaceState
from npcface.watermark import Payload, character_hash
from npcface.watermark.detect import detect
from npcface.watermark.live import stamp_of
from npcface.wire.requests import Open

ADA = Payload(character_hash("ada"))


@pytest.mark.skipif(not library.available(), reason="no compiled renderer")
@pytest.mark.parametrize("straight", [True, False])
@pytest.mark.parametrize("size", [(256, 256), (64, 64), (130, 200), (4, 300)])
def test_compiled_and_slow_agree(size: tuple[int, int], straight: bool) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (*size, 4), dtype=np.uint8)
    pixels[::3, :, 3] = 0
    pixels[1::3, :, 3] = 255
    if not straight:
        pixels[..., :3] = np.minimum(pixels[..., :3], pixels[..., 3:])
    expected = stamp_slowly(pixels, stamp_of("ada"), straight)
    hidden = pixels[..., 3] == 0
    stamp(pixels, stamp_of("ada"), straight)
    np.testing.assert_array_equal(pixels, expected)
    if not straight:
        assert (pixels[..., :3] <= pixels[..., 3:]).all()
    else:
        assert hidden.any() and (expected[hidden] == pixels[hidden]).all()


def test_flat_places_and_slopes_get_little_of_it_and_busy_ones_more() -> None:
    flat = np.full((256, 256, 4), 128, np.uint8)
    slope, busy = flat.copy(), flat.copy()
    slope[..., :3] = np.minimum(np.arange(256) // 2 * 2, 250).astype(np.uint8)[None, :, None]
    busy[..., :3] = np.random.default_rng(4).integers(90, 166, (256, 256, 1), dtype=np.uint8)
    for picture, low, high in ((flat, 0.4, 0.6), (slope, 0.4, 0.6), (busy, 2.5, 3.0)):
        added = stamp_slowly(picture, stamp_of("ada")).astype(np.int32) - picture
        assert low < added[8:-8, 8:-8, 1].std() < high

    other = flat.copy()
    other[128:132, 64:68, :3] = busy[:4, :4, :3]
    differs = (stamp_slowly(other, stamp_of("ada")) != stamp_slowly(flat, stamp_of("ada"))).any(axis=-1)
    differs[128:132, 64:68] = False
    assert not differs.any()  # a block's mark depends on nothing outside it: parts of frames stay small


@pytest.mark.parametrize("quality", ["warp", "neural"])
def test_the_renderer_adds_it_before_it_compresses(character: Any, quality: Any) -> None:
    renderer, state = Renderer("cpu"), [FaceState.of({"jawOpen": 0.3})]
    plain = renderer.render([character], state, 128, quality=quality)
    both = renderer.render([character] * 2, state * 2, 128, quality=quality, patterns=[stamp_of("ada"), None])
    np.testing.assert_array_equal(both[0], stamp_slowly(plain[0], stamp_of("ada")))
    np.testing.assert_array_equal(both[1], plain[0])
    blocks = renderer.render([character], state, 128, quality=quality, format="bc1", patterns=[stamp_of("ada")])
    np.testing.assert_array_equal(blocks[0], encode(np.ascontiguousarray(both[0]), "bc1"))


def test_whole_graphs_mark_alike(character: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(library.SWITCH, "0")
    renderer, state = Renderer("cpu"), [FaceState()]
    plain = renderer.render([character], state, 64, "transparent", quality="warp")
    marked = renderer.render([character], state, 64, "transparent", quality="warp", patterns=[stamp_of("ada")])
    np.testing.assert_array_equal(marked[0], stamp_slowly(plain[0], stamp_of("ada")))


@pytest.mark.parametrize("asked", [False, True])
def test_streams_get_what_they_ask_for(asked: bool, daemon: Any) -> None:
    _judge(daemon, asked, asked)


def test_a_daemon_may_mark_all_or_none(start_daemon: Callable[..., Any]) -> None:
    _judge(start_daemon("--watermark", "always"), False, True)
    assert pattern_of("off", Open(stream=1, character="ada", watermark=True)) is None


def _judge(daemon: Any, asked: bool, given: bool) -> None:
    with daemon.client() as client, client.open("ada", 256, quality="warp", watermark=asked) as stream:
        assert stream.watermark is given
        verdict = detect([stream.render(FaceState.of({"mouthSmileLeft": 0.4})).pixels])
    assert verdict.marked is given
    if given:
        assert (verdict.kind, verdict.payload) == ("live", ADA)


def test_frames_of_which_a_part_is_sent_stay_small(daemon: Any) -> None:
    with daemon.client(shared_memory="off") as client:
        sizes = []
        for asked in (False, True):
            with client.open("ada", 256, quality="warp", partial=True, watermark=asked) as stream:
                stream.render(FaceState())
                frame = stream.render(FaceState.of({"eyeBlinkLeft": 0.5}))
                sizes.append(frame.part)
    assert sizes[0] == sizes[1]


def test_other_words_are_refused() -> None:
    with pytest.raises(StartupError, match="'perhaps'"):
        Config(watermark="perhaps").checked()
