"""The daemon's options from the environment: one ``name=value`` a line."""

from dataclasses import fields

from npcface.errors import NpcFaceError
from npcface.serve.config import Config

_NAMES = {option.name.upper() for option in fields(Config)}


def run(data: bytes) -> None:
    lines = (line.partition("=") for line in data.decode("utf-8", "replace").splitlines())
    given = {f"NPCFACE_{name}": value for name, _, value in lines if name in _NAMES}
    try:
        config = Config.from_environment(given).checked()
        assert 0 < config.heartbeat_interval_s < 1e9 and 0 < config.max_message_bytes < 1 << 31
        config.endpoint()
    except NpcFaceError:
        pass
