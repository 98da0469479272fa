"""``npcface say`` and ``npcface voices``: a line as a WAV, with the time of every phoneme."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from npcface.cli.console import out, print_json


def say(
    text: Annotated[str, typer.Argument(help="What to say; - reads it from stdin.")],
    output: Annotated[Path, typer.Option("--out", "-o", help="WAV to write.")] = Path("line.wav"),
    timing: Annotated[Path | None, typer.Option(help="JSON of phonemes to write; also a track for animate.")] = None,
    voice: Annotated[str, typer.Option(help="An id of `npcface voices`, or auto.")] = "auto",
    speed: Annotated[float, typer.Option(min=0.5, max=2.0, help="1 is the voice's own pace.")] = 1.0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Speak a line into a WAV file."""
    import sys

    from npcface.voice import say as speak

    spoken = speak(sys.stdin.read(20_001) if text == "-" else text, voice, speed)
    spoken.save(output)
    if timing is not None:
        spoken.save_timing(timing)
    count = sum(bool(p.symbol) for p in spoken.phonemes)
    if as_json:
        facts = {"output": str(output), "timing": timing and str(timing), "voice": spoken.voice}
        print_json({**facts, "rate_hz": spoken.rate_hz, "seconds": round(spoken.seconds, 3), "phonemes": count})
    else:
        out().print(f"{output}: {spoken.seconds:.2f} s, {count} phonemes, {spoken.voice}")


def voices(
    missing: Annotated[bool, typer.Option("--all", help="Also those that are not ready, and what they lack.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Voices that are ready, best first; `auto` is the first one."""
    from dataclasses import asdict

    from npcface.voice import voices as known

    found = known()
    if as_json:
        print_json([asdict(voice) for voice in found])
        return
    for voice in found:
        if voice.ready:
            out().print(f"{voice.id:<34} {voice.language:<8} {voice.name}", markup=False)
        elif missing:
            out().print(f"{voice.id:<34} not ready: {voice.remedy}", markup=False)
    if not missing and (count := sum(not voice.ready for voice in found)):
        out().print(f"{count} more are not ready: npcface voices --all", markup=False)
