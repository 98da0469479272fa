"""The head rig: geometry, landmarks, pose and the fit of both to a picture."""

from npcface.rig.fit import Fit, fit_landmarks
from npcface.rig.rig import Rig, load_rig

__all__ = ["Fit", "Rig", "fit_landmarks", "load_rig"]
