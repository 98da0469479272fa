"""Speech for the page."""

from __future__ import annotations

from typing import Any


def voices() -> list[dict[str, Any]]:
    """Every voice as ``/api/info`` lists it."""
    return []
