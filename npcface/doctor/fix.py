"""``npcface doctor --fix``: what can be put right without a question."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence

from npcface.doctor.finding import Finding
from npcface.errors import DependencyError


def fix(findings: Sequence[Finding], tell: Callable[[str], None]) -> bool:
    """Install what pip can install, compile the renderer where it cannot be used.

    Args:
        findings: of ``examine``.
        tell: gets a line about what is done.

    Returns:
        Whether anything was done, so that it is worth examining again.

    Raises:
        DependencyError: pip failed.
    """
    if getattr(sys, "frozen", False):
        tell("A player bundle cannot be changed: copy its folder again.")
        return False
    wanted = [argument for finding in findings for argument in finding.install]
    if wanted:
        _pip_install(wanted, tell)
    return _compiled(tell) or bool(wanted)


def _pip_install(packages: list[str], tell: Callable[[str], None]) -> None:
    """Install into the Python that runs this, without dependencies."""
    tell(f"installing {' '.join(packages)}")
    command = [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-deps", *packages]
    if subprocess.run(command, check=False).returncode:
        raise DependencyError(f"pip could not install {' '.join(packages)}.", f"Try it by hand: {' '.join(command)}")


def _compiled(tell: Callable[[str], None]) -> bool:
    """Compile the renderer if it cannot be used; True if it was compiled now. If it does not compile, findings tell."""
    from npcface.render.native import library
    from npcface.render.native.build import build

    if os.environ.get(library.SWITCH) == "0" or library.available():
        return False
    try:
        return bool(build())
    except (subprocess.CalledProcessError, OSError) as error:
        tell(f"the renderer was not compiled: {error}")
        return False
