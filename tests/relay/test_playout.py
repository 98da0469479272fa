"""The jitter buffer: even motion out of uneven packets, and a face that settles when nothing comes."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import pytest

from npcface.drive import Idle
from npcface.errors import StateError
from npcface.relay import FaceDecoder, FaceEncoder, Playout
from npcface.relay.playout import Playing
from npcface.state import FaceState
from npcface.wire.channels import pack

DELAY_S = 0.1
Motion = Callable[[float], FaceState]


def turning(t: float) -> FaceState:
    """10 degrees a second, and a jaw that opens by a half within two."""
    return FaceState.of({"jawOpen": 0.25 * t % 1.0}, head=(10.0 * t, 0.0, 0.0))


def play(
    playout: Playout,
    motion: Motion,
    seconds: float,
    *,
    jitter_s: float = 0.0,
    loss: float = 0.0,
    skew: float = 1.0,
    transit_s: float = 0.03,
    silence: tuple[float, float] = (9e9, 9e9),
    seed: int = 1,
) -> list[tuple[float, FaceState, Playing]]:
    """30 packets a second through a bad network, looked at 60 times a second of the local clock."""  # fmt: skip
    chance, encoder, decoder = random.Random(seed), FaceEncoder(key_interval=1), FaceDecoder()
    coming = []
    for number in range(round(30 * seconds)):
        t = number / 30
        packet = encoder.encode(motion(t), 500.0 + skew * t)
        if chance.random() >= loss and not silence[0] <= t < silence[1]:
            coming.append((t + transit_s + chance.uniform(0.0, jitter_s), packet))
    coming.sort()
    seen = []
    for look in range(round(60 * seconds)):
        now = look / 60
        while coming and coming[0][0] <= now:
            at, packet = coming.pop(0)
            playout.take(decoder.push(packet), at)
        seen.append((now, playout.face(now), playout.playing))
    return seen


def yaw(face: FaceState) -> float:
    return float(face.head[0])


def test_on_a_good_line_the_face_is_the_senders_a_moment_later() -> None:
    for now, face, playing in play(Playout(delay_s=DELAY_S), turning, 4.0)[30:]:
        assert playing is Playing.FACES
        assert yaw(face) == pytest.approx(yaw(turning(now - 0.03 - DELAY_S)), abs=0.1)


def test_jitter_and_reordering_within_the_delay_are_not_seen() -> None:
    seen = play(Playout(delay_s=DELAY_S), turning, 5.0, jitter_s=0.06)[60:]
    assert all(playing is Playing.FACES for _, _, playing in seen)
    steps = np.diff([yaw(face) for _, face, _ in seen])
    assert steps.min() > 0.05 and steps.max() < 0.3, "about a sixth of a degree each sixtieth of a second"


def test_a_fifth_of_the_packets_missing_is_hardly_seen() -> None:
    seen = play(Playout(delay_s=DELAY_S), turning, 5.0, loss=0.2)[60:]
    off = [abs(yaw(face) - yaw(turning(now - 0.03 - DELAY_S))) for now, face, _ in seen]
    assert float(np.median(off)) < 0.1 and max(off) < 2.0
    assert np.abs(np.diff([yaw(face) for _, face, _ in seen])).max() < 1.0, "no jump"


def test_in_a_long_silence_the_face_is_held_then_comes_to_rest_and_is_back_without_a_jump() -> None:
    still = FaceState.of({"jawOpen": 0.75}, head=(20.0, 0.0, 0.0))
    playout = Playout(delay_s=DELAY_S, hold_s=0.25, ease_s=0.6)
    seen = play(playout, lambda t: still, 5.0, silence=(1.0, 3.0))
    by_time = {round(now, 3): (face, playing) for now, face, playing in seen}
    held, playing = by_time[1.25]
    assert playing is Playing.HOLDING and held["jawOpen"] == 0.75
    rest, playing = by_time[2.5]
    assert playing is Playing.RESTING and np.array_equal(pack(rest), pack(FaceState()))
    assert by_time[4.0][0]["jawOpen"] == 0.75 and by_time[4.0][1] is Playing.FACES
    jaw = np.array([face["jawOpen"] for now, face, _ in seen if now > 0.5])
    assert np.abs(np.diff(jaw)).max() < 0.25, "a jump is spread over an eighth of a second"


def test_a_face_at_rest_may_live() -> None:
    idle = Idle(seed=3)
    playout = Playout(idle=idle)
    assert np.allclose(pack(playout.face(7.0)), pack(idle.apply(FaceState(), 7.0)), atol=1e-6)
    seen = play(Playout(idle=idle), turning, 4.0, silence=(1.0, 9.0))
    now, face, _ = seen[-1]
    assert np.allclose(pack(face), pack(idle.apply(FaceState(), now)), atol=1e-6)


def test_a_clock_that_runs_a_little_faster_is_followed() -> None:
    """Two per mille for half a minute are 60 ms: half of the delay, if nobody followed."""
    for skew in (0.998, 1.002):
        seen = play(Playout(delay_s=DELAY_S), lambda t: FaceState.of(head=(t, 0.0, 0.0)), 30.0, skew=skew)
        now, face, playing = seen[-1]
        assert playing is Playing.FACES
        assert yaw(face) == pytest.approx(now - 0.03 - DELAY_S, abs=0.08)


def test_a_sender_that_pauses_or_starts_again_is_picked_up_at_once() -> None:
    playout, decoder = Playout(delay_s=DELAY_S), FaceDecoder()
    for run, begin, clock in ((1, 0.0, 50.0), (1, 40.0, 52.0), (2, 45.0, 3.0)):  # local time, sender's clock
        encoder = FaceEncoder(run=run, first_sequence=round(100 + begin * 30), key_interval=1)
        for number in range(20):
            now = begin + number / 30
            packet = encoder.encode(FaceState.of(head=(number, 0.0, 0.0)), clock + number / 30)
            playout.take(decoder.push(packet), now)
            shown = playout.face(now)
        assert playout.playing is Playing.FACES
        assert yaw(shown) == pytest.approx(19 - 30 * DELAY_S, abs=0.2), (run, begin)


def test_bad_times_are_refused() -> None:
    for name in ("delay_s", "hold_s", "ease_s"):
        with pytest.raises(StateError, match=name):
            Playout(**{name: -0.1})  # type: ignore[arg-type]
        with pytest.raises(StateError, match=name):
            Playout(**{name: float("nan")})  # type: ignore[arg-type]
