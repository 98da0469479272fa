"""Content credentials (C2PA): a signed note in exported pictures and films that says what they are and who is shown."""

from npcface.credentials.credit import Credit, credit_of
from npcface.credentials.sign import attach, attached, installed, signed

__all__ = ["Credit", "attach", "attached", "credit_of", "installed", "signed"]
