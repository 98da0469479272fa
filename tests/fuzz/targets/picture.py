"""A portrait: as enrolment reads it, as a character's PNG, and as a picture of the studio's camera."""

from contextlib import suppress

from npcface.character.icon import check_png, make_icon
from npcface.enroll.image import WORKING_SIDE, read_portrait
from npcface.errors import NpcFaceError
from npcface.studio.camera import _decoded


def run(data: bytes) -> None:
    try:
        portrait = read_portrait(data)
        assert max(portrait.size) <= WORKING_SIDE
    except NpcFaceError as error:
        error.cause.encode()
    with suppress(NpcFaceError):
        check_png("portrait.png", data)
        make_icon(data)
    with suppress(NpcFaceError):
        _decoded(data)
