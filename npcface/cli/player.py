"""``npcface-player``: what is shipped with a game. The daemon, the doctor and the version, and nothing that enrols.

Without a verb, or with ``serve``, it is the daemon with every option of ``npcface.serve``; that way does not load the
rest of the command line, because a game waits for the ready line.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Entry point of the executable that ``scripts/player_bundle.py`` makes."""
    verb = sys.argv[1] if len(sys.argv) > 1 else "serve"
    if verb == "serve" or (verb.startswith("-") and verb not in ("--help", "-h", "--debug")):
        from npcface.serve.__main__ import main as serve

        sys.exit(serve(sys.argv[2:] if verb == "serve" else sys.argv[1:]))
    commands()


def commands() -> None:
    """The other verbs, as on the full command line."""
    import typer

    from npcface.cli.app import Verbs
    from npcface.cli.doctor import doctor
    from npcface.cli.version import version

    app = typer.Typer(cls=Verbs, name="npcface-player", add_completion=False, pretty_exceptions_enable=False)

    @app.callback()
    def player(debug: bool = typer.Option(False, "--debug", help="Show the traceback of an error.")) -> None:
        """npcface for players: serve (the daemon; without a verb too), doctor, version."""

    app.command("doctor")(doctor)
    app.command("version")(version)
    app(prog_name="npcface-player")
