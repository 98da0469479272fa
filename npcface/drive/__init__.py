"""Drivers: whatever moves a face → FaceStates."""

from npcface.drive.arkit import arkit
from npcface.drive.emotion import EmotionTrack, emote
from npcface.drive.idle import Idle
from npcface.drive.landmarks import LandmarkDriver, landmarks
from npcface.drive.smooth import OneEuro
from npcface.drive.speech import SpeechStream, speech
from npcface.drive.timeline import Phoneme
from npcface.drive.track import Track

__all__ = [
    "EmotionTrack",
    "Idle",
    "LandmarkDriver",
    "OneEuro",
    "Phoneme",
    "SpeechStream",
    "Track",
    "arkit",
    "emote",
    "landmarks",
    "speech",
]
