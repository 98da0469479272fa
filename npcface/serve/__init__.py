"""The daemon. ``serve(Config(...))`` runs it until a signal comes; ``Server`` is the same without signals."""

from npcface.serve.config import Config
from npcface.serve.run import serve
from npcface.serve.server import Server

__all__ = ["Config", "Server", "serve"]
