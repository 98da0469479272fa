"""Compile the C renderer and build the studio's page while npcface is built or installed (hatchling's build hook).

Without a compiler the package is built all the same, and renders through onnxruntime alone, several times slower.
Without Node, or a network to fetch esbuild from, the studio has no page and says how to get it.
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


class BuiltHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the page, and the compiled library: the wheel then belongs to one platform but to every Python 3."""

    def dependencies(self) -> list[str]:
        """Node, where this machine has none; called by hatchling before it builds."""
        page = self._module("scripts/build_page.py")
        return [page.NODE_PACKAGE] if page.node_is_missing() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it collects files."""
        self._page(version, build_data)
        self._library(version, build_data)

    def _page(self, version: str, build_data: dict[str, Any]) -> None:
        try:
            files = self._module("scripts/build_page.py").build(Path(self.root))
        except (subprocess.SubprocessError, OSError) as error:
            if os.environ.get("CI"):
                raise
            self.app.display_warning(f"The studio's page was not built ({error}); see docs/install.md.")
            return
        if version != "editable":  # there it lies where it belongs
            build_data["force_include"] |= {str(file): f"npcface/studio/static/{file.name}" for file in files}

    def _library(self, version: str, build_data: dict[str, Any]) -> None:
        target = os.environ.get("NPCFACE_TARGET", "")
        if target and target not in TAGS:
            raise SystemExit(f"NPCFACE_TARGET={target} is unknown; use one of {', '.join(TAGS)}.")
        folder = "npcface/render/native"
        # another system's library is not for this checkout
        work = Path(self.root) / "build" / target if target else Path(self.root) / folder / "lib"
        try:
            files = self._module(f"{folder}/build.py").build(work, target)
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
        if version != "editable":
            build_data["force_include"] |= {str(file): f"{folder}/lib/{file.name}" for file in files}

    def _module(self, path: str) -> Any:
        """A script of the checkout, which cannot be imported by name while the package is being built."""
        spec = importlib.util.spec_from_file_location(Path(path).stem, Path(self.root) / path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
