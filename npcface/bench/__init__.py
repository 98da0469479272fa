"""How fast npcface is, end to end: through a real daemon process, over a real socket."""
