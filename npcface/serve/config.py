"""Everything the daemon can be told. The same names on the command line, in Python and as ``NPCFACE_…`` variables."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, get_args

from npcface.access.files import read_token
from npcface.access.keys import KeyFolder
from npcface.access.rule import bind_problem, is_loopback
from npcface.errors import NpcFaceError
from npcface.paths import characters, expanded, keys
from npcface.serve.watermark import Policy
from npcface.shm.layout import SLOTS_MAX
from npcface.wire.requests import AskedQuality

DEFAULT_PORT = 5747
SECONDS_MAX, NUMBER_MAX = 2_000_000, 0x7FFF_FFFF
"""Of every option: as milliseconds and as they are they fit what ZeroMQ takes."""
MAY_BE_ZERO = ("port", "threads", "parent_pid", "metrics_port", "trace_slow_ms")
WORDS = {
    "quality": get_args(AskedQuality), "watermark": get_args(Policy), "notices": ("draw", "tell", "off"),
    "shared_memory": ("auto", "off"), "stdin": ("ignore", "watch"), "log_format": ("text", "json"),
}  # fmt: skip
"""Of options that are one of several words."""
KINDS = {
    "int": "a whole number", "float": "a number", "str": "a word", "Path": "a folder", "Folders": "folders",
    "switch": "on or off",
}  # fmt: skip
"""Of ``kind_of``, for people."""


class StartupError(NpcFaceError):
    """The daemon cannot start: port taken, store missing, no renderer. The process exits with 3."""

    code = "startup"


class Folders(tuple[Path, ...]):
    """Folders, in text joined by the system's separator of paths (``:``, on Windows ``;``)."""

    __slots__ = ()

    def __new__(cls, given: str | Iterable[str | Path] = ()) -> Folders:
        parts = given.split(os.pathsep) if isinstance(given, str) else given
        return super().__new__(cls, (expanded(part) for part in parts if str(part)))


NO_FOLDERS = Folders()


@dataclass(frozen=True, kw_only=True, slots=True)
class Config:
    """Options of the daemon; docs/daemon.md explains them in a table."""

    characters: Path = field(default_factory=characters)  # store: character folders, packs
    packs: Folders = NO_FOLDERS  # further stores, pack folders and zips; later ones override earlier ones
    watch: bool = False  # look for changed characters and show them at once
    host: str = "127.0.0.1"  # address to listen on; anything but loopback needs keys or a trusted link
    port: int = DEFAULT_PORT  # 0 = let the system choose; the ready line names the port
    keys: str = ""  # folder of CURVE keys; empty: the user's own if it is needed and there
    trusted_link: bool = False  # the link is private, or something else encrypts it: a token is enough off loopback
    token: str = field(default="", repr=False)  # clients must send it in their hello
    token_file: str = ""  # read it from there
    provider: str = "auto"  # where to render: auto, cpu, cuda or directml
    quality: AskedQuality = (
        "auto"  # of streams that ask for auto: auto (neural on a GPU or two CPU threads), warp or neural
    )
    threads: int = 0  # of the renderer on the CPU, 0 = as many as cores
    max_clients: int = 64
    max_clients_per_key: int = 16  # of one name on the list of keys
    max_connections: int = 256  # TCP connections, those that have not said hello too
    messages_per_s: int = 4000  # of one connection; what is beyond is not read
    megabytes_per_s: float = 64.0  # of one connection
    opens_per_s: float = 20.0  # of one connection; four times as many at once
    lookups_per_s: float = 10.0  # lists, loads and unloads of one connection; four times as many at once
    hellos_per_s: float = 1.0  # of one connection; ten at once
    errors_per_s: float = 50.0  # answered to one connection; four times as many at once
    max_streams_per_client: int = 32
    max_characters: int = 64  # in memory; those without a stream leave first
    max_batch: int = 32  # faces in one render
    frames_in_flight: int = 2  # unsent frames of one stream before older ones are dropped
    shared_memory: str = "auto"  # frames through shared memory to clients of this machine that ask: auto or off
    shared_memory_slots: int = 3  # frames in a stream's ring: one shown, one waiting, one being written
    shared_memory_client_mb: int = 64  # MiB of all rings of one client; further streams use the socket
    shared_memory_total_mb: int = 512  # MiB of all rings
    watermark: str = "asked"  # in live textures: off, asked (by streams) or always
    send_queue_messages: int = 32  # ZeroMQ's queue to one client
    max_message_bytes: int = 16 * 1024 * 1024  # longer messages close the connection
    heartbeat_interval_s: float = 2.0  # silence towards a client after which it gets an `alive` message
    heartbeat_timeout_s: float = 10.0  # a peer whose machine takes nothing for so long counts as dead
    handshake_s: float = 3.0  # time a connection has to become one
    linger_s: float = 0.5  # time for last messages at shutdown
    hang_timeout_s: float = 20.0  # one job of the render or disk thread may take so long, else the daemon leaves
    parent_pid: int = 0  # leave when this process has ended, 0 = nobody's child
    notices: str = "draw"  # of rights that are not stated: draw (tell clients, label textures), tell or off
    stdin: str = "ignore"  # or watch: leave when standard input closes
    log_format: str = "text"  # or json: one object a line
    verbose: bool = False  # the log says what clients do
    metrics_port: int = -1  # metrics and health over HTTP: -1 = off, 0 = any free port, named in the log
    metrics_host: str = "127.0.0.1"  # address to show them on; they are not protected by the token
    health_timeout_s: float = 5.0  # without a move of the main loop, after which /healthz says no
    trace_slow_ms: float = 0.0  # frames that take longer are logged and kept; 0 = four frame periods, kept only
    supervise: bool = False  # run the daemon as a child and start it again when it crashes or hangs
    watchdog_s: float = 10.0  # silence of the supervised daemon's main loop after which it has hung
    crashes_per_minute: int = 5  # more, and the supervisor gives up

    def checked(self) -> Config:
        """Return self if the values make sense together.

        Raises:
            StartupError: out of range, an unknown word, or open to other machines (see ``access.rule``).
            KeyFileError: keys or token cannot be read.
        """
        for option in fields(self):
            value = getattr(self, option.name)
            if any("\0" in str(one) for one in (value if isinstance(value, tuple) else (value,))):
                raise StartupError(f"{option.name} holds a zero character.", "No name of a file or machine does.")
        if self.token_file:
            return replace(self, token=read_token(expanded(self.token_file)), token_file="").checked()
        if not self.keys and not self.trusted_link and not is_loopback(self.host) and KeyFolder(keys()).has_server:
            return replace(self, keys=str(keys())).checked()
        if not 0 <= self.port <= 65535:
            raise StartupError(f"Port {self.port} does not exist.", "Use 0 (any free port) to 65535.")
        for option in fields(self):
            value = getattr(self, option.name)
            number = isinstance(value, int | float) and not isinstance(value, bool)
            least = -1 if option.name in MAY_BE_ZERO else 1e-3  # those have limits of their own below
            most = SECONDS_MAX if option.name.endswith("_s") else NUMBER_MAX
            if number and not least <= value <= most:  # of NaN neither is true
                raise StartupError(f"{option.name} is {value}.", f"Use a number above 0, at most {most}.")
        for name, words in WORDS.items():
            if getattr(self, name) not in words:
                raise StartupError(f"{name} {getattr(self, name)!r} is unknown.", f"Use one of: {', '.join(words)}.")
        if not -1 <= self.metrics_port <= 65535:
            raise StartupError(f"Port {self.metrics_port} does not exist.", "Use -1 (off), 0 (any free port) to 65535.")
        if self.trace_slow_ms < 0.0:
            raise StartupError(f"trace_slow_ms is {self.trace_slow_ms}.", "Use milliseconds, or 0.")
        if self.parent_pid < 0:
            raise StartupError(f"parent_pid is {self.parent_pid}.", "Use the number of a process, or 0.")
        if self.shared_memory_slots > SLOTS_MAX:
            raise StartupError(f"shared_memory_slots is {self.shared_memory_slots}.", f"Use 1 to {SLOTS_MAX}.")
        problem = bind_problem(self.host, keys=bool(self.keys), trusted_link=self.trusted_link, token=self.token)
        if problem is not None:
            raise StartupError(*problem)
        return self

    @property
    def key_folder(self) -> Path | None:
        """Where the CURVE keys are; None: nobody is asked for one."""
        return expanded(self.keys) if self.keys else None

    def endpoint(self) -> str:
        """ZeroMQ address to bind."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"tcp://{host}:{self.port}"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ, **given: Any) -> Config:
        """Defaults, then ``NPCFACE_<NAME>`` variables, then ``given`` (values of None count as not given).

        Raises:
            StartupError: a variable does not hold a value of its type.
        """
        values: dict[str, Any] = {}
        for option in fields(cls):
            text = environment.get(f"NPCFACE_{option.name.upper()}")
            if text is None:
                continue
            try:
                values[option.name] = kind_of(option)(text)
            except ValueError:
                raise StartupError(
                    f"NPCFACE_{option.name.upper()} is {text!r}.",
                    f"It must be {KINDS[kind_of(option).__name__]}, such as {option.default}.",
                ) from None
        values.update({name: value for name, value in given.items() if value is not None})
        return cls(**values)


def kind_of(option: Field[Any]) -> Callable[[str], Any]:
    """What makes an option's value of text: ``str``, ``int``, ``float``, ``Path``, ``Folders`` or ``switch``."""
    if option.default is MISSING:
        return Path
    return switch if isinstance(option.default, bool) else type(option.default)


def switch(text: str) -> bool:
    """On or off.

    Raises:
        ValueError: neither.
    """
    known = {"1": True, "on": True, "true": True, "yes": True, "0": False, "off": False, "false": False, "no": False}
    if text.lower() not in known:
        raise ValueError(f"{text!r} is neither on nor off")
    return known[text.lower()]
