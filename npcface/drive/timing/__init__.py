"""Timing files of voices and aligners → tracks: who says which sound when, as other programs write it."""

from npcface.drive.timing.load import KINDS as KINDS
from npcface.drive.timing.load import load as load
from npcface.drive.timing.load import read as read
