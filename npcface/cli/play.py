"""``npcface play``: a track drives a daemon's stream in its own time."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from npcface.cli.live import (
    JsonOption,
    KeyOption,
    SecondsOption,
    ServerKeyOption,
    ShowOption,
    SizeOption,
    TokenOption,
)


def play(
    track: Annotated[Path, typer.Argument(help="A track, or a timing file of a voice: see docs/trackers.md.")],
    to: Annotated[str, typer.Option("--to", help="Daemon whose stream is driven.")] = "tcp://127.0.0.1:5747",
    character: Annotated[str, typer.Option("--character", help="Who is driven there: an id in its store.")] = "",
    out_size: SizeOption = 256,
    fps: Annotated[float | None, typer.Option(min=1, max=240, help="Default: the track's own.")] = None,
    loop: Annotated[bool, typer.Option("--loop", help="Again and again, until Ctrl-C.")] = False,
    show: ShowOption = False,
    token: TokenOption = "",
    server_key: ServerKeyOption = None,
    key: KeyOption = None,
    seconds: SecondsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Play a track at a daemon, in the track's own time. For a video of it: npcface animate."""
    import time

    from npcface.cli.console import out, print_json
    from npcface.cli.live import recorded, stopping
    from npcface.drive import track as tracks
    from npcface.listen.packet import Moment
    from npcface.listen.stage import Stage

    if not character:
        raise typer.BadParameter("name who is driven", param_hint="--character")
    performance = tracks.load(track)
    rate = fps or performance.fps
    stop = stopping(seconds)
    late = 0
    with Stage(
        to=to, character=character, size=out_size, show=show, token=token, server_key=server_key, key=key
    ) as stage:
        while True:
            began_s = time.perf_counter()
            for k, state in enumerate(performance.states(rate)):
                if stop() or stage.closed:
                    break
                if k and time.perf_counter() > began_s + (k + 1) / rate:  # its time is over: the next one is due
                    late += 1
                    continue
                stage.pause(began_s + k / rate)
                stage.play([Moment(k / rate, state)])
            if not loop or stop() or stage.closed or not stage.drawn:
                break
    if as_json:
        print_json({"track": str(track), "fps": rate, "late": late, **recorded(stage)})
    else:
        out().print(f"{track}: {stage.drawn} textures at {rate:g} fps, {late} left out", markup=False)
