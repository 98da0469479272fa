"""npcface: one portrait in, a living face texture out. The names below load on first use."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from npcface.character import Character as Character
    from npcface.client import Client as Client
    from npcface.enroll import enroll as enroll
    from npcface.render import Renderer as Renderer

__version__ = "0.1.0"
_MODULES = {"Character": "character", "Client": "client", "Renderer": "render", "enroll": "enroll", "drive": "drive"}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'npcface' has no attribute {name!r}")
    module = import_module(f"npcface.{_MODULES[name]}")
    return module if name == "drive" else getattr(module, name)
