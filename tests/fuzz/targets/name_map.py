"""A person's own name table, ``npcface listen --map``."""

from npcface.errors import NpcFaceError
from npcface.listen.names import read
from tests.fuzz.place import file_of


def run(data: bytes) -> None:
    try:
        read(file_of(data, ".json")).state({"jawOpen": 1e6, "Joy": -1e6})
    except NpcFaceError as error:
        error.cause.encode()
