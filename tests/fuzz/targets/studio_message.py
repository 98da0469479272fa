"""Messages of the studio's page, and the JSON bodies of its requests."""

import msgspec

from npcface.errors import NpcFaceError
from npcface.studio.channels import pose_of
from npcface.studio.exporting import Wish
from npcface.studio.messages import Pose, read
from npcface.studio.speech import Say


def run(data: bytes) -> None:
    try:
        message = read(data.decode("utf-8", "surrogatepass"))
        if isinstance(message, Pose):
            pose_of(message.values)
    except (NpcFaceError, UnicodeDecodeError):
        pass
    for shape in (Wish, Say):
        try:
            body = msgspec.json.decode(data, type=shape)
            if isinstance(body, Wish):
                pose_of(body.values)
        except (NpcFaceError, msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            pass
