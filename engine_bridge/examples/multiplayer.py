"""A player speaks, another one watches: numbers through a relay, pixels from the watcher's own daemon.

npcface serve &
python multiplayer.py ada

All three ends run here in threads of one process; each is what its machine would run. With `npcface relay` running
somewhere, give `--relay` its two addresses.
"""

from __future__ import annotations

import argparse
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from PIL import Image

from npcface.client import Client
from npcface.drive import Idle, speech
from npcface.relay import Listener, Playout, Relay, Speaker
from npcface.relay.listener import show

LINE = (("HH", 0.0), ("AH", 0.08), ("L", 0.16), ("OW1", 0.24, 0.55), ("DH", 0.7), ("EH1", 0.78), ("R", 0.95, 1.2))
"""ARPAbet symbols with start (and end) in seconds."""


def speak(address: str) -> None:
    """The speaking player: any driver's states, 30 a second."""
    sent = 0
    with Speaker("ada-of-player-1", address) as speaker:
        for state in speech(LINE, 30, convention="arpabet", idle=Idle(seed=1), emotion=("happy", 0.4)):
            sent += speaker.send(state)
            time.sleep(1 / 30)
    print(f"the line took {sent} bytes")


def main() -> None:
    """Speak the line once, watch it, and save what was seen side by side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("character", help="id in the watcher's store")
    parser.add_argument("--address", default="tcp://127.0.0.1:5747", help="the watcher's daemon")
    parser.add_argument("--relay", nargs=2, metavar=("LISTEN", "PUBLISH"), help="of a running npcface relay")
    parser.add_argument("--out", type=Path, default=Path("multiplayer.png"))
    options = parser.parse_args()

    stop = threading.Event()
    with ExitStack() as stack:
        listen, publish = options.relay or ("", "")
        if options.relay is None:
            relay = stack.enter_context(Relay("tcp://127.0.0.1:0", "tcp://127.0.0.1:0"))
            listen, publish = relay.listening, relay.publishing
            server = threading.Thread(target=relay.run, args=(stop,))
            server.start()
            stack.callback(server.join)
            stack.callback(stop.set)
        client = stack.enter_context(Client(options.address))
        stream = client.open(options.character, size=128)
        listener = stack.enter_context(Listener(publish))
        heard = listener.listen("ada-of-player-1", Playout(idle=Idle(seed=2)))
        time.sleep(0.3)  # a subscription takes a moment to reach the relay
        player = threading.Thread(target=speak, args=(listen,))
        player.start()
        seen = []
        for frames in show(listener, [("ada-of-player-1", stream)]):
            seen.append(frames[0].pixels)
            if not player.is_alive() and heard.playout.playing == "resting":
                break
        player.join()
    Image.fromarray(np.hstack([seen[len(seen) * part // 6] for part in range(6)])).save(options.out)
    print(f"{heard.faces} faces came, {len(seen)} textures were drawn, {options.out}")


if __name__ == "__main__":
    main()
