"""Portrait → embedding: the whole of enrolment, told in order.

read ─▶ find the face ─▶ fit the rig ─▶ head shape ─▶ matte, plate ─▶ face, eyes, mouth, shell ─▶ tensors
further portraits of the same person ─▶ the same ─▶ what the first did not show ─▶ identity embedding of them all
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from npcface.character import Character
from npcface.character.icon import ICON_SIDE
from npcface.character.manifest import Framing, Manifest, is_valid_id
from npcface.character.rights import Rights, states
from npcface.enroll.detect import Landmarker
from npcface.enroll.eyes import eye_textures
from npcface.enroll.frame import TEXTURE_PX, Frame, choose_frame
from npcface.enroll.identify import blank_features, state_vector, with_identity
from npcface.enroll.image import Portrait, Source, read_portrait
from npcface.enroll.manual import load_landmarks
from npcface.enroll.matte import portrait_matte, split_layers
from npcface.enroll.mouthpaint import mouth_tint
from npcface.enroll.pick import MIN_FACE_PX, pick_face
from npcface.enroll.shape import Shape, project_texture, shape_of
from npcface.enroll.shellfield import shell_field
from npcface.enroll.shots import MOST_SHOTS, fused
from npcface.enroll.texture import bake_face
from npcface.errors import CharacterError, FaceError, LimitError, PortraitError
from npcface.model.landmark_map import landmark_map
from npcface.model.layout import PORTRAIT_PX
from npcface.rig import Fit, fit_landmarks, load_rig
from npcface.rig.landmarks import IBUG_68
from npcface.rig.pose import PIVOT
from npcface.rig.rig import Rig

PLATE_PX = 128
DETAIL_PX = 1024


Progress = Callable[[str, float], None]
Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]
UNSTATED = "Not stated."


def enroll(
    image: Source,
    *,
    shots: Sequence[Source] = (),
    id: str | None = None,
    name: str | None = None,
    authors: Sequence[str] = (),
    license: str = UNSTATED,
    consent: str = UNSTATED,
    rights: Rights | None = None,
    face: int | None = None,
    landmarks: str | Path | None = None,
    landmarker: str | Path | Landmarker | None = None,
    allow_other_landmarker: bool = False,
    progress: Progress | None = None,
) -> Character:
    """Turn one portrait into a character.

    Args:
        image: path or bytes of a JPEG, PNG or WebP, or uint8 [H, W], [H, W, 3] or [H, W, 4] RGB(A).
        shots: up to ``MOST_SHOTS`` − 1 further pictures of the same person, one face each: they supply what the
            portrait hides (an open eye, teeth, the other cheek) and sharpen the identity embedding.
        id: folder name, default from the file's name. name: shown to people, default from the id.
        authors, license, consent: go into the manifest as they are.
        rights: likewise; without a ``consent`` their sentences stand for it. Where neither is given, the daemon labels
            the face (docs/rights.md).
        face: which face, counted from 0 from the viewer's left, when there are several.
        landmarks: file of points set by hand, for faces no detector finds.
        landmarker: path of another ``face_landmarker.task``, or an open ``Landmarker`` to use again.
        allow_other_landmarker: accept a model file whose hash is not the known one's.
        progress: called with a stage's name and the share of work done, 0..1.

    Raises:
        PortraitError: a picture cannot be read. FaceError: a face cannot be used. LimitError: too many shots.
        DependencyError: a package of the extra ``enroll`` or its model file is missing.
    """
    tell = progress or (lambda stage, share: None)
    if len(shots) >= MOST_SHOTS:
        raise LimitError(f"{len(shots)} further portraits were given.", f"Give at most {MOST_SHOTS - 1}.")
    tell("reading", 0.0)
    portrait = read_portrait(image)
    rgb = portrait.over()
    tell("finding the face", 0.1)
    if landmarks is not None:
        points, blendshapes = _manual(portrait, landmarks), None
    else:
        points, blendshapes = _detected(portrait, rgb, face, landmarker, allow_other_landmarker)
    tell("fitting the head", 0.35)
    tensors, frame = embed(rgb, points, blendshapes, alpha=portrait.alpha)
    further = _further(shots, landmarker, allow_other_landmarker, lambda k: tell("further portraits", 0.7 + 0.2 * k))
    tell("embedding", 0.9)
    tensors = with_identity(fused(tensors, further), further)
    tell("writing", 0.95)
    framing = Framing(left=frame.left, top=frame.top, side=frame.side)
    chosen = id or slug(Path(portrait.name).stem)
    shown = name or chosen.replace("-", " ").replace("_", " ").title()
    extra: dict[str, Any] = {} if face is None else {"face": face}
    if landmarks is not None:  # no detector finds this face, and loading may have to enrol it again
        kept = points if np.isfinite(points).all() else points[IBUG_68]
        extra["landmarks"] = {"schema": 1, "points": np.round(kept.astype(np.float64), 1).tolist()}
    if rights is not None and not states(consent):
        consent = rights.sentences()[:2000]
    manifest = _manifest(
        id=chosen, name=shown, authors=list(authors), license=license, consent=consent, rights=rights,
        framing=framing, **extra,
    )  # fmt: skip
    tell("done", 1.0)
    return Character(manifest, _png(portrait.rgb, portrait.alpha), _png(frame.cut(rgb, ICON_SIDE), None), tensors)


def _further(
    shots: Sequence[Source],
    landmarker: str | Path | Landmarker | None,
    allow_other: bool,
    tell: Callable[[float], None],
) -> list[dict[str, NDArray[Any]]]:
    """Tensors of the further portraits."""
    found = []
    for index, shot in enumerate(shots):
        tell(index / len(shots))
        portrait = read_portrait(shot)
        rgb = portrait.over()
        points, blendshapes = _detected(portrait, rgb, None, landmarker, allow_other)
        found.append(embed(rgb, points, blendshapes, alpha=portrait.alpha)[0])
    return found


def slug(text: str) -> str:
    """A character id from any text."""
    plain = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:64].strip("-")
    return plain if is_valid_id(plain) else f"face-{plain}"[:64].strip("-")


def _manual(portrait: Portrait, path: str | Path) -> Floats:
    """[478, 2] points set by hand in px of the working picture, NaN where none was set."""
    given = load_landmarks(path, portrait.original_size)
    at = given.points * portrait.scale
    inside = int(((at >= 0) & (at <= portrait.size)).all(axis=1).sum())
    if inside < 0.5 * len(at):
        raise FaceError(
            f"Only {inside} of {len(at)} hand-set points lie inside the picture.",
            "Set them in pixels of the upright picture, x right, y down.",
        )
    if np.ptp(at, axis=0).max() < MIN_FACE_PX:
        raise FaceError(
            f"The hand-set points span {np.ptp(at, axis=0).max():.0f} px; at least {MIN_FACE_PX:.0f} px are needed.",
            "Use a larger picture.",
        )
    points = np.full((478, 2), np.nan, np.float32)
    points[IBUG_68 if given.kind == "ibug68" else np.arange(478)] = at
    return points


def _detected(
    portrait: Portrait, rgb: Bytes, face: int | None, landmarker: str | Path | Landmarker | None, allow_other: bool
) -> tuple[Floats, dict[str, float]]:
    """[478, 3] points in px of the working picture and the tracker's guess of the expression."""
    if isinstance(landmarker, Landmarker):
        found = landmarker.detect(rgb)
    else:
        with Landmarker(landmarker, allow_other=allow_other) as own:
            found = own.detect(rgb)
    chosen = pick_face(found, face, portrait.size, portrait.scale)
    return chosen.points, chosen.blendshapes


def _manifest(**fields: Any) -> Manifest:
    """Raises CharacterError, naming the field, instead of a validation trace."""
    try:
        return Manifest(**fields)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise CharacterError(
            f"The manifest's {'.'.join(map(str, first['loc']))} cannot be {first.get('input')!r}: {first['msg']}.",
            "docs/characters.md lists what each field may hold.",
        ) from error


def _png(rgb: NDArray[np.uint8], alpha: NDArray[np.uint8] | None) -> bytes:
    import cv2

    image = rgb if alpha is None else np.dstack([rgb, alpha])
    code = cv2.COLOR_RGB2BGR if alpha is None else cv2.COLOR_RGBA2BGRA
    ok, data = cv2.imencode(".png", cv2.cvtColor(image, code), [cv2.IMWRITE_PNG_COMPRESSION, 3])
    if not ok:
        raise PortraitError("The portrait could not be written as PNG.", "Try another picture.")
    return bytes(data)


def embed(
    rgb: NDArray[np.uint8],
    points: NDArray[Any],
    blendshapes: dict[str, float] | None,
    frame: Frame | None = None,
    alpha: NDArray[np.uint8] | None = None,
) -> tuple[dict[str, NDArray[Any]], Frame]:
    """Everything that one portrait shows; ``identify.with_identity`` adds what the generator makes of it.

    Args:
        rgb: [H, W, 3] portrait.
        points: [478, 2+] landmarks in portrait px.
        blendshapes: the tracker's guess of the portrait's expression, ARKit names.
        frame: the square to take, chosen if None.
        alpha: [H, W] the portrait's own alpha, used as the matte where there is one.

    Returns:
        tensors as ``npcface.render.looks`` reads them, and the frame.
    """
    rig = load_rig()
    known = points[np.isfinite(points[:, :2]).all(axis=1)]
    frame = frame or choose_frame(known, rgb.shape[1], rgb.shape[0])
    at = frame.to_texture(points)
    fit = fit_landmarks(rig, at, blendshapes)
    at = _completed(rig, fit, at)
    shape = shape_of(rig, fit, at)
    small = frame.cut(rgb, TEXTURE_PX)
    detail = frame.cut(rgb, DETAIL_PX) if frame.side > 1.3 * TEXTURE_PX else small
    if alpha is not None:
        matte = frame.cut(alpha, TEXTURE_PX).astype(np.float32) / 255.0
    else:
        matte = portrait_matte(small, _covered(rig, shape), int(at[152, 1] + 0.12 * (at[152, 1] - at[10, 1])))
    front, plate = split_layers(small, matte)
    cover = np.round(matte * 255).astype(np.uint8)
    face, shown = bake_face(rig, shape, detail)
    eyes, iris, white = eye_textures(rig, shape, at, detail)
    return {
        "face_rest": shape.rest.astype(np.float16),
        "face_blink": shape.blink.astype(np.float16),
        "face_texture": face,
        "shell_rgb": np.where(cover[..., None] > 0, np.round(front * 255), small).astype(np.uint8),
        "shell_alpha": cover,
        "shell_field": shell_field(rig, shape).astype(np.float16),
        "plate": _shrink(plate),
        "frame": np.array([frame.left, frame.top, frame.side, rgb.shape[1], rgb.shape[0]], np.float32),
        "place": (fit.place_px / TEXTURE_PX).astype(np.float32),
        "unit": np.array([fit.scale_px / TEXTURE_PX], np.float32),
        "eyes": shape.eyes.astype(np.float32),
        "eye_textures": eyes,
        "iris": iris,
        "mouth_shift": shape.mouth_shift.astype(np.float32),
        "mouth_tint": mouth_tint(at, detail, white),
        "identity": fit.identity.astype(np.float32),
        "portrait_weights": fit.weights.astype(np.float32),
        "portrait_head": fit.head_deg.astype(np.float32),
        "portrait_gaze": shape.gaze_deg.astype(np.float32),
        "landmark_map": landmark_map(at / TEXTURE_PX, PORTRAIT_PX),
        "features": blank_features(rig, shown),
        "state": state_vector(fit.weights, fit.rotation),
    }, frame


def _completed(rig: Rig, fit: Fit, at: NDArray[Any]) -> NDArray[Any]:
    """Points set by hand may be few: the fitted head supplies the others (irises stay unknown)."""
    missing = ~np.isfinite(at[:468, :2]).all(axis=1)
    if not missing.any():
        return at
    mean, modes, shapes = rig.landmarks
    model = mean + np.tensordot(fit.identity, modes, 1) + np.tensordot(fit.weights, shapes, 1)
    full = np.array(at)
    full[:468, :2][missing] = fit.project(model)[missing]
    return full


def _covered(rig: Rig, shape: Shape) -> NDArray[np.bool_]:
    """[T, T] texture pixels under the fitted head's skull and face."""
    import cv2

    skull = shape.head[shape.head[:, 1] > PIVOT[1]]
    face = rig.at(shape.shown, rig.landmark_coords)
    places = project_texture(shape.fit, np.concatenate([skull, face]), TEXTURE_PX)[:, :2] * TEXTURE_PX
    hull = cv2.convexHull(places.astype(np.float32))
    centre = hull.mean(axis=0)
    mask = np.zeros((TEXTURE_PX, TEXTURE_PX), np.uint8)
    cv2.fillConvexPoly(mask, np.round(centre + (hull - centre) * 0.93).astype(np.int32), 1)
    return mask > 0


def _shrink(plate: NDArray[np.float32]) -> NDArray[np.uint8]:
    import cv2

    small = cv2.resize(plate, (PLATE_PX, PLATE_PX), interpolation=cv2.INTER_AREA)
    return np.round(np.clip(small, 0, 1) * 255).astype(np.uint8)
