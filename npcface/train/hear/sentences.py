"""What the voices say: sentences out of a small grammar and of words from a pronunciation dictionary."""

from __future__ import annotations

import numpy as np

_STARTS = (
    "the", "a", "my", "our", "every", "that", "no", "some", "their", "this old", "one more", "her little", "his big",
)  # fmt: skip
_NOUNS = (
    "baker", "ship", "valley", "boy", "river", "thief", "queen", "market", "farmer", "bishop", "father", "village",
    "mouse", "judge", "church", "voice", "pool", "bamboo", "apple", "window", "fire", "goblin", "dragon", "shield",
    "potion", "bridge", "beach", "leaf", "wolf", "moon", "thumb", "weather", "measure", "youth", "tooth", "hammer",
)  # fmt: skip
_VERBS = (
    "finds", "buys", "makes", "follows", "watches", "moves", "breaks", "loves", "brings", "wants", "throws",
    "fights", "forgets", "beats", "uses", "views", "washes", "keeps", "opens", "has sold", "will choose",
    "may push", "would peel",
)  # fmt: skip
_ENDS = (
    "by the sea", "at five", "in the morning", "for you and me", "before the storm", "above the roof",
    "with both hands", "maybe tomorrow", "", "", "once more, please", "under the bridge", "while we wait",
    "if you go there", "very slowly",
)  # fmt: skip
_TALK = (
    "Hello there.", "Who goes there?", "Yes, of course.", "No, not today.", "Give me my map, please.",
    "What do you want?", "I have been waiting for you.", "Come with me, we must move.",
    "Look at that, a shooting star!", "You shall not pass.", "Thank you, my friend.",
    "Be careful, the bridge is broken.", "I've never heard of him.", "Maybe we could help.", "Where is everybody?",
    "Oh, I see.", "Shh, somebody is coming.", "Have you brought the money?", "Wow, how huge!",
)  # fmt: skip
WORDS = {
    "de": "Bruder Mutter schön über Apfel Fenster böse Pferd Wagen warum Bäume früh Sommer Winter Schiff Feuer Wasser "
    "möglich immer wieder Katze jung alt müde Brot Milch Honig Freund heute morgen Papier Bauer König Mühle",
    "fr": "bonjour madame maman papa pomme femme beaucoup rouge jaune maison fenêtre voiture oiseau petit pain beurre "
    "fromage chaud froid jamais toujours demain lune soleil peur vivre boire vent bouche pouvoir matin",
    "es": "bueno mañana amigo padre madre pueblo puerta ventana fuego agua caballo perro gato rojo blanco mucho poco "
    "siempre nunca hombre mujer libro pobre viejo joven pan vino queso llave camino bosque",
    "it": "buono mamma babbo pane vino acqua fuoco casa porta finestra uomo donna bambino cavallo sempre mai molto "
    "poco vecchio giovane libro bosco lupo rosso bianco mare monte amico domani subito",
}
"""A few words of other languages; strung together they give sounds that English lacks."""


def english(rng: np.random.Generator, dictionary: list[str], *, words_only: bool = False) -> str:
    """A sentence: a phrase people say, one out of the grammar, or (half of the time, or always) words at random."""
    kind = 1.0 if words_only else rng.random()
    if kind < 0.1:
        return str(rng.choice(_TALK))
    if kind < 0.5:
        parts = [rng.choice(part) for part in (_STARTS, _NOUNS, _VERBS, _STARTS, _NOUNS, _ENDS)]
        text = " ".join(str(part) for part in parts if part)
    else:
        text = " ".join(str(word) for word in rng.choice(dictionary, rng.integers(3, 8)))
        if rng.random() < 0.4:
            text = text.replace(" ", ", ", 1)
    return text[0].upper() + text[1:] + str(rng.choice([".", ".", ".", "!", "?"]))


def foreign(rng: np.random.Generator, language: str) -> str:
    """Words of one of ``WORDS``."""
    text = " ".join(str(word) for word in rng.choice(WORDS[language].split(), rng.integers(3, 8)))
    return text[0].upper() + text[1:] + "."


def dictionary(seed: int, size: int = 20_000) -> list[str]:
    """Lower-case English words of hibari-tts's dictionary (Apache-2.0)."""
    import gzip
    import json
    from importlib.resources import files

    packed = files("hibari").joinpath("assets", "lexicon_us_gold.json.gz").read_bytes()
    words = sorted(w for w in json.loads(gzip.decompress(packed)) if w.isalpha() and w.islower() and 2 < len(w) < 12)
    picked = np.random.default_rng(seed).choice(len(words), min(size, len(words)), replace=False)
    return [words[k] for k in picked]
