"""Drivers: whatever moves a face → FaceStates."""

from npcface.drive.arkit import arkit as arkit
from npcface.drive.emotion import EmotionTrack as EmotionTrack
from npcface.drive.emotion import emote as emote
from npcface.drive.idle import Idle as Idle
from npcface.drive.landmarks import LandmarkDriver as LandmarkDriver
from npcface.drive.landmarks import landmarks as landmarks
from npcface.drive.smooth import OneEuro as OneEuro
from npcface.drive.speech import SpeechStream as SpeechStream
from npcface.drive.speech import speech as speech
from npcface.drive.timeline import Phoneme as Phoneme
from npcface.drive.track import Track as Track
