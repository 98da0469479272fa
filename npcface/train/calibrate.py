"""Faces that fix the number ranges of the 8-bit generator: people of ``npcface[demo]`` in drawn states."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from npcface.state import FaceState

PEOPLE = (1, 2, 5, 7, 8)
"""Of openpeople's ten, the rest and all photographs stay unseen."""
STATES_EACH = 8
SIZE_PX = 256


def drawn_faces(seed: int = 1) -> Iterator[dict[str, NDArray[np.float32]]]:
    """What the generator sees of each, as ``npcface.model.quantise`` wants it.

    Raises:
        DependencyError: openpeople, enrolment or the compiled renderer is missing.
    """
    from npcface.demo.people import ai_person
    from npcface.enroll import enroll
    from npcface.render.looks import densities
    from npcface.render.native_engine import NativeEngine
    from npcface.rig.rig import load_rig

    engine = NativeEngine(load_rig(), threads=1)
    chance = np.random.default_rng(seed)
    for number in PEOPLE:
        person = ai_person(number)
        character = enroll(person.image, id=person.id)
        looks = engine.face(character, "portrait", SIZE_PX, "neural")
        for state in [FaceState(), *(random_state(chance) for _ in range(STATES_EACH - 1))]:
            (samples,) = densities([character.tensors], [state], SIZE_PX)
            numbers = engine.numbers(character.tensors, state.checked(), samples, "neural")
            canvas = engine.head(looks, numbers.drive, SIZE_PX, alone=True)
            yield engine.feed(canvas, looks, character.tensors, numbers)


def random_state(chance: np.random.Generator) -> FaceState:
    """Two fifths of the channels at half-normal strengths, head within 25°, 12° and 8°."""
    weights = np.clip(chance.normal(0.0, 0.35, 52), 0.0, 1.0) * (chance.random(52) < 0.4)
    head = chance.uniform(-1.0, 1.0, 3) * (25.0, 12.0, 8.0)
    return FaceState(weights=weights.astype(np.float32), head=head.astype(np.float32))
