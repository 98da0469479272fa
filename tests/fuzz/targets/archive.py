"""A zip from a stranger: opened, every file read, every name harmless."""

from npcface.errors import NpcFaceError
from npcface.pack.archive import MAX_RATIO, Archive
from npcface.pack.names import name_problem
from tests.fuzz.place import file_of

_CAP = 4 << 20


def run(data: bytes) -> None:
    try:
        with Archive(file_of(data, ".zip")) as archive:
            for name, size in archive.files.items():
                assert not name_problem(name) and ".." not in name.split("/")
                assert size <= max(1 << 20, MAX_RATIO * len(data))
                try:
                    found = archive.read(name, _CAP)
                    assert found is None or len(found) == size
                except NpcFaceError:
                    pass
    except NpcFaceError as error:
        error.cause.encode()
