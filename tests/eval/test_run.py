"""From a folder of clips to the table."""

import json
import shutil

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from npcface.cli.eval import evaluate
from npcface.errors import FaceError, NpcFaceError
from npcface.eval import Report, evaluate_clips
from npcface.eval.pixels import PSNR_CEILING
from npcface.eval.report import STILL, ClipScores
from npcface.eval.sample import Protocol
from npcface.eval.score import METRICS
from npcface.eval.sheet import sheet_size

PROTOCOL = Protocol(frames=3, run=4, size=128)


def clairvoyant(portrait, frames, size):
    """Returns the truth itself."""
    yield from frames


def faceless(portrait, frames, size):
    """A method that loses the face."""
    for frame in frames:
        yield np.full_like(frame, 128)


def one_short(portrait, frames, size):
    yield from list(frames)[1:]


@pytest.fixture(scope="module")
def report(moving_clip) -> Report:
    methods = {"clairvoyant": clairvoyant, "faceless": faceless}
    return evaluate_clips(moving_clip.parent, methods, PROTOCOL)


def test_the_truth_scores_perfectly(report):
    score = report.mean("clairvoyant")
    assert score["psnr"] == PSNR_CEILING
    assert score["ssim"] == pytest.approx(1) and score["identity"] == pytest.approx(1)
    for metric in ("lpips", "mouth_lpips", "eye_lpips", "landmarks", "mouth", "eyes", "lids", "gaze", "lost"):
        assert score[metric] == 0.0
    assert score["jitter"] == score["jitter_own"] > 0
    assert score["inside"] == 0.0  # the astronaut smiles: teeth show in every frame


def test_the_still_copy_is_off_by_the_known_motion(report, studio):
    score = report.mean(STILL)
    sample_face = report.clips[0].face_px
    # Targets at 1/3, 2/3 and the end: two thirds of the way on average. Outer eye corners: about 0.6 of the face.
    expected = 100 * studio.shift * 2 / 3 / (0.6 * sample_face)
    assert score["landmarks"] == pytest.approx(expected, rel=0.25)
    assert score["landmarks"] == pytest.approx(score["mouth"], rel=0.1)
    assert score["lids"] < 1 and score["gaze"] < 4 and score["identity"] > 0.9
    assert score["psnr"] < 30 and score["lpips"] > 0.02
    assert score["jitter"] == 0.0


def test_a_lost_face_is_counted_and_costs_identity(report):
    score = report.mean("faceless")
    assert score["lost"] == 3 and score["identity"] == 0.0
    assert np.isnan(score["landmarks"])
    assert report.as_json()["mean"]["all"]["faceless"]["landmarks"] is None


def test_report_is_json_and_tables(report):
    document = json.loads(json.dumps(report.as_json(), allow_nan=False))
    assert document["methods"] == [STILL, "clairvoyant", "faceless"]
    assert set(document["mean"]["all"][STILL]) == set(METRICS)
    assert document["clips"][0]["clip"] == "gliding.mp4"
    assert report.summary_table().row_count == 3 * len(report.groups())
    assert report.clip_table(STILL).row_count == 1


def test_groups_split_by_face_size_and_clips_weigh_the_same():
    zeros = dict.fromkeys(METRICS, 0.0)
    report = Report(PROTOCOL, (STILL,))
    for name, px, value in (("a", 120.0, 20.0), ("b", 250.0, 30.0), ("c", 200.0, 10.0)):
        report.clips.append(ClipScores(name, px, 0.0, {STILL: zeros | {"psnr": value, "lost": 1.0}}))
    groups = report.groups()
    assert [[c.clip for c in members] for members in groups.values()] == [["a", "b", "c"], ["b", "c"], ["a"]]
    assert report.mean(STILL)["psnr"] == 20.0 and report.mean(STILL)["lost"] == 3.0
    assert report.mean(STILL, groups["face ≥ 200 px"])["psnr"] == 20.0


def test_one_bad_clip_does_not_spoil_the_folder(tmp_path, moving_clip, studio):
    shutil.copy(moving_clip, tmp_path / "good.mp4")
    (tmp_path / "bad.mp4").write_bytes(b"not a video")
    studio.write_grey(tmp_path / "grey.mp4")
    seen = []
    report = evaluate_clips(tmp_path, {}, PROTOCOL, progress=lambda name, done, total: seen.append((name, done, total)))
    assert [clip.clip for clip in report.clips] == ["good.mp4"]
    assert set(report.skipped) == {"bad.mp4", "grey.mp4"}
    assert seen == [("bad.mp4", 0, 3), ("good.mp4", 1, 3), ("grey.mp4", 2, 3), ("", 3, 3)]


def test_a_manifest_says_which_clips_count(tmp_path, moving_clip):
    for name in ("a.mp4", "b.mp4"):
        shutil.copy(moving_clip, tmp_path / name)
    (tmp_path / "manifest.csv").write_text("file,person\nb.mp4,p1\n")
    report = evaluate_clips(tmp_path, {}, Protocol(frames=1, run=0, size=96))
    assert [clip.clip for clip in report.clips] == ["b.mp4"]
    assert np.isnan(report.mean(STILL)["jitter"])


def test_no_usable_clip_is_an_error(tmp_path):
    (tmp_path / "bad.mp4").write_bytes(b"not a video")
    with pytest.raises(FaceError, match=r"bad\.mp4"):
        evaluate_clips(tmp_path, {}, PROTOCOL)


def test_a_method_must_answer_every_frame(moving_clip):
    with pytest.raises(NpcFaceError, match="one_short gave"):
        evaluate_clips(moving_clip, {"one_short": one_short}, PROTOCOL)


def test_command_prints_json_and_writes_pictures(tmp_path, moving_clip):
    app = typer.Typer()
    app.command()(evaluate)
    arguments = ["--frames", "2", "--run", "0", "--size", "128", "--method", "npcface.eval.reenact:still_copy"]
    arguments += ["--pictures", str(tmp_path / "pictures"), "--cache", str(tmp_path / "cache")]
    arguments += ["--sheet", str(tmp_path / "new" / "sheet.png")]
    result = CliRunner().invoke(app, [str(moving_clip.parent), *arguments, "--json"], catch_exceptions=False)
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert document["mean"]["all"]["npcface.eval.reenact"]["psnr"] == document["mean"]["all"][STILL]["psnr"]
    assert document["protocol"] == {"frames": 2, "size": 128, "run": 0, "seconds": 10.0}
    from PIL import Image

    with Image.open(tmp_path / "pictures" / "gliding.png") as picture:
        assert picture.size == (3 * 128, 2 * 128)
    with Image.open(tmp_path / "new" / "sheet.png") as picture:
        assert picture.size == sheet_size(3, 1, zoom=True)
    table = CliRunner().invoke(app, [str(moving_clip.parent), *arguments, "--per-clip"], catch_exceptions=False).stdout
    assert "still copy" in table and "gliding.mp4" in table and "LPIPS" in table
