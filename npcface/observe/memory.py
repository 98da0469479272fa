"""What this process takes of the machine."""

from __future__ import annotations

import os
import sys
from typing import Any


def resident_bytes() -> int:
    """Memory in use now; on macOS the most that was ever in use, on an unknown system 0."""
    if sys.platform == "win32":
        return _windows_bytes()
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def open_files() -> int:
    """File descriptors; 0 where the system does not list them."""
    for folder in ("/proc/self/fd", "/dev/fd"):
        try:
            return len(os.listdir(folder))
        except OSError:
            continue
    return 0


def _windows_bytes() -> int:
    import ctypes
    from ctypes import wintypes

    class Counters(ctypes.Structure):  # PROCESS_MEMORY_COUNTERS, psapi.h
        _fields_ = (
            ("cb", wintypes.DWORD), ("page_faults", wintypes.DWORD), ("peak", ctypes.c_size_t),
            ("working_set", ctypes.c_size_t), ("rest", ctypes.c_size_t * 6),
        )  # fmt: skip

    kernel: Any = getattr(ctypes, "WinDLL")("kernel32")  # noqa: B009 - there on Windows alone
    kernel.GetCurrentProcess.restype = wintypes.HANDLE
    found = Counters(cb=ctypes.sizeof(Counters))
    kernel.K32GetProcessMemoryInfo(wintypes.HANDLE(kernel.GetCurrentProcess()), ctypes.byref(found), found.cb)
    return int(found.working_set)
