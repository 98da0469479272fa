"""``npcface demo``: three people talk to each other; the whole way from portrait to film in one command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from npcface.cli.console import out, print_json
from npcface.cli.credentials import CredentialsOption
from npcface.cli.progress import MachineReadable, progress_bar
from npcface.cli.quality import Asked, QualityOption
from npcface.cli.watermark import WatermarkOption

MEASURE_S = 3.0
FILM_FPS = 25


def demo(
    output: Annotated[Path, typer.Option("--out", "-o", help="Folder for everything.")] = Path("demo_output"),
    size: Annotated[int, typer.Option(min=64, max=512, help="Texture size in pixels.")] = 256,
    fps: Annotated[
        float | None,
        typer.Option(min=5, max=60, help="Frame rate of the film. Default: what the machine can, to 25."),
    ] = None,
    quality: QualityOption = Asked.AUTO,
    watermark: WatermarkOption = True,
    credentials: CredentialsOption = True,
    machine_readable: MachineReadable = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Enrol two AI-made people and an astronaut, start the daemon, let them talk, write a film and a contact sheet."""
    import time

    from npcface.bench.daemon import running_daemon
    from npcface.bench.lockstep import lock_step
    from npcface.client import Client
    from npcface.credentials import credit_of, signed
    from npcface.demo.people import ai_person, astronaut
    from npcface.demo.talk import CONVERSATION, conversation, side_by_side
    from npcface.enroll import enroll
    from npcface.output import mp4
    from npcface.render import Renderer
    from npcface.sheet import KINDS, contact_sheet
    from npcface.watermark import Marker

    store = output / "characters"
    store.mkdir(parents=True, exist_ok=True)
    characters, enrol_s = [], []
    with progress_bar("enrolling", 3, quiet=as_json, lines=machine_readable) as advance:
        for person in (ai_person(1), ai_person(7), astronaut()):
            advance(0, label=f"enrolling {person.name}")
            began = time.perf_counter()
            character = enroll(
                person.image,
                id=person.id,
                name=person.name,
                authors=list(person.authors),
                license=person.license,
                consent=person.consent,
                rights=person.rights,
            )
            characters.append(character.save(store / person.id))
            enrol_s.append(time.perf_counter() - began)
            advance()
    sheet_path, film_path = output / "contact_sheet.png", output / "conversation.mp4"
    with progress_bar(
        "contact sheet", 3 * len(KINDS["summary"].shots()), quiet=as_json, lines=machine_readable
    ) as advance:
        renderer = Renderer()
        drawn = quality.of(renderer)
        picture = contact_sheet(renderer, characters, "summary", quality=drawn, progress=advance)
    if watermark:
        picture = Marker(" ".join(character.id for character in characters)).mark_image(picture)
    credit = credit_of([character.manifest for character in characters], drawn, wanted=credentials)
    with signed(sheet_path, credit) as part:
        picture.save(part, "PNG")
    ids = [character.id for character in characters]
    shown, late = 0, 0  # ticks of the film, and how many of them repeat a picture because the next came late
    with running_daemon(store) as daemon:
        with progress_bar("measuring", quiet=as_json, lines=machine_readable), Client(daemon.address) as client:
            pace = lock_step(client, ids[0], size=size, seconds=MEASURE_S, quality=drawn)
        rate = fps or sustainable_fps(pace.fps, len(ids))
        with (
            mp4(film_path, rate, credit=credit) as film,
            progress_bar("talking", quiet=as_json, lines=machine_readable) as advance,
        ):
            talk = conversation(daemon.address, ids, size=size, fps=rate, quality=drawn, watermark=watermark)
            for frames, ticks in talk:
                for _ in range(ticks):
                    film.add(side_by_side(frames))
                shown, late = shown + ticks, late + ticks - 1
                advance(ticks)
    figures = {
        "film": str(film_path),
        "contact_sheet": str(sheet_path),
        "characters": str(store),
        "enrol_s": [round(seconds, 2) for seconds in enrol_s],
        "film_fps": rate,
        "film_frames": shown,
        "film_late": late,
        "quality": drawn,
        "fps": round(pace.fps, 1),
        "p50_ms": round(pace.p50_ms, 2),
        "p99_ms": round(pace.p99_ms, 2),
    }
    if as_json:
        print_json(figures)
        return
    lines = [
        f"enrolled       {', '.join(ids)} in {', '.join(f'{seconds:.1f}' for seconds in enrol_s)} s",
        f"film           {film_path}: {len(CONVERSATION)} lines, {shown} frames of three at {rate:g} fps, {late} late",
        f"contact sheet  {sheet_path}",
        f"characters     {store} (serve them: npcface serve --characters {store})",
        f"daemon         {pace.fps:.0f} frames/s in lock-step at {size}², {drawn}, "
        f"p50 {pace.p50_ms:.1f} ms, p99 {pace.p99_ms:.1f} ms",
    ]
    out().print("\n".join(lines))


def sustainable_fps(lock_step_fps: float, people: int) -> float:
    """A film rate for so many faces at once that leaves the machine some air; whole, 5 to ``FILM_FPS``."""
    return float(max(5, min(FILM_FPS, int(0.7 * lock_step_fps / people))))
