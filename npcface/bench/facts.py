"""What a figure needs beside it to mean anything: machine, versions, revision, load."""

from __future__ import annotations

import math
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

PACKAGE = Path(__file__).parent.parent


def machine_facts() -> dict[str, object]:
    """CPU, cores this process may use, system, versions, and the load when the bench began."""
    return {
        "cpu": _cpu_name(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
        "numpy": version("numpy"),
        "onnxruntime": _onnxruntime(),
        "npcface": version("npcface"),
        "git_revision": git_revision(),
        "compiled_renderer": _compiled(),
        "load_average": load_average(),
    }


def load_average() -> float | None:
    """Processes that wanted to run in the last minute, on average; None on systems that do not count them."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def git_revision(package: Path = PACKAGE) -> str | None:
    """The commit of the checkout that npcface runs from, ``-dirty`` if files differ; None outside a checkout."""
    command = ["git", "-C", str(package.parent), "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    if not (package.parent / ".git").exists():  # installed, perhaps into a venv inside somebody else's repository
        return None
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def resident_mb(pid: int) -> float | None:
    """Memory of a process in MB (10⁶ bytes) that is really in RAM; None where the system does not tell."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    for line in status.splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / 1e6
    return None


def cpu_seconds(pid: int) -> float:
    """CPU time that a process has used, all threads, user and system; NaN where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return math.nan
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def machine_cpu_seconds() -> float:
    """CPU time that all cores together have worked since the machine started; NaN where the system does not tell."""
    try:
        user, nice, system, _, _, irq, softirq = map(int, Path("/proc/stat").read_text().split("\n")[0].split()[1:8])
    except OSError:
        return math.nan
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def _cpu_name() -> str:
    if sys.platform.startswith("linux"):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _onnxruntime() -> str:
    import onnxruntime

    return str(onnxruntime.__version__)


def _compiled() -> bool:
    from npcface.render.native.library import available

    return available()
