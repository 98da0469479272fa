"""The network of ``npcface.voice.ears`` in torch, and its training on one core."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from npcface.train.meta import checkpoint
from npcface.vocab import VISEMES_15
from npcface.voice.ears import DILATIONS, FIRST_KERNEL, KERNEL, LOOK_AHEAD, OUTPUTS, SHAPES
from npcface.voice.mel import BANDS

CHANNELS = 128
BATCH, FRAMES = 32, 320
_NATURAL = {"piper": 3.0, "hibari": 3.0}
_WARM = 48  # frames at the start of a crop that lack their past and do not count
_RATE = 2e-3
_SHAPE_WEIGHTS = [6.0, 3.0, 2.0, *[1.0] * (len(SHAPES) - 3)]  # jaw and rounding are what is seen


class HearNet(nn.Module):
    """log-mel [b, BANDS, t] → raw outputs [b, OUTPUTS, t]; causal."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv1d(BANDS, CHANNELS, FIRST_KERNEL)
        layers = [nn.Conv1d(CHANNELS, CHANNELS, KERNEL, dilation=d) for d in DILATIONS]
        self.layers: list[nn.Conv1d] = layers
        self.stack = nn.ModuleList(layers)  # torch's own list, so that it knows the weights
        self.head = nn.Conv1d(CHANNELS, OUTPUTS, 1)

    def forward(self, mel: Tensor) -> Tensor:
        """See the class."""
        x = functional.relu(self.first(functional.pad(mel, (FIRST_KERNEL - 1, 0))))
        for layer, dilation in zip(self.layers, DILATIONS, strict=True):
            x = x + functional.relu(layer(functional.pad(x, ((KERNEL - 1) * dilation, 0))))
        return self.head(x)

    def tensors(self) -> dict[str, NDArray[np.float32]]:
        """As ``npcface.voice.ears`` reads them."""
        named = {"first": self.first, "head": self.head} | {f"layer{k}": layer for k, layer in enumerate(self.layers)}
        found = {}
        for name, conv in named.items():
            weight = conv.weight.detach().permute(2, 1, 0)  # oldest tap first
            found[name] = weight.reshape(-1, weight.shape[-1]).contiguous().numpy()
            assert conv.bias is not None
            found[f"{name}.bias"] = conv.bias.detach().numpy()
        return found


@dataclass(frozen=True)
class Bank:
    """The corpus without the held-out voices, all utterances in one row."""

    mel: NDArray[np.float16]
    viseme: NDArray[np.int8]
    stand: NDArray[np.float16]
    chances: NDArray[np.float64]  # of a crop to begin in this file, and where the file lies
    begins: NDArray[np.int64]

    @staticmethod
    def load(folder: Path, without: str = "") -> Bank:
        """Read all files but those of an engine; natural voices are drawn more often than their length alone."""
        names = [path.stem for path in sorted(folder.glob("*.npz"))]
        kept = [name for name in names if not name.endswith("_held_out") and name.partition("_")[0] != without]
        paths = [folder / f"{name}.npz" for name in kept]
        files = [dict(np.load(path, allow_pickle=False)) for path in paths]
        sizes = np.array([len(file["mel"]) for file in files])
        chances = sizes * np.array([_NATURAL.get(name.partition("_")[0], 1.0) for name in kept])
        mel, viseme, stand = (np.concatenate([file[name] for file in files]) for name in ("mel", "viseme", "stand"))
        return Bank(mel, viseme, stand, chances / chances.sum(), np.concatenate([[0], np.cumsum(sizes)]))

    def batch(self, rng: np.random.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """[b, BANDS, t] float32, visemes [b, t] int64 and stands [b, 14, t] float32, targets already delayed."""
        files = rng.choice(len(self.chances), BATCH, p=self.chances)
        last = np.maximum(self.begins[files + 1] - FRAMES, self.begins[files] + 1)
        at = np.minimum(rng.integers(self.begins[files], last)[:, None] + np.arange(FRAMES), len(self.mel) - 1)
        mel = self.mel[at].astype(np.float32)
        sounding = mel > 0.0
        mel += rng.uniform(-0.06, 0.06, (BATCH, 1, 1)).astype(np.float32) * sounding  # 4 dB of gain
        mel += np.cumsum(rng.normal(0.0, 0.004, (BATCH, 1, BANDS)), axis=2).astype(np.float32) * sounding  # colour
        for row in range(BATCH):
            band, width = rng.integers(0, BANDS), rng.integers(0, 6)
            mel[row, :, band : band + width] *= 0.5
        late = np.maximum(at - LOOK_AHEAD, 0)
        visemes = torch.from_numpy(self.viseme[late].astype(np.int64))
        stands = torch.from_numpy(self.stand[late].astype(np.float32)).transpose(1, 2)
        return torch.from_numpy(np.clip(mel, 0.0, 1.0)).transpose(1, 2), visemes, stands


def learn(
    folder: Path,
    run: Path,
    steps: int,
    seed: int,
    say: Callable[[str], None],
    *,
    without: str = "",
    start: Path | None = None,
) -> None:
    """Train on one thread with a checkpoint every 100 steps, and write ``hear.safetensors``.

    Args:
        folder: the corpus.
        run: a run that lies there is continued.
        steps: in all.
        seed: fixes everything drawn at random.
        say: takes lines of progress.
        without: an engine whose voices are left out.
        start: checkpoint of another run whose network a new run begins with; its rate is then lower.
    """
    from safetensors.numpy import save_file

    torch.set_num_threads(1)
    torch.manual_seed(seed)
    bank, net = Bank.load(folder, without), HearNet()
    optimiser, fastest = torch.optim.Adam(net.parameters()), _RATE
    if start is not None:
        checkpoint.load(start, {"net": net}, {})
        fastest = 0.4 * _RATE
    saved = run / "checkpoint.safetensors"
    first = checkpoint.load(saved, {"net": net}, {"adam": optimiser}) if saved.is_file() else 0
    counts = np.bincount(bank.viseme, minlength=len(VISEMES_15)).astype(np.float64)
    rarity = torch.from_numpy((counts.mean() / np.maximum(counts, 1.0)) ** 0.25).float()
    say(f"{len(bank.mel) / 6000:.0f} minutes, {sum(p.numel() for p in net.parameters())} weights, from step {first}")
    total = 0.0
    for step in range(first, steps):
        for group in optimiser.param_groups:
            group["lr"] = (
                fastest * min(1.0, (step + 1) / 50) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * step / steps)))
            )
        loss = _loss(net, bank.batch(np.random.default_rng([seed, step])), rarity)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        total += float(loss.detach())
        if (step + 1) % 100 == 0 or step + 1 == steps:
            checkpoint.save(saved, step + 1, {"net": net}, {"adam": optimiser})
            say(f"step {step + 1}: loss {total / 100:.4f}")
            total = 0.0
    halves = {name: value.astype(np.float16) for name, value in net.tensors().items()}
    save_file(halves, run / "hear.safetensors", {"seed": str(seed), "steps": str(steps)})


def _loss(net: HearNet, batch: tuple[Tensor, Tensor, Tensor], rarity: Tensor) -> Tensor:
    mel, visemes, stands = batch
    raw = net(mel)[..., _WARM:]
    visemes, stands = visemes[..., _WARM:], stands[..., _WARM:]
    split = len(VISEMES_15)
    which = functional.cross_entropy(raw[:, :split], visemes, rarity, label_smoothing=0.05)
    weights = torch.tensor(_SHAPE_WEIGHTS)[None, :, None]
    stand = (weights * (raw[:, split:-1] - stands[:, :-1]) ** 2).mean()
    closed = functional.binary_cross_entropy_with_logits(raw[:, -1], stands[:, -1], pos_weight=torch.tensor(1.5))
    return which + 12.0 * stand + 1.5 * closed
