"""What measures are told: whose faces, how large, how long, where; made when first asked for."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from npcface.character import Character
    from npcface.demo.people import Person
    from npcface.wire.requests import AskedQuality, Quality

CROWD = 16


@dataclass(kw_only=True)
class Setting:
    """One bench. Close it (or use ``with``) to remove the store that it may have written.

    Args:
        people: makes at least one character; the demo's if left out. Called at most once, and only if a measure needs
            faces.
        store: a folder of characters that is used as it is instead.
        size: texture size in pixels.
        seconds: length of each run of each measure, for each quality where it tells them apart.
        runs: how often; medians are reported.
        provider: where to render.
        asked: which quality is measured; auto = what the daemon gives by itself, both = warp and neural in turn.
    """

    people: Callable[[], Sequence[Character]] = field(default_factory=lambda: demo_people)
    store: Path | None = None
    size: int = 256
    seconds: float = 2.0
    runs: int = 3
    provider: str = "auto"
    asked: AskedQuality | Literal["both"] = "both"

    @cached_property
    def faces(self) -> list[Character]:
        """``CROWD`` characters, of a store all; fewer people appear under several ids, with memory of their own."""
        if self.store is not None:
            from npcface.character import Character

            return [Character.load(manifest.parent) for manifest in sorted(self.store.glob("*/manifest.json"))]
        people = list(self.people())
        return [_renamed(people[index % len(people)], f"bench-{index}") for index in range(CROWD)]

    @cached_property
    def characters(self) -> Path:
        """A store with ``faces``."""
        if self.store is not None:
            return self.store
        store = Path(self._folder.name)
        for face in self.faces:
            face.save(store / face.id)
        return store

    @cached_property
    def qualities(self) -> tuple[Quality, ...]:
        """What is measured in turn."""
        if self.asked == "both":
            return ("warp", "neural")
        if self.asked != "auto":
            return (self.asked,)
        from npcface.render import Renderer

        return (Renderer(provider=self.provider).quality,)

    @property
    def quality(self) -> AskedQuality:
        """For measures that draw in one quality."""
        return "auto" if self.asked == "both" else self.asked

    @cached_property
    def _folder(self) -> Any:
        return tempfile.TemporaryDirectory(prefix="npcface-bench-")

    def close(self) -> None:
        """Remove the store."""
        if "_folder" in self.__dict__:
            self._folder.cleanup()

    def __enter__(self) -> Setting:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def demo_people() -> list[Character]:
    """Four AI-made people and the astronaut, enrolled now.

    Raises:
        DependencyError: npcface[demo] is not installed.
    """
    from npcface.demo.people import ai_person, astronaut

    return [_enrolled(person) for person in (*map(ai_person, (1, 5, 8, 10)), astronaut())]


def demo_person(number: int) -> Character:
    """One AI-made person, enrolled now; raises as ``demo_people``."""
    from npcface.demo.people import ai_person

    return _enrolled(ai_person(number))


def demo_store(store: Path, *numbers: int) -> Path:
    """A store with AI-made people of these numbers, enrolled now; raises as ``demo_people``."""
    for person in map(demo_person, numbers):
        person.save(store / person.id)
    return store


def ids_of(store: Path) -> list[str]:
    """Ids of a store's characters, in order."""
    return sorted(manifest.parent.name for manifest in store.glob("*/manifest.json"))


def _enrolled(person: Person) -> Character:
    from npcface.enroll import enroll

    return enroll(person.image, id=person.id, name=person.name, rights=person.rights)


def _renamed(character: Character, new_id: str) -> Character:
    return replace(
        character,
        manifest=character.manifest.model_copy(update={"id": new_id}),
        tensors={name: array.copy() for name, array in character.tensors.items()},
        folder=None,
    )
