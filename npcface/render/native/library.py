"""Find and load the compiled renderer, and the C structs as ``ctypes`` has them (see ``src/draw.h``)."""

from __future__ import annotations

import ctypes
import os
import platform
from ctypes import POINTER, Structure, c_float, c_int32, c_void_p
from functools import lru_cache
from pathlib import Path
from typing import Any

from npcface.errors import DependencyError
from npcface.render.native.build import HERE, names

ABI = 6
SWITCH = "NPCFACE_NATIVE"
"""Environment variable: ``0`` draws without the C renderer, ``plain`` with its build for any processor, the path of a
folder with the builds that lie there."""

SHEETS = ("upper", "lower", "tongue")


class RigStruct(Structure):
    """``NpcRig``."""

    _fields_ = (
        ("grid", c_int32), ("blink", c_int32), ("shapes", c_void_p),
        ("sheet_rows", c_int32 * 3), ("sheet_columns", c_int32 * 3),
        ("sheet_mean", c_void_p * 3), ("sheet_moves", c_void_p * 3),
        ("pivot", c_float * 3), ("mouth_centre", c_float * 3), ("nose", c_float * 3),
        ("eye_radius", c_float), ("eye_span", c_float), ("mouth_span", c_float),
    )  # fmt: skip


class ShellStruct(Structure):
    """``NpcShell``."""

    _fields_ = (("texture", c_void_p), ("field", c_void_p), ("texture_px", c_int32), ("field_px", c_int32))


class LooksStruct(Structure):
    """``NpcLooks``."""

    _fields_ = (
        ("face_rest", c_void_p), ("face_blink", c_void_p), ("face_texture", c_void_p), ("shell", ShellStruct),
        ("far_side", ShellStruct), ("eyes", c_void_p), ("eye_textures", c_void_p), ("iris", c_void_p),
        ("mouth_shift", c_void_p), ("mouth_paint", c_void_p), ("cavity", c_void_p), ("plate", c_void_p),
        ("features", c_void_p), ("face_px", c_int32), ("eye_px", c_int32), ("paint_rows", c_int32),
        ("paint_columns", c_int32), ("features_px", c_int32),
    )  # fmt: skip


class DriveStruct(Structure):
    """``NpcDrive``."""

    _fields_ = (
        ("weights", c_void_p), ("offsets", c_void_p), ("lattice", c_void_p), ("offsets_px", c_int32),
        ("samples", c_int32), ("pose", c_float * 9), ("place", c_float * 2), ("axes", c_float * 18),
        ("body", c_float * 3), ("far_share", c_float),
    )  # fmt: skip


def find() -> Path | None:
    """The library file for this machine, or None where npcface was installed without a compiler."""
    switch = os.environ.get(SWITCH, "")
    folder = Path(switch) if os.path.isabs(switch) else HERE / "lib"
    files = [folder / name for name in names(platform.system().lower(), platform.machine().lower())]
    return next((file for file in files if file.is_file()), None)


@lru_cache(maxsize=1)
def load() -> Any:
    """The library in the fastest build that this processor runs.

    Raises:
        DependencyError: it is not there, or belongs to another version of npcface.
    """
    plain = find()
    if plain is None:
        raise DependencyError(
            "npcface was installed without its compiled renderer.",
            "Install a C compiler (or `pip install ziglang`) and run `python -m npcface.render.native.build`.",
        )
    library = _declared(ctypes.CDLL(str(plain)))
    fast = plain.with_stem("npcface_draw_avx2")
    if library.npc_fast() and fast.is_file() and os.environ.get(SWITCH) != "plain":
        library = _declared(ctypes.CDLL(str(fast)))
    return library


def available() -> bool:
    """Whether the CPU renders with compiled code."""
    if os.environ.get(SWITCH) == "0":
        return False
    try:
        load()
    except (DependencyError, OSError):
        return False
    return True


def _declared(library: Any) -> Any:
    library.npc_abi.restype = c_int32
    if library.npc_abi() != ABI:
        raise DependencyError(
            f"The compiled renderer has interface {library.npc_abi()}, npcface needs {ABI}.",
            "Run `python -m npcface.render.native.build`.",
        )
    library.npc_fast.restype = c_int32
    library.npc_canvas_new.argtypes, library.npc_canvas_new.restype = (c_int32, c_int32), c_void_p
    library.npc_canvas_free.argtypes, library.npc_canvas_free.restype = (c_void_p,), None
    library.npc_canvas_use.argtypes, library.npc_canvas_use.restype = (c_void_p, c_int32), c_int32
    given = (c_void_p, POINTER(RigStruct), POINTER(LooksStruct), POINTER(DriveStruct))
    library.npc_front.argtypes, library.npc_front.restype = given, None
    library.npc_back.argtypes, library.npc_back.restype = given, None
    library.npc_meet.argtypes, library.npc_meet.restype = (c_void_p, c_void_p), None
    library.npc_output.argtypes = (c_void_p, POINTER(LooksStruct), c_int32, c_void_p)
    library.npc_output.restype = None
    library.npc_conditions.argtypes, library.npc_conditions.restype = (*given, c_void_p), None
    library.npc_blend.argtypes = (c_void_p, POINTER(LooksStruct), c_void_p, c_float, c_int32, c_void_p)
    library.npc_blend.restype = None
    library.npc_blocks.argtypes, library.npc_blocks.restype = (c_void_p, c_int32, c_int32, c_int32, c_void_p), None
    library.npc_mark.argtypes, library.npc_mark.restype = (c_void_p, c_int32, c_int32, c_void_p, c_int32), None
    return library
