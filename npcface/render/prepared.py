"""What does not change from frame to frame: prepared once for each of the last characters, for either engine."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from numpy.typing import NDArray

from npcface.render.looks import looks_of, neural_looks_of
from npcface.render.schema import check
from npcface.rig.rig import Rig

Tensors = dict[str, NDArray[Any]]
KEPT_CHARACTERS = 64


class Prepared:
    """Inputs by character."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self._kept: OrderedDict[int, tuple[Tensors, Tensors]] = OrderedDict()

    def of(self, tensors: Tensors, quality: str) -> Tensors:
        """Without a batch axis: those of ``graph.Looks`` but the plate, and beyond warp ``neural.NeuralLooks``.

        Raises:
            CharacterError: the embedding is not what the renderer reads.
        """
        key = id(tensors)
        if key not in self._kept:
            check(tensors, self._rig.grid)
            # the tensors stay with the looks: were they freed, another character's could get their id
            self._kept[key] = (tensors, looks_of(self._rig, tensors))
            while len(self._kept) > KEPT_CHARACTERS:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        looks = self._kept[key][1]
        if quality != "warp" and "features" not in looks:  # a megabyte that the warp can do without
            looks |= neural_looks_of(tensors, looks["shell_texture"])
        return looks

    def forget(self, tensors: Tensors) -> None:
        """Drop a character's."""
        self._kept.pop(id(tensors), None)
