"""The licences of everything inside a player bundle: THIRD_PARTY.md, and the texts beside it in ``licences/``.

Nothing is listed by hand but what has no package metadata: Python itself, PyInstaller's starter and libraries that
come from the build machine's system.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from importlib.metadata import Distribution, distribution, packages_distributions
from pathlib import Path, PurePath

TEXTS = ("LICENSE", "LICENCE", "COPYING", "NOTICE", "AUTHORS", "THIRDPARTYNOTICES", "ATTRIBUTION")

SYSTEM = {
    "libpython": ("Python", "PSF-2.0"),
    "libstdc++": ("GNU C++ library", "GPL-3.0 with the GCC Runtime Library Exception, which allows any use"),
    "libgcc_s": ("GCC's run-time library", "GPL-3.0 with the GCC Runtime Library Exception, which allows any use"),
    "libffi": ("libffi", "MIT"),
    "libz": ("zlib", "Zlib"),
    "libexpat": ("Expat", "MIT"),
    "libmpdec": ("libmpdec", "BSD-2-Clause"),
    "libcrypto": ("OpenSSL", "Apache-2.0"),
    "libcrypt": ("libxcrypt", "LGPL-2.1, as a shared library that may be replaced"),
    "vcruntime": ("Microsoft's C run-time library", "Microsoft's redistributable terms"),
    "msvcp": ("Microsoft's C++ run-time library", "Microsoft's redistributable terms"),
    "ucrtbase": ("Microsoft's C run-time library", "Microsoft's redistributable terms"),
    "api-ms-win": ("Microsoft's C run-time library", "Microsoft's redistributable terms"),
    "python3": ("Python", "PSF-2.0"),
}
"""Beginning of a library's file name → what it is, and its licence."""

PYTHON = (
    ("Python", "PSF-2.0"),
    ("PyInstaller's starter", "GPL-2.0 with an exception that allows any use of what it starts"),
)


def write_licences(bundle: Path, archive: Path, root: Path) -> None:
    """Write THIRD_PARTY.md and ``licences/`` into a bundle.

    Args:
        bundle: the folder that PyInstaller made. archive: its PYZ archive of Python modules.
        root: npcface's source folder, for its own licence.

    Raises:
        SystemExit: a library from the system is inside whose licence is not known here.
    """
    inside = bundle / "_internal"
    folder = bundle / "licences"
    shutil.rmtree(folder, ignore_errors=True)
    packages = sorted(_packages(archive, inside), key=lambda package: package.name.lower())
    rows = [(package.name, package.version, _licence(package), _texts(package, folder)) for package in packages]
    rows += [(name, "", licence, "") for name, licence in sorted({*PYTHON, *_system(inside)})]
    _python_text(folder)
    table = "\n".join(f"| {name} | {version} | {licence} | {texts} |" for name, version, licence, texts in rows)
    (bundle / "THIRD_PARTY.md").write_text(
        "# What is inside, and under which licence\n\n"
        "npcface itself: Apache-2.0, see LICENSE. Models inside it: model cards in `licences/npcface`.\n\n"
        f"| what | version | licence | texts |\n| --- | --- | --- | --- |\n{table}\n",
        encoding="utf-8",
    )
    shutil.copyfile(root / "LICENSE", bundle / "LICENSE")
    (folder / "npcface").mkdir(parents=True)
    for card in sorted((root / "npcface").rglob("MODEL_CARD.md")):
        shutil.copyfile(card, folder / "npcface" / f"{card.parent.parent.name}-{card.name}")


def _packages(archive: Path, inside: Path) -> Iterable[Distribution]:
    """The distributions of which a module is inside."""
    from PyInstaller.archive.readers import ZlibArchiveReader

    modules = {name.partition(".")[0] for name in ZlibArchiveReader(str(archive)).toc}
    modules |= {path.name.partition(".")[0] for path in inside.iterdir()}
    owners = packages_distributions()
    names = {owner for module in modules for owner in owners.get(module, ())} - {"npcface"}
    return [distribution(name) for name in names if not name.startswith("pyinstaller")]


def _licence(package: Distribution) -> str:
    """SPDX expression, else the licence field, else the classifiers."""
    about = package.metadata
    if expression := (about.get_all("License-Expression") or [""])[0].strip():
        return " ".join(expression.split())  # whole, however long: a part of it may be what matters
    stated = (about.get_all("License") or [""])[0].strip()
    if stated and "\n" not in stated and len(stated) < 80:
        return stated
    named = [line.rpartition(" :: ")[2] for line in about.get_all("Classifier") or [] if line.startswith("License ::")]
    return ", ".join(named) or "see texts"


def _texts(package: Distribution, folder: Path) -> str:
    """Copy a distribution's licence files; returns where they lie."""
    target = folder / package.name
    for file in package.files or ():
        stem = PurePath(file).name.upper().replace("_", "").replace("-", "")
        if not stem.startswith(TEXTS) or file.suffix in (".py", ".pyc"):
            continue
        source = Path(str(file.locate()))
        if source.is_file():
            target.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target / "-".join(PurePath(file).parts[-2:]))
    return f"licences/{package.name}" if target.is_dir() else "in its source"


def _system(inside: Path) -> set[tuple[str, str]]:
    """Libraries beside the packages; links into a package's folder are that package's."""
    found = set()
    for file in inside.iterdir():
        if file.is_dir() or file.is_symlink() or not (".so" in file.name or file.suffix in (".dll", ".dylib")):
            continue
        if ".cpython-" in file.name:
            continue
        known = next((SYSTEM[start] for start in SYSTEM if file.name.lower().startswith(start)), None)
        if known is None:
            raise SystemExit(
                f"{file.name}: the licence of this library is not known. Leave it out, or name it in SYSTEM."
            )
        found.add(known)
    return found


def _python_text(folder: Path) -> None:
    """Python's own licence, where the build machine's Python has it."""
    for place in (Path(sys.base_prefix) / "LICENSE.txt", Path(sys.base_prefix) / "lib" / _short() / "LICENSE.txt"):
        if place.is_file():
            (folder / "python").mkdir(parents=True, exist_ok=True)
            shutil.copyfile(place, folder / "python" / place.name)


def _short() -> str:
    return f"python{sys.version_info.major}.{sys.version_info.minor}"
