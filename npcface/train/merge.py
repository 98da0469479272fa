"""Weights between those of two runs: ``npcface train merge``.

Where one run began with the other's weights, their mean does better on strangers than either (Wortsman et al. 2022,
*Model soups*), and so do corrections a little weaker than those learnt on known people.
"""

from __future__ import annotations

import json
from pathlib import Path

import torch

from npcface.model.generator import FOLD
from npcface.model.weights import load_model, read_facts, save_weights

COLOURS = 4 * FOLD**2
"""Outputs of the generator's last layer that are corrections; the others are the mask."""


def merge(first: Path, second: Path, share: float, strength: float, out: Path) -> None:
    """Write merged weights.

    Args:
        first, second: ``generator.safetensors`` of two runs, of which one began with the other's weights.
        share: 0..1 of the second. strength: of the corrections, 1 as learnt.

    Raises:
        DependencyError: a file is missing or belongs to other networks.
    """
    model, other = load_model(first), load_model(second)
    with torch.no_grad():
        for ours, theirs in zip(model.parameters(), other.parameters(), strict=True):
            ours.lerp_(theirs, share)
        for parameter in model.generator.out.parameters():
            parameter[:COLOURS] *= strength
    parents = [{**read_facts(path), "share": amount} for path, amount in ((first, 1 - share), (second, share))]
    save_weights(model, out, {"merged": json.dumps(parents), "strength": str(strength)})
