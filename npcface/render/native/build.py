"""Compile the C renderer: ``python npcface/render/native/build.py``. Standard library only: installation runs it.

The compiler is ``$CC``, or cc, gcc or clang; else the one inside the PyPI package ``ziglang``, if that is installed,
which also builds for other systems: ``--target x86_64-windows-gnu``.
"""

from __future__ import annotations

import argparse
import os
import platform
import shlex
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).parent
FLAGS = ["-std=gnu11", "-O3", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=fast", "-fvisibility=hidden",
         "-shared", "-s"]  # fmt: skip


def names(system: str, machine: str) -> dict[str, list[str]]:
    """File name → flags of its processor. A second build is for the x86 processors of the last ten years."""
    ending = {"windows": "dll", "darwin": "dylib"}.get(system, "so")
    builds = {f"npcface_draw.{ending}": list[str]()}
    if machine in ("x86_64", "amd64"):
        builds[f"npcface_draw_avx2.{ending}"] = ["-mavx2", "-mfma"]
    return builds


def compiler() -> list[str] | None:
    """The command of a C compiler, or None."""
    if os.environ.get("CC"):
        return shlex.split(os.environ["CC"])
    for name in ("cc", "gcc", "clang"):
        if shutil.which(name):
            return [name]
    if find_spec("ziglang"):
        return [sys.executable, "-m", "ziglang", "cc"]
    return None


def build(folder: Path = HERE / "lib", target: str = "") -> list[Path]:
    """Compile for this machine, or for a target such as ``aarch64-macos``.

    Returns:
        The files written; none if there is no compiler.

    Raises:
        subprocess.CalledProcessError: the compiler refused the code.
    """
    command = compiler()
    if command is None:
        return []
    system, machine = platform.system().lower(), platform.machine().lower()
    if target:
        machine, system, *_ = [*target.replace("macos", "darwin").split("-"), ""]
        command = [sys.executable, "-m", "ziglang", "cc", "-target", target]
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, flags in names(system, machine).items():
        file, fresh = folder / name, folder / f"{name}.new"
        position = [] if system == "windows" else ["-fPIC"]
        sources = [str(path) for path in sorted((HERE / "src").glob("*.c"))]
        libraries = [] if system == "windows" else ["-lm"]
        subprocess.run([*command, *FLAGS, *position, *flags, *sources, *libraries, "-o", str(fresh)], check=True)
        fresh.replace(file)  # a running daemon keeps the old one
        for beside in (*folder.glob("*.pdb"), *folder.glob("*.lib")):  # for debuggers and linkers on Windows
            beside.unlink()
        written.append(file)
    return written


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", default="", help="another system, such as x86_64-windows-gnu; needs ziglang")
    parser.add_argument("--folder", type=Path, default=HERE / "lib")
    options = parser.parse_args()
    files = build(options.folder, options.target)
    print("\n".join(f"{file} ({file.stat().st_size // 1024} kB)" for file in files) or "no C compiler was found")
