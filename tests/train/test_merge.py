"""Merged weights: between their parents, corrections weaker, and the file says where they come from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from npcface.cli.app import app
from npcface.errors import DependencyError
from npcface.model.oneshot import OneShot
from npcface.model.weights import load_model, read_facts, save_weights
from npcface.train.merge import COLOURS


@pytest.fixture
def parents(tmp_path: Path) -> tuple[Path, Path]:
    paths = []
    for number in (1, 2):
        torch.manual_seed(number)
        paths.append(tmp_path / f"{number}.safetensors")
        save_weights(OneShot(), paths[-1], {"step": str(number)})
    return paths[0], paths[1]


def test_weights_lie_between_and_corrections_are_weaker(parents: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "merged.safetensors"
    arguments = [*map(str, parents), "--out", str(out), "--share", "0.25", "--strength", "0.5"]
    result = CliRunner().invoke(app, ["train", "merge", *arguments])
    assert result.exit_code == 0, result.output
    first, second, merged = (dict(load_model(path).named_parameters()) for path in (*parents, out))
    for name, value in merged.items():
        expected = first[name] + 0.25 * (second[name] - first[name])
        if name.startswith("generator.out."):
            expected = torch.cat([expected[:COLOURS] * 0.5, expected[COLOURS:]])
        assert torch.allclose(value, expected, atol=1e-6), name
    facts = read_facts(out)
    assert [(parent["step"], parent["share"]) for parent in json.loads(facts["merged"])] == [("1", 0.75), ("2", 0.25)]


def test_what_is_no_weights_is_refused(parents: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "no.safetensors").write_bytes(b"nothing")
    with pytest.raises(DependencyError, match=r"no\.safetensors"):
        read_facts(tmp_path / "no.safetensors")
