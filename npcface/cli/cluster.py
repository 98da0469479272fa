"""``npcface cluster``: many daemons on Ray behind one director; ``npcface cluster status`` looks at a running one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from npcface.cli.console import out, print_json, report_error
from npcface.cli.live import KeyOption, ServerKeyOption

STARTUP_FAILED = 3
cluster = typer.Typer(help="Many daemons as one, on several machines (needs npcface\\[cluster]; see docs/cluster.md).")


@cluster.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    characters: Annotated[
        Path | None, typer.Option(help="Folder of characters, under the same path on every machine.")
    ] = None,
    host: Annotated[str, typer.Option(help="Address that director and workers listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="TCP port of the director; 0 takes a free one.")] = 5750,
    keys: Annotated[
        Path | None,
        typer.Option(help="Folder of CURVE keys (npcface keys), under the same path on every machine."),
    ] = None,
    trusted_link: Annotated[
        bool, typer.Option("--trusted-link", help="The network is private, or something else encrypts it.")
    ] = False,
    token: Annotated[
        str, typer.Option(envvar="NPCFACE_TOKEN", help="Word clients must send; needed with --trusted-link.")
    ] = "",
    token_file: Annotated[Path | None, typer.Option(help="Read the token from a file that only you can read.")] = None,
    ray_address: Annotated[str, typer.Option(help="Ray cluster to join, such as auto. Default: start Ray here.")] = "",
    min_workers: Annotated[int, typer.Option(min=1, help="Never fewer workers.")] = 1,
    max_workers: Annotated[int, typer.Option(min=0, help="Never more; 0 = as many as fit.")] = 0,
    cpus: Annotated[float, typer.Option(help="CPUs of a worker: its threads.")] = 1.0,
    gpus: Annotated[float | None, typer.Option(help="GPUs of a worker. Default: 1 where Ray finds GPUs.")] = None,
    worker_port: Annotated[int, typer.Option(help="First port that workers may take; 0 = any free one.")] = 0,
    quality: Annotated[str, typer.Option(help="Of streams that ask for auto: auto, warp or neural.")] = "auto",
    provider: Annotated[str, typer.Option(help="Where workers render: auto, cpu, cuda or directml.")] = "auto",
    drain_timeout: Annotated[float, typer.Option(help="Seconds for streams to leave a worker that is to go.")] = 20.0,
    down_after: Annotated[float, typer.Option(help="Seconds of little load before a worker is taken away.")] = 60.0,
) -> None:
    """Run a cluster until Ctrl-C, which drains it; a second one does not wait.

    When the least number of workers is ready it prints one line to stdout: npcface-cluster-ready ENDPOINT
    protocol=VERSION pid=PID workers=N. Exit code 3: could not start.
    """
    if context.invoked_subcommand is not None:
        return
    import logging
    import sys

    from npcface.access.files import read_token
    from npcface.cluster.config import ClusterConfig
    from npcface.cluster.run import run
    from npcface.errors import NpcFaceError
    from npcface.paths import characters as store

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    try:
        config = ClusterConfig(
            characters=(characters or store()).resolve(),
            host=host,
            port=port,
            keys=str(keys) if keys else "",
            trusted_link=trusted_link,
            token=read_token(token_file) if token_file else token,
            ray_address=ray_address,
            min_workers=min_workers,
            max_workers=max_workers,
            cpus=cpus,
            gpus=gpus,
            worker_port=worker_port,
            worker_options={"quality": quality, "provider": provider},
            drain_timeout_s=drain_timeout,
            down_after_s=down_after,
        ).checked()
    except NpcFaceError as error:
        report_error(error.code, error.cause, error.remedy)
        raise typer.Exit(STARTUP_FAILED) from None
    raise typer.Exit(run(config))


@cluster.command()
def status(
    address: Annotated[str, typer.Option(help="The director's endpoint.")] = "tcp://127.0.0.1:5750",
    token: Annotated[str, typer.Option(envvar="NPCFACE_TOKEN", help="If the cluster has one.")] = "",
    server_key: ServerKeyOption = None,
    key: KeyOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """List the workers of a running cluster: state, load, streams."""
    import msgspec

    from npcface.cluster import ClusterClient

    with ClusterClient(address, token=token, timeout_s=5.0, server_key=server_key, key=key) as client:
        figures = client.status()
    if as_json:
        print_json(msgspec.to_builtins(figures))
        return
    out().print(f"{len(figures.workers)} workers ({figures.wanted} wanted), {figures.leases} streams")
    for worker in figures.workers:
        out().print(
            f"{worker.id}  {worker.state:9}  {worker.endpoint:30}  load {worker.load:4.2f}  {worker.leases:4} streams  "
            f"{worker.fps:6.1f} frames/s  {worker.face_ms:6.1f} ms a face"
        )
