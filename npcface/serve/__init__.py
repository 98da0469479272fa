"""The daemon. ``serve(Config(...))`` runs it until a signal comes; ``Server`` is the same without signals."""

from typing import TYPE_CHECKING, Any

from npcface.serve.config import Config
from npcface.serve.run import serve

if TYPE_CHECKING:
    from npcface.serve.server import Server

__all__ = ["Config", "Server", "serve"]


def __getattr__(name: str) -> Any:  # a supervisor needs no server
    if name != "Server":
        raise AttributeError(f"module 'npcface.serve' has no attribute {name!r}")
    from npcface.serve.server import Server

    return Server
