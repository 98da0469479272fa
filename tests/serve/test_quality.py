"""Warp and neural, stream by stream: what is asked for, what is answered, what is drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from npcface.serve import Config
from npcface.serve.config import StartupError
from npcface.state import FaceState
from npcface.wire.channels import pack
from tests.serve.peer import Peer

QUALITIES = ["warp", "neural"]
SIZE = 128
STATE = FaceState.of({"jawOpen": 0.6, "mouthSmileLeft": 0.5}, head=(8.0, -4.0, 3.0), gaze=(5.0, 0.0))


def opening(stream: int, quality: str | None, **options: Any) -> dict[str, Any]:
    header = {"type": "open", "stream": stream, "character": "ada", "size": SIZE, **options}
    return header if quality is None else {**header, "quality": quality}


def frames(peer: Peer, streams: list[int]) -> dict[int, Any]:
    """The texture of ``STATE`` on each stream, sent at once so that one call may serve them all."""
    for stream in streams:
        peer.send({"type": "state", "stream": stream, "sequence": 1, "values": pack(STATE).tolist()})
    images: dict[int, Any] = {}
    while len(images) < len(streams):
        frame = peer.receive("frame", "error")
        assert frame["type"] == "frame", frame
        images[frame["stream"]] = np.frombuffer(peer.pixels, np.uint8).reshape(frame["height"], frame["width"], 4)
    return images


@pytest.fixture(scope="module")
def renderer() -> Any:
    from npcface.render import Renderer

    return Renderer(provider="cpu")


@pytest.mark.parametrize("quality", QUALITIES)
def test_a_stream_of_each_quality_gives_what_a_script_would_get(
    daemon: Any, renderer: Any, character: Any, quality: str
) -> None:
    expected = renderer.render([character], [STATE], size=SIZE, background="transparent", quality=quality)[0]
    with Peer(daemon.address) as peer:
        opened = peer.ask(opening(1, quality, background="transparent"), "opened")
        assert (opened["type"], opened["quality"]) == ("opened", quality)
        pixels = frames(peer, [1])[1]
        assert np.abs(pixels.astype(int) - expected).mean() < 0.5
        assert pixels[..., 3].min() == 0 and pixels[..., 3].max() == 255
        assert peer.ask({"type": "stats"}, "figures")["own_streams"][0]["quality"] == quality


def test_one_tick_serves_both_and_they_differ(daemon: Any) -> None:
    with Peer(daemon.address) as peer:
        for stream, quality in enumerate([*QUALITIES, *QUALITIES]):
            peer.ask(opening(stream, quality, character="ada" if stream < 2 else "ben"), "opened")
        images = frames(peer, [0, 1, 2, 3])
    for warp, neural in ((images[0], images[1]), (images[2], images[3])):
        apart = np.abs(warp.astype(int) - neural)[..., :3]
        assert apart.max() > 8 and apart.mean() > 0.1, "the network has drawn something"
        assert apart.mean() < 40, "and it is the same face"


@pytest.mark.parametrize("quality", QUALITIES)
def test_pushed_frames_come_in_each_quality(daemon: Any, quality: str) -> None:
    with Peer(daemon.address) as peer:
        peer.ask(opening(1, quality, size=64, fps=10), "opened")
        peer.ask({"type": "idle", "stream": 1, "seed": 3}, "done")
        for _ in range(3):
            frame = peer.receive("frame", "error")
            assert frame["type"] == "frame" and len(peer.pixels) == 64 * 64 * 4


@pytest.mark.parametrize("asked", [None, "auto"], ids=["left out", "auto"])
def test_auto_is_what_the_renderer_keeps_up_with(daemon: Any, renderer: Any, asked: str | None) -> None:
    """On machines without a GPU, where the daemon's renderer is the one made here."""
    with Peer(daemon.address) as peer:
        assert peer.welcome["qualities"] == QUALITIES and peer.welcome["quality"] in QUALITIES
        opened = peer.ask(opening(1, asked), "opened")
        assert opened["quality"] == peer.welcome["quality"]
    from npcface.render import Renderer

    if Renderer().provider == renderer.provider:
        assert opened["quality"] == renderer.quality


@pytest.mark.parametrize("quality", QUALITIES)
def test_the_daemons_option_decides_what_auto_is_and_nothing_else(start_daemon: Any, quality: str) -> None:
    other = QUALITIES[1 - QUALITIES.index(quality)]
    with Peer(start_daemon("--quality", quality).address) as peer:
        assert peer.welcome["quality"] == quality
        assert peer.ask(opening(1, None), "opened")["quality"] == quality
        assert peer.ask(opening(2, "auto"), "opened")["quality"] == quality
        assert peer.ask(opening(3, other), "opened")["quality"] == other
        own = peer.ask({"type": "stats"}, "figures")["own_streams"]
        assert {stream["stream"]: stream["quality"] for stream in own} == {1: quality, 2: quality, 3: other}


@pytest.mark.parametrize("quality", ["ultra", "", "Neural", 1, None])
def test_an_unknown_quality_is_refused_and_the_session_lives_on(daemon: Any, quality: Any) -> None:
    with Peer(daemon.address) as peer:
        answer = peer.ask({**opening(1, "warp"), "quality": quality})
        assert (answer["type"], answer["code"], answer["stream"]) == ("error", "protocol", 1)
        assert "quality" in answer["cause"]
        if isinstance(quality, str):
            assert answer["remedy"] == "`quality` of open is one of: auto, warp, neural."
        assert peer.ask(opening(1, "warp"), "opened")["quality"] == "warp", "the number is still free"
        assert frames(peer, [1])[1].shape == (SIZE, SIZE, 4)


def test_the_option_is_checked_before_anything_starts() -> None:
    config = Config.from_environment({"NPCFACE_QUALITY": "warp"})
    assert config.checked().quality == "warp"
    assert Config.from_environment({"NPCFACE_QUALITY": "warp"}, quality="neural").quality == "neural"
    with pytest.raises(StartupError, match="'ultra'") as caught:
        Config.from_environment({"NPCFACE_QUALITY": "ultra"}).checked()
    assert caught.value.remedy == "Use one of: auto, warp, neural."
