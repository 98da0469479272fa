"""Options that make no sense are named before anything is opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from npcface.access.files import KeyFileError
from npcface.serve.config import Config, StartupError


@pytest.mark.parametrize("value", ["nan", "inf", "-1", "0", "1e300", "-inf"])
@pytest.mark.parametrize("name", ["HEARTBEAT_INTERVAL_S", "HEARTBEAT_TIMEOUT_S", "LINGER_S"])
def test_seconds(name: str, value: str) -> None:
    with pytest.raises(StartupError, match=name.lower()):
        Config.from_environment({f"NPCFACE_{name}": value}).checked()


@pytest.mark.parametrize("name", ["MAX_MESSAGE_BYTES", "SEND_QUEUE_MESSAGES", "MAX_CLIENTS", "THREADS", "PARENT_PID"])
def test_numbers_that_fit_nowhere(name: str) -> None:
    with pytest.raises(StartupError, match=name.lower()):
        Config.from_environment({f"NPCFACE_{name}": "1" + 30 * "0"}).checked()


@pytest.mark.parametrize("name", ["CHARACTERS", "PACKS", "KEYS", "TOKEN_FILE", "HOST"])
def test_a_zero_character_is_in_no_name(name: str) -> None:
    with pytest.raises(StartupError, match=f"{name.lower()} holds a zero"):
        Config.from_environment({f"NPCFACE_{name}": "a\0b"}).checked()


def test_the_home_of_nobody_is_a_folder_called_so() -> None:
    config = Config.from_environment({"NPCFACE_PACKS": "~nobody)", "NPCFACE_KEYS": "~nobody)"})
    assert config.packs == (Path("~nobody)"),) and config.key_folder == Path("~nobody)")
    assert config.checked() == config
    with pytest.raises(KeyFileError, match="cannot be read"):
        Config.from_environment({"NPCFACE_TOKEN_FILE": "~nobody)"}).checked()
