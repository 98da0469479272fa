"""The JSON files of characters, packs and stores."""

from npcface.character.manifest import parse_manifest
from npcface.errors import NpcFaceError
from npcface.pack.manifest import parse_pack
from npcface.pack.order import parse_order
from npcface.pack.thunderstore import parse_thunderstore


def run(data: bytes) -> None:
    for parse in (parse_manifest, parse_pack, parse_order, parse_thunderstore):
        try:
            parse(data)
        except NpcFaceError as error:
            error.cause.encode()
            assert len(error.cause) < 1 << 20
