"""What ``soak`` measures from outside: memory, handles and threads over time, and what is left when all have gone."""

from __future__ import annotations

import time
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from npcface.bench.daemon import Daemon
from npcface.bench.facts import cpu_seconds, resident_mb
from npcface.client import Client
from npcface.observe import Balance, balance, stream_balances
from npcface.observe.probe import DIRECT
from npcface.wire.replies import Figures

EVERY_S = 10.0
WARM_SHARE = 0.2  # of the time is left out of the slope: caches fill, all sizes and characters come once
SETTLE_S = 30.0  # until the last client that stood still is forgotten
STUCK_S = 5.0  # silence of a stream that was to be drawn


class Watch:
    """Samples a daemon every ten seconds, through a client of its own that has no streams, and its metrics.

    Args:
        daemon: that runs.
        metrics_port: where it shows its metrics on this machine.
    """

    def __init__(self, daemon: Daemon, metrics_port: int) -> None:
        self._daemon = daemon
        self._page = f"http://127.0.0.1:{metrics_port}/metrics"
        self.account = Balance()
        self.missing: list[int] = []  # frames without an end at each look, of the daemon and of single streams
        self._client = Client(daemon.address, timeout_s=60.0)
        self._start_s = self._next_s = time.monotonic()
        self.samples: list[dict[str, float]] = []
        self.last: Figures | None = None

    def __enter__(self) -> Watch:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def tick(self) -> None:
        """Take a sample if it is time."""
        now_s = time.monotonic()
        if now_s < self._next_s:
            return
        self._next_s = now_s + EVERY_S
        self.last = self._client.stats()
        self.account = balance(self._read(""))
        each = stream_balances(self._read("/streams")).values()
        self.missing += [self.account.missing, *(one.missing for one in each)]
        place = Path(f"/proc/{self._daemon.pid}")
        self.samples.append(
            {
                "minutes": (now_s - self._start_s) / 60.0,
                "resident_mb": resident_mb(self._daemon.pid) or 0.0,
                "cpu_s": cpu_seconds(self._daemon.pid),
                "handles": len(list((place / "fd").iterdir())),
                "threads": len(list((place / "task").iterdir())),
                "streams": self.last.streams,
                "clients": self.last.clients,
                "fps": self.last.fps,
                "frame_ms_p99": self.last.frame_ms_p99,
            }
        )

    def _read(self, below: str) -> str:
        with DIRECT.open(self._page + below, timeout=30.0) as answer:
            return str(answer.read().decode())

    def settle(self) -> None:
        """All clients but this one have left: wait until the daemon has noticed, then take the last sample."""
        end_s = time.monotonic() + SETTLE_S
        while self._client.stats().clients > 1 and time.monotonic() < end_s:
            time.sleep(0.5)
        self._next_s = 0.0
        self.tick()

    def found(self, streams: list[dict[str, Any]]) -> dict[str, Any]:
        """Figures.

        Args:
            streams: ledgers of all streams of all clients, as ``soak_client`` prints them.
        """
        assert self.last is not None
        lived = [
            sample for sample in self.samples[:-1] if sample["minutes"] >= WARM_SHARE * self.samples[-1]["minutes"]
        ]
        minutes = np.array([sample["minutes"] for sample in lived])
        resident = np.array([sample["resident_mb"] for sample in lived])
        slope = float(np.polyfit(minutes, resident, 1)[0]) if len(lived) > 2 else float("nan")
        first, last = lived[0], self.samples[-1]
        return {
            "resident_mb": {"warm": first["resident_mb"], "most": float(resident.max()), "end": last["resident_mb"]},
            "resident_slope_mb_per_10_min": round(10.0 * slope, 2),
            "handles": {"least": min(one["handles"] for one in lived), "most": max(one["handles"] for one in lived)},
            "threads": {"least": min(one["threads"] for one in lived), "most": max(one["threads"] for one in lived)},
            "left": {"clients": last["clients"] - 1, "streams": last["streams"], "handles": last["handles"]},
            "streams_at_once": round(float(np.mean([one["streams"] for one in lived])), 1),
            "fps": round(float(np.mean([one["fps"] for one in lived])), 1),
            "frames_sent": self.last.frames,
            "wanted": self.account.due + self.account.asked,
            "dropped": self.account.dropped,
            "in_flight_at_end": sum(self.account.in_flight.values()),
            "looks": len(self.missing),
            "unaccounted": max(map(abs, self.missing)),
            "refused": self.last.errors,
            "streams_lived": len(streams),
            "frames_received": sum(one["frames"] for one in streams),
            "frames_lost": max((one["off"] for one in streams), default=0),
            "streams_stuck": sum(one["silence_s"] > STUCK_S for one in streams),
            "longest_silence_s": max((one["silence_s"] for one in streams), default=0.0),
            "samples": self.samples,
        }


def report(found: dict[str, Any]) -> str:
    """The figures of ``run_soak`` as text."""
    machine, memory, left = found["machine"], found["resident_mb"], found["left"]
    return "\n".join(
        [
            f"{machine['cpu']}, {machine['cores']} cores, load average {machine['load_average']}",
            f"{found['minutes']:g} minutes, {found['streams_at_once']} streams at once, {found['streams_lived']} in "
            f"all; clients ended: {_counts(found['endings'])}",
            f"memory    {memory['warm']:.0f} MB warm, {memory['most']:.0f} at most, {memory['end']:.0f} at the end, "
            f"slope {found['resident_slope_mb_per_10_min']:+.2f} MB in 10 minutes",
            f"handles   {found['handles']['least']} to {found['handles']['most']}, threads {found['threads']['least']} "
            f"to {found['threads']['most']}",
            f"frames    {found['wanted']} due or asked for = {found['frames_sent']} sent ({found['fps']} a second) + "
            f"{_counts(found['dropped'])} + {found['in_flight_at_end']} in flight",
            f"          without an end, most in {found['looks']} looks at the daemon and its streams: "
            f"{found['unaccounted']}",
            f"          {found['frames_received']} received by clients that lived to tell; numbers that never came and "
            f"no header counts, most of any stream: {found['frames_lost']}",
            f"stuck     {found['streams_stuck']} streams; longest silence {found['longest_silence_s']:.1f} s",
            f"refused   {found['refused']} messages; told to clients: {_counts(found['errors'])}",
            f"left      {left['clients']} clients, {left['streams']} streams, {left['handles']} handles",
            *(f"failure   {line}" for line in found["failures"]),
        ]
    )


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "none"
