"""Options that make no sense are named before anything is opened."""

from __future__ import annotations

import pytest

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
