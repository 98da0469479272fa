"""``python -m npcface.serve``: the daemon with every option of ``Config``, without the rest of the command line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from npcface.errors import NpcFaceError
from npcface.observe.logs import secrets_of, set_up
from npcface.serve.config import Config, kind_of
from npcface.serve.run import EXIT_STARTUP, serve


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse ``--name VALUE`` for each field of ``Config`` and serve; by default what the process was given."""
    parser = argparse.ArgumentParser(prog="npcface.serve", description="Face textures over ZeroMQ.")
    for option in fields(Config):
        default = getattr(Config(), option.name)
        bare: Any = {"nargs": "?", "const": True} if isinstance(default, bool) else {}
        name = "--" + option.name.replace("_", "-")
        parser.add_argument(name, type=kind_of(option), help=f"default {default}", **bare)
    try:
        config = Config.from_environment(**vars(parser.parse_args(arguments))).checked()
    except NpcFaceError as error:
        print(f"error ({error.code}): {error.cause}\n  {error.remedy}", file=sys.stderr)
        return EXIT_STARTUP
    set_up(config, secrets_of(config))
    return serve(config)


if __name__ == "__main__":
    sys.exit(main())
