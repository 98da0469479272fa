"""Every measure by name. A new one is one line here: where its function is, and what it tells.

The function's parameters are attributes of ``Setting`` by name (``faces``, ``characters``, ``size``, ``seconds``,
``runs``, ``provider``, ``qualities``, ``quality``); others need defaults. It returns plain values with units in their
names. A function ``report(figures) -> str`` beside it turns them into text; without one they are listed as they are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from inspect import signature
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from npcface.bench.setting import Setting

UNITS = {"ms": "ms", "s": "s", "us": "µs", "mb": "MB", "fps": "frames/s"}


@dataclass(frozen=True, slots=True)
class Measure:
    """One entry.

    Attributes:
        place: ``module:function`` under ``npcface.bench``; imported when it is run.
        what: one line about it.
        drawn: the figures that charts show and comparisons compare, all of one unit: label → dotted path.
        by_default: whether ``npcface bench`` without ``--only`` runs it.
    """

    place: str
    what: str
    drawn: Mapping[str, str] = field(default_factory=dict)
    by_default: bool = False

    @property
    def unit(self) -> str:
        """Of what is drawn, as the figures' names say."""
        words = next(iter(self.drawn.values()), "").rpartition(".")[2].split("_")
        return next((UNITS[word] for word in words if word in UNITS), "")

    def run(self, setting: Setting) -> dict[str, Any]:
        """Measure."""
        module, _, name = self.place.partition(":")
        function = getattr(import_module(f"npcface.bench.{module}"), name)
        given = {
            name: getattr(setting, name) for name in signature(function).parameters if hasattr(type(setting), name)
        }
        return dict(json.loads(json.dumps(function(**given)), parse_constant=lambda _: None))  # JSON has no NaN

    def report(self, figures: dict[str, Any]) -> str:
        """The figures as text."""
        module = import_module(f"npcface.bench.{self.place.partition(':')[0]}")
        if hasattr(module, "report"):
            return str(module.report(figures))
        return "\n".join(f"{path:<40}{value}" for path, value in leaves(figures))


WAITS = {"warp": "by_quality.warp.p50_ms", "neural": "by_quality.neural.p50_ms"}
EACH = {"warp, each of 8": "by_quality.warp.8.each_ms", "neural, each of 8": "by_quality.neural.8.each_ms"}
CODED = {"BC1, 256 px": "by_size_px.256.bc1_ms", "BC3, 256 px": "by_size_px.256.bc3_ms"}
USED = {"16 characters": "resident_mb", "one": "resident_with_one_mb"}

MEASURES: dict[str, Measure] = {
    "latency": Measure("latency:latency", "one character in lock-step through a real daemon", WAITS, by_default=True),
    "plain": Measure("plain:plain", "state to texture in this process, nothing else", WAITS, by_default=True),
    "batch": Measure("batch:batch", "what further characters cost in one call", EACH, by_default=True),
    "sizes": Measure("sizes:sizes", "64 to 512 px, and a scene of mixed sizes", {"scene": "scene.together_ms"}),
    "parts": Measure("parts:parts", "where the milliseconds of a face go",
                     {"compiled": "whole_ms", "as graph": "graphs.neural_ms"}),
    "blocks": Measure("blocks:blocks", "BC1 and BC3 textures", CODED),
    "start": Measure("start:start", "from nothing to the first frame of an enrolled character",
                     {"ready": "ready_s", "first frame": "first_frame_s", "CPU time": "cpu_s"}, by_default=True),
    "enrol": Measure("enrol:enrol", "one portrait becomes a character",
                     {"a portrait": "enrol_s", "the first": "first_enrol_s"}),
    "memory": Measure("memory:memory", "the daemon with sixteen characters", USED, by_default=True),
    "transport": Measure("transport:transport", "finished pictures from the daemon's hands to the client's",
                         {"shared memory": "by_size_px.256.shared_view.p50_ms", "tcp": "by_size_px.256.tcp.p50_ms"}),
    "face_codec": Measure("face_codec:run", "faces of other players on a network",
                          {"encode": "python_encode_us", "decode": "python_decode_us"}),
    "load": Measure("load:run_load", "more streams than the machine can draw",
                    {"slowest who speaks": "speaking.fps_slowest", "slowest idle": "idle.fps_slowest"}),
    "packs": Measure("packs:packs", "a list of a thousand packs",
                     {"zips": "zips.first_s", "folders": "folders.first_s"}),
    "cluster": Measure("cluster:run_cluster", "what a second worker brings",
                       {"one worker": "one_worker.fps", "two": "two_workers.fps"}),
}  # fmt: skip
BY_DEFAULT = tuple(name for name, measure in MEASURES.items() if measure.by_default)


def leaves(figures: Any, path: str = "") -> list[tuple[str, Any]]:
    """Every value of nested tables with its dotted path."""
    if not isinstance(figures, dict):
        return [(path, figures)]
    return [leaf for key, value in figures.items() for leaf in leaves(value, f"{path}.{key}" if path else str(key))]
