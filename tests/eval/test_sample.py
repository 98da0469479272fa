"""Clips to samples: decoding, cropping, choice of frames, cache."""

import os
import struct

import numpy as np
import pytest

from npcface.enroll.face import Face
from npcface.errors import FaceError
from npcface.eval.crop import FACE_TIMES, Square, square_around
from npcface.eval.faces import FaceFinder
from npcface.eval.sample import Protocol, choose, load_sample
from npcface.eval.video import ClipError, count_frames, find_clips, read_frames


def box_face(left: float, top: float, right: float, bottom: float) -> Face:
    points = np.zeros((478, 3), np.float32)
    points[:, :2] = np.random.default_rng(0).uniform((left, top), (right, bottom), (478, 2))
    points[0, :2], points[1, :2] = (left, top), (right, bottom)
    return Face(points, {}, np.eye(4, dtype=np.float32), (0, 0, 1, 1))


def test_frames_are_counted_and_read_by_number(moving_clip, studio):
    assert count_frames(moving_clip, 60) == studio.frames
    assert count_frames(moving_clip, 0.4) == 10
    frames = read_frames(moving_clip, [0, 39], 60)
    for frame, shift in zip(frames, (0.0, studio.shift), strict=True):
        error = np.abs(frame.astype(int) - studio.moved(shift)).mean()
        assert error < 4  # a lossy codec, but surely this frame: the other one is 5 times as far away


def test_clips_that_a_phone_stored_sideways_stand_upright(tmp_path, studio):
    upright = studio.moved(0)[:320]
    clip = studio.write(tmp_path / "phone.mp4", [np.rot90(upright)] * 2)
    content = bytearray(clip.read_bytes())
    matrix = content.index(b"tkhd") + 44  # of the track header box, version 0
    # Show it a quarter turn clockwise: 16.16 fixed point rotation, 2.30 for the last number.
    content[matrix : matrix + 36] = struct.pack(">9i", 0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30)
    clip.write_bytes(content)
    (frame,) = read_frames(clip, [0], 10)
    assert frame.shape == (320, 400, 3)
    assert np.abs(frame.astype(int) - upright).mean() < 4


def test_unusable_clips_are_named(tmp_path):
    with pytest.raises(ClipError, match="No video clip"):
        find_clips(tmp_path)
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(b"\0" * 1000)
    with pytest.raises(ClipError, match=r"bad\.mp4 cannot be decoded"):
        count_frames(bad, 10)


def test_square_is_twice_the_face_around_it():
    square = square_around(box_face(400, 300, 500, 420), 1000, 800)
    assert square.side == FACE_TIMES * 120
    assert (square.left + square.side / 2, square.top + square.side / 2) == (450, 360)


def test_square_is_shifted_and_shrunk_into_the_frame_before_it_is_padded():
    assert square_around(box_face(10, 20, 110, 120), 640, 360) == Square(0, 0, 200)
    assert square_around(box_face(100, 60, 300, 260), 400, 320).side == 320
    tight = square_around(box_face(0, 0, 300, 300), 310, 310)
    assert tight.side == 375 and tight.left < 0


def test_a_square_beyond_the_frame_repeats_its_edge():
    image = np.zeros((40, 40, 3), np.uint8)
    image[:, :20] = 200
    part = Square(-10, 0, 40).cut(image, 40)
    assert (part[:, :29] == 200).all() and (part[:, 31:] == 0).all()


@pytest.mark.parametrize("count", [2, 3, 13, 14, 250])
def test_choice_of_frames(count):
    targets, run = choose(count, Protocol(frames=12, run=12))
    assert len(targets) == min(12, count - 1) == len(set(targets))
    assert min(targets) > 0 and targets[-1] == count - 1 == max(targets)
    assert np.ptp(np.diff(targets)) <= 1 if len(targets) > 1 else True
    assert set(np.diff(run)) <= {1} and min(run) > 0 and max(run) < count


def test_sample_is_one_fixed_square(moving_clip, studio):
    sample = load_sample(moving_clip, Protocol(frames=4, run=5, size=128), FaceFinder())
    assert sample.frames.shape == (len(sample.numbers), 128, 128, 3)
    assert sample.numbers[0] == 0 and (np.diff(sample.numbers) > 0).all()
    assert sample.numbers[sample.targets].tolist() == [10, 20, 29, 39]
    assert np.diff(sample.numbers[sample.run]).tolist() == [1] * 4
    first, last = sample.faces[0], sample.faces[-1]
    assert first is not None and last is not None
    zoom = 128 / min(FACE_TIMES * sample.face_px, studio.side)
    glide = (last.points - first.points)[:, 0].mean()
    assert glide == pytest.approx(studio.shift * zoom, rel=0.1)


def test_shots_are_other_frames_in_the_same_square(moving_clip):
    sample = load_sample(moving_clip, Protocol(frames=4, run=5, size=128), FaceFinder())
    assert sample.shots.shape == (7, 128, 128, 3) and sample.shots.dtype == np.uint8
    assert not set(sample.shot_numbers) & set(sample.numbers)
    # The face glides steadily, so a shot looks most like the frame that is nearest in time.
    for number, shot in zip(sample.shot_numbers, sample.shots, strict=True):
        errors = np.abs(sample.frames.astype(int) - shot).mean((1, 2, 3))
        assert abs(sample.numbers[errors.argmin()] - number) <= np.abs(sample.numbers - number).min() + 1


def test_a_clip_of_two_frames_has_no_shots(tmp_path, studio):
    sample = load_sample(studio.write(tmp_path / "two.mp4", [studio.moved(0)] * 2), Protocol(size=64), FaceFinder())
    assert sample.shots.shape == (0, 64, 64, 3) and len(sample.shot_numbers) == 0


def test_cache_stands_in_for_the_file(moving_clip, tmp_path):
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(moving_clip.read_bytes())
    stamp = clip.stat()
    cache, protocol = tmp_path / "cache", Protocol(frames=3, run=3, size=96)
    first = load_sample(clip, protocol, FaceFinder(), cache)
    clip.write_bytes(b"\0" * stamp.st_size)
    os.utime(clip, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    again = load_sample(clip, protocol, FaceFinder(), cache)
    assert (again.frames == first.frames).all() and (again.run == first.run).all()
    assert (again.shots == first.shots).all() and (again.shot_numbers == first.shot_numbers).all()
    for a, b in zip(first.faces, again.faces, strict=True):
        assert a is not None and b is not None
        assert (a.points == b.points).all() and (a.matrix == b.matrix).all()
        assert a.blendshapes == pytest.approx(b.blendshapes) and a.window == b.window
    with pytest.raises(ClipError):  # another protocol, or another file: not from the cache
        load_sample(clip, Protocol(frames=2, run=3, size=96), FaceFinder(), cache)


def test_a_clip_without_a_face_is_refused(tmp_path, studio):
    with pytest.raises(FaceError, match="No face in the first frame of grey"):
        load_sample(studio.write_grey(tmp_path / "grey.mp4"), Protocol(), FaceFinder())


def test_a_single_picture_is_no_clip(tmp_path, studio):
    with pytest.raises(ClipError, match="at least 2"):
        load_sample(studio.write(tmp_path / "one.mp4", [studio.moved(0)]), Protocol(), FaceFinder())
