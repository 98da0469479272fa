"""Files that are there whole or not at all: ``npcface.whole``, where exports have always looked for it."""

from npcface.whole import whole

__all__ = ["whole"]
