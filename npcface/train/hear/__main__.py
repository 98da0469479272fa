"""``python -m npcface.train.hear corpus | learn | measure``; see npcface/voice/data/MODEL_CARD.md."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.command()
def corpus(
    folder: Annotated[Path, typer.Argument(help="Gets one file a speaker; existing ones are kept.")],
    piper: Annotated[str, typer.Option(help="Name of the piper voice to learn from.")] = "en_US-joe-medium",
    lines: Annotated[int, typer.Option(min=2, help="Lines an espeak voice says; piper says nine times as many.")] = 110,
) -> None:
    """Let the voices speak (needs piper, espeak-ng and npcface[speech,train])."""
    from npcface.train.hear.corpus import build

    build(folder, piper, lines, lambda line: print(line, flush=True))


@app.command()
def learn(
    folder: Annotated[Path, typer.Argument(help="Made by corpus.", exists=True)],
    run: Annotated[Path, typer.Option("--out", "-o", help="Folder of the run; one that lies there is continued.")],
    steps: Annotated[int, typer.Option(min=1, help="Steps of the optimiser in all.")] = 3500,
    seed: Annotated[int, typer.Option(help="Fixes everything drawn at random.")] = 1,
    without: Annotated[str, typer.Option(help="Leave an engine's voices out, to measure with them.")] = "",
    start: Annotated[Path | None, typer.Option(help="checkpoint.safetensors that a new run begins with.")] = None,
) -> None:
    """Learn; writes RUN/hear.safetensors."""
    from npcface.train.hear.learn import learn as run_it

    run_it(folder, run, steps, seed, lambda line: print(line, flush=True), without=without, start=start)


@app.command()
def measure(
    folder: Annotated[Path, typer.Argument(help="Made by corpus.", exists=True)],
    weights: Annotated[Path | None, typer.Option(help="Default: those npcface ships.", exists=True)] = None,
) -> None:
    """Held-out voices and sentences: the network beside loudness alone."""
    from npcface.train.hear.measure import report

    print(report(folder, weights))


@app.command()
def people(
    folder: Annotated[Path, typer.Argument(help="Made by corpus.", exists=True)],
    films: Annotated[list[Path], typer.Argument(help="Films of one talking person each, with sound.", exists=True)],
    weights: Annotated[Path | None, typer.Option(help="Default: those npcface ships.", exists=True)] = None,
) -> None:
    """Real people: lips heard beside lips seen."""
    from npcface.train.hear.people import report

    print(report(films, folder, weights))


if __name__ == "__main__":
    app()
