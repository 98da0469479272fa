"""``npcface train prepare | meta | merge | export``: from folders of people to the weights that ship."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from npcface.cli.console import err, out, print_json
from npcface.cli.progress import MachineReadable, progress_bar

train = typer.Typer(no_args_is_help=True, help="Train the generator (needs npcface\\[train]; see docs/training.md).")


@train.command()
def prepare(
    folders: Annotated[
        list[Path], typer.Argument(help="Stills with a manifest.csv, or identity/clip/… folders.", exists=True)
    ],
    bank: Annotated[Path, typer.Option(help="Folder that gets one file an identity; existing ones are kept.")],
    part: Annotated[int, typer.Option(min=0, help="This process's share of the work, from 0.")] = 0,
    parts: Annotated[int, typer.Option(min=1, help="How many processes share it.")] = 1,
    seed: Annotated[int, typer.Option(min=0, help="Fixes crops and random states.")] = 1,
    max_people: Annotated[int | None, typer.Option(min=1, help="Take this many identities at most.")] = None,
    machine_readable: MachineReadable = False,
) -> None:
    """Draw the pairs that training learns from; identities held out for evaluation are left out."""
    from npcface.train.bank.prepare import Plan
    from npcface.train.bank.prepare import prepare as fill
    from npcface.train.bank.sources import people

    everyone = people(folders)[:max_people]
    with progress_bar("drawing pairs", lines=machine_readable) as advance:
        fill(
            everyone,
            bank,
            Plan(),
            seed,
            (part, parts),
            lambda line: out().print(line),
            progress=lambda identity, done, total: advance.at(done, identity, total),
        )


@train.command()
def meta(
    bank: Annotated[Path, typer.Option(help="Made by `npcface train prepare`.", exists=True, file_okay=False)],
    run: Annotated[Path, typer.Option("--out", "-o", help="Folder of the run; a run that lies there is continued.")],
    config: Annotated[Path | None, typer.Option(help="TOML of options, see docs/training.md.", exists=True)] = None,
    start: Annotated[
        Path | None, typer.Option(help="generator.safetensors that a new run begins with.", exists=True, dir_okay=False)
    ] = None,
    tiny: Annotated[bool, typer.Option("--tiny", help="A run of seconds that exercises everything.")] = False,
    steps: Annotated[int | None, typer.Option(min=1, help="Steps of the optimiser in all.")] = None,
    batch: Annotated[int | None, typer.Option(min=1, help="Episodes a step and worker.")] = None,
    precision: Annotated[str | None, typer.Option(help="float32 or bfloat16.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Fixes everything drawn at random.")] = None,
    minutes: Annotated[float, typer.Option(min=0, help="Stop after so long, with a checkpoint; 0 never.")] = 0.0,
    workers: Annotated[int, typer.Option(min=1, help="Several make one run through Ray Train.")] = 1,
    gpu: Annotated[bool, typer.Option("--gpu", help="Each worker on a CUDA device of its own.")] = False,
    machine_readable: MachineReadable = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document at the end.")] = False,
) -> None:
    """Meta-learn embedder and generator on a bank, adversarially."""
    from npcface.train.ddp import run_distributed
    from npcface.train.meta.config import read_config
    from npcface.train.meta.loop import train as learn

    given = {"steps": steps, "batch": batch, "precision": precision, "seed": seed}
    options = read_config(config, given, tiny=tiny)
    seconds = minutes * 60 if minutes else float("inf")
    if workers > 1:
        run_distributed(
            partial(_work, options, bank.resolve(), run.resolve(), start and start.resolve(), seconds), workers, gpu
        )
        return
    with progress_bar("training", options.steps, quiet=as_json, lines=machine_readable) as advance:

        def progress(done: int, total: int, figures: dict[str, float]) -> None:
            advance.at(done, f"loss {figures['total']:.4f}", total)

        ended: list[dict[str, float]] = []

        def work(worker: Any) -> None:
            ended.append(learn(options, bank, run, worker, progress, seconds, start))

        run_distributed(work, workers, gpu)
    if as_json:
        print_json({"out": str(run), "losses": ended[0], "config": options.model_dump()})
    else:
        out().print(f"{run}: " + ", ".join(f"{name} {value:.4f}" for name, value in ended[0].items()))


def _work(options: Any, bank: Path, run: Path, start: Path | None, seconds: float, worker: Any) -> None:
    from npcface.train.meta.loop import train as learn

    learn(options, bank, run, worker, None, seconds, start)


@train.command()
def merge(
    first: Annotated[Path, typer.Argument(help="generator.safetensors of a run.", exists=True, dir_okay=False)],
    second: Annotated[Path, typer.Argument(help="The same of a run that began with it.", exists=True, dir_okay=False)],
    target: Annotated[Path, typer.Option("--out", "-o", help="File to write.")],
    share: Annotated[float, typer.Option(min=0, max=1, help="Of the second's weights.")] = 0.75,
    strength: Annotated[float, typer.Option(min=0, max=2, help="Of the corrections, 1 as learnt.")] = 0.9,
) -> None:
    """Write weights between those of two runs, which do better on strangers than either."""
    from npcface.train.merge import merge as mix

    mix(first, second, share, strength, target)
    out().print(f"{target}: {1 - share:.2f} of {first}, {share:.2f} of {second}, corrections × {strength}")


@train.command()
def export(
    weights: Annotated[Path, typer.Argument(help="generator.safetensors of a run.", exists=True, dir_okay=False)],
) -> None:
    """Make a run's weights those of this installation: copied in, and written as ONNX."""
    from npcface.model.weights import WEIGHTS_FILE, load_model
    from npcface.render.export import main
    from npcface.weights import record
    from npcface.whole import write_whole

    load_model(weights)  # refuses what does not fit before anything is replaced
    WEIGHTS_FILE.parent.mkdir(parents=True, exist_ok=True)
    if weights.resolve() != WEIGHTS_FILE.resolve():
        write_whole(WEIGHTS_FILE, weights.read_bytes())
        record()
    main()
    err().print("Raise MODEL_VERSION in npcface/character/embedding.py: only then are characters enrolled again.")
