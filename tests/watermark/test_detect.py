"""Marks are found after what happens to pictures, and not where there are none."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from npcface.bench.watermarks.attacks import bc1, chained, cropped, film, jpeg, lit, noise, scaled, webp
from npcface.bench.watermarks.faces import synthetic
from npcface.render.stamp import stamp
from npcface.watermark import Marker, Payload, character_hash
from npcface.watermark.detect import FALSE_ALARM, detect
from npcface.watermark.live import stamp_of
from npcface.watermark.pattern import KINDS, WAVES_X, phases
from npcface.watermark.search import correlations, heard, scales
from npcface.watermark.still import marked
from npcface.watermark.whiten import whitened
from tests.needed import needed

Pixels = NDArray[np.uint8]
SAID = Payload(character_hash("ada"), 77)

ATTACKS = {
    "nothing": lambda picture: picture,
    "jpeg 60": jpeg(60),
    "webp 80": webp(80),
    "half size": scaled(0.5),
    "half as large again": scaled(1.5),
    "a quarter left": cropped(0.5),
    "a quarter off": cropped(0.866),
    "brighter": lit(1.15, 20.0, 1.0),
    "gamma": lit(1.0, 0.0, 0.75),
    "noise": noise(8.0),
    "smaller, jpeg": chained(scaled(0.75), jpeg(60)),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_export_is_found_and_read(name: str, face: Pixels) -> None:
    picture = ATTACKS[name](marked(face[..., :3], "export", SAID))
    verdict = detect([picture])
    assert verdict.marked and (verdict.kind, verdict.payload) == ("export", SAID)
    assert verdict.false_alarm <= FALSE_ALARM


def test_the_scale_is_told(face: Pixels) -> None:
    assert detect([scaled(0.75)(marked(face[..., :3], "export", SAID))]).scale == pytest.approx(0.75, rel=0.01)


def test_a_live_texture_is_found_after_blocks_scaling_and_jpeg(face: Pixels) -> None:
    texture = face.copy()
    stamp(texture, stamp_of("ada"))
    verdict = detect([chained(bc1, scaled(0.75), jpeg(60))(texture[..., :3])])
    assert (verdict.kind, verdict.payload) == ("live", Payload(character_hash("ada")))


def test_a_film_is_found(face: Pixels) -> None:
    needed("av", "npcface[video] is not installed")
    picture = marked(face[..., :3], "export", SAID)
    assert detect(film([picture] * 4)).payload == SAID


def test_several_frames_are_better_than_one(face: Pixels) -> None:
    marked_face = marked(face[..., :3], "export", SAID).astype(np.float32)
    rng = np.random.default_rng(3)
    frames = [np.clip(marked_face + rng.normal(0, 25, face[..., :3].shape), 0, 255).astype(np.uint8) for _ in range(8)]
    assert detect(frames).score > detect(frames[:1]).score + 3.0


def test_transparency_stays_and_the_mark_is_found(cut_out: Pixels) -> None:
    marker = Marker("ada", 77)
    picture = marker.mark(cut_out)
    np.testing.assert_array_equal(picture[..., 3], cut_out[..., 3])
    hidden = cut_out[..., 3] == 0
    np.testing.assert_array_equal(picture[hidden], cut_out[hidden])
    assert detect([picture]).payload == SAID == marker.payload


def test_nothing_is_found_in_unmarked_pictures(face: Pixels, cut_out: Pixels) -> None:
    others = [picture for name, picture in synthetic() if name in ("noise 0", "checks 8", "print 14")]
    for picture in (face, cut_out, *others):
        verdict = detect([picture])
        assert not verdict.marked and verdict.payload is None and verdict.false_alarm > 1e-3


@pytest.mark.parametrize("picture", [np.zeros((300, 300, 3), np.uint8), np.full((16, 16), 9, np.uint8),
                                     np.zeros((64, 64, 4), np.uint8), np.full((4, 3000, 3), 9, np.uint8)])  # fmt: skip
def test_pictures_of_nothing(picture: Pixels) -> None:
    assert not detect([picture]).marked


def test_the_mark_is_faint(face: Pixels) -> None:
    error = marked(face, "export", SAID).astype(np.float64) - face
    assert 10 * math.log10(255**2 / np.mean(error[..., :3] ** 2)) > 42.0


def test_the_mark_is_faintest_where_it_would_be_seen() -> None:
    flat = np.full((256, 256, 3), 128, np.uint8)
    slope = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 256, axis=0).repeat(3, axis=2)
    for picture in (flat, slope):
        added = marked(picture, "export", SAID).astype(np.int32) - picture
        assert 0.4 < added[8:-8, 8:-8, 1].std() < 0.6


def test_chance_keeps_to_its_bound(face: Pixels) -> None:
    """Nine keys of each kind on an unmarked face: shares above a score, against exp(-t² / 2)."""
    residual = whitened(face)
    for scale in (1.0, 0.7):
        waves = heard(residual, scale)
        z = np.concatenate([correlations(waves, kind).ravel() for kind in KINDS])
        assert abs(float(z.std()) - 1.0) < 0.05
        for score in (2.0, 3.0, 4.0):
            assert (z > score).mean() <= math.exp(-score * score / 2.0)


def test_correlations_are_what_the_sum_says(face: Pixels) -> None:
    waves = heard(whitened(face), 1.0)
    z = correlations(waves, "export")
    y, x = 17, 90
    turn = np.exp(-2j * np.pi / 128 * (WAVES_X * x + _down() * y))
    by_hand = np.sum((waves * np.conj(phases("export")[0]) * turn).real) / math.sqrt(np.sum(np.abs(waves) ** 2) / 2)
    assert float(z[y, x]) == pytest.approx(float(by_hand), abs=1e-3)


def test_scales_cover_what_is_promised() -> None:
    found = sorted(scales(256, 256))
    assert found[0] < 0.5 and found[-1] > 1.5 and 1.0 in found
    assert max(b / a for a, b in pairwise(found)) < 1.05


def _down() -> NDArray[np.int64]:
    from npcface.watermark.pattern import WAVES_Y

    return WAVES_Y
