"""A zip as the daemon's store and ``npcface validate`` look at it, pictures and embeddings included."""

from contextlib import suppress

from npcface.character import Character
from npcface.errors import NpcFaceError
from npcface.pack.cache import Cache
from npcface.pack.check import validate
from npcface.pack.source import Zip
from tests.fuzz.place import file_of, folder


def run(data: bytes) -> None:
    path = file_of(data, ".zip")
    for issue in validate(path):
        str(issue).encode()
    source = Zip(path, Cache(folder() / "cache"))
    for found in source.survey():
        found.name.encode()
        if found.error is None:
            with suppress(NpcFaceError):
                source.load(found.name, _refuse)


def _refuse(*_: object) -> Character:
    raise NpcFaceError("Nobody enrols here.")
