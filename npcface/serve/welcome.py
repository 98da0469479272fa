"""The handshake: check what a client says in its hello, and tell it what this daemon can do."""

from __future__ import annotations

import hmac
import time
from collections.abc import Collection
from typing import get_args

import npcface
from npcface.access.caller import NOBODY, Caller
from npcface.errors import LimitError
from npcface.serve.config import Config
from npcface.serve.driver import EMOTION_NAMES
from npcface.serve.session import Session
from npcface.wire.channels import ChannelMap
from npcface.wire.codec import HEADER_BYTES_MAX, PAYLOAD_BYTES_MAX
from npcface.wire.errors import SessionError
from npcface.wire.replies import Conventions, Limits, Welcome
from npcface.wire.requests import Format, Hello, Quality
from npcface.wire.version import PROTOCOL, minor_of

CONVENTIONS = Conventions()


class WrongToken(SessionError):
    """The token of a hello is missing or wrong."""


def check_token(hello: Hello, config: Config) -> None:
    """Compare in constant time.

    Raises:
        WrongToken: as it says.
    """
    if config.token and not hmac.compare_digest(hello.token.encode(), config.token.encode()):
        raise WrongToken("The token is missing or wrong.", "Send the daemon's token in the hello.")


def no_room(here: Collection[Caller], caller: Caller, config: Config) -> LimitError | None:
    """Why one more client may not come; None: it may.

    Args:
        here: connections of the clients that are here, without the one whose place this one takes.
        caller: of the one who comes.
        config: how many may be.
    """
    if len(here) >= config.max_clients:
        return LimitError(
            f"{len(here)} clients are here, {config.max_clients} may be.", "Close one, or raise max_clients."
        )
    alike = sum(one.name == caller.name for one in here) if caller.name else 0
    if alike >= config.max_clients_per_key:
        return LimitError(
            f"{alike} clients are here by the key {caller.name!r}, {config.max_clients_per_key} may be.",
            "Close one, give each machine a key of its own, or raise max_clients_per_key.",
        )
    return None


def new_session(identity: bytes, hello: Hello, caller: Caller = NOBODY) -> Session:
    """A session for a client whose protocol version and token are already checked.

    Raises:
        StateError: unknown channel names.
    """
    return Session(
        identity, hello.client, ChannelMap(hello.channels), time.monotonic(), caller, hello.shared_memory,
        minor_of(hello.protocol),
    )  # fmt: skip


def welcome(session: Session, hello: Hello, config: Config, quality: Quality, *, shared_memory: bool) -> Welcome:
    """What the client needs to know.

    Args:
        session, hello, config: whose welcome.
        quality: that of streams that ask for auto.
        shared_memory: this daemon has shared memory to give.
    """
    return Welcome(
        request=hello.request,
        protocol=PROTOCOL,
        daemon=f"npcface {npcface.__version__}",
        channels=list(session.channels.names),
        formats=list(get_args(Format)),
        alphas=["straight", "premultiplied"],
        backgrounds=["portrait", "transparent", "color"],
        emotions=list(EMOTION_NAMES),
        limits=Limits(
            size_min_px=64,
            size_max_px=512,
            size_step_px=16,
            fps_max=120.0,
            streams=config.max_streams_per_client,
            header_bytes=HEADER_BYTES_MAX,
            payload_bytes=min(PAYLOAD_BYTES_MAX, config.max_message_bytes),
        ),
        conventions=CONVENTIONS,
        heartbeat_s=config.heartbeat_interval_s,
        qualities=list(get_args(Quality)),
        quality=quality,
        shared_memory=shared_memory and session.shared_memory,
    )
