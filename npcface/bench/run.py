"""Measures by name, one after the other, with the machine's facts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from npcface.bench.facts import load_average, machine_facts
from npcface.bench.registry import BY_DEFAULT, MEASURES
from npcface.bench.setting import Setting

SCHEMA = 2


def run_bench(
    names: Sequence[str] = BY_DEFAULT,
    setting: Setting | None = None,
    *,
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Run measures.

    Args:
        names: from ``MEASURES``, in the order wanted.
        setting: what they are told; by default the demo's people. The caller closes it.
        progress: called with what comes next.

    Returns:
        Plain values, units in the names: ``schema``, ``time`` (UTC, ISO 8601), ``machine``, ``setting`` and the
        figures of each measure in ``measures[name]``.

    Raises:
        KeyError: no such measure.
        NpcFaceError: of a measure; what was measured before is lost.
    """
    wanted = {name: MEASURES[name] for name in names}
    own = Setting() if setting is None else setting
    found: dict[str, Any] = {
        "schema": SCHEMA,
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine_facts(),
        "setting": {
            "size_px": own.size, "seconds": own.seconds, "runs": own.runs, "provider": own.provider,
            "quality": own.asked,
        },
        "measures": {},
    }  # fmt: skip
    try:
        for name, measure in wanted.items():
            progress(f"{name}: {measure.what}")
            found["measures"][name] = measure.run(own)
    finally:
        if setting is None:
            own.close()
    found["machine"]["load_average_after"] = load_average()
    return found


def report(found: dict[str, Any]) -> str:
    """The result of ``run_bench`` as text."""
    machine, setting = found["machine"], found["setting"]
    lines = [
        f"{machine['cpu']}, {machine['cores']} cores, load {machine['load_average']} before, "
        f"{machine['load_average_after']} after",
        f"npcface {machine['npcface']} ({machine['git_revision'] or 'no checkout'}, "
        f"{'compiled renderer' if machine['compiled_renderer'] else 'ONNX graphs'}), "
        f"onnxruntime {machine['onnxruntime']}, Python {machine['python']}",
        f"{setting['size_px']} px, medians of {setting['runs']} runs of {setting['seconds']:g} s",
    ]
    for name, figures in found["measures"].items():
        lines += ["", f"{name}: {MEASURES[name].what}", MEASURES[name].report(figures)]
    return "\n".join(lines)
