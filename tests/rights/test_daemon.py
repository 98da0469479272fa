"""A face whose rights nobody stated is shown with a label, for a while, and the client is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import texture2ddecoder

from npcface.character import Character
from npcface.serve import batch
from npcface.serve.label import ASKED_FRAMES, FADE, PUSHED_S, SIZES, height_px, margin_px, opacity
from npcface.state import FaceState
from npcface.wire.replies import Notice
from tests.conftest import Daemon
from tests.serve.peer import Peer


def band(size: int) -> slice:
    """Rows in which a label may be."""
    return slice(size - margin_px(size) - height_px(size), size - margin_px(size))


def changed_rows(labelled: Any, plain: Any) -> list[int]:
    return [int(row) for row in np.flatnonzero((labelled != plain).any(axis=(1, 2)))]


@pytest.mark.parametrize(("size", "quality"), [(64, "warp"), (512, "warp"), (256, "neural")])
def test_the_label_is_at_the_bottom_and_nowhere_else(unstated_daemon: Daemon, size: int, quality: Any) -> None:
    with unstated_daemon.client() as client:
        eve, ada = (client.open(name, size, quality=quality).render(FaceState()).pixels for name in ("eve", "ada"))
    rows = changed_rows(eve, ada)
    assert rows and set(rows) <= set(range(size)[band(size)])
    across = np.flatnonzero((eve != ada).any(axis=(0, 2)))
    assert abs((across[0] + across[-1]) / 2 - (size - 1) / 2) <= 1.5, "in the middle"
    text = eve[band(size), across[0] : across[-1]]
    assert text[..., 1].max() > 200 and text[..., 1].min() < 80, "light letters on dark ground"


def test_the_client_is_told_once_a_stream(unstated_daemon: Daemon) -> None:
    told: list[Notice] = []
    with unstated_daemon.client() as client:
        client.on_notice = told.append
        for name in ("ada", "old", "eve"):
            with client.open(name, 64) as stream:
                stream.render(FaceState())
                stream.render(FaceState())
                number = stream.id
    assert [(one.code, one.stream) for one in told] == [("rights", number)]
    assert "'eve'" in told[0].cause and "manifest.json" in told[0].remedy


def test_a_consent_of_an_older_manifest_counts(unstated_daemon: Daemon) -> None:
    with unstated_daemon.client() as client:
        old, ada = (client.open(name, 64, quality="warp").render(FaceState()).pixels for name in ("old", "ada"))
    assert np.array_equal(old, ada)


def test_lock_step_frames_lose_it_gradually(unstated_daemon: Daemon) -> None:
    with unstated_daemon.client() as client:
        plain = client.open("ada", 64, quality="warp").render(FaceState()).pixels.astype(int)
        stream = client.open("eve", 64, quality="warp")
        seen = [int(np.abs(stream.render(FaceState()).pixels - plain).max()) for _ in range(ASKED_FRAMES + 2)]
    steady = round(ASKED_FRAMES * (1 - FADE)) - 1
    assert min(seen[:steady]) == max(seen[:steady]) > 100
    assert seen[steady:] == sorted(seen[steady:], reverse=True)
    assert seen[-2:] == [0, 0]


def test_it_fades_at_the_end_of_its_time() -> None:
    steady, end = 1.0 - FADE, 1.0
    seen = [opacity(share) for share in np.linspace(steady, end, 20)]
    assert opacity(0.0) == opacity(steady) == 1.0 and opacity(end) == opacity(2.0) == 0.0
    assert seen == sorted(seen, reverse=True) and len(set(seen)) == 20, "all the time less"


def test_pushed_frames_show_it_for_its_time(unstated_daemon: Daemon, unstated_store: Path) -> None:
    stream, eve, fps = cast(Any, SimpleNamespace(labelled=0.0)), Character.load(unstated_store / "eve"), 20
    seen = [batch._label(stream, eve, 1 / fps / PUSHED_S) for _ in range(round(fps * PUSHED_S) + 10)]
    assert sum(one > 0.0 for one in seen) in (fps * PUSHED_S, fps * PUSHED_S + 1) and seen[-9:] == [0.0] * 9
    with unstated_daemon.client() as client:
        for frame in client.open("eve", 64, quality="warp", fps=20, background=(0, 255, 0)).idle():
            corner = frame.pixels[-margin_px(64) - height_px(64) // 2, 3]
            assert not np.array_equal(corner, (0, 255, 0, 255))
            if frame.time_s > 0.3:
                break


@pytest.mark.parametrize("alpha", ["straight", "premultiplied"])
def test_over_nothing_it_is_seen_too(unstated_daemon: Daemon, alpha: Any) -> None:
    with unstated_daemon.client() as client:
        eve, ada = (
            client.open(name, 128, quality="warp", background="transparent", alpha=alpha)
            .render(FaceState.of(translation=(0.0, -1.0), scale=0.5))
            .pixels
            for name in ("eve", "ada")
        )
    here = eve[band(128)][height_px(128) // 2]
    assert ada[band(128)][..., 3].min() < 255 and here[40:88, 3].min() >= 195
    assert here[..., 3].max() <= 255 and changed_rows(eve, ada)


@pytest.mark.parametrize("kind", ["bc1", "bc3"])
def test_blocks_show_it_and_the_rest_is_the_same(unstated_daemon: Daemon, kind: Any) -> None:
    decode = getattr(texture2ddecoder, f"decode_{kind}")
    with unstated_daemon.client() as client:
        eve, ada, raw = (
            client.open(name, 256, quality="warp", format=form).render(FaceState()).pixels
            for name, form in cast(Any, (("eve", kind), ("ada", kind), ("eve", "rgba8")))
        )
    shown = np.frombuffer(decode(eve.tobytes(), 256, 256), np.uint8).reshape(256, 256, 4)[..., 2::-1]
    assert np.array_equal(eve.reshape(64, -1)[: band(256).start // 4], ada.reshape(64, -1)[: band(256).start // 4])
    assert np.abs(shown[band(256)].astype(int) - raw[band(256), :, :3]).mean() < 8


def test_parts_of_frames_hold_it(unstated_daemon: Daemon) -> None:
    state = [FaceState.of({"jawOpen": 0.1 * step}) for step in range(4)]
    with unstated_daemon.client(shared_memory="off") as client:
        partial = client.open("eve", 128, quality="warp", partial=True)
        whole = client.open("eve", 128, quality="warp")
        for one in state:
            assert np.array_equal(partial.render(one).pixels, whole.render(one).pixels)


def test_a_game_may_tell_it_itself(unstated_daemon: Daemon) -> None:
    told: list[Notice] = []
    with unstated_daemon.client() as client:
        client.on_notice = told.append
        eve = client.open("eve", 64, quality="warp", notice=False).render(FaceState()).pixels
        ada = client.open("ada", 64, quality="warp").render(FaceState()).pixels
    assert np.array_equal(eve, ada) and [one.code for one in told] == ["rights"]


@pytest.mark.parametrize(("word", "codes"), [("tell", ["rights"]), ("off", [])])
def test_a_daemon_may_be_told_not_to_draw(daemon_of: Callable[..., Daemon], word: str, codes: list[str]) -> None:
    told: list[Notice] = []
    with daemon_of("--notices", word).client() as client:
        client.on_notice = told.append
        eve, ada = (client.open(name, 64, quality="warp").render(FaceState()).pixels for name in ("eve", "ada"))
    assert np.array_equal(eve, ada) and [one.code for one in told] == codes


def test_older_clients_see_it_and_get_no_message_that_they_do_not_know(unstated_daemon: Daemon) -> None:
    with Peer(unstated_daemon.address, protocol="1.2.0") as peer:
        peer.ask({"type": "open", "stream": 1, "character": "eve", "size": 64}, "opened")
        peer.send({"type": "state", "stream": 1, "sequence": 1})
        assert peer.receive()["type"] == "frame"


def test_every_size_has_letters_of_its_own() -> None:
    from npcface.serve.label import draw

    for size in SIZES:
        grey = np.full((size, size, 4), 128, np.uint8)
        grey[..., 3] = 255
        draw(grey, 1.0, straight=True)
        assert grey[band(size), :, :3].max() > 200 and (grey[: band(size).start] == (128, 128, 128, 255)).all()
