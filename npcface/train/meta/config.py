"""Every number of a training run, in one typed place. ``npcface train meta --config run.toml`` reads the same names."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from npcface.errors import NpcFaceError
from npcface.train.bank.store import KINDS


class ConfigError(NpcFaceError):
    """A training option is unknown or out of range."""

    code = "training-config"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LossWeights(_Strict):
    """Weight of each loss; 0 leaves it out, and what it would have cost."""

    pixel: float = Field(default=2.0, ge=0)  # mean absolute difference, 0..1
    structure: float = Field(default=0.3, ge=0)  # 1 − SSIM
    perceptual: float = Field(default=1.0, ge=0)  # LPIPS of a window of the picture
    mouth: float = Field(default=0.8, ge=0)  # LPIPS of the mouth at 64²
    eyes: float = Field(default=0.4, ge=0)  # LPIPS of the eyes at 64²
    identity: float = Field(default=0.6, ge=0)  # 1 − cosine of SFace vectors
    landmark: float = Field(default=1.0, ge=0)  # distance of lips, lids and irises, sides of their crops
    adversarial: float = Field(default=0.02, ge=0)  # hinge
    feature: float = Field(default=0.3, ge=0)  # discriminator's features, mean absolute difference
    match: float = Field(default=0.05, ge=0)  # embedding against the discriminator's column
    mask: float = Field(default=0.01, ge=0)  # mean of the blend mask: touch nothing without need


class Kinds(_Strict):
    """How often a kind of pair is drawn, relative to the others; 0 leaves it out."""

    video: float = Field(default=2.0, ge=0)
    still: float = Field(default=3.0, ge=0)
    self: float = Field(default=0.7, ge=0)
    roundtrip: float = Field(default=4.0, ge=0)
    rendered: float = Field(default=1.0, ge=0)


class MetaConfig(_Strict):
    """A run.

    Attributes:
        steps: of the optimiser. batch: episodes a step and worker. shots: most portraits an episode's embedding is
            the mean of. learning_rate: at the start; it falls to a tenth along a cosine.
        adversarial_from: step from which the discriminator counts. identity_every: steps between identity losses.
        landmark_only: share of episodes that get landmark map and embedding alone, no warped layer.
        window_px: side of the perceptual loss's window. precision: of the networks' arithmetic.
        ema: decay of the averaged weights that are kept. seed: together with a step's number it fixes its episodes.
        sample_every, save_every: steps.
    """

    steps: int = Field(default=2400, ge=1)
    batch: int = Field(default=8, ge=1)
    shots: int = Field(default=4, ge=1, le=32)
    learning_rate: float = Field(default=4e-4, gt=0)
    adversarial_from: int = Field(default=500, ge=0)
    identity_every: int = Field(default=2, ge=1)
    landmark_only: float = Field(default=0.08, ge=0, le=1)
    window_px: int = Field(default=160, ge=64, le=256)
    precision: Literal["float32", "bfloat16"] = "float32"
    ema: float = Field(default=0.998, ge=0, lt=1)
    seed: int = Field(default=1, ge=0)
    sample_every: int = Field(default=500, ge=1)
    save_every: int = Field(default=250, ge=1)
    weights: LossWeights = Field(default_factory=LossWeights)
    kinds: Kinds = Field(default_factory=Kinds)

    @classmethod
    def tiny(cls, **given: Any) -> MetaConfig:
        """A run of seconds that exercises everything and learns something."""
        small = {"steps": 40, "batch": 2, "shots": 2, "adversarial_from": 10, "sample_every": 20, "save_every": 20,
                 "window_px": 64, "learning_rate": 1e-3, "ema": 0.9}  # fmt: skip
        return cls(**{**small, **given})


def read_config(path: Path | None, given: dict[str, Any], *, tiny: bool = False) -> MetaConfig:
    """A run from a TOML file and what was given on the command line, which wins.

    Raises:
        ConfigError: the file cannot be read, or a name or value in it is wrong.
    """
    try:
        listed: dict[str, Any] = {} if path is None else tomllib.loads(path.read_text("utf-8"))
        chosen = {**listed, **{name: value for name, value in given.items() if value is not None}}
        return MetaConfig.tiny(**chosen) if tiny else MetaConfig(**chosen)
    except (OSError, ValueError) as error:
        first = error.errors()[0] if isinstance(error, ValidationError) else None
        what = f"{'.'.join(map(str, first['loc']))}: {first['msg']}" if first else str(error)
        raise ConfigError(f"The training options cannot be used: {what}.", "docs/training.md lists them.") from None


assert tuple(Kinds.model_fields) == KINDS
