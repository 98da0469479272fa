"""Where npcface keeps what belongs to the user, on every system."""

from __future__ import annotations

import os
from pathlib import Path

HOME_ENV = "NPCFACE_HOME"
CHARACTERS_ENV = "NPCFACE_CHARACTERS"
CACHE_ENV = "NPCFACE_CACHE"
KEYS_ENV = "NPCFACE_KEYS"
STATE_ENV = "NPCFACE_STATE"
CREDENTIALS_ENV = "NPCFACE_CREDENTIALS"


def expanded(given: str | Path) -> Path:
    """With the user's folder for ``~``; where nobody has the name in ``~name``, a folder called so, as in a shell."""
    try:
        return Path(given).expanduser()
    except RuntimeError:
        return Path(given)


def home() -> Path:
    """``$NPCFACE_HOME``, else the system's folder for application data (not created here)."""
    given = os.environ.get(HOME_ENV)
    if given:
        return expanded(given)
    from platformdirs import user_data_path

    return user_data_path("npcface", appauthor=False)


def characters() -> Path:
    """The store, one folder per enrolled character, named by its id: ``$NPCFACE_CHARACTERS``, else in ``home()``."""
    given = os.environ.get(CHARACTERS_ENV)
    return expanded(given) if given else home() / "characters"


def credentials() -> Path:
    """The certificate made for exports: ``$NPCFACE_CREDENTIALS``, else in ``$NPCFACE_HOME``, else the config folder."""
    return _given(CREDENTIALS_ENV, "credentials") or _settings() / "credentials"


def cache() -> Path:
    """What can be computed again: ``$NPCFACE_CACHE``, else the system's cache folder (not created here)."""
    given = os.environ.get(CACHE_ENV)
    if given:
        return expanded(given)
    from platformdirs import user_cache_path

    return user_cache_path("npcface", appauthor=False)


def keys() -> Path:
    """CURVE keys: ``$NPCFACE_KEYS``, else ``keys`` in the system's folder for settings (not created here)."""
    return _given(KEYS_ENV, "keys") or _settings() / "keys"


def state() -> Path:
    """What programs note about themselves, such as crashes: ``$NPCFACE_STATE``, else ``state`` in a given
    ``$NPCFACE_HOME``, else the system's folder for it (not created here)."""
    if (given := _given(STATE_ENV, "state")) is not None:
        return given
    from platformdirs import user_state_path

    return user_state_path("npcface", appauthor=False)


def _given(variable: str, name: str) -> Path | None:
    """Where a variable says, else ``name`` in a given ``$NPCFACE_HOME``."""
    if given := os.environ.get(variable):
        return expanded(given)
    return home() / name if os.environ.get(HOME_ENV) else None


def _settings() -> Path:
    from platformdirs import user_config_path

    return user_config_path("npcface", appauthor=False)
