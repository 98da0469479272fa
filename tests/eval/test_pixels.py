"""PSNR and SSIM against values worked out on paper."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npcface.eval.pixels import PSNR_CEILING, psnr, ssim


def flat(value: int) -> np.ndarray:
    return np.full((32, 32, 3), value, np.uint8)


@given(st.integers(1, 255))
def test_psnr_of_a_constant_difference(difference):
    assert psnr(flat(0), flat(difference)) == pytest.approx(20 * np.log10(255 / difference))


def test_equal_pictures_are_perfect(astronaut):
    assert psnr(astronaut, astronaut) == PSNR_CEILING
    assert ssim(astronaut, astronaut) == pytest.approx(1.0)


@given(st.integers(0, 255), st.integers(0, 255))
def test_ssim_of_flat_pictures_is_the_luminance_term(a, b):
    c1 = (0.01 * 255) ** 2
    assert ssim(flat(a), flat(b)) == pytest.approx((2 * a * b + c1) / (a * a + b * b + c1), abs=1e-6)


def test_ssim_sees_structure_that_psnr_weighs_alike(astronaut):
    picture = 32 + astronaut // 2  # room for ±12 at both ends
    lifted = picture + 12
    noisy = (picture + np.random.default_rng(0).choice([-12, 12], picture.shape)).astype(np.uint8)
    assert psnr(lifted, picture) == pytest.approx(psnr(noisy, picture))
    assert ssim(lifted, picture) > ssim(noisy, picture) + 0.1
