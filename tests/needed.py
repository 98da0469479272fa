"""What a test cannot do without: skipped where it is missing, and a failure under CI, where all of it has to be."""

from __future__ import annotations

import os
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NoReturn

import pytest


def needed(module: str, reason: str) -> Any:
    """A module, or no test."""
    if find_spec(module.partition(".")[0]) is None:
        missing(reason)
    return import_module(module)


def missing(reason: str) -> NoReturn:
    """No test, or under CI a failed one."""
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason, allow_module_level=True)
