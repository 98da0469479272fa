"""What the daemon sends. One class a message; ``type`` on the wire is given by ``tag``.

Every field is always present, so that a hand-written client may read without defaults. New minor versions may add
fields and messages: ignore what you do not know. Fields that came after 1.0 have a default here, which is what an older
daemon that does not send them does; ours sends them always.
"""

from __future__ import annotations

import msgspec

from npcface.wire.requests import Alpha, Quality


class Reply(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag=str.lower):
    """``request`` is the number of the message that is answered, 0 for what nobody asked for."""

    request: int = 0


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What a client may ask for."""

    size_min_px: int
    size_max_px: int
    size_step_px: int
    fps_max: float
    streams: int  # of one client
    header_bytes: int
    payload_bytes: int


class Conventions(msgspec.Struct, frozen=True, kw_only=True):
    """How to read pixels and numbers; the same for every stream."""

    rows: str = "top-down"  # first byte = top left pixel
    color_space: str = "srgb"
    sides: str = "subject"  # Left and Right are the subject's
    angles: str = "degrees"
    time: str = "seconds"


class Welcome(Reply, frozen=True):
    """Answer to hello."""

    protocol: str
    daemon: str  # free text, such as "npcface 0.1.0"
    channels: list[str]  # the agreed order of `values`
    formats: list[str]
    alphas: list[str]
    backgrounds: list[str]
    emotions: list[str]
    limits: Limits
    conventions: Conventions
    heartbeat_s: float  # the daemon is never silent for longer: then an `alive` comes
    qualities: list[str] = msgspec.field(default_factory=lambda: ["warp"])
    quality: Quality = "warp"  # what a stream gets that asks for "auto"
    shared_memory: bool = False  # the client has offered it and this daemon can: streams may get a ring


class Pong(Reply, frozen=True):
    """Answer to ping."""

    time_s: float  # the daemon's clock, seconds since it started


class Alive(Reply, frozen=True):
    """Sent to quiet clients now and then; needs no answer."""

    time_s: float


class CharacterInfo(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the list."""

    id: str
    name: str
    loaded: bool
    streams: int  # open streams that show it, of all clients
    error: str  # why it cannot be used; empty when it can


class Characters(Reply, frozen=True):
    """Answer to list."""

    characters: list[CharacterInfo]


class Done(Reply, frozen=True):
    """Answer, when a ``request`` number came, to everything that has no answer of its own."""

    what: str  # the type of the message that was done


class Ring(msgspec.Struct, frozen=True, kw_only=True):
    """Shared memory through which a stream's frames can come, for a client that can open it; else they come as ever."""

    kind: str  # "file" or "section" (Windows)
    name: str  # absolute path of the file, or name of the section
    bytes: int  # of the whole ring
    slots: int  # frames it holds


class Opened(Reply, frozen=True):
    """Answer to open: everything needed to create the texture."""

    stream: int
    character: str
    width: int
    height: int
    format: str
    alpha: Alpha
    rows: str
    color_space: str
    stride_bytes: int
    fps: float
    quality: Quality = "warp"  # what the stream really gets, never "auto"
    ring: Ring | None = None
    watermark: bool = False  # its textures carry the invisible mark; the daemon may do so without being asked


class Closed(Reply, frozen=True):
    """Answer to close; also sent when the daemon closes a stream by itself."""

    stream: int
    reason: str


class Frame(Reply, frozen=True):
    """One texture, ``height`` rows of ``stride_bytes``: the next frame of the message, or a slot of the ring."""

    stream: int
    sequence: int  # lock-step: of the state; pushed: number of the frame on the stream's clock, gaps = dropped
    time_s: float  # pushed: time in the line; lock-step: the daemon's clock
    width: int
    height: int
    format: str
    alpha: Alpha
    rows: str
    color_space: str
    dropped: int  # frames and states of this stream that were never shown, so far
    slot: int = -1  # of the ring; -1: the pixels are in the message
    generation: int = 0  # which frame of that slot is meant
    part: list[int] = []  # x, y, width, height of the rectangle that the pixels are; empty: all of them


class Level(Reply, frozen=True):
    """From the next frame on (or the one after that, if one is on its way) a pushed stream is drawn like this.

    Sent unasked, and to clients of protocol 1.2 or newer only.
    """

    stream: int
    level: int  # 0 = as it was opened, higher = the daemon saves more on it
    fps: float  # frames pushed a second
    quality: Quality
    width: int  # pixels
    height: int
    reason: str  # "load": the daemon has too much to do; "room": less to do; "priority": more or less important now


class Ended(Reply, frozen=True):
    """A line or timeline is over; ``then`` says what the stream does now."""

    stream: int
    what: str
    then: str


class StreamStats(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of one stream of the asking client."""

    stream: int
    character: str
    mode: str
    frames: int
    late: int  # pushed frames left out because their time had passed
    superseded: int  # states replaced by newer ones before they were rendered
    unsent: int  # rendered frames replaced by newer ones because the client did not read
    quality: Quality = "warp"  # now
    level: int = 0  # as in the message `level`
    lowered: int = 0  # how often the daemon went to a lower level
    skipped: int = 0  # pushed frames left out because of the level


class Figures(Reply, frozen=True):
    """Answer to stats."""

    uptime_s: float
    clients: int
    streams: int
    frames: int  # handed to the network, all clients
    fps: float  # the same, over the last seconds
    frame_ms_p50: float  # from due (pushed) or received (lock-step) to handed over
    frame_ms_p99: float
    render_ms_p50: float  # one batch through the renderer
    render_ms_p99: float
    late: int
    superseded: int
    unsent: int
    errors: int
    batches: dict[str, int]  # batch size → how often
    own_streams: list[StreamStats]
    load: float = 0.0  # share of the renderer's time that all streams need as they are drawn now; above 1 = too much
    load_wanted: float = 0.0  # the same if every stream were drawn as it was opened
    lowered: int = 0  # how often a stream went to a lower level
    skipped: int = 0
    levels: dict[str, int] = msgspec.field(default_factory=dict)  # level → streams that are at it now


class Notice(Reply, frozen=True):
    """Something that a person should know while everything goes on. ``stream`` is -1 when it is about the daemon.

    Sent unasked, and to clients of protocol 1.3 or newer only.
    """

    code: str  # "rights", "renderer", "hang", "limit" or a newer one
    cause: str
    remedy: str
    stream: int = -1


class Error(Reply, frozen=True):
    """Something was refused. ``stream`` and ``sequence`` are -1 where they do not apply."""

    code: str
    cause: str
    remedy: str
    stream: int = -1
    sequence: int = -1


AnyReply = (
    Welcome | Pong | Alive | Characters | Done | Opened | Closed | Frame | Level | Ended | Figures | Notice | Error
)
