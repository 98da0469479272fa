"""Train the head rig: ``python -m npcface.train.rig --facekit PATH``.

In: ICT-FaceKit light (MIT). Out: ``npcface/rig/data/rig.safetensors``, a few MB: geometry images of the skin with 24
identity modes and 52 ARKit shapes, the mouth's inside, eyeballs, and where MediaPipe's landmarks lie. The command
prints the error against the raw head that the model card quotes.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npcface.rig.landmarks import FACE_OVAL, LIPS_INNER
from npcface.train import facekit, mouth
from npcface.train.chart import Chart, flatten, flipped_share
from npcface.train.embed import embed_landmarks
from npcface.train.facekit import PARTS, FaceKit
from npcface.train.geometry import Membrane, Raster, bilinear, rasterise, resample
from npcface.vocab import ARKIT_52
from npcface.weights import record

GRID = 112
MASK_PX = 256
SEAM = 0.86  # share of the inner lips' height on the chart that opens up
RING_CELLS = 1.5  # how far the rim's own position reaches into an opening
IDENTITY_MODES = 24
HEAD_GRID = 40
HEAD_HEIGHT = 34.0  # head units, FaceKit's whole bust


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facekit", type=Path, required=True, help="ict_facekit.npz")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent.parent / "rig" / "data" / "rig.safetensors")
    parser.add_argument("--renders", type=int, default=48, help="pictures drawn to find the landmarks")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()

    kit = facekit.load(args.facekit)
    chart = flatten(kit)
    tensors = face_tensors(kit, chart) | head_tensors(kit) | eye_tensors(kit) | mouth_tensors(kit)
    points, spread = embed_landmarks(kit, chart, args.renders, args.seed)
    tensors["landmark_coords"] = np.nan_to_num(points, nan=-1.0).astype(np.float32)
    tensors["face_masks"][1] = np.maximum(tensors["face_masks"][1], _lip_seam(points))
    tensors["face_masks"][0] = np.minimum(tensors["face_masks"][0], _below_hairline(points))
    report(kit, chart, tensors, spread)
    _sink_openings(tensors)

    from safetensors.numpy import save_file

    args.out.parent.mkdir(parents=True, exist_ok=True)
    save_file(
        {k: np.ascontiguousarray(v) for k, v in tensors.items()}, args.out, {"rig": "ict-facekit-light", "v": "1"}
    )
    record()
    print(f"wrote {args.out} ({args.out.stat().st_size / 1e6:.1f} MB)")


def face_tensors(kit: FaceKit, chart: Chart) -> dict[str, NDArray[Any]]:
    """Skin of the face: mean, identity, shapes on a GRID² chart, and the chart's masks."""
    raster = rasterise(chart.coords, chart.triangles, GRID)
    ring, at_rim = _rim_ring(chart, raster)
    membrane = Membrane((raster.triangle >= 0) | ring)

    def image(values: NDArray[np.float32]) -> NDArray[np.float64]:
        known = resample(raster, chart.triangles, values[chart.vertices])
        known[ring] = np.einsum("pk,pkc->pc", at_rim[1], values[chart.vertices][at_rim[0]])
        return membrane.fill(known)

    shapes = [image(kit.shapes[n]) if n in kit.shapes else np.zeros((GRID, GRID, 3)) for n in ARKIT_52]
    return {
        "face_mean": image(kit.neutral).astype(np.float32),
        "face_identity": np.stack([image(m) for m in kit.identity[:IDENTITY_MODES]]).astype(np.float16),
        "face_shapes": np.stack(shapes).astype(np.float16),
        "face_masks": _masks(chart),
    }


def _sink_openings(tensors: dict[str, NDArray[Any]]) -> None:
    """Openings lie behind their rims, or skin and opening would fight over the pixels between them."""
    from scipy.ndimage import distance_transform_edt

    masks = tensors["face_masks"][1:].max(axis=0)
    step = np.floor((np.arange(GRID) + 0.5) * MASK_PX / GRID).astype(int)
    inside = masks[np.ix_(step, step)] > 127
    tensors["face_mean"][..., 2] -= np.minimum(distance_transform_edt(inside) * 0.4, 1.6).astype(np.float32)


def _rim_ring(chart: Chart, raster: Raster) -> tuple[NDArray[np.bool_], tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """Nodes just inside an opening take the value of the nearest point of its rim.

    Without them the first cell of an opening would stretch right from the rim, and the rim itself, which runs between
    nodes, would come out as a saw.

    Returns:
        [G, G] mask of these nodes; per node two chart vertices [P, 2] and their weights [P, 2].
    """
    axis = (np.arange(GRID) + 0.5) / GRID
    columns, rows = np.meshgrid(axis, axis)
    ring = np.zeros((GRID, GRID), bool)
    vertices, weights = [], []
    segments = []
    for loop in chart.holes.values():
        segments.append(np.stack([loop, np.roll(loop, -1)], axis=1))
    ends = np.concatenate(segments)
    a, b = chart.coords[ends[:, 0]], chart.coords[ends[:, 1]]
    for row, column in np.argwhere(_hole_nodes(raster)):
        point = np.array([columns[row, column], rows[row, column]])
        part = np.clip(((point - a) * (b - a)).sum(1) / (((b - a) ** 2).sum(1) + 1e-12), 0, 1)
        gap = np.linalg.norm(a + (b - a) * part[:, None] - point, axis=1)
        best = int(gap.argmin())
        if gap[best] < RING_CELLS / GRID:
            ring[row, column] = True
            vertices.append(ends[best])
            weights.append([1 - part[best], part[best]])
    return ring, (np.array(vertices), np.array(weights))


def _hole_nodes(raster: Raster) -> NDArray[np.bool_]:
    """[G, G] nodes inside mouth and eyes."""
    from scipy.ndimage import binary_fill_holes

    inside = raster.triangle >= 0
    return np.asarray(binary_fill_holes(inside) & ~inside)


def _masks(chart: Chart) -> NDArray[np.uint8]:
    """[4, MASK_PX, MASK_PX]: inside the outer rim, mouth hole, left eye hole, right eye hole; 255 = yes."""
    from scipy.ndimage import binary_fill_holes, label

    fine = rasterise(chart.coords, chart.triangles, MASK_PX * 4).triangle >= 0
    solid = binary_fill_holes(fine)
    pieces, _ = label(solid & ~fine)
    masks = [solid]
    for name in ("mouth", "eyeLeft", "eyeRight"):
        centre = (chart.coords[chart.holes[name]].mean(axis=0) * MASK_PX * 4).astype(int)
        masks.append(pieces == pieces[centre[1], centre[0]])
    stack = np.stack(masks).astype(np.float32).reshape(4, MASK_PX, 4, MASK_PX, 4).mean(axis=(2, 4))
    return np.round(stack * 255).astype(np.uint8)


def _below_hairline(points: NDArray[np.float64]) -> NDArray[np.uint8]:
    """[MASK_PX, MASK_PX] the face's oval above the eyes, everything below them.

    Hair does not lie on the skull: drawn with the face it would end in the skull's hard outline.
    """
    from PIL import Image, ImageDraw

    fine = MASK_PX * 4
    image = Image.new("L", (fine, fine))
    drawing = ImageDraw.Draw(image)
    drawing.polygon([tuple(p) for p in points[list(FACE_OVAL)] * fine], fill=255)
    drawing.rectangle((0, float(points[[33, 263], 1].mean()) * fine, fine, fine), fill=255)
    return np.asarray(image, np.float32).reshape(MASK_PX, 4, MASK_PX, 4).mean(axis=(1, 3)).round().astype(np.uint8)


def _lip_seam(points: NDArray[np.float64]) -> NDArray[np.uint8]:
    """[MASK_PX, MASK_PX] the mouth's opening up to (nearly) the line where the lips meet.

    FaceKit's lips roll far inwards; once they part, that inner skin would hang before the teeth like a curtain.
    """
    from PIL import Image, ImageDraw

    fine = MASK_PX * 4
    ring = points[list(LIPS_INNER)]
    ring = ring.mean(axis=0) + (ring - ring.mean(axis=0)) * (0.97, SEAM)
    image = Image.new("L", (fine, fine))
    ImageDraw.Draw(image).polygon([tuple(p) for p in ring * fine], fill=255)
    return np.asarray(image, np.float32).reshape(MASK_PX, 4, MASK_PX, 4).mean(axis=(1, 3)).round().astype(np.uint8)


def head_tensors(kit: FaceKit) -> dict[str, NDArray[Any]]:
    """Scalp, ears and neck on coarse charts: enrolment takes the depth of hair and headwear from them."""
    mean, identity = [], []
    for part, offset in (("face", 0.0), ("head", 1.0)):
        chosen = facekit.part_triangles(kit, part)
        coords = kit.uv[kit.uv_triangles[chosen]].reshape(-1, 2).astype(np.float64) - (offset, 0)
        corner = kit.triangles[chosen].reshape(-1)
        raster = rasterise(coords, np.arange(len(coords)).reshape(-1, 3), HEAD_GRID)
        inside = raster.triangle >= 0
        triangles = np.arange(len(coords)).reshape(-1, 3)
        mean.append(resample(raster, triangles, kit.neutral[corner])[inside])
        identity.append(
            np.stack([resample(raster, triangles, m[corner])[inside] for m in kit.identity[:IDENTITY_MODES]])
        )
    return {
        "head_mean": np.concatenate(mean).astype(np.float32),
        "head_identity": np.concatenate(identity, axis=1).astype(np.float16),
    }


def eye_tensors(kit: FaceKit) -> dict[str, NDArray[Any]]:
    """Eyeballs as spheres, subject's left eye first."""
    first, end = PARTS["eyes"]
    half = (end - first) // 2
    centres, modes = [], []
    for start in (first, first + half):
        ball = kit.neutral[start : start + half]
        centre = (ball.min(axis=0) + ball.max(axis=0)) / 2
        centre[2] = ball[:, 2].min() + (ball[:, 0].max() - ball[:, 0].min()) / 2  # the cornea bulges past the sphere
        centres.append(centre)
        modes.append(kit.identity[:IDENTITY_MODES, start : start + half].mean(axis=1))
    return {
        "eye_centres": np.stack(centres).astype(np.float32),
        "eye_identity": np.stack(modes, axis=1).astype(np.float16),
        "eye_radius": np.array([1.5], np.float32),
    }


def mouth_tensors(kit: FaceKit) -> dict[str, NDArray[Any]]:
    """Dental arches and tongue."""
    tensors: dict[str, NDArray[Any]] = {}
    sheets = {
        "upper": mouth.arch(kit, True, 16, 48),
        "lower": mouth.arch(kit, False, 16, 48),
        "tongue": mouth.tongue(kit, 20, 16),
    }
    for name, sheet in sheets.items():
        tensors[f"{name}_mean"] = sheet.mean.astype(np.float32)
        tensors[f"{name}_shapes"] = sheet.shapes.astype(np.float16)
        tensors[f"{name}_paint"] = np.round(sheet.paint * 255).astype(np.uint8)
    socket = kit.identity[:IDENTITY_MODES, slice(*PARTS["teeth"])].mean(axis=1)
    tensors["mouth_identity"] = socket.astype(np.float16)  # the mouth's inside follows the identity as a whole
    return tensors


def report(kit: FaceKit, chart: Chart, tensors: dict[str, NDArray[Any]], spread: NDArray[np.float64]) -> None:
    """Print the errors against the raw head."""

    def error(image: NDArray[Any], values: NDArray[Any]) -> NDArray[np.float64]:
        return np.linalg.norm(bilinear(image.astype(np.float64), chart.coords) - values[chart.vertices], axis=1)

    mean = error(tensors["face_mean"], kit.neutral)
    print(f"flipped chart triangles {100 * flipped_share(chart):.2f} %")
    print(f"neutral error, % of head height: mean {mean.mean() / HEAD_HEIGHT * 100:.3f}, "
          f"99th percentile {np.percentile(mean, 99) / HEAD_HEIGHT * 100:.3f}")  # fmt: skip
    kept = {}
    for name, values in kit.shapes.items():
        moved = bilinear(tensors["face_shapes"][ARKIT_52.index(name)].astype(np.float64), chart.coords)
        raw = values[chart.vertices]
        kept[name] = 1 - ((moved - raw) ** 2).sum() / (raw**2).sum()
    worst = min(kept, key=lambda name: kept[name])
    print(f"motion energy kept: mean {100 * np.mean(list(kept.values())):.2f} %, "
          f"least {100 * kept[worst]:.2f} % ({worst})")  # fmt: skip
    print(f"landmarks found {np.isfinite(spread[:468]).sum()} of 468, median scatter {np.nanmedian(spread[:468]):.3f} "
          f"head units")  # fmt: skip


if __name__ == "__main__":
    main()
