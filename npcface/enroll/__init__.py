"""Enrolment: one portrait in, a ``Character`` out. Heavy packages are imported only when something is called."""

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from npcface.enroll.pipeline import enroll as enroll


def __getattr__(name: str) -> Any:
    if name != "enroll":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from npcface.enroll.pipeline import enroll

    return enroll


class _Callable(ModuleType):
    """``npcface.enroll`` is this package and, as users write it, also the function."""

    def __call__(self, *args: Any, **options: Any) -> Any:
        return __getattr__("enroll")(*args, **options)


sys.modules[__name__].__class__ = _Callable
