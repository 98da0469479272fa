"""Few-shot personalisation. Needs torch (``npcface[train]``); what it writes needs none to be rendered."""

from npcface.finetune.finetune import NotBetter, Personalised, finetune

__all__ = ["NotBetter", "Personalised", "finetune"]
