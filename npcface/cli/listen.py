"""``npcface listen``: a phone or a tracking program drives a face, live or into a track."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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

if TYPE_CHECKING:
    from npcface.listen.listener import Status


class From(StrEnum):
    """Keys of ``npcface.listen.SOURCES``."""

    LIVELINK = "livelink"
    VMC = "vmc"
    OPENSEEFACE = "openseeface"
    IFACIALMOCAP = "ifacialmocap"
    A2F = "a2f"


def listen(
    source: Annotated[From, typer.Option("--from", help="Who sends: see docs/trackers.md.")],
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="UDP port. Default: the source's own.")] = None,
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for phones on the network.")] = "127.0.0.1",
    phone: Annotated[str | None, typer.Option(help="iFacialMocap: the phone's address, so that it starts.")] = None,
    map_file: Annotated[Path | None, typer.Option("--map", help="Own names, gains and signs (JSON).")] = None,
    calibrate: Annotated[bool, typer.Option("--calibrate", help="Take the first second's face as neutral.")] = False,
    smooth: Annotated[bool, typer.Option("--smooth", help="Calm a noisy tracker.")] = False,
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
    """Listen to a face tracker over UDP until Ctrl-C; record it, or drive a daemon's stream with it.

    When it listens it prints one line, npcface-listen-ready SOURCE udp://HOST:PORT pid=PID, to stdout (with --json to
    stderr).
    """
    import os
    import sys
    from dataclasses import asdict

    from npcface.cli.console import err, out, print_json
    from npcface.cli.live import StatusLine, recorded, stopping, told
    from npcface.drive.smooth import OneEuro
    from npcface.listen import Listener
    from npcface.listen.names import of_source
    from npcface.listen.neutral import Neutral
    from npcface.listen.stage import Stage

    names = of_source(source.value)
    if map_file is not None:
        names = names.replaced(map_file)
    stop = stopping(seconds)
    line = StatusLine(quiet=as_json)
    with (
        Stage(
            record=record,
            to=to,
            character=character,
            size=out_size,
            show=show,
            token=token,
            server_key=server_key,
            key=key,
        ) as stage,
        Listener(
            source.value,
            host=host,
            port=port,
            names=names,
            neutral=Neutral() if calibrate else None,
            smooth=OneEuro() if smooth else None,
            phone=phone,
        ) as listener,
    ):
        address = "{}:{}".format(*listener.address)
        if not listener.address[0].startswith("127."):
            err().print(f"[yellow]warning[/] anybody who can send UDP to {address} can move this face", soft_wrap=True)
        ready = sys.stderr if as_json else sys.stdout
        ready.write(f"npcface-listen-ready {source.value} udp://{address} pid={os.getpid()}\n")
        ready.flush()
        while not (stop() or stage.closed):
            listener.wait(0.05)
            stage.play(listener.take())
            rate = line.rate(listener.status.counts.packets)
            if rate is not None:
                line.write(described(listener.status, rate))
        listener.close()
        stage.play(listener.take())
        line.close()
        status = listener.status
    if as_json:
        print_json({"source": source.value, "who": status.who, **asdict(status.counts), **recorded(stage)})
    else:
        counts = status.counts
        out().print(f"{counts.packets} packets, {counts.faces} faces, {counts.malformed} malformed, {counts.lost} lost")
        if told(stage):
            out().print(told(stage), markup=False)


def described(status: Status, rate: float) -> str:
    """The status line."""
    counts = status.counts
    if not status.who:
        heard = f", {counts.malformed} malformed: {status.trouble}" if counts.malformed else status.trouble
        return f"waiting for packets{heard and ' '}{heard}".replace(" ,", ",")
    words = [status.who, f"{rate:.0f} packets/s", "face" if status.tracked else "FACE LOST"]
    extras = {"malformed": counts.malformed, "of strangers": counts.strangers, "lost": counts.lost}
    return ", ".join([*words, *(f"{count} {what}" for what, count in extras.items() if count)])
