"""Methods by name: npcface's own ways of making a picture, with one or several shots, and rivals.

``warp``, ``neural`` and ``landmarks`` say how it is rendered, ``finetuned`` is neural after finetuning, ``npcface`` is
whatever the renderer does by default. ``-N`` behind it means N pictures of the person in all, portrait included.
``weights=FILE`` is neural with the weights of a training run, shown by its folder's name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npcface.errors import DependencyError
from npcface.eval.cast import Cast
from npcface.eval.faces import FaceFinder
from npcface.eval.reenact import Reenactor, still_copy
from npcface.eval.shots import SHOTS
from npcface.eval.trained import TrainedReenactor

Image = NDArray[np.uint8]
BATCH = 8
"""Frames rendered in one call."""
DEFAULT = ("warp", "neural")
WEIGHTS = "weights="
QUALITIES: dict[str, str | None] = {
    "warp": "warp",
    "neural": "neural",
    "landmarks": "landmarks",
    "finetuned": "neural",
    "npcface": None,
}
"""First part of a method's name → the renderer's ``quality``; None leaves that to the renderer."""
MOST = SHOTS + 1
KNOWN = (
    f"{', '.join(QUALITIES)}, each also with -2 to -{MOST} shots (finetuned only so), still, weights=FILE, "
    "or package.module:function of a module that can be imported"
)
NOT_BETTER = "finetuning would have made it worse, so it was measured without"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one of npcface's own methods makes its pictures.

    Attributes:
        quality: the renderer's; None for its default.
        shots: pictures of the person in all, 1 to ``MOST``.
        finetuned: whether the character is finetuned on them.
    """

    quality: str | None
    shots: int = 1
    finetuned: bool = False


def recipe_of(name: str) -> Recipe | None:
    """The recipe behind a name such as ``neural-4``; None if it is not one of npcface's own methods."""
    match = re.fullmatch(rf"({'|'.join(QUALITIES)})(?:-([2-{MOST}]))?", name)
    if match is None or (match[1] == "finetuned" and match[2] is None):
        return None
    return Recipe(QUALITIES[match[1]], int(match[2] or 1), match[1] == "finetuned")


class NpcfaceReenactor:
    """One of npcface's own methods as a reenactor.

    Args:
        recipe: how the pictures are made.
        cast: characters and states, shared by the methods that are compared.

    Attributes:
        remarks: text → number of clips of which it is true, for the report.
    """

    def __init__(self, recipe: Recipe, cast: Cast) -> None:
        self.recipe = recipe
        self.remarks: Counter[str] = Counter()
        self._cast = cast

    def __call__(
        self, portrait: Image, frames: Iterable[Image], size: int, *, shots: Image | None = None
    ) -> Iterator[Image]:
        """Enrol, fit the rig to each frame's landmarks, render: see ``npcface.eval.reenact.Reenactor``."""
        recipe, given = self.recipe, list(frames)
        character, refused = self._cast.character(portrait, shots, recipe.shots, finetuned=recipe.finetuned)
        if refused:
            self.remarks[NOT_BETTER] += 1
        missing = recipe.shots - 1 - (0 if shots is None else len(shots))
        if missing > 0:
            self.remarks[f"fewer than {recipe.shots} pictures"] += 1
        states = self._cast.states(character, given)
        # An unset quality is left out, so that what is measured is what a caller who says nothing gets.
        options: dict[str, Any] = {} if recipe.quality is None else {"quality": recipe.quality}
        for start in range(0, len(states), BATCH):
            part = states[start : start + BATCH]
            textures = self._cast.renderer.render(
                [character] * len(part), part, size=size, background="portrait", **options
            )
            yield from np.ascontiguousarray(textures[..., :3])


def load_reenactors(
    names: Iterable[str], finder: FaceFinder, provider: str = "auto", threads: int | None = None
) -> dict[str, Reenactor]:
    """Reenactors by the names they are shown with; npcface's own share their characters and states.

    Args:
        names: ``still`` is left out, it is always measured; a rival's shown name is its module's, if that is unique.
        finder: the landmark finder of the judges.
        provider, threads: of the renderer.

    Raises:
        DependencyError: there is no such method, module or function.
    """
    cast = Cast(finder, provider, threads)
    chosen = list(dict.fromkeys(name for name in names if name != "still"))
    shown = Counter(map(_short, chosen))
    return {_short(name) if shown[_short(name)] == 1 else name: load_reenactor(name, cast) for name in chosen}


def _short(name: str) -> str:
    if name.startswith(WEIGHTS):
        return Path(name.removeprefix(WEIGHTS)).absolute().parent.name
    return name.partition(":")[0]


def load_reenactor(name: str, cast: Cast) -> Reenactor:
    """One reenactor by name: ``still``, one of npcface's own, ``weights=FILE``, or ``package.module:function``.

    Raises:
        DependencyError: there is no such method, module or function.
    """
    if name == "still":
        return still_copy
    if name.startswith(WEIGHTS):
        return TrainedReenactor(Path(name.removeprefix(WEIGHTS)), cast)
    recipe = recipe_of(name)
    if recipe is not None:
        return NpcfaceReenactor(recipe, cast)
    module, colon, function = name.partition(":")
    if not colon:
        raise DependencyError(f"No reenactor {name!r}.", f"Use {KNOWN}.")
    try:
        found: Reenactor = getattr(import_module(module), function)
    except (ImportError, AttributeError, ValueError) as error:
        raise DependencyError(f"No reenactor {name!r}: {error}.", f"Use {KNOWN}.") from error
    return found
