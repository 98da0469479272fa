"""Frame in → texture out. ``Renderer`` needs onnxruntime and numpy only."""

from npcface.render.renderer import Renderer

__all__ = ["Renderer"]
