"""The golden files in engine_bridge/ are what this code says, and mean what their index says."""

from __future__ import annotations

import json
from pathlib import Path

import msgpack
import pytest

import npcface
from npcface.errors import ProtocolError
from npcface.wire import PROTOCOL, decode_reply, decode_request, golden
from npcface.wire.codec import REPLY_TYPES, REQUEST_TYPES
from npcface.wire.errors import VersionError
from npcface.wire.replies import Figures, Opened, Welcome
from npcface.wire.requests import Open
from npcface.wire.zmtp import PartReader, check_greeting

FOLDER = Path(npcface.__file__).parent.parent / golden.FOLDER
INDEX = json.loads((FOLDER / "index.json").read_text(encoding="utf-8"))


def test_the_files_are_unchanged() -> None:
    expected = golden.files()
    assert {path.name for path in FOLDER.iterdir()} == set(expected)
    changed = [name for name, content in expected.items() if (FOLDER / name).read_bytes() != content]
    assert not changed, "the wire has changed: raise PROTOCOL, then run python -m npcface.wire.golden"


def test_every_message_has_a_golden_file() -> None:
    assert {entry["meaning"]["type"] for entry in INDEX["requests"].values()} == REQUEST_TYPES
    assert {entry["meaning"]["type"] for entry in INDEX["replies"].values()} == REPLY_TYPES


@pytest.mark.parametrize("kind", ["requests", "replies"])
def test_another_messagepack_library_reads_the_same_meaning(kind: str) -> None:
    for entry in INDEX[kind].values():
        assert msgpack.unpackb((FOLDER / entry["header"]).read_bytes()) == entry["meaning"]


def test_the_files_decode_to_the_messages_they_were_made_of() -> None:
    for kind, samples, decode in (
        ("requests", golden.REQUESTS, decode_request),
        ("replies", golden.REPLIES, decode_reply),
    ):
        for name, entry in INDEX[kind].items():
            frames = [(FOLDER / entry[part]).read_bytes() for part in ("header", "payload") if part in entry]
            if name == "hello_other_major":
                with pytest.raises(VersionError):
                    decode(frames)
            else:
                assert decode(frames) == samples[name]


NEW_IN_1_1 = {"welcome": ("qualities", "quality"), "opened": ("quality",), "figures": ()}


@pytest.mark.parametrize("name", NEW_IN_1_1)
def test_a_daemon_of_protocol_1_0_knows_warp_only(name: str) -> None:
    """Its answers lack what came later; a client of today reads them all the same."""
    old = {**INDEX["replies"][name]["meaning"]}
    for field in NEW_IN_1_1[name]:
        del old[field]
    if name == "figures":
        old["own_streams"] = [
            {key: value for key, value in own.items() if key != "quality"} for own in old["own_streams"]
        ]
    message, _ = decode_reply([msgpack.packb({**old, **({"protocol": "1.0.0"} if name == "welcome" else {})})])
    if isinstance(message, Figures):
        assert [own.quality for own in message.own_streams] == ["warp"]
    else:
        assert isinstance(message, Welcome | Opened) and message.quality == "warp"
        assert not isinstance(message, Welcome) or message.qualities == ["warp"]


def test_a_daemon_of_protocol_1_1_lowers_nothing() -> None:
    figures = {**INDEX["replies"]["figures"]["meaning"]}
    for field in ("load", "load_wanted", "lowered", "skipped", "levels"):
        del figures[field]
    new = ("level", "lowered", "skipped")
    figures["own_streams"] = [{k: v for k, v in own.items() if k not in new} for own in figures["own_streams"]]
    message, _ = decode_reply([msgpack.packb(figures)])
    assert isinstance(message, Figures) and (message.load, message.lowered, message.levels) == (0.0, 0, {})
    assert [(own.level, own.lowered, own.skipped) for own in message.own_streams] == [(0, 0, 0)]


def test_a_client_of_protocol_1_1_says_nothing_of_importance_and_keeps_its_size() -> None:
    header, _ = decode_request([(FOLDER / "request_open.bin").read_bytes()])
    assert isinstance(header, Open) and (header.importance, header.size_min) == (0.5, None)


def test_a_client_of_protocol_1_0_asks_for_auto() -> None:
    header, _ = decode_request([(FOLDER / "request_open.bin").read_bytes()])
    assert b"quality" not in (FOLDER / "request_open.bin").read_bytes()
    assert isinstance(header, Open) and header.quality == "auto"


def test_the_transport_files_are_zmtp() -> None:
    data = {name: (FOLDER / entry["bytes"]).read_bytes() for name, entry in INDEX["zmtp"].items()}
    check_greeting(data["greeting"])
    with pytest.raises(ProtocolError):
        check_greeting(data["greeting"].replace(b"NULL\0", b"PLAIN"))
    ready, *_ = PartReader().feed(data["ready_identity"])
    assert ready.command and ready.body.startswith(b"\x05READY") and ready.body.endswith(b"game-1")
    assert [len(part.body) for part in PartReader().feed(data["message_255"] + data["message_256"])] == [255, 256]
    header, pixels = PartReader().feed(data["message_frame"])
    assert (header.more, pixels.more) == (True, False)
    assert [header.body, pixels.body] == [(FOLDER / f"reply_frame{end}.bin").read_bytes() for end in ("", ".payload")]


def test_the_document_names_every_message_and_every_field() -> None:
    text = (FOLDER.parent / "PROTOCOL.md").read_text(encoding="utf-8")
    assert f"version {PROTOCOL}" in text.splitlines()[0]
    names = {entry["meaning"]["type"] for kind in ("requests", "replies") for entry in INDEX[kind].values()}
    for message, _ in [*golden.REQUESTS.values(), *golden.REPLIES.values()]:
        names.update(message.__struct_fields__)
    missing = sorted(name for name in names if f"`{name}`" not in text)
    assert not missing
