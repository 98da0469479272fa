"""``npcface``: gathers the verbs and turns every failure into a sentence and an exit code.

Exit codes: 0 success, 1 an error npcface explains (or an unexpected one), 2 wrong usage, 3 the daemon could not start.
Verbs import what they need when they run, so that ``npcface --help`` answers at once.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from npcface.cli import (
    animate,
    bench,
    demo,
    doctor,
    enroll,
    health,
    init,
    pack,
    relay,
    schema,
    serve,
    sheet,
    validate,
    version,
)
from npcface.cli.cluster import cluster
from npcface.cli.console import MACHINE_READABLE, report_error
from npcface.cli.credentials import credentials
from npcface.cli.detect import detect
from npcface.cli.eval import evaluate
from npcface.cli.export import export
from npcface.cli.finetune import finetune
from npcface.cli.list import list_characters
from npcface.cli.listen import listen
from npcface.cli.play import play
from npcface.cli.say import say, voices
from npcface.cli.studio import studio
from npcface.cli.track import track
from npcface.cli.train import train
from npcface.errors import NpcFaceError
from npcface.whole import disk_full


class Verbs(TyperGroup):
    """The verb group; the one place where exceptions become messages."""

    def invoke(self, ctx: Any) -> Any:
        """Run the verb; without ``--debug`` nobody sees a traceback."""
        # what is left for the verb; read now, because the verb's parser consumes it
        as_json, lines = "--json" in ctx.args, MACHINE_READABLE in ctx.args
        try:
            return super().invoke(ctx)
        except NpcFaceError as error:
            if ctx.params.get("debug"):
                raise
            report_error(error.code, error.cause, error.remedy, as_json=as_json, lines=lines)
        except Exception as error:
            if (full := disk_full(error)) is not None and not ctx.params.get("debug"):
                report_error(full.code, full.cause, full.remedy, as_json=as_json, lines=lines)
                raise typer.Exit(1) from None
            if ctx.params.get("debug") or hasattr(error, "exit_code"):  # the latter: usage errors, Exit, Abort
                raise
            report_error(
                "unexpected",
                f"{type(error).__name__}: {error}",
                "This was not foreseen: run again as `npcface --debug …` and report what it prints.",
                as_json=as_json,
                lines=lines,
            )
        raise typer.Exit(1)


app = typer.Typer(
    cls=Verbs,
    name="npcface",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


@app.callback()
def npcface(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """One portrait in, a living face texture out, every frame."""


app.command("enroll")(enroll.enroll)
app.command("finetune")(finetune)
app.command("init")(init.init)
app.command("list")(list_characters)
app.command("validate")(validate.validate)
app.command("pack")(pack.pack)
app.command("schema")(schema.schema)
app.command("sheet")(sheet.sheet)
app.command("animate")(animate.animate)
app.command("say")(say)
app.command("voices")(voices)
app.command("export")(export)
app.command("detect")(detect)
app.command("credentials")(credentials)
app.command("listen")(listen)
app.command("track")(track)
app.command("play")(play)
app.command("studio")(studio)
app.command("serve")(serve.serve)
app.command("health")(health.health)
app.command("relay")(relay.relay)
app.add_typer(cluster, name="cluster")
app.command("doctor")(doctor.doctor)
app.command("bench")(bench.bench)
app.command("eval")(evaluate)
app.command("demo")(demo.demo)
app.add_typer(train, name="train")
app.command("version")(version.version)


def main() -> None:
    """Entry point of the ``npcface`` command."""
    app(prog_name="npcface")  # completion is asked for by this name, also of `python -m npcface`
