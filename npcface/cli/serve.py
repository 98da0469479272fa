"""``npcface serve``: the daemon."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from npcface.cli.console import report_error

STARTUP_FAILED = 3


def serve(
    characters: Annotated[
        list[Path] | None,
        typer.Option(
            help="Folder of characters and packs, or one pack; may be repeated, later ones override earlier ones. "
            "Default: $NPCFACE_CHARACTERS, else the user's store."
        ),
    ] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on. Default 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(help="TCP port; 0 takes a free one and prints it. Default 5747.")] = None,
    keys: Annotated[
        Path | None,
        typer.Option(help="Folder of CURVE keys (npcface keys); needed, or --trusted-link, for any host but loopback."),
    ] = None,
    trusted_link: Annotated[
        bool | None,
        typer.Option("--trusted-link", help="The network is private, or a tunnel or TLS proxy stands in front."),
    ] = None,
    token: Annotated[
        str | None,
        typer.Option(help="Password that clients must know; others see it in the list of processes: --token-file."),
    ] = None,
    token_file: Annotated[Path | None, typer.Option(help="Read the token from a file that only you can read.")] = None,
    quality: Annotated[
        str | None,
        typer.Option(help="If a game does not choose: auto (neural on a GPU or two CPU threads), warp or neural."),
    ] = None,
    provider: Annotated[
        str | None, typer.Option(help="What draws: auto, cpu, cuda (NVIDIA) or directml (Windows).")
    ] = None,
    threads: Annotated[int | None, typer.Option(help="CPU threads for drawing; 0 = one per core.")] = None,
    max_batch: Annotated[int | None, typer.Option(help="Most faces drawn in one go. Default 32.")] = None,
    parent_pid: Annotated[
        int | None, typer.Option(help="Stop when this process has ended, such as the game that started the daemon.")
    ] = None,
    stdin: Annotated[
        str | None, typer.Option(help="watch: stop when standard input closes, as it does when the game crashes.")
    ] = None,
    watch: Annotated[
        bool | None,
        typer.Option("--watch/--no-watch", help="Show characters that change on disk at once. Default off."),
    ] = None,
    log_format: Annotated[str | None, typer.Option(help="text or json, one object a line. Default text.")] = None,
    metrics_port: Annotated[
        int | None,
        typer.Option(help="Show metrics and health on this port, to this machine; 0 takes a free one. Default off."),
    ] = None,
    supervise: Annotated[
        bool | None,
        typer.Option(
            "--supervise/--no-supervise", help="Start the daemon again when it crashes or hangs. Default off."
        ),
    ] = None,
    notices: Annotated[
        str | None,
        typer.Option(help="Of faces whose rights are not stated: draw (a label for some seconds), tell or off."),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log what clients do.")] = False,
) -> None:
    """Run the daemon, which draws faces for games, until Ctrl-C.

    When it listens it prints one line to stdout: npcface-ready ENDPOINT protocol=VERSION pid=PID. Every option also
    has an environment variable NPCFACE_… (docs/daemon.md). Exit codes: 3 could not start, 4 crashed too often
    (with --supervise), 5 hung.
    """
    from npcface.errors import NpcFaceError
    from npcface.observe.logs import secrets_of, set_up
    from npcface.paths import characters as store
    from npcface.serve import Config
    from npcface.serve import serve as run
    from npcface.serve.config import Folders

    try:
        config = Config.from_environment(
            characters=characters[0] if characters else store(),
            packs=Folders(characters[1:]) if characters and len(characters) > 1 else None,
            watch=watch,
            host=host,
            port=port,
            keys=str(keys) if keys else None,
            trusted_link=trusted_link,
            token=token,
            token_file=str(token_file) if token_file else None,
            quality=quality,
            provider=provider,
            threads=threads,
            max_batch=max_batch,
            parent_pid=parent_pid,
            stdin=stdin,
            log_format=log_format,
            metrics_port=metrics_port,
            supervise=supervise,
            notices=notices,
            verbose=verbose or None,
        ).checked()
    except NpcFaceError as error:
        report_error(error.code, error.cause, error.remedy)
        raise typer.Exit(STARTUP_FAILED) from None
    set_up(config, secrets_of(config))
    raise typer.Exit(run(config))
