"""``python -m npcface.bench.renewal``: what clients see while a daemon enrols a character of an older model again."""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from npcface.bench.daemon import running_daemon
from npcface.bench.setting import demo_person
from npcface.character import Character, CharacterStore, EmbeddingKey
from npcface.character.embedding import EMBEDDING_NAME, decode_embedding, encode_embedding
from npcface.client import Client
from npcface.state import FaceState

PATIENCE_S = 300.0


def main() -> None:
    """Enrol two people, age one, watch the other; print milliseconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--version", default="neural-1", help="that the first one's embedding claims to be of")
    version = parser.parse_args().version
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "characters"
        aged, other = _two(store, version)
        with running_daemon(store) as daemon, Client(daemon.address, timeout_s=PATIENCE_S) as client:
            _watch(daemon.address, client, store, aged, other)


def _two(store: Path, version: str) -> tuple[Character, Character]:
    made = [CharacterStore(store).save(person) for person in map(demo_person, (1, 4))]
    file = store / made[0].id / EMBEDDING_NAME
    tensors, key = decode_embedding(file.read_bytes())
    file.write_bytes(encode_embedding(tensors, EmbeddingKey(key.portrait_sha256, version)))
    return made[0], made[1]


def _watch(address: str, client: Client, store: Path, aged: Character, other: Character) -> None:
    frames: list[float] = []
    pings: list[float] = []
    lists: list[float] = []
    over = threading.Event()

    def repeat(*timed: tuple[list[float], Callable[[Client], object]]) -> None:
        with Client(address, timeout_s=PATIENCE_S) as own:
            while not over.wait(0.01):
                for times, call in timed:
                    began = time.perf_counter()
                    call(own)
                    times.append(1000 * (time.perf_counter() - began))

    with client.open(other.id, 128, quality="warp") as stream:
        asking = [
            threading.Thread(target=repeat, args=((pings, Client.ping), (lists, Client.characters))),
            threading.Thread(target=repeat, args=((frames, lambda _: stream.render(FaceState())),)),
        ]
        for thread in asking:
            thread.start()
        time.sleep(2.0)
        print(f"before: {_shown(frames, pings, lists)}")
        for times in (frames, pings, lists):
            times.clear()
        began = time.perf_counter()
        with client.open(aged.id, 128, quality="warp") as opened:
            opened.render(FaceState())
            print(f"first frame of the old one after {time.perf_counter() - began:.2f} s")
            while decode_embedding((store / aged.id / EMBEDDING_NAME).read_bytes())[1] != aged.key:
                time.sleep(0.05)
                if time.perf_counter() - began > PATIENCE_S:
                    raise SystemExit("It was not enrolled again; the daemon's log says why.")
        print(f"enrolled again after {time.perf_counter() - began:.2f} s; meanwhile: {_shown(frames, pings, lists)}")
        over.set()
        for thread in asking:
            thread.join()


def _shown(frames: list[float], pings: list[float], lists: list[float]) -> str:
    named = {"frame of another": frames, "ping": pings, "list": lists}
    return ", ".join(f"{name} p50 {_at(times, 0.5):.1f} p99 {_at(times, 0.99):.1f} ms" for name, times in named.items())


def _at(times: list[float], share: float) -> float:
    return sorted(times)[int(share * (len(times) - 1))] if times else float("nan")


if __name__ == "__main__":
    main()
