"""Draw docs/pictures/rights-label.jpg: one face at five sizes with the label over rights that nobody stated."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from npcface.demo.people import ai_person
from npcface.enroll import enroll
from npcface.render import Renderer
from npcface.serve import label
from npcface.state import FaceState

SIZES, GAP_PX, PAPER = (64, 96, 128, 256, 512), 16, (244, 244, 242)


def main() -> None:
    """Enrol, draw, write."""
    person = ai_person(1)
    character = enroll(person.image, id=person.id, name=person.name, rights=person.rights)
    renderer, smile = Renderer("cpu"), FaceState.of({"mouthSmileLeft": 0.5, "mouthSmileRight": 0.5})
    picture = Image.new("RGB", (sum(SIZES) + GAP_PX * (len(SIZES) + 1), SIZES[-1] + 2 * GAP_PX), PAPER)
    left = GAP_PX
    for size in SIZES:
        pixels = renderer.render([character], [smile], size)[0]
        label.draw(pixels, 1.0, straight=True)
        picture.paste(Image.fromarray(pixels).convert("RGB"), (left, picture.height - GAP_PX - size))
        left += size + GAP_PX
    path = Path(__file__).parent / "pictures" / "rights-label.jpg"
    picture.save(path, quality=90, optimize=True)
    print(f"{path}: {picture.width} × {picture.height}, {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
