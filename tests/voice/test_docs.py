"""What docs/voices.md shows must run."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from npcface.state import FaceState

PAGE = (Path(__file__).parents[2] / "docs" / "voices.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", re.findall(r"```python\n(.*?)```", PAGE, re.S))
def test_examples_run(
    code: str, needed: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needed("hibari:heart")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(compile(code, "voices.md", "exec"), names)
    last = names["states"][-1] if "states" in names else names["state"]
    assert isinstance(last, FaceState) and last.checked()
