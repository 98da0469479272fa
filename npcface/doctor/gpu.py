"""The graphics card: is there one, is its driver new enough, and does onnxruntime use it."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from dataclasses import dataclass

from npcface.doctor.finding import Finding, Severity, Surroundings

OLDEST_DRIVER = 525
"""Major version of the first NVIDIA driver for CUDA 12 (NVIDIA's CUDA release notes, table of driver versions)."""

QUERY = ("--query-gpu=name,driver_version,memory.total", "--format=csv,noheader,nounits")
PATIENCE_S = 10.0


@dataclass(frozen=True, slots=True)
class Card:
    """One NVIDIA GPU as ``nvidia-smi`` names it; ``memory_mb`` is 0 where it does not tell."""

    name: str
    driver: str
    memory_mb: int

    @property
    def driver_major(self) -> int:
        """First number of the driver's version, 0 if there is none."""
        first = self.driver.partition(".")[0]
        return int(first) if first.isdecimal() else 0


def parse_cards(text: str) -> list[Card]:
    """Cards in the output of ``nvidia-smi`` with ``QUERY``; lines that are no cards are left out."""
    rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text))]
    return [
        Card(name, driver, int(memory) if memory.isdecimal() else 0)
        for name, driver, memory in (row for row in rows if len(row) == 3 and row[0])
    ]


def check_gpu(_: Surroundings) -> Finding:
    """An NVIDIA card, its driver, and whether onnxruntime can draw on it."""
    import onnxruntime

    providers = onnxruntime.get_available_providers()
    if "DmlExecutionProvider" in providers:
        return Finding("gpu", Severity.OK, "faces are drawn on the GPU through DirectML")
    command = shutil.which("nvidia-smi")
    if command is None:
        return Finding("gpu", Severity.OK, "no NVIDIA GPU was found: faces are drawn on the CPU, which is enough")
    try:
        asked = subprocess.run(
            [command, *QUERY], capture_output=True, text=True, errors="replace", timeout=PATIENCE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        why = error.strerror if isinstance(error, OSError) else f"no answer in {PATIENCE_S:g} s"
        return Finding(
            "gpu",
            Severity.WARNING,
            f"nvidia-smi does not run: {why}",
            "The card's driver hangs or is damaged. Faces are drawn on the CPU.",
            "Restart the machine; if that does not help, install NVIDIA's driver anew.",
        )
    cards = parse_cards(asked.stdout) if asked.returncode == 0 else []
    if not cards:
        said = (asked.stderr or asked.stdout).strip().splitlines()
        return Finding(
            "gpu",
            Severity.INFO,
            f"nvidia-smi names no GPU: {said[0][:200] if said else f'exit code {asked.returncode}'}",
            "There is no card, or its driver does not run. Faces are drawn on the CPU.",
            "If there is a card, install NVIDIA's driver anew.",
        )
    return judged(cards[0], "CUDAExecutionProvider" in providers)


def judged(card: Card, has_cuda: bool) -> Finding:
    """The finding about a card, given whether onnxruntime has CUDA."""
    memory = f", {card.memory_mb / 1024:.0f} GB" if card.memory_mb else ""
    seen = f"{card.name}{memory}, driver {card.driver}"
    if card.driver_major < OLDEST_DRIVER:
        return Finding(
            "gpu",
            Severity.WARNING if has_cuda else Severity.INFO,
            seen,
            f"CUDA 12 needs driver {OLDEST_DRIVER} or newer. Faces are drawn on the CPU.",
            "Update NVIDIA's driver.",
        )
    if not has_cuda:
        return Finding(
            "gpu",
            Severity.INFO,
            f"{seen}; onnxruntime does not use it",
            "The installed onnxruntime draws on the CPU only. For a few faces that is enough.",
            "pip uninstall -y onnxruntime, then pip install onnxruntime-gpu",
        )
    return Finding("gpu", Severity.OK, f"{seen}; onnxruntime has CUDA")
