"""What docs/driving.md shows must run."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from npcface.drive.track import parse
from npcface.state import FaceState

PAGE = (Path(__file__).parents[2] / "docs" / "driving.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", re.findall(r"```python\n(.*?)```", PAGE, re.S))
def test_examples_run(code: str) -> None:
    names: dict[str, Any] = {}
    exec(compile(code, "driving.md", "exec"), names)
    last = names["states"][-1] if isinstance(names.get("states"), list) else names["state"]
    assert isinstance(last, FaceState) and last.checked()


@pytest.mark.parametrize("document", re.findall(r"```json\n(.*?)```", PAGE, re.S))
def test_tracks_shown_are_tracks(document: str) -> None:
    assert list(parse(json.loads(document)).states())
