"""Prometheus' text format, version 0.0.4: families in, text out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Literal, NamedTuple

from npcface.observe.histogram import Counted

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Labels = dict[str, str]
Value = int | float | Counted


class Family(NamedTuple):
    """A metric with all its series. ``labels`` name what tells these apart."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    help: str
    labels: tuple[str, ...]
    series: Iterable[tuple[tuple[str, ...], Value]]


def text(families: Iterable[Family]) -> str:
    """The page that a Prometheus server reads."""
    return "".join(f"{line}\n" for family in families for line in _lines(family))


def _lines(family: Family) -> Iterator[str]:
    yield f"# HELP {family.name} {_escaped(family.help)}"
    yield f"# TYPE {family.name} {family.kind}"
    for values, value in family.series:
        labels = dict(zip(family.labels, values, strict=True))
        if isinstance(value, Counted):
            yield from _histogram(family.name, labels, value)
        else:
            yield f"{family.name}{_braces(labels)} {value!r}"


def _histogram(name: str, labels: Labels, counted: Counted) -> Iterator[str]:
    totals = list(accumulate(counted.counts))
    for bound, total in zip((*map(repr, counted.bounds), "+Inf"), totals, strict=True):
        yield f"{name}_bucket{_braces({**labels, 'le': bound})} {total}"
    yield f"{name}_sum{_braces(labels)} {counted.sum!r}"
    yield f"{name}_count{_braces(labels)} {totals[-1]}"


def _braces(labels: Labels) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escaped(value, quotes=True)}"' for name, value in labels.items()) + "}"


def _escaped(value: str, *, quotes: bool = False) -> str:
    value = value.replace("\\", "\\\\").replace("\n", "\\n")
    return value.replace('"', '\\"') if quotes else value
