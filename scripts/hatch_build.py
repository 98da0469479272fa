"""Compile the C renderer while npcface is built or installed (hatchling's build hook).

Without a compiler the package is built all the same, and renders through onnxruntime alone, several times slower.
``NPCFACE_TARGET`` builds for another system with the compiler of the PyPI package ziglang:

    pip install build hatchling ziglang
    NPCFACE_TARGET=x86_64-windows-gnu python -m build --wheel --no-isolation
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

TAGS = {
    "x86_64-windows-gnu": "win_amd64",
    "aarch64-windows-gnu": "win_arm64",
    "x86_64-linux-gnu.2.17": "manylinux_2_17_x86_64",
    "aarch64-linux-gnu.2.17": "manylinux_2_17_aarch64",
    "x86_64-macos": "macosx_11_0_x86_64",
    "aarch64-macos": "macosx_11_0_arm64",
}
"""Target of the compiler → platform of the wheel."""


class NativeHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the compiled library to the wheel, which then belongs to one platform but to every Python 3."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it collects files."""
        target = os.environ.get("NPCFACE_TARGET", "")
        if target and target not in TAGS:
            raise SystemExit(f"NPCFACE_TARGET={target} is unknown; use one of {', '.join(TAGS)}.")
        folder = Path(self.root) / "npcface" / "render" / "native"
        spec = importlib.util.spec_from_file_location("npcface_native_build", folder / "build.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        # another system's library is not for this checkout
        work = Path(self.root) / "build" / target if target else folder / "lib"
        try:
            files = module.build(work, target)
        except (subprocess.CalledProcessError, OSError) as error:
            if target or os.environ.get("CI"):
                raise
            self.app.display_warning(f"The C renderer was not compiled ({error}); npcface will render slowly.")
            files = []
        if not files:
            return
        platform = TAGS.get(target) or sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform}"
        if version == "editable":  # it lies where it belongs
            return
        inside = "npcface/render/native/lib"
        build_data["force_include"] |= {str(file): f"{inside}/{file.name}" for file in files}
