"""Who is never trained on: people kept back, so that what was learnt can be measured on strangers.

The choice depends on nothing but a person's name, so that every data set, script and machine makes the same one, and a
person who is in two sets is held out of both.
"""

from __future__ import annotations

import hashlib

SHARE = 10
"""One person in this many is held out."""
HELD_OUT_PEOPLE = (9, 10)
"""Numbers of the held-out people of ``openpeople`` (1 to 10, as in ``npcface.demo.people``), chosen by hand: of ten
people a hash might take none."""


def is_held_out(identity: str) -> bool:
    """Whether a person must not be trained on: SHA-1 of the UTF-8 name, read as one number, is a multiple of ``SHARE``.

    Args:
        identity: what the person is called in every set; other spellings are other people.
    """
    digest = hashlib.sha1(identity.encode("utf-8"), usedforsecurity=False).digest()
    return int.from_bytes(digest, "big") % SHARE == 0
