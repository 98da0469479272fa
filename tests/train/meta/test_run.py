"""From pictures to weights through the command line: prepare, learn, stop, continue."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors import safe_open
from typer.testing import CliRunner

from npcface.cli.app import app
from npcface.demo.people import ai_person, astronaut
from npcface.model.weights import load_model
from npcface.train.bank.sources import held_out
from npcface.train.bank.store import KINDS, shelves

SIDE = 384
IDENTITIES = ("openpeople-P001", "astronaut")
LEARNS = """
learning_rate = 2e-3
shots = 1
landmark_only = 1.0
[kinds]
video = 0
still = 0
roundtrip = 0
rendered = 0
[weights]
pixel = 1.0
structure = 0
perceptual = 0
mouth = 0
eyes = 0
identity = 0
landmark = 1e-3
adversarial = 0
"""
"""One face out of nothing, judged by colour: cheap, and what is learnt shows within few steps above the noise."""


def npcface(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["--debug", *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def losses(run: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (run / "losses.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bank of an AI-made person and an astronaut, one photo each."""
    assert not any(held_out(identity) for identity in IDENTITIES)
    folder = tmp_path_factory.mktemp("people")
    with (folder / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(("file", "identity", "source_repo"))
        for person, name in ((ai_person(1), "P001_studio.png"), (astronaut(), "astronaut.png")):
            with Image.open(io.BytesIO(person.image)) as image:
                image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BOX).save(folder / name)
            rows.writerow((name, "astronaut", "openpeople"))
    told = npcface("train", "prepare", str(folder), "--bank", str(folder / "bank"))
    assert all(identity in told for identity in IDENTITIES)
    return folder / "bank"


def test_the_bank_holds_what_was_drawn(bank: Path) -> None:
    found = shelves(bank)
    assert {shelf.identity for shelf in found} == set(IDENTITIES)
    for shelf in found:
        assert {KINDS.index("self"), KINDS.index("roundtrip")} <= set(shelf.kinds.tolist())
        pair = shelf.pair(shelf.kinds.tolist().index(KINDS.index("self")))
        assert pair["target"].shape == (256, 256, 3) and pair["head"].shape == (256, 256, 4)
        assert (pair["head"][..., :3] <= pair["head"][..., 3:]).all()
        opaque = pair["head"][..., 3] == 255
        apart = np.abs(pair["head"][..., :3].astype(int) - pair["target"])[opaque]
        assert opaque.mean() > 0.2 and apart.mean() < 12  # a portrait in its own state is the photo


def test_preparing_again_keeps_what_is_there(bank: Path) -> None:
    times = {path: path.stat().st_mtime_ns for path in bank.iterdir()}
    npcface("train", "prepare", str(bank.parent), "--bank", str(bank), "--part", "0", "--parts", "2")
    assert {path: path.stat().st_mtime_ns for path in bank.iterdir()} == times


@pytest.fixture(scope="module")
def run(bank: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny run of every loss, cut short after two steps, then continued to its end."""
    folder = tmp_path_factory.mktemp("run")
    tiny = ["train", "meta", "--bank", str(bank), "--out", str(folder), "--tiny", "--batch", "1", "--steps", "12"]
    npcface(*tiny, "--minutes", "0.00001")
    assert [line["step"] for line in losses(folder)] == [1]
    kept = (folder / "checkpoint.safetensors").read_bytes()
    told: dict[str, Any] = json.loads(npcface(*tiny, "--json"))
    assert (folder / "checkpoint.safetensors").read_bytes() != kept
    assert told["config"]["steps"] == 12 and told["losses"]["total"] > 0
    return folder


def test_a_second_call_continues_the_run(run: Path) -> None:
    found = losses(run)
    assert [line["step"] for line in found] == list(range(1, 13))
    with safe_open(run / "checkpoint.safetensors", framework="pt") as file:
        assert file.metadata() == {"step": "12"}


def test_every_loss_is_told(run: Path) -> None:
    found = losses(run)
    everything = {"pixel", "structure", "perceptual", "mouth", "eyes", "identity", "landmark", "mask", "landmarker"}
    adversarial = {"adversarial", "feature", "match", "discriminator"}
    assert set(found[0]) == everything | {"step", "total"}
    assert adversarial <= set(found[-1])
    assert all(np.isfinite(list(line.values())).all() for line in found)


def test_the_run_leaves_weights_sample_and_config(run: Path) -> None:
    model = load_model(run / "generator.safetensors")
    start = load_model()
    assert {name for name, _ in model.named_parameters()} == {name for name, _ in start.named_parameters()}
    with safe_open(run / "generator.safetensors", framework="pt") as file:
        facts = file.metadata()
    assert facts["step"] == "12"
    config = json.loads((run / "config.json").read_text("utf-8"))
    assert json.loads(facts["config"]) == config and config["batch"] == 1
    with Image.open(run / "sample-000012.png") as image:
        grid = np.asarray(image).astype(int)
    assert grid.shape == (6 * 256, 5 * 256, 3)
    warp, target = grid[:, 256:512], grid[:, 1024:]
    assert warp.std() > 20 and np.abs(warp - target).mean() < 40


def test_a_new_run_can_begin_with_another_ones_weights(run: Path, bank: Path, tmp_path: Path) -> None:
    tiny = ["train", "meta", "--bank", str(bank), "--out", str(tmp_path), "--tiny", "--batch", "1", "--steps", "1"]
    npcface(*tiny, "--start", str(run / "generator.safetensors"))
    begun, other = load_model(tmp_path / "generator.safetensors"), load_model(run / "generator.safetensors")
    for (name, ours), theirs in zip(begun.named_parameters(), other.parameters(), strict=True):
        assert torch.allclose(ours, theirs, atol=1e-4), name  # one first step, a fiftieth of the learning rate


def test_a_run_that_is_done_does_no_more(run: Path, bank: Path) -> None:
    before = losses(run)
    npcface(
        "train", "meta", "--bank", str(bank), "--out", str(run), "--tiny", "--batch", "1", "--steps", "12", "--json"
    )
    assert losses(run) == before


def test_the_loss_falls(bank: Path, tmp_path: Path) -> None:
    (tmp_path / "run.toml").write_text(LEARNS, encoding="utf-8")
    (tmp_path / "bank").mkdir()
    shutil.copy(bank / "astronaut.safetensors", tmp_path / "bank")
    folders = ["--bank", str(tmp_path / "bank"), "-o", str(tmp_path / "run")]
    npcface("train", "meta", *folders, "--config", str(tmp_path / "run.toml"), "--tiny")
    found = losses(tmp_path / "run")
    for name, most in (("total", 0.95), ("landmarker", 0.9)):
        first, last = (float(np.mean([line[name] for line in part])) for part in (found[:10], found[-10:]))
        assert last < most * first, (name, first, last)


def test_a_wrong_option_is_named(bank: Path, tmp_path: Path) -> None:
    (tmp_path / "run.toml").write_text("[weights]\nmoth = 1.0\n", encoding="utf-8")
    arguments = ["--bank", str(bank), "--out", str(tmp_path / "run"), "--config", str(tmp_path / "run.toml"), "--json"]
    result = CliRunner().invoke(app, ["train", "meta", *arguments])
    assert result.exit_code == 1
    error = json.loads(result.stdout)["error"]
    assert error["code"] == "training-config" and "weights.moth" in error["cause"]
    assert not (tmp_path / "run").exists()
