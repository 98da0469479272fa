"""The perceptual distance, with the real weights."""

import pickle

import numpy as np
import pytest

from npcface.errors import DependencyError
from npcface.eval.lpips import Lpips, read_arrays


@pytest.fixture(scope="module")
def lpips():
    return Lpips()


def small(image: np.ndarray) -> np.ndarray:
    return image[::2, ::2]


def test_zero_for_equal_pictures_and_symmetric(lpips, people):
    a, b = (small(person)[None] for person in people)
    assert lpips(a, a)[0] == 0.0
    assert lpips(a, b)[0] == pytest.approx(lpips(b, a)[0], rel=1e-5)


def test_two_people_differ_more_than_one_person_a_little_brighter(lpips, people):
    a, b = (small(person) for person in people)
    brighter = np.clip(a.astype(int) + 8, 0, 255).astype(np.uint8)
    near, far = lpips(np.stack([a, a]), np.stack([brighter, b]))
    assert near < 0.05
    assert 0.2 < far < 0.9


def test_grows_with_blur(lpips, people):
    import cv2

    sharp = small(people[0])
    blurred = np.stack([cv2.GaussianBlur(sharp, (0, 0), sigma) for sigma in (0.5, 1.0, 2.0, 4.0)])
    distances = lpips(blurred, np.repeat(sharp[None], 4, axis=0))
    assert (np.diff(distances) > 0).all()


def test_pairs_do_not_influence_each_other(lpips, people):
    a, b = (small(person) for person in people)
    together = lpips(np.stack([a, a]), np.stack([a, b]))
    assert together[0] == 0.0
    assert together[1] == pytest.approx(lpips(a[None], b[None])[0], rel=1e-4)


class _Evil:
    def __reduce__(self):
        return print, ("the weight file ran code",)


def test_a_weight_file_cannot_run_code(tmp_path, capsys):
    path = tmp_path / "alexnet.ckpt"
    path.write_bytes(pickle.dumps({"AlexNet_0": _Evil()}))
    with pytest.raises(DependencyError, match="not allowed"):
        read_arrays(path)
    assert capsys.readouterr().out == ""


def test_arrays_come_through(tmp_path):
    path = tmp_path / "weights.ckpt"
    path.write_bytes(pickle.dumps({"kernel": np.arange(6, dtype=np.float32).reshape(2, 3)}))
    assert read_arrays(path)["kernel"].tolist() == [[0, 1, 2], [3, 4, 5]]


def test_a_truncated_weight_file_is_an_error_with_a_remedy(tmp_path):
    path = tmp_path / "weights.ckpt"
    path.write_bytes(pickle.dumps({"kernel": np.arange(6.0)})[:20])
    with pytest.raises(DependencyError, match="Reinstall"):
        read_arrays(path)
