"""How the network that hears (``npcface/voice/data``) was made: synthetic speech with exact times → its weights."""
