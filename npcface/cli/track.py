"""``npcface track``: a webcam or a film drives a face, live or into a track."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from npcface.cli.live import (
    CharacterOption,
    JsonOption,
    KeyOption,
    RecordOption,
    SecondsOption,
    ServerKeyOption,
    ShowOption,
    SizeOption,
    TokenOption,
    ToOption,
)


def track(
    camera: Annotated[int | None, typer.Option(min=0, help="Webcam: 0 is the first.")] = None,
    video: Annotated[Path | None, typer.Option(help="Film instead of a webcam.")] = None,
    map_file: Annotated[Path | None, typer.Option("--map", help="Own names, gains and signs (JSON).")] = None,
    calibrate: Annotated[bool, typer.Option(help="Take the first second's face as neutral.")] = True,
    smooth: Annotated[bool, typer.Option(help="Calm the tracker's noise.")] = True,
    record: RecordOption = None,
    to: ToOption = None,
    character: CharacterOption = None,
    out_size: SizeOption = 256,
    show: ShowOption = False,
    token: TokenOption = "",
    server_key: ServerKeyOption = None,
    key: KeyOption = None,
    seconds: SecondsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Track the face before a webcam, or in a film; record it, or drive a daemon's stream with it.

    Needs npcface[enroll]; for films npcface[video] too. Until Ctrl-C, or the end of the film.
    """
    from npcface.cli.console import out, print_json
    from npcface.cli.live import StatusLine, recorded, stopping, told
    from npcface.drive import video as films
    from npcface.drive.smooth import OneEuro
    from npcface.listen.camera import pictures, tracked
    from npcface.listen.names import of_source
    from npcface.listen.neutral import Neutral
    from npcface.listen.shaping import Shaping
    from npcface.listen.stage import Stage

    if (camera is None) == (video is None):
        raise typer.BadParameter("give either --camera 0 or --video FILE")
    names = of_source("mediapipe")
    if map_file is not None:
        names = names.replaced(map_file)
    shaping = Shaping(names, Neutral() if calibrate else None, OneEuro() if smooth else None)
    stop = stopping(seconds)
    line = StatusLine(quiet=as_json)
    seen = found = 0
    with Stage(
        record=record, to=to, character=character, size=out_size, show=show, token=token, server_key=server_key, key=key
    ) as stage:
        source = films.frames(video) if video is not None else pictures(camera or 0)
        for moment in tracked(source, shaping):
            seen, found = seen + 1, found + (moment is not None)
            stage.play([moment] if moment is not None else [])
            rate = line.rate(seen)
            if rate is not None:
                line.write(f"{rate:.0f} pictures/s, {'face' if moment is not None else 'FACE LOST'}")
            if stop() or stage.closed:
                break
        line.close()
    if as_json:
        print_json({"pictures": seen, "faces": found, **recorded(stage)})
    else:
        out().print(f"{seen} pictures, {found} with a face")
        if told(stage):
            out().print(told(stage), markup=False)
