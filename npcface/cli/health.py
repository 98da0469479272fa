"""``npcface health``: an exit code for scripts, containers and supervisors."""

from __future__ import annotations

from typing import Annotated

import typer

from npcface.cli.live import KeyOption, ServerKeyOption


def health(
    address: Annotated[
        str | None,
        typer.Option(
            help="http://… of the metrics or tcp://… of the ready line. Default: by $NPCFACE_METRICS_PORT, else by "
            "$NPCFACE_PORT, on this machine."
        ),
    ] = None,
    ready: Annotated[bool, typer.Option("--ready", help="Also ask whether it can take clients now.")] = False,
    token: Annotated[
        str | None, typer.Option(envvar="NPCFACE_TOKEN", show_envvar=False, help="If clients need one.")
    ] = None,
    server_key: ServerKeyOption = None,
    key: KeyOption = None,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds to wait for an answer.")] = 5.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
) -> None:
    """Ask a running daemon whether it is well: exit code 0 if it is, 1 if not, with the reason on stderr."""
    from npcface.cli.console import err, print_json
    from npcface.observe.probe import address_of, problems

    asked = address or address_of()
    found = problems(asked, ready=ready, timeout_s=timeout, token=token or "", server_key=server_key, key=key)
    if as_json:
        print_json({"address": asked, "ok": not found, "problems": found})
    else:
        for problem in found:
            err().print(problem, markup=False)
    raise typer.Exit(1 if found else 0)
