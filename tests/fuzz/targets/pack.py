"""A zip as the daemon's store and ``npcface validate`` look at it, pictures and embeddings included."""

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
            try:
                source.load(found.name, _refuse)
            except NpcFaceError:
                pass


def _refuse(*_: object) -> object:
    raise NpcFaceError("Nobody enrols here.")
