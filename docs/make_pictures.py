"""Draw the pictures of README and docs from scratch, with people that may be shown (``make pictures``)."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from npcface.character import Character
from npcface.demo.people import Person, ai_person, astronaut
from npcface.enroll import enroll
from npcface.render import Renderer
from npcface.sheet import contact_sheet

PICTURES = Path(__file__).parent / "pictures"
WIDTH = 1600  # pixels; wide enough for a README, small enough for a repository
SHEETS = {
    # name: (kind of sheet, cell size in pixels (multiples of 16, for the neural quality), cells in a line, people)
    "summary": ("summary", 192, 8, (ai_person(1), ai_person(7), astronaut())),
    "poses": ("poses", 256, 5, (ai_person(10),)),
    "visemes": ("visemes", 192, 8, (ai_person(9), ai_person(5))),
    "shapes": ("shapes", 192, 8, (ai_person(1),)),
    "extremes": ("extremes", 192, 11, (ai_person(9), ai_person(10), astronaut())),
}


def main() -> None:
    """Write docs/pictures/*.jpg."""
    renderer = Renderer(provider="cpu")
    PICTURES.mkdir(exist_ok=True)
    for name, (kind, size, columns, people) in SHEETS.items():
        characters = [_enrolled(person) for person in people]
        picture = contact_sheet(renderer, characters, kind, size=size, columns=columns)
        if picture.width > WIDTH:
            picture = picture.resize((WIDTH, picture.height * WIDTH // picture.width), Image.Resampling.LANCZOS)
        path = PICTURES / f"{name}.jpg"
        picture.save(path, quality=85, optimize=True)
        print(f"{path}: {picture.width} × {picture.height}, {path.stat().st_size // 1024} KB")


def _enrolled(person: Person) -> Character:
    return enroll(person.image, id=person.id, name=person.name, rights=person.rights)


if __name__ == "__main__":
    main()
