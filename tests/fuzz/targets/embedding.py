"""embedding.safetensors, and what the renderer asks of it."""

from npcface.character.embedding import decode_embedding
from npcface.errors import NpcFaceError
from npcface.render.schema import check


def run(data: bytes) -> None:
    try:
        tensors, _ = decode_embedding(data)
        check(tensors, 112)
    except NpcFaceError as error:
        error.cause.encode()
