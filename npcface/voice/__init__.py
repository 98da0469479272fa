"""Voices: text → sound with timing, and sound alone → the mouth that makes it."""

from npcface.voice.choose import say as say
from npcface.voice.choose import voices as voices
from npcface.voice.hearing import Hearing as Hearing
from npcface.voice.hearing import hear as hear
from npcface.voice.spoken import Spoken as Spoken
from npcface.voice.spoken import VoiceInfo as VoiceInfo
from npcface.voice.wav import read_wav as read_wav
