"""Weights of a training run as a method, through torch: ablations are compared without being exported first."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from npcface.eval.cast import Cast
from npcface.state import FaceState

if TYPE_CHECKING:
    from npcface.character import Character

Image = NDArray[np.uint8]
BATCH = 4


class TrainedReenactor:
    """What the neural quality would be with other weights; the same characters, states and graph as ``neural``.

    Args:
        weights: ``generator.safetensors`` of a run. cast: characters and states, shared by the methods.

    Raises:
        DependencyError: the file is missing or belongs to other networks.
    """

    def __init__(self, weights: Path, cast: Cast) -> None:
        from npcface.model.weights import load_model
        from npcface.render.export import build_neural
        from npcface.rig.rig import load_rig

        self._rig = load_rig()
        self._model = load_model(weights)
        self._graph = build_neural(self._model.generator, self._rig)
        self._cast = cast

    def __call__(
        self, portrait: Image, frames: Iterable[Image], size: int, *, shots: Image | None = None
    ) -> Iterator[Image]:
        """See ``npcface.eval.reenact.Reenactor``; extra shots are not used."""
        character, _ = self._cast.character(portrait)
        states = self._cast.states(character, list(frames))
        embedded = dataclasses.replace(character, tensors=self._embedded(character))
        for start in range(0, len(states), BATCH):
            yield from self._render(embedded, states[start : start + BATCH], size)

    def _embedded(self, character: Character) -> dict[str, NDArray[Any]]:
        """The character's tensors with the style and neural texture that these weights give it."""
        import torch

        from npcface.enroll.identify import embedder_inputs
        from npcface.model.layout import NEURAL_CHANNELS

        given = embedder_inputs(character.tensors)

        def picture(name: str) -> torch.Tensor:
            return torch.from_numpy(given[name]).permute(2, 0, 1)[None].float() / 255

        trust = torch.from_numpy(given["trust"])[None, None].float() / 255
        with torch.no_grad():
            state = torch.from_numpy(given["state"])[None]
            vector = self._model.embedder(picture("portrait"), picture("marks"), state)
            style = self._model.embedder.style(vector)[0]
            neural = self._model.texture(picture("texture"), trust)[0]
        features = character.tensors["features"].copy()
        features[..., :NEURAL_CHANNELS] = ((neural.permute(1, 2, 0) + 1) * 127.5).round().to(torch.uint8).numpy()
        return {**character.tensors, "features": features, "style": style.numpy()}

    def _render(self, character: Character, states: Sequence[FaceState], size: int) -> NDArray[np.uint8]:
        import torch

        from npcface.render.graph import Drive, Looks
        from npcface.render.looks import drive_of, looks_of, neural_looks_of, plate_of
        from npcface.render.neural import NeuralLooks

        tensors, count = character.tensors, len(states)
        drive = drive_of(self._rig, [tensors] * count, [state.checked() for state in states], size)
        looks = looks_of(self._rig, tensors)
        looks |= {"plate": plate_of(tensors, size), **neural_looks_of(tensors, looks["shell_texture"])}

        def batch(name: str) -> torch.Tensor:
            value = torch.from_numpy(np.ascontiguousarray(looks[name]).reshape(looks[name].shape))
            return value[None].expand(count, *value.shape)

        given = Drive(*(torch.from_numpy(np.ascontiguousarray(drive[name])) for name in Drive._fields))
        with torch.no_grad():
            image = self._graph(given, Looks(*map(batch, Looks._fields)), NeuralLooks(*map(batch, NeuralLooks._fields)))
        return np.ascontiguousarray(image.to(torch.uint8).numpy()[..., :3])
