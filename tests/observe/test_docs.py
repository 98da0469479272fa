"""What docs/observe.md and the dashboard name is there, and what is there is named."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from npcface.client import Client
from npcface.observe.account import REASONS
from npcface.observe.observer import PARTS
from npcface.serve import Config
from npcface.state import FaceState
from tests.observe.conftest import Watched

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "observe.md").read_text(encoding="utf-8")
DASHBOARD = json.loads((DOCS / "observe/grafana.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def pages(watched: Watched) -> dict[str, str]:
    """Both pages of a daemon that has drawn a frame and refused something."""
    with Client(watched.address, token="open-sesame") as client, client.open("ada", 64) as face:
        face.render(FaceState.of({}))
        with pytest.raises(Exception, match="nobody"):
            client.load("nobody")
        return {path: watched.page(path) for path in ("/metrics", "/metrics/streams")}


def described() -> dict[str, tuple[str, set[str]]]:
    """Name → type and labels, in the tables."""
    rows = re.findall(r"^\| `(\w+)` \| (counter|gauge|histogram) \| ([^|]*)\|", PAGE, re.MULTILINE)
    return {name: (kind, set(re.findall(r"`(\w+)`", labels))) for name, kind, labels in rows}


def shown(pages: dict[str, str]) -> dict[str, tuple[str, set[str]]]:
    """The same, on the pages."""
    found = {}
    for path, text in pages.items():
        own = {"client", "stream", "character"} if path == "/metrics/streams" else set()
        for family in text_string_to_metric_families(text):
            name = family.name + ("_total" if family.type == "counter" else "")
            labels = {label for sample in family.samples for label in sample.labels}
            assert family.samples, name
            found[name] = (family.type, labels - own - {"le"})
    return found


def test_the_table_lists_every_metric(pages: dict[str, str]) -> None:
    assert described() == shown(pages)


def test_reasons_and_parts_are_explained() -> None:
    reasons = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|$", PAGE.split("## Metrics")[0], re.MULTILINE))
    assert reasons == REASONS
    assert set(PARTS) <= set(re.findall(r"`(\w+)`", PAGE.split("| part |")[1]))


def panels() -> Iterator[dict[str, Any]]:
    for panel in DASHBOARD["panels"]:
        yield panel
        yield from panel.get("panels", ())


def test_the_dashboard_names_only_what_is_there_and_all_of_it(pages: dict[str, str]) -> None:
    text = " ".join(target["expr"] for panel in panels() for target in panel.get("targets", ()))
    asked = set(re.findall(r"\b((?:npcface|process)_\w+)", text))
    series = {line.split("{")[0].split(" ")[0] for line in pages["/metrics"].splitlines() if line[0] != "#"}
    assert asked <= series, asked - series
    plain = {re.sub("_(bucket|sum|count)$", "", name) for name in asked}
    missing = {name for name in shown({"/metrics": pages["/metrics"]}) if name not in plain}
    assert missing == set(), "every metric has its panel"


def test_the_dashboard_has_the_form_of_grafanas_schema() -> None:
    ids = [panel["id"] for panel in panels()]
    assert len(ids) == len(set(ids)) and DASHBOARD["schemaVersion"] >= 36 and DASHBOARD["uid"]
    assert {variable["name"] for variable in DASHBOARD["templating"]["list"]} == {"datasource", "instance"}
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken and place["x"] + place["w"] <= 24, f"{panel['title']} lies over another"
        taken |= cells
        assert panel["type"] in ("row", "timeseries", "stat")
        for target in panel.get("targets", ()):
            assert target["datasource"]["uid"] == "${datasource}" and target["refId"]
            assert target["expr"].count("(") == target["expr"].count(")")


def test_every_option_is_in_the_table_of_the_daemon() -> None:
    table = (DOCS / "daemon.md").read_text(encoding="utf-8")
    names = ("log_format", "metrics_port", "metrics_host", "health_timeout_s", "trace_slow_ms")
    assert all(f"| `{name}` |" in table and hasattr(Config(), name) for name in names)
