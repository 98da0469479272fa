"""What a number of faces takes: ``python -m npcface.bench.capacity --faces 1000000``. Arithmetic, nothing is measured.

Put in what was measured where you rent: CPU milliseconds of a face by ``npcface bench`` (batch time × cores ÷ 8), GPU
milliseconds by the same on a GPU. The defaults are those of docs/cluster.md, which says where each comes from.
"""

from __future__ import annotations

import argparse
import math
from dataclasses import dataclass

from npcface.bench.lockstep import performance
from npcface.cluster.placement import SPILL
from npcface.wire.channels import pack
from npcface.wire.codec import encode
from npcface.wire.requests import State

UDP_HEAD_BYTES = 28  # IPv4 and UDP
TCP_HEAD_BYTES = 52  # IPv4 and TCP with timestamps
ETHERNET_MTU = 1500


@dataclass(frozen=True, kw_only=True, slots=True)
class Assumptions:
    """What the plan is made from.

    Attributes:
        faces: shown at the same time.
        fps: frames a second of each.
        size: texture side in pixels.
        cpu_ms: time of one core for one face.
        gpu_ms: time of one GPU for one face, within a batch.
        full: share of a worker that is used before another is added, 0..1.
        seen: faces that one player sees at the same time, each driven by somebody else.
        packed_bytes: one face as numbers in a packet of a compact codec, without heads.
    """

    faces: int = 1_000_000
    fps: float = 30.0
    size: int = 256
    cpu_ms: float = 20.0
    gpu_ms: float = 1.0
    full: float = SPILL
    seen: int = 10
    packed_bytes: int = 21  # of a talking face, see `python -m npcface.bench.face_codec`


@dataclass(frozen=True, slots=True)
class Plan:
    """What it takes; networks in bits a second, all faces together unless it says so."""

    cores: int
    gpus: int
    rgba_bps: float
    bc1_bps: float
    gpu_bps: float  # of one full GPU's share of ``rgba_bps``
    state_bps: float  # the daemon's own `state` messages: clients drive, a server renders
    packed_bps: float  # every face sent once to a relay
    player_bps: float  # what one player gets: ``seen`` faces in one packet a tick


def plan(given: Assumptions) -> Plan:
    """Work it out.

    Raises:
        ValueError: a number that must be above 0 is not.
    """
    for name in ("faces", "fps", "size", "cpu_ms", "gpu_ms", "full"):
        if not getattr(given, name) > 0:
            raise ValueError(f"{name} must be above 0, got {getattr(given, name)}")
    rate = given.faces * given.fps  # faces a second
    gpus = math.ceil(rate * given.gpu_ms / 1000.0 / given.full)
    rgba = 8.0 * given.size**2 * 4.0
    return Plan(
        cores=math.ceil(rate * given.cpu_ms / 1000.0 / given.full),
        gpus=gpus,
        rgba_bps=rate * rgba,
        bc1_bps=rate * rgba / 8.0,  # 4 bits a pixel
        gpu_bps=rate * rgba / gpus,
        state_bps=rate * 8.0 * (state_bytes() + TCP_HEAD_BYTES),
        packed_bps=rate * 8.0 * (given.packed_bytes + UDP_HEAD_BYTES),
        player_bps=given.fps * 8.0 * _with_heads(given.seen * given.packed_bytes),
    )


def state_bytes() -> int:
    """Bytes of one `state` message of the wire with all channels."""
    return len(encode(State(stream=1, sequence=100_000, values=pack(performance(7)).tolist())))


def _with_heads(payload: int) -> int:
    packets = math.ceil(payload / (ETHERNET_MTU - UDP_HEAD_BYTES))
    return payload + packets * UDP_HEAD_BYTES


def _bits(bps: float) -> str:
    for unit in ("bit/s", "kbit/s", "Mbit/s", "Gbit/s"):
        if bps < 1000.0:
            return f"{bps:.3g} {unit}"
        bps /= 1000.0
    return f"{bps:.3g} Tbit/s"


def main() -> None:
    """Print the plan."""
    parser = argparse.ArgumentParser(prog="npcface.bench.capacity", description=(__doc__ or "").split("\n\n")[0])
    for name in Assumptions.__slots__:
        default = getattr(Assumptions(), name)
        parser.add_argument("--" + name.replace("_", "-"), type=type(default), default=default, help=f"{default:g}")
    parser.add_argument("--core-price", type=float, help="of one core for an hour, in any currency")
    parser.add_argument("--gpu-price", type=float, help="of one GPU for an hour")
    options = vars(parser.parse_args())
    prices = {"cores": options.pop("core_price"), "gpus": options.pop("gpu_price")}
    given = Assumptions(**options)
    found = plan(given)
    print(f"{given.faces:,} faces, {given.size}², {given.fps:g} frames/s each, workers {given.full:.0%} full")
    print(f"CPU cores at {given.cpu_ms:g} ms a face          {found.cores:>12,}")
    print(f"GPUs at {given.gpu_ms:g} ms a face                {found.gpus:>12,}")
    print(f"network, RGBA                      {_bits(found.rgba_bps):>14}   ({_bits(found.gpu_bps)} out of each GPU)")
    print(f"network, BC1                       {_bits(found.bc1_bps):>14}")
    print(f"driving a server, {state_bytes()}-byte states  {_bits(found.state_bps):>14}")
    print(f"faces as numbers to a relay        {_bits(found.packed_bps):>14}")
    print(f"{given.seen} faces as numbers to one player  {_bits(found.player_bps):>14}")
    for name, price in prices.items():
        if price is not None:
            hour = getattr(found, name) * price
            print(f"{name} at {price:g} an hour: {hour:,.0f} an hour, {hour / given.faces:.4g} a face and hour")


if __name__ == "__main__":
    main()
