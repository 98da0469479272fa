"""Sizes and channel orders that enrolment, renderer and training share. No heavy import here: all sides read it."""

from __future__ import annotations

FEATURES_PX = 128
"""Side of the feature atlas on the face chart."""

NEURAL_CHANNELS = 4
"""Channels of the neural texture, the atlas's first."""

TRUST = NEURAL_CHANNELS
"""Channel of the atlas: 255 where the portrait showed the skin, 0 where it was filled in."""

MARKS = slice(TRUST + 1, TRUST + 4)
"""Channels of the atlas: the landmark map (see ``landmark_map``)."""

ATLAS_CHANNELS = TRUST + 4

PORTRAIT_PX = 128
"""Side of the portrait and landmark map that the embedder reads."""

EMBEDDING = 128
"""Length of an identity embedding."""

STYLE = 1216
"""AdaIN parameters of a character: ``Generator.style_size``."""

STATE = 52 + 9
"""Numbers that describe a face's state to the generator: ARKit weights and the head's rotation matrix, row by row."""
