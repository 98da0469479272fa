"""The per-frame graph: numbers of a face in, RGBA texture out.

    weights ─▶ rig product ─▶ project ─▶ splat ─▶ sample face texture ─┐
    weights, pose ─▶ shell flow ─▶ sample shell texture ───────────────┼─▶ composite over the plate ─▶ RGBA
    gaze, jaw ─▶ eye and mouth patches ─▶ sample ──────────────────────┘

Everything that differs between characters enters as a tensor, nothing as a weight of the graph, so that N different
characters render in one batch. The module knows no sockets, names or files.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from npcface.render.composite import over
from npcface.render.inside import eye_patches, mouth_patch
from npcface.render.layout import EYE_SPAN, MOUTH_CENTRE, MOUTH_SPAN, NOSE
from npcface.render.sample import across, sample
from npcface.render.shell import shell_flow
from npcface.render.splat import refine, splat
from npcface.rig.pose import PIVOT
from npcface.rig.rig import Rig
from npcface.vocab import ARKIT_INDEX

BLINKS = (ARKIT_INDEX["eyeBlinkLeft"], ARKIT_INDEX["eyeBlinkRight"])  # neighbours in the vocabulary
FADE = 0.16  # half texture widths over which what the portrait's frame cut off fades out


class Drive(NamedTuple):
    """Per-frame inputs, one row a face.

    Attributes:
        weights: [N, 52] ARKit. offsets: [N, 2, g, g] field on the face chart to push the skin by in the picture,
            texture widths, x right, y down (0 unless landmarks are followed exactly).
        pose: [N, 3, 3] picture rows x (right), y (down), z (nearer) in texture widths per head unit.
        place: [N, 2] texture position of the pivot. axes: [N, 2, 3, 3] eyeball axes in picture axes, y up.
        body: [N, 3] shift x, y and scale of everything that is not the head.
        lattice: [1, 1, D, D] 1 where the face chart may be drawn, 0 past its rim; its size says how densely the face
            is sampled (see ``looks.densities``).
    """

    weights: Tensor
    offsets: Tensor
    pose: Tensor
    place: Tensor
    axes: Tensor
    body: Tensor
    lattice: Tensor


class Looks(NamedTuple):
    """Per-character inputs, one row a face.

    Attributes:
        face_rest: [N, 3, G, G] neutral skin, head units.
        face_blink: [N, 2, 3·G·G] what closes its lids beyond the rig's blinks, left and right, head units.
        face_texture: [N, A, A, 4] uint8 RGB and cover: 0 past the chart's rim, 128 on skin, 255 in an opening.
        shell_texture: [N, T, T, 4] uint8 premultiplied RGB, alpha.
        shell_field: [N, 10, S, S]: head-space rest x, y, z; x, y, z to add to the expression's displacement; chart
            x, y (−1..1) whose displacement the node takes; how much of it; how much of the head's motion.
        eyes: [N, 2, 3] centres, head units. eye_textures: [N, 2, 7, E, E] sclera RGB, iris RGB and alpha, 0..1.
        iris: [N, 2] half widths of the iris textures, head units.
        mouth_shift: [N, 3] head units. mouth_paint: [N, 3, h, w] and cavity: [N, 3] colours 0..1.
        plate: [N, H, W, 4] uint8 still background at output size, premultiplied; all 0 for a transparent one.
    """

    face_rest: Tensor
    face_blink: Tensor
    face_texture: Tensor
    shell_texture: Tensor
    shell_field: Tensor
    eyes: Tensor
    eye_textures: Tensor
    iris: Tensor
    mouth_shift: Tensor
    mouth_paint: Tensor
    cavity: Tensor
    plate: Tensor


class FarSide(NamedTuple):
    """A second shell behind the first.

    Attributes:
        texture, field: as ``Looks.shell_texture`` and ``shell_field``. share: [N] 0..1 how much of it shows.
    """

    texture: Tensor
    field: Tensor
    share: Tensor


class Layers(NamedTuple):
    """The drawn head before it meets its background. P = N · H · W.

    Attributes:
        head: [P, 4] premultiplied RGBA 0..255: face over shell.
        coords: [N, H, W, 2] face chart point −1..1 under each pixel, (−1, −1) where there is no face.
        rim: [N, 1, H, W] 0..1 share of the face. opening: [N, 1, H, W] 0..1 share of an eye's or the mouth's inside.
        above: [N, H, W] whether a pixel lies above the nose, so that its opening is an eye's.
    """

    head: Tensor
    coords: Tensor
    rim: Tensor
    opening: Tensor
    above: Tensor


class RenderGraph(nn.Module):
    """See the module docstring. Output: [N, H, W, 4] premultiplied RGBA 0..255 float, ½ added: truncate to uint8."""

    shapes: Tensor
    pivot: Tensor
    mouth_centre: Tensor
    nose: Tensor
    opaque: Tensor
    one_alpha: Tensor
    pick_alpha: Tensor
    drop_alpha: Tensor
    only_rgb: Tensor

    def __init__(self, rig: Rig) -> None:
        """Take the rig's constant geometry."""
        super().__init__()
        grid = rig.grid
        shapes = torch.from_numpy(rig.face_shapes).permute(0, 3, 1, 2).reshape(52, -1)
        self.register_buffer("shapes", shapes.contiguous())
        for name in ("upper", "lower", "tongue"):
            mean = torch.from_numpy(rig.mouth[f"{name}_mean"]).float().permute(2, 0, 1)[None]
            moves = torch.from_numpy(rig.mouth[f"{name}_shapes"]).float().permute(0, 3, 1, 2)
            self.register_buffer(f"{name}_mean", mean.contiguous())
            self.register_buffer(f"{name}_shapes", moves.reshape(52, -1).contiguous())
        self.register_buffer("pivot", torch.tensor(PIVOT, dtype=torch.float32))
        self.register_buffer("mouth_centre", torch.tensor(MOUTH_CENTRE))
        self.register_buffer("nose", torch.tensor(NOSE)[None, :, None, None])
        self._channel_constants()
        self.eye_radius = float(rig.eye_radius[0])
        self.grid = grid

    def _channel_constants(self) -> None:
        """Small matrices that move channels about: faster than slicing a short last axis."""
        alpha = torch.tensor([0.0, 0.0, 0.0, 1.0])
        self.register_buffer("opaque", alpha * 255)
        self.register_buffer("one_alpha", alpha)
        self.register_buffer("pick_alpha", alpha[:, None].clone())  # [4, 1]
        self.register_buffer("drop_alpha", torch.diag(1 - alpha))  # [4, 4]
        self.register_buffer("only_rgb", (1 - alpha)[None])  # [1, 4]

    def forward(self, drive: Drive, looks: Looks) -> Tensor:
        """Render one batch."""
        height, width = looks.plate.shape[1:3]
        layers = self.layers(drive, looks)
        image = over(layers.head, looks.plate.reshape(-1, 4).to(layers.head.dtype))
        return torch.clamp(image + 0.5, 0.0, 255.0).reshape(-1, height, width, 4)

    def layers(self, drive: Drive, looks: Looks, far: FarSide | None = None) -> Layers:
        """Draw one batch of heads without a background, with a second shell behind the first if there is one."""
        height, width = looks.plate.shape[1:3]
        moved = self._displacement(drive, looks)
        skin, rim, opening, coords = self._face(looks.face_rest + moved, drive, looks, height, width)
        shell = self._shell(moved, drive, looks.shell_texture, looks.shell_field, height, width)
        if far is not None:
            behind = self._shell(moved, drive, far.texture, far.field, height, width)
            share = far.share.reshape(-1, 1).expand(far.share.shape[0], height * width)
            shell = over(shell, behind * across(share, 4))
        inside, above = self._inside(drive, looks, opening, height, width)
        face = skin + (inside - skin) * across(opening, 4)
        return Layers(shell + (face - shell) * across(rim, 4), coords, rim, opening, above)

    def _displacement(self, drive: Drive, looks: Looks) -> Tensor:
        """[N, 3, G, G] head units: expression and landmark offsets."""
        count = drive.weights.shape[0]
        shaped = torch.matmul(drive.weights, self.shapes)
        blinks = drive.weights[:, BLINKS[0] : BLINKS[1] + 1]
        shaped = shaped + torch.matmul(blinks[:, None], looks.face_blink)[:, 0]
        shaped = shaped.reshape(count, 3, self.grid, self.grid)
        fields = F.interpolate(drive.offsets, size=(self.grid, self.grid), mode="bilinear", align_corners=False)
        # picture-plane offsets back into head space: the rows of the rotation, without scale, are orthonormal
        rows = drive.pose[:, :2] / (torch.linalg.vector_norm(drive.pose[:, :2], dim=2, keepdim=True) ** 2)
        pushed = (rows[:, :, :, None, None] * fields[:, :, None]).sum(1)
        return shaped + pushed

    def _face(
        self, face: Tensor, drive: Drive, looks: Looks, height: int, width: int
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Skin [N·H·W, 4], alpha 255; 0..1 rim alpha and opening [N, 1, H, W]; chart points [N, H, W, 2]."""
        dense = drive.lattice.shape[-1]
        picture = project(face, drive, self.pivot)
        points = F.interpolate(picture, size=(dense, dense), mode="bilinear", align_corners=False)
        scaled = torch.stack([points[:, 0] * width, points[:, 1] * height, points[:, 2]], dim=1)
        winner = splat(scaled, drive.lattice, height, width)
        coords, _ = refine(scaled, winner, height, width)  # nowhere: the chart's corner, past its rim
        sampled = sample(looks.face_texture, coords).reshape(-1, 4)
        cover = torch.matmul(sampled, self.pick_alpha).reshape(-1) * (2 / 255)
        skin = torch.addmm(self.opaque, sampled, self.drop_alpha)
        rim = torch.clamp(cover, 0.0, 1.0).reshape(-1, 1, height, width)
        # a silhouette has no rim alpha of its own: fade its outermost pixel over the shell
        rim = rim * torch.clamp(F.avg_pool2d(rim, 3, 1, 1) * 2 - 1, 0.0, 1.0)
        opening = torch.clamp(cover - 1.01, 0.0, 1.0).reshape(-1, 1, height, width)
        opening = F.avg_pool2d(opening, 3, 1, 1)  # lips and lids end in silhouettes too
        return skin, rim, opening, coords

    def _shell(self, moved: Tensor, drive: Drive, texture: Tensor, field: Tensor, height: int, width: int) -> Tensor:
        """[N·H·W, 4] premultiplied, 0..255."""
        size = field.shape[-1]
        expression = F.grid_sample(
            moved, field[:, 6:8].permute(0, 2, 3, 1), mode="bilinear", padding_mode="border", align_corners=False
        )
        head = field[:, :3] + field[:, 8:9] * (expression + field[:, 3:6])
        with_head = project(head, drive, self.pivot)[:, :2]
        axis = (torch.arange(size, device=field.device, dtype=field.dtype) + 0.5) / size
        home = torch.stack([axis[None, :].expand(size, size), axis[:, None].expand(size, size)])[None]
        body = (home - 0.5) * drive.body[:, 2, None, None, None] + 0.5 + drive.body[:, :2, None, None]
        follow = field[:, 9:10]
        target = with_head * follow + body * (1 - follow)
        weight = follow * field[:, 8:9]
        shift = ((with_head - home) * weight).sum((2, 3)) / (weight.sum((2, 3)) + 1e-3)
        flow = shell_flow(target, shift, height, width)
        # past the portrait's top and sides its last texels would be drawn out as streaks: hair fades, shoulders go on
        hair = torch.clamp((0.5 - flow[..., 1]) / 0.3, 0.0, 1.0)
        past = torch.maximum((torch.abs(flow[..., 0]) - 1) * hair, -flow[..., 1] - 1)
        share = torch.clamp(1 - past / FADE, 0.0, 1.0)
        return sample(texture, flow).reshape(-1, 4) * across(share, 4)

    def _inside(self, drive: Drive, looks: Looks, opening: Tensor, height: int, width: int) -> tuple[Tensor, Tensor]:
        """What an opening shows, one look-up in a small atlas, mouth | eyes, left over right.

        Returns:
            [N·H·W, 4], alpha 255, and [N, H, W] whether a pixel lies above the nose.
        """
        count = drive.weights.shape[0]
        unit = torch.linalg.vector_norm(drive.pose[:, 0], dim=1)  # texture widths per head unit
        up = torch.cat([drive.pose[:, :1], -drive.pose[:, 1:2], drive.pose[:, 2:]], dim=1) / unit[:, None, None]
        patch = ((height * 3) // 16) * 2  # even: two eyes stand above each other
        eyes = eye_patches(drive.axes, up.transpose(1, 2), looks.eye_textures, looks.iris, self.eye_radius, patch // 2)
        mouth, window = self._mouth(drive, looks, unit, patch)
        atlas = torch.cat([mouth, eyes.transpose(1, 2).reshape(count, 3, patch, patch // 2)], dim=3) * 255
        atlas = torch.cat([atlas, torch.full_like(atlas[:, :1], 255.0)], dim=1).permute(0, 2, 3, 1)

        x = (torch.arange(width, device=unit.device, dtype=unit.dtype) + 0.5) / width
        y = (torch.arange(height, device=unit.device, dtype=unit.dtype) + 0.5) / height
        x, y = x[None, None, :], y[None, :, None]
        nose = project(self.nose.expand(count, 3, 1, 1), drive, self.pivot)[..., 0]
        off_x, off_y = x - nose[:, 0, :, None], nose[:, 1, :, None] - y  # y up
        left = off_x * up[:, 0, 0, None, None] + off_y * up[:, 1, 0, None, None] > 0
        above = off_x * up[:, 0, 1, None, None] + off_y * up[:, 1, 1, None, None] > 0
        places = project(looks.eyes.transpose(1, 2)[..., None], drive, self.pivot)[..., 0]  # [N, 3, 2]

        def choose(of_left: Tensor, of_right: Tensor, of_mouth: Tensor) -> Tensor:
            picked = torch.where(left, of_left[:, None, None], of_right[:, None, None])
            return torch.where(above, picked, of_mouth[:, None, None])

        span = choose(unit * EYE_SPAN, unit * EYE_SPAN, window[:, 2])
        gx = torch.clamp((x - choose(places[:, 0, 0], places[:, 0, 1], window[:, 0])) / span, -0.96, 0.96)
        gy = torch.clamp((y - choose(places[:, 1, 0], places[:, 1, 1], window[:, 1])) / span, -0.96, 0.96)
        # from each patch's own −1..1 to the atlas: the mouth takes two thirds of its width, an eye half its height
        gx = torch.where(above, gx * (1 / 3) + 2 / 3, gx * (2 / 3) - 1 / 3)
        gy = torch.where(above, gy * 0.5 + torch.where(left, -0.5, 0.5), gy)
        colour = sample(atlas, torch.stack([gx, gy], dim=-1).reshape(count, -1, 2))
        deep = F.avg_pool2d(opening, 9, 1, 4).reshape(-1)
        least = torch.where(above, 1.0, 0.55).reshape(-1)  # an eye's own shadow is part of its texture
        light = least + (1 - least) * torch.clamp(deep * 1.2, 0.0, 1.0)
        return colour.reshape(-1, 4) * torch.addmm(self.one_alpha, light.reshape(-1, 1), self.only_rgb), above

    def _mouth(self, drive: Drive, looks: Looks, unit: Tensor, patch: int) -> tuple[Tensor, Tensor]:
        """The mouth's inside [N, 3, patch, patch] and its window (see ``mouth_patch``)."""
        count = drive.weights.shape[0]
        sheets = []
        for name, rows in (("upper", patch // 2), ("lower", patch // 2), ("tongue", (patch * 5) // 8)):
            mean, moves = getattr(self, f"{name}_mean"), getattr(self, f"{name}_shapes")
            shaped = mean + looks.mouth_shift[:, :, None, None]
            shaped = shaped + torch.matmul(drive.weights, moves).reshape(count, *mean.shape[1:])
            picture = project(shaped, drive, self.pivot)
            size = (rows, patch + patch // 2)
            sheets.append(F.interpolate(picture, size=size, mode="bilinear", align_corners=False))
        centre = project((self.mouth_centre + looks.mouth_shift)[:, :, None, None], drive, self.pivot)[:, :, 0, 0]
        window = torch.stack([centre[:, 0], centre[:, 1], unit * MOUTH_SPAN], dim=1)
        lips = centre[:, 2] + unit * 1.3
        return mouth_patch(sheets, window, looks.mouth_paint, looks.cavity, lips, patch), window


def project(points: Tensor, drive: Drive, pivot: Tensor) -> Tensor:
    """[N, 3, R, C] head units → texture x, y (0..1, y down) and z (texture widths, nearer = larger)."""
    count, _, rows, columns = points.shape
    flat = (points - pivot[None, :, None, None]).reshape(count, 3, -1)
    turned = torch.matmul(drive.pose, flat)
    place = torch.cat([drive.place, torch.zeros_like(drive.place[:, :1])], dim=1)
    return (turned + place[:, :, None]).reshape(count, 3, rows, columns)
