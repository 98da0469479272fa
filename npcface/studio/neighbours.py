"""Other users of a machine reach its loopback addresses too. Linux tells whose a connection is; other systems do not.

Source: proc_pid_net(5), the table ``tcp``: addresses in hexadecimal, host byte order in words of 32 bits, and the uid.
"""

from __future__ import annotations

import ipaddress
import os
import sys
from pathlib import Path

ROOT = 0
TIME_WAIT = "06"


def is_neighbour(client: tuple[str, int] | None) -> bool:
    """Whether a connection to this machine was made by another of its users; False where that cannot be known.

    Args:
        client: address and port of the other end.
    """
    if client is None or not hasattr(os, "getuid"):
        return False
    uid = uid_of(client)
    return uid is not None and uid not in (os.getuid(), ROOT)


def uid_of(client: tuple[str, int]) -> int | None:
    """Whose the socket at an address of this machine is; None: not known (another system, or a container's edge)."""
    try:
        address = ipaddress.ip_address(client[0])
    except ValueError:
        return None
    wanted = f"{_hex(address)}:{client[1]:04X}"
    mapped = f"0000000000000000FFFF0000{wanted}" if address.version == 4 else wanted
    for table in ("tcp", "tcp6"):
        try:
            lines = Path("/proc/net", table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[1] in (wanted, mapped) and fields[3] != TIME_WAIT:  # those are nobody's
                return int(fields[7])
    return None


def _hex(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    packed = address.packed
    words = [packed[k : k + 4] for k in range(0, len(packed), 4)]
    return "".join(f"{int.from_bytes(word, sys.byteorder):08X}" for word in words)
