"""Name tables as data: which number of a tracker moves what, with which gain, offset, limits and sign.

    {"schema": 1, "names": {"jawOpen": {"to": "jawOpen", "gain": 0.01},
                            "Joy": [{"to": "mouthSmileLeft", "gain": 0.8}, {"to": "mouthSmileRight", "gain": 0.8}],
                            "tongueOut": null}}

The tables of all sources lie in ``data/``; a person's own file replaces single names of one of them. The JSON Schema of
such files is ``data/map.schema.json``, which is ``MapFile``'s.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from npcface.drive.channels import POSE, Channel, mapped
from npcface.errors import LimitError, StateError
from npcface.regular import read_regular
from npcface.state import FaceState
from npcface.vocab import ARKIT_52

MOST_BYTES = 2**20
MOST_NAMES = 2048
DATA = Path(__file__).parent / "data"

Finite = Annotated[float, Field(allow_inf_nan=False, ge=-1e6, le=1e6)]
_STRICT = ConfigDict(extra="forbid", frozen=True)


class Move(BaseModel):
    """One target: ``clamp(sign * gain * value + offset, low, high)``."""

    model_config = _STRICT
    to: Annotated[str, Field(json_schema_extra={"enum": [*ARKIT_52, *POSE]})]
    gain: Finite = 1.0
    sign: Literal[1, -1] = 1
    offset: Finite = 0.0
    low: Finite | None = Field(None, description="Default 0 for ARKit's shapes, none for angles and places.")
    high: Finite | None = Field(None, description="Default 1 for ARKit's shapes, none for angles and places.")
    backup: bool = Field(False, description="A gaze that counts only where no eyeLook… weight is sent.")

    def channel(self) -> Channel:
        """The same for ``npcface.drive.channels``."""
        wide = 1e6 if self.to in POSE else 0.0
        low = -wide if self.low is None else self.low
        high = (wide or 1.0) if self.high is None else self.high
        return Channel(self.to, self.sign * self.gain, self.offset, low, high, self.backup)


class MapFile(BaseModel):
    """A name table in a file."""

    model_config = _STRICT
    schema_: Literal[1] = Field(1, alias="schema")
    about: str = Field("", max_length=4000, description="For people: where the names and units come from.")
    ignore_case: bool = Field(False, description="Names in any case; only in a source's own table.")
    names: dict[Annotated[str, Field(max_length=64)], str | Move | list[Move] | None] = Field(
        description="Source name → target, targets with their numbers, or null to drop it."
    )


@dataclass(frozen=True, slots=True)
class Names:
    """A table ready for use.

    Attributes:
        table: source name → channels.
        ignore_case: its names are lower case and stand for any case.
    """

    table: Mapping[str, tuple[Channel, ...]]
    ignore_case: bool = False

    def state(self, values: Mapping[str, float]) -> FaceState:
        """One frame; names that the table does not know are passed over."""
        named = ((name.lower() if self.ignore_case else name, value) for name, value in values.items())
        return mapped(named, self.table, lenient=True)

    def replaced(self, path: str | Path) -> Names:
        """A copy with the names of a person's own file (``--map``) in place of its own.

        Raises:
            StateError: missing, not JSON, or not such a file; the message says where.
            LimitError: more than ``MOST_BYTES`` or ``MOST_NAMES``.
        """
        own = {(k.lower() if self.ignore_case else k): v for k, v in read(path).table.items()}
        return Names({**self.table, **own}, self.ignore_case)


def of_source(source: str) -> Names:
    """The table that comes with a source."""
    return read(DATA / f"{source}.json")


def read(path: str | Path) -> Names:
    """A table file; see ``Names.replaced`` for errors."""
    path = Path(path)
    try:
        data = read_regular(path, MOST_BYTES)
        if len(data) > MOST_BYTES:
            raise LimitError(f"{path.name} is larger than {MOST_BYTES >> 20} MiB.", "A map holds a few hundred names.")
        file = MapFile.model_validate(json.loads(data))
    except OSError as error:
        raise StateError(f"Cannot read {path}: {error.strerror}.", "Check the path.") from None
    except ValidationError as error:
        first = max(error.errors(include_url=False, include_input=False), key=lambda one: len(one["loc"]))
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise StateError(
            f"{path.name} is no map: {where:.120}: {first['msg']:.120}.", "See docs/trackers.md."
        ) from None
    except (ValueError, RecursionError) as error:
        raise StateError(f"{path.name} is not JSON: {error!s:.120}.", "See docs/trackers.md.") from None
    if len(file.names) > MOST_NAMES:
        raise LimitError(f"{path.name} has {len(file.names)} names, at most {MOST_NAMES}.", "Leave some out.")
    table = {name: _channels(path, name, moves) for name, moves in file.names.items()}
    if file.ignore_case:
        table = {name.lower(): channels for name, channels in table.items()}
    return Names(table, file.ignore_case)


def _channels(path: Path, name: str, given: str | Move | list[Move] | None) -> tuple[Channel, ...]:
    moves = (
        [Move.model_validate({"to": given})]
        if isinstance(given, str)
        else [given]
        if isinstance(given, Move)
        else given or []
    )
    for move in moves:
        if move.to not in ARKIT_52 and move.to not in POSE:
            raise StateError(
                f"{path.name}: {name!r:.60} goes to unknown {move.to!r:.60}.", f"Targets: ARKit's, {', '.join(POSE)}."
            )
    return tuple(move.channel() for move in moves) or (Channel(""),)
