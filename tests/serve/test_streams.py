"""Lock-step, pushed frames, mailboxes and batches, through a real daemon with the real renderer."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import texture2ddecoder
from PIL import Image

from npcface.client import Client
from npcface.errors import LimitError
from npcface.serve.session import PENDING_INPUTS_MAX, Held, Session
from npcface.state import FaceState
from npcface.wire.channels import CHANNELS, ChannelMap, pack
from npcface.wire.requests import Emotion
from tests.serve.peer import Peer


def open_stream(peer: Peer, stream: int = 1, character: str = "ada", **options: Any) -> None:
    opened = peer.ask({"type": "open", "stream": stream, "character": character, "size": 64, **options}, "opened")
    assert opened["type"] == "opened", opened


def test_the_welcome_says_what_can_be_asked_for(daemon: Any) -> None:
    with Peer(daemon.address, channels=["headYaw", "jawOpen"]) as peer:
        assert peer.welcome["channels"] == ["headYaw", "jawOpen"]
        assert peer.welcome["formats"] == ["rgba8", "bc1", "bc3"]
        assert peer.welcome["alphas"] == ["straight", "premultiplied"]
        assert peer.welcome["limits"]["size_max_px"] == 512
        conventions = peer.welcome["conventions"]
        assert (conventions["rows"], conventions["color_space"], conventions["sides"]) == (
            "top-down",
            "srgb",
            "subject",
        )
    with Peer(daemon.address) as peer:
        assert tuple(peer.welcome["channels"]) == CHANNELS


def test_lock_step_gives_the_frame_a_script_would_get(daemon: Any, character: Any) -> None:
    from npcface.render import Renderer

    state = FaceState.of({"jawOpen": 0.6, "mouthSmileLeft": 0.5}, head=(8.0, -4.0, 3.0), gaze=(5.0, 0.0))
    expected = Renderer(provider="cpu").render(
        [character], [state], size=128, background="transparent", quality="warp"
    )[0]
    with Peer(daemon.address) as peer:
        open_stream(peer, size=128, background="transparent", quality="warp")
        peer.send({"type": "state", "stream": 1, "sequence": 7, "values": pack(state).tolist()})
        frame = peer.receive("frame")
        pixels = np.frombuffer(peer.pixels, np.uint8).reshape(128, 128, 4)
    assert (frame["stream"], frame["sequence"], frame["alpha"], frame["rows"]) == (1, 7, "straight", "top-down")
    assert np.abs(pixels.astype(int) - expected).max() <= 2
    assert pixels[..., 3].min() == 0 and pixels[..., 3].max() == 255


@pytest.mark.parametrize(("kind", "size"), [("bc1", 8), ("bc3", 16)])
def test_block_compressed_frames_are_the_same_face(daemon: Any, kind: str, size: int) -> None:
    state = FaceState.of({"jawOpen": 0.6}, head=(8.0, -4.0, 3.0))
    with Client(daemon.address) as client, client.open("ada", 128, background=(10, 20, 30), format=kind) as blocks:  # type: ignore[arg-type]
        frame = blocks.render(state)
        assert (frame.format, frame.pixels.shape) == (kind, (32, 32, size))
        with client.open("ada", 128, background=(10, 20, 30)) as plain:
            pixels = plain.render(state).pixels
        decode = texture2ddecoder.decode_bc1 if kind == "bc1" else texture2ddecoder.decode_bc3
        shown = np.frombuffer(decode(frame.pixels.tobytes(), 128, 128), np.uint8).reshape(128, 128, 4)[..., [2, 1, 0]]
        assert np.mean((shown.astype(float) - pixels[..., :3]) ** 2) < 255**2 / 10**3.4  # 34 dB
        assert len(list(islice(blocks.stream_states([state] * 3), 2))) == 2
    with Peer(daemon.address) as peer:
        opened = peer.ask({"type": "open", "stream": 1, "character": "ada", "size": 64, "format": kind}, "opened")
        assert opened["stride_bytes"] == 16 * size
        refused = peer.ask(
            {"type": "open", "stream": 2, "character": "ada", "format": "bc1", "background": "transparent"}, "error"
        )
        assert refused["code"] == "stream" and "bc3" in refused["remedy"]


def test_agreed_channels_reach_the_face(daemon: Any) -> None:
    with Peer(daemon.address, channels=["jawOpen", "headYaw"]) as peer:
        open_stream(peer)
        images = {}
        for sequence, values in enumerate([[0.0, 0.0], [1.0, 0.0], [0.0, 15.0]]):
            peer.send({"type": "state", "stream": 1, "sequence": sequence, "values": values})
            assert peer.receive("frame")["sequence"] == sequence
            images[sequence] = peer.pixels
        assert len(set(images.values())) == 3


def test_landmark_offsets_travel_as_a_payload(daemon: Any) -> None:
    offsets = np.zeros((478, 2), np.float32)
    offsets[:, 0] = 0.02
    with Peer(daemon.address) as peer:
        open_stream(peer, size=128)
        peer.send({"type": "state", "stream": 1, "sequence": 1})
        peer.receive("frame")
        still = peer.pixels
        peer.send({"type": "state", "stream": 1, "sequence": 2}, offsets.tobytes())
        assert peer.receive("frame", "error")["type"] == "frame"
        assert peer.pixels != still


@pytest.mark.parametrize("motion", ["relative", "absolute"])
def test_landmarks_of_a_tracker_drive_the_face(daemon: Any, portrait_path: Path, motion: str) -> None:
    from npcface.enroll.detect import Landmarker
    from npcface.rig.landmarks import IBUG_68

    with Image.open(portrait_path) as image:
        rgb = np.array(image.convert("RGB"))
    with Landmarker() as tracker:
        points = tracker.detect(rgb)[0].points.astype("<f4")
    header = {"type": "landmarks", "stream": 1, "width": rgb.shape[1], "height": rgb.shape[0], "motion": motion}
    shifted = points.copy()
    shifted[:, 0] += rgb.shape[1] * 0.03
    with Peer(daemon.address) as peer:
        open_stream(peer)
        images = []
        for sequence, sent in enumerate([points, shifted, points[np.asarray(IBUG_68), :2]]):
            count, dims = sent.shape
            peer.send({**header, "sequence": sequence, "points": count, "dims": dims}, sent.tobytes())
            answer = peer.receive("frame", "error")
            assert (answer["type"], answer["sequence"]) == ("frame", sequence), answer
            images.append(np.frombuffer(peer.pixels, np.uint8).astype(int))
    assert np.abs(images[1] - images[0]).mean() > 0.5, "the head has moved"


def test_of_a_thousand_states_few_are_rendered_and_the_last_is_the_last(daemon: Any) -> None:
    with Peer(daemon.address) as peer:
        open_stream(peer)
        for sequence in range(1000):
            peer.send({"type": "state", "stream": 1, "sequence": sequence, "named": {"jawOpen": sequence / 999}})
        seen: list[int] = []
        while not seen or seen[-1] != 999:
            frame = peer.receive("frame")
            seen.append(frame["sequence"])
        last = peer.pixels
        assert seen == sorted(seen) and len(seen) < 500
        assert frame["dropped"] == 1000 - len(seen)
        peer.send({"type": "state", "stream": 1, "sequence": 1000, "named": {"jawOpen": 1.0}})
        peer.receive("frame")
        assert peer.pixels == last


def test_a_client_that_does_not_read_holds_back_nobody(daemon: Any) -> None:
    with Peer(daemon.address, receive_queue=1) as lazy, Peer(daemon.address) as keen:
        open_stream(lazy, size=512, fps=60, quality="warp")
        lazy.ask({"type": "idle", "stream": 1, "seed": 1}, "done")
        open_stream(keen, character="ben", quality="warp")
        for sequence in range(50):
            keen.send({"type": "state", "stream": 1, "sequence": sequence})
            assert keen.receive("frame")["sequence"] == sequence
            if sequence % 10 == 0:
                lazy.send({"type": "ping"})  # however slow the machine: it does not read, but it lives
        keen.send({"type": "stats", "request": 5})
        assert keen.receive("figures")["clients"] >= 2


def test_speech_is_pushed_on_a_clock_and_ends(daemon: Any) -> None:
    line = [["HH", 0.0], ["AA", 0.1, 0.5], ["M", 0.5, 0.65]]
    with Peer(daemon.address) as peer:
        open_stream(peer, fps=20)
        peer.send({"type": "speech", "stream": 1, "alphabet": "arpabet", "phonemes": line, "then": "stop"})
        frames, images = [], []
        while (message := peer.receive("frame", "ended", "error"))["type"] == "frame":
            frames.append(message)
            images.append(peer.pixels)
        assert message["type"] == "ended" and (message["what"], message["then"]) == ("speech", "stop")
        numbers = [frame["sequence"] for frame in frames]
        assert numbers == sorted(set(numbers)) and numbers[-1] <= 25
        assert all(abs(frame["time_s"] - frame["sequence"] / 20) < 1e-9 for frame in frames)
        assert len(set(images)) >= 5, "the face moves"
        assert frames[-1]["time_s"] >= 0.65
        assert peer.ask({"type": "stats"}, "figures")["own_streams"][0]["mode"] == "lock-step"


def test_speech_that_arrives_in_pieces_goes_on_until_the_final_one(daemon: Any) -> None:
    piece = {"type": "speech", "stream": 1, "alphabet": "oculus", "final": False, "idle": False}
    with Peer(daemon.address) as peer:
        open_stream(peer, fps=30)
        peer.send({**piece, "phonemes": [["aa", 0.0, 0.15]]})
        while peer.receive("frame", "error")["time_s"] < 0.8:
            pass  # silent for long, but not over: no `ended` came (it would be an error below)
        resting = peer.pixels
        peer.send({**piece, "phonemes": [["aa", 1.0, 1.4]], "begin": False})
        while (message := peer.receive())["type"] == "frame" and message["time_s"] < 1.25:
            pass
        assert message["type"] == "frame" and peer.pixels != resting
        peer.send({**piece, "phonemes": [], "begin": False, "final": True, "then": "stop"})
        assert peer.receive("ended", "error")["what"] == "speech"


def test_a_timeline_plays_its_rows_in_the_agreed_order(daemon: Any) -> None:
    rows = np.linspace(0.0, 1.0, 16, dtype="<f4").reshape(16, 1)
    with Peer(daemon.address, channels=["jawOpen"]) as peer:
        open_stream(peer, fps=30, quality="warp")
        answer = peer.ask(
            {"type": "timeline", "stream": 1, "frames": 16, "fps": 30.0, "then": "stop"}, "done", payload=rows.tobytes()
        )
        assert answer["what"] == "timeline"
        pushed = {}
        while (message := peer.receive("frame", "ended", "error"))["type"] == "frame":
            pushed[message["sequence"]] = peer.pixels
        assert message["type"] == "ended"
        for sequence, image in list(pushed.items())[:3]:
            peer.send({"type": "state", "stream": 1, "sequence": 100 + sequence, "values": [sequence / 15]})
            assert peer.receive("frame")["sequence"] == 100 + sequence
            difference = np.abs(np.frombuffer(image, np.uint8).astype(int) - np.frombuffer(peer.pixels, np.uint8))
            assert difference.max() <= 2


def test_idle_life_moves_and_stops_when_told(daemon: Any) -> None:
    with Peer(daemon.address) as peer:
        open_stream(peer, fps=30)
        assert peer.ask({"type": "idle", "stream": 1, "seed": 3}, "done")["what"] == "idle"
        images = set()
        for _ in range(30):
            peer.receive("frame")
            images.add(peer.pixels)
        assert len(images) > 10
        assert peer.ask({"type": "stop", "stream": 1}, "done")["what"] == "stop"
        assert not peer.socket.poll(300), "nothing is pushed any more"


def test_two_clients_with_different_characters_share_a_render_call(start_daemon: Any) -> None:
    running = start_daemon()
    with Peer(running.address) as one, Peer(running.address) as two:
        open_stream(one, character="ada", fps=10)
        open_stream(two, character="ben", fps=10)
        for peer in (one, two):
            assert peer.ask({"type": "idle", "stream": 1, "seed": 1}, "done")["type"] == "done"
        for _ in range(10):
            for peer in (one, two):
                peer.receive("frame")
        figures = one.ask({"type": "stats"}, "figures")
        assert figures["batches"].get("2", 0) >= 5
        assert one.pixels != two.pixels


def test_streams_of_different_size_and_background_are_served_in_one_tick(daemon: Any) -> None:
    looks: list[dict[str, Any]] = [
        {"size": 64},
        {"size": 96},
        {"background": "transparent"},
        {"background": [10, 20, 30]},
        {"background": "transparent", "alpha": "premultiplied"},
    ]
    with Peer(daemon.address) as peer:
        for stream, look in enumerate(looks):
            open_stream(peer, stream, **look)
        for stream in range(len(looks)):
            peer.send({"type": "state", "stream": stream, "sequence": stream})
        images: dict[int, Any] = {}
        while len(images) < len(looks):
            frame = peer.receive("frame", "error")
            images[frame["stream"]] = np.frombuffer(peer.pixels, np.uint8).reshape(frame["height"], frame["width"], 4)
        assert images[1].shape == (96, 96, 4)
        assert images[2][0, 0, 3] == 0 and images[3][0, 0].tolist() == [10, 20, 30, 255]
        assert (images[4][..., :3] <= images[4][..., 3:]).all(), "premultiplied colour never exceeds alpha"


def test_characters_are_listed_loaded_unloaded_and_reloaded(start_daemon: Any, character: Any, tmp_path: Any) -> None:
    store = tmp_path / "store"
    for name in ("ada", "zoe"):
        manifest = character.manifest.model_copy(update={"id": name})
        type(character)(manifest, character.portrait_png, character.icon_png, character.tensors).save(store / name)
    (store / "zoe" / "portrait.png").unlink()
    (store / "bad").mkdir()
    (store / "bad" / "manifest.json").write_text("{")
    running = start_daemon(store=store)
    with Peer(running.address) as peer:
        listed = {info["id"]: info for info in peer.ask({"type": "list"}, "characters")["characters"]}
        assert sorted(listed) == ["ada", "bad", "zoe"] and listed["bad"]["error"] and not listed["ada"]["loaded"]
        assert peer.ask({"type": "load", "character": "zoe"})["code"] == "character"
        assert peer.ask({"type": "load", "character": "ada"}, "done")["what"] == "load"
        assert peer.ask({"type": "list"}, "characters")["characters"][0]["loaded"]
        open_stream(peer)
        assert peer.ask({"type": "reload", "character": "ada"}, "done")["what"] == "reload"
        (store / "ada" / "manifest.json").write_text("{")
        assert peer.ask({"type": "reload", "character": "ada"})["code"] == "character"
        peer.send({"type": "state", "stream": 1, "sequence": 1})
        assert peer.receive("frame", "error")["type"] == "frame", "the old face stays after a failed reload"
        assert peer.ask({"type": "close", "stream": 1}, "closed")["stream"] == 1
        assert peer.ask({"type": "unload", "character": "ada"}, "done")["what"] == "unload"


def test_states_may_follow_an_open_at_once(daemon: Any) -> None:
    with Peer(daemon.address) as peer:
        peer.ask({"type": "unload", "character": "ada"}, "done")  # so that it has to be read from disk again
        peer.send({"type": "open", "stream": 1, "character": "ada", "size": 64})
        for sequence in range(5):
            peer.send({"type": "state", "stream": 1, "sequence": sequence})
        assert peer.receive()["type"] == "opened"
        while (answer := peer.receive())["sequence"] < 4:  # latest wins, here too: how many come depends on the disk
            assert answer["type"] == "frame", answer
        assert (answer["type"], answer["sequence"]) == ("frame", 4)


def test_what_follows_an_open_that_fails_is_refused(daemon: Any) -> None:
    with Peer(daemon.address) as peer:
        peer.send({"type": "open", "request": 1, "stream": 1, "character": "nobody"})
        peer.send({"type": "speech", "request": 2, "stream": 1, "phonemes": [["AA", 0.0]]})
        answers = [peer.receive(), peer.receive()]
        assert [(answer["code"], answer["request"]) for answer in answers] == [("character", 1), ("stream", 2)]


def test_no_more_than_64_messages_wait_for_an_open() -> None:
    session = Session(b"me", "", ChannelMap(), 0.0, opening={1: []})
    for _ in range(PENDING_INPUTS_MAX):
        session.hold(1, Held(Emotion(stream=1, emotion="joy"), None))
    with pytest.raises(LimitError, match="wait for stream 1"):
        session.hold(1, Held(Emotion(stream=1, emotion="joy"), None))
    assert len(session.opening[1]) == PENDING_INPUTS_MAX
