"""Enrolment: one portrait in, a ``Character`` out. Heavy packages are imported only when something is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from npcface.enroll.pipeline import enroll as enroll

__all__ = ["enroll"]


def __getattr__(name: str) -> Any:
    if name == "enroll":
        from npcface.enroll.pipeline import enroll

        return enroll
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
