"""landmarks.json, set by hand."""

from npcface.enroll.manual import load_landmarks
from npcface.errors import NpcFaceError
from tests.fuzz.place import file_of


def run(data: bytes) -> None:
    try:
        load_landmarks(file_of(data, ".json"), (640, 480))
    except NpcFaceError as error:
        error.cause.encode()
