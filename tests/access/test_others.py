"""The relay's and the director's sockets have the same door."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import zmq

from npcface.access.curve import ClientKeys
from npcface.access.door import Door
from npcface.access.keys import KeyFolder, Pair
from npcface.client import DaemonTimeout
from npcface.cluster.config import ClusterConfig
from npcface.cluster.desk import Desk
from npcface.cluster.link import DirectorLink
from npcface.cluster.roster import Roster
from npcface.relay import FaceEncoder, Listener, Speaker
from npcface.relay.server import Relay
from npcface.serve.sockets import bind_router
from npcface.state import FaceState


def as_client(keys: KeyFolder, name: str) -> dict[str, Any]:
    return {"server_key": keys.folder / "server.pub", "key": keys.folder / "clients" / f"{name}.key"}


@contextmanager
def running_relay(keys: KeyFolder) -> Iterator[Relay]:
    stop = threading.Event()
    with Relay("tcp://127.0.0.1:0", "tcp://127.0.0.1:0", keys=keys.folder) as relay:
        thread = threading.Thread(target=relay.run, args=(stop,))
        thread.start()
        try:
            yield relay
        finally:
            stop.set()
            thread.join()


def until(enough: Callable[[], bool], step: Callable[[], None]) -> None:
    deadline_s = time.monotonic() + 20.0
    while not enough():
        assert time.monotonic() < deadline_s
        step()
        time.sleep(0.02)


def test_faces_pass_a_relay_with_keys_and_strangers_neither_speak_nor_hear(keys: KeyFolder) -> None:
    game = as_client(keys, "game")
    with (
        running_relay(keys) as relay,
        Speaker("ada", relay.listening, **game) as speaker,
        Speaker("eve", relay.listening) as stranger,
        Listener(relay.publishing, **game) as hears,
        Listener(relay.publishing) as deaf,
    ):
        ada, nobody, eve = hears.listen("ada"), deaf.listen("ada"), hears.listen("eve")

        def exchange() -> None:
            for one in (speaker, stranger):
                one.send(FaceState())
            for ears in (hears, deaf):
                ears.poll()

        until(lambda: ada.faces >= 5, exchange)
        assert nobody.faces == eve.faces == 0


def quiet(others: Callable[[], tuple[int, ...]], faces: Callable[[], int]) -> Callable[[], bool]:
    """Whether ten faces have passed without any of the others'."""
    seen, since = others(), faces()

    def found() -> bool:
        nonlocal seen, since
        if others() != seen:
            seen, since = others(), faces()
        return faces() >= since + 10

    return found


def test_a_relay_puts_out_whose_key_is_revoked_and_the_others_come_back(keys: KeyFolder) -> None:
    keys.make_client("thief")
    game, thief = as_client(keys, "game"), as_client(keys, "thief")
    with (
        running_relay(keys) as relay,
        Speaker("ada", relay.listening, **game) as speaker,
        Speaker("eve", relay.listening, **thief) as stolen,
        Listener(relay.publishing, **game) as hears,
        Listener(relay.publishing, **thief) as spies,
    ):
        ada, eve, spied = hears.listen("ada"), hears.listen("eve"), spies.listen("ada")

        def exchange() -> None:
            for one in (speaker, stolen):
                one.send(FaceState())
            for ears in (hears, spies):
                ears.poll()

        until(lambda: min(ada.faces, eve.faces, spied.faces) >= 5, exchange)
        keys.revoke("thief")
        until(quiet(lambda: (eve.faces, spied.faces), lambda: ada.faces), exchange)


def test_so_does_a_server_that_publishes_what_it_gets_by_a_way_of_its_own(keys: KeyFolder) -> None:
    keys.make_client("thief")
    encoder = FaceEncoder()
    with (
        Relay("tcp://127.0.0.1:0", "tcp://127.0.0.1:0", keys=keys.folder) as relay,
        Listener(relay.publishing, **as_client(keys, "game")) as hears,
        Listener(relay.publishing, **as_client(keys, "thief")) as spies,
    ):
        ada, spied = hears.listen("ada"), spies.listen("ada")

        def exchange() -> None:
            relay.publish("ada", encoder.encode(FaceState(), time.monotonic()))
            for ears in (hears, spies):
                ears.poll()

        until(lambda: min(ada.faces, spied.faces) >= 5, exchange)
        keys.revoke("thief")
        until(quiet(lambda: (spied.faces,), lambda: ada.faces), exchange)


def test_a_director_asks_for_keys_too(keys: KeyFolder, tmp_path: Path) -> None:
    config = ClusterConfig(characters=tmp_path, port=0, keys=str(keys.folder))
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
    door = Door(context, keys.folder)
    socket = bind_router(context, config.front(), door)
    stop = threading.Event()
    desk = Desk(socket, door, config, Roster())

    def direct() -> None:
        while not stop.is_set():
            if not desk.pause() and socket.poll(20):
                desk.receive()
            desk.keep_house()

    thread = threading.Thread(target=direct)
    thread.start()
    try:
        address = socket.getsockopt_string(zmq.LAST_ENDPOINT)
        game = ClientKeys.of(keys.folder / "server.pub", keys.folder / "clients" / "game.key")
        link = DirectorLink(address, 10.0, "", game)
        link.close()
        own = ClientKeys(keys.server().public, keys.server())  # as a director asks its workers
        link = DirectorLink(address, 10.0, "", own)
        link.close()
        for none in (None, ClientKeys(keys.server().public, Pair.new())):
            with pytest.raises(DaemonTimeout):
                DirectorLink(address, 0.7, "", none)
    finally:
        stop.set()
        thread.join()
        door.close()
        context.destroy(linger=0)
