"""The options of a run: read from TOML, overruled by the command line, refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from npcface.train.meta.config import ConfigError, MetaConfig, read_config


def written(folder: Path, text: str) -> Path:
    path = folder / "run.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_is_read_and_the_command_line_wins(tmp_path: Path) -> None:
    path = written(
        tmp_path, "steps = 12\nbatch = 3\nprecision = 'bfloat16'\n[weights]\nmouth = 1.5\n[kinds]\nself = 0\n"
    )
    config = read_config(path, {"batch": 5, "seed": None})
    assert (config.steps, config.batch, config.precision, config.seed) == (12, 5, "bfloat16", MetaConfig().seed)
    assert config.weights.mouth == 1.5 and config.weights.eyes == MetaConfig().weights.eyes
    assert config.kinds.self == 0 and config.kinds.video == MetaConfig().kinds.video


def test_a_tiny_run_is_short_and_can_be_changed(tmp_path: Path) -> None:
    assert read_config(None, {}, tiny=True) == MetaConfig.tiny()
    assert MetaConfig.tiny().steps < 100
    changed = read_config(written(tmp_path, "steps = 7\n"), {"batch": 1}, tiny=True)
    assert (changed.steps, changed.batch, changed.window_px) == (7, 1, MetaConfig.tiny().window_px)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("stepps = 3\n", "stepps"),
        ("[weights]\nmoth = 1\n", "weights.moth"),
        ("[kinds]\nvideo = -1\n", "kinds.video"),
        ("window_px = 20\n", "window_px"),
        ("precision = 'float64'\n", "precision"),
        ("steps = \n", "line 1"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_config(written(tmp_path, text), {})
    assert named in caught.value.cause
    assert "docs/training.md" in caught.value.remedy


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.toml"):
        read_config(tmp_path / "nowhere.toml", {})


def test_a_config_cannot_be_changed_halfway() -> None:
    with pytest.raises(ValueError, match="frozen"):
        MetaConfig().steps = 3
