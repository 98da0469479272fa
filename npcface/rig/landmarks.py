"""Which of MediaPipe's 478 points are what, by name; subject's left and right.

Source: MediaPipe's published face-mesh connections; the iBUG-68 subset follows the usual public correspondence.
"""

from __future__ import annotations

import numpy as np

LEFT_EYE = (263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398)
RIGHT_EYE = (33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173)
LEFT_BROW = (276, 283, 282, 295, 285, 300, 293, 334, 296, 336)
RIGHT_BROW = (46, 53, 52, 65, 55, 70, 63, 105, 66, 107)
LIPS_OUTER = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 185, 40, 39, 37, 0, 267, 269, 270, 409)
LIPS_INNER = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 191, 80, 81, 82, 13, 312, 311, 310, 415)
FACE_OVAL = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150,
    136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)  # fmt: skip
LEFT_IRIS = (473, 474, 475, 476, 477)
RIGHT_IRIS = (468, 469, 470, 471, 472)

UPPER_INNER = (191, 80, 81, 82, 13, 312, 311, 310, 415)
LOWER_INNER = (95, 88, 178, 87, 14, 317, 402, 318, 324)
"""Inner lip points that meet, pair by pair, when the mouth is shut."""

UPPER_INNER_TO_OUTER = (185, 40, 39, 37, 0, 267, 269, 270, 409)
LOWER_INNER_TO_OUTER = (146, 91, 181, 84, 17, 314, 405, 321, 375)
"""The outer lip point beside each inner one."""

UPPER_OUTER = (0, 37, 39, 40, 267, 269, 270)
LOWER_OUTER = (17, 84, 181, 91, 314, 405, 321)

LEFT_UPPER_LID = (466, 388, 387, 386, 385, 384, 398)
LEFT_LOWER_LID = (249, 390, 373, 374, 380, 381, 382)
RIGHT_UPPER_LID = (246, 161, 160, 159, 158, 157, 173)
RIGHT_LOWER_LID = (7, 163, 144, 145, 153, 154, 155)
LEFT_EYE_RING = (263, *LEFT_UPPER_LID, 362, *LEFT_LOWER_LID[::-1])
RIGHT_EYE_RING = (33, *RIGHT_UPPER_LID, 133, *RIGHT_LOWER_LID[::-1])
"""Lid edges from the outer to the inner corner; upper and lower points of one place meet in a blink."""

IBUG_68 = np.array([
    127, 234, 93, 132, 58, 172, 136, 149, 152, 378, 365, 397, 288, 361, 323, 454, 356,  # jaw, subject's right to left
    70, 63, 105, 66, 107, 336, 296, 334, 293, 300,  # brows
    168, 197, 5, 4, 75, 97, 2, 326, 305,  # nose bridge and base
    33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380,  # eyes
    61, 39, 37, 0, 267, 269, 291, 405, 314, 17, 84, 181,  # outer lips
    78, 82, 13, 312, 308, 317, 14, 87,  # inner lips
])  # fmt: skip
"""[68] MediaPipe index of every iBUG-68 point."""


def inter_ocular(points: np.ndarray) -> float:
    """Distance between the outer eye corners of [478, 2+] points."""
    return float(np.linalg.norm(points[263, :2] - points[33, :2]))
