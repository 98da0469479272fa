"""``npcface studio``: the character studio in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from npcface.cli.quality import Asked


def studio(
    characters: Annotated[
        Path | None, typer.Option(help="Folder of characters. Default: $NPCFACE_CHARACTERS, else the user's store.")
    ] = None,
    host: Annotated[str, typer.Option(help="A loopback address; others are refused.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="TCP port; 0 takes a free one and prints it.")] = 5760,
    quality: Annotated[Asked, typer.Option(help="Of views that ask for auto.")] = Asked.AUTO,
    provider: Annotated[str, typer.Option(help="Where to render: auto, cpu, cuda or directml.")] = "auto",
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open the page.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log what happens.")] = False,
) -> None:
    """Enrol portraits, move faces, let them speak and export them, on a page in your browser, until Ctrl-C.

    When it listens it prints one line to stdout: npcface-studio-ready URL pid=PID.
    """
    import logging
    import sys

    from npcface.errors import DependencyError
    from npcface.paths import characters as store
    from npcface.studio.settings import Settings

    try:
        from npcface.studio.run import run
    except ImportError as error:
        raise DependencyError(f"The studio needs a package: {error}.", "pip install 'npcface[studio]'") from None
    level = logging.DEBUG if verbose else logging.WARNING
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    given = Settings(characters=characters or store(), host=host, port=port, quality=quality.value, provider=provider)
    run(given, browser=not no_browser)
