"""A tracker's points as the wire brings them, up to the face: 68 or 478 points, 2 or 3 numbers each."""

import numpy as np

from npcface.character import Character
from npcface.drive.landmarks import LandmarkDriver, Motion
from npcface.errors import NpcFaceError
from npcface.rig.rig import load_rig
from npcface.wire.payload import decode_floats
from tests.character.folders import manifest, png

_SOMEONE: list[Character] = []


def run(data: bytes) -> None:
    if not _SOMEONE:
        rig = load_rig()
        tensors = {
            "unit": np.array([0.03], np.float32), "place": np.array([0.5, 0.5], np.float32),
            "frame": np.array([0, 0, 1, 1, 1], np.float32), "eyes": np.asarray(rig.eye_centres, np.float32),
            "face_rest": rig.face_mean, "face_blink": np.zeros((2, rig.grid, rig.grid, 3), np.float32),
        }  # fmt: skip
        _SOMEONE.append(Character(manifest(), png(64, 64), png(256, 256), tensors))
    points, dims = (478 if data[:1] > b"\x80" else 68), (3 if data[1:2] > b"\x80" else 2)
    motion: Motion = "absolute" if data[2:3] > b"\x80" else "relative"
    driver = LandmarkDriver(_SOMEONE[0], motion=motion)
    body = data[3:]
    size = points * dims * 4
    for at in range(0, min(max(len(body), 1), 3 * size), size):
        try:
            cloud = decode_floats(body[at : at + size].ljust(size, b"\0"), points, dims)
            state = driver.state(cloud, (640, 480)).checked()
            assert np.isfinite(state.weights).all()
        except NpcFaceError:
            pass
