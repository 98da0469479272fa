"""Frame in → texture out. ``Renderer`` needs onnxruntime and numpy only."""

from npcface.render.renderer import Quality, Renderer

__all__ = ["Quality", "Renderer"]
