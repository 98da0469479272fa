"""Stored packets of every source: parsed, mapped, and compared with the faces their descriptions ask for."""

import json

import numpy as np
import pytest

from npcface.drive.channels import looked
from npcface.listen.livelink import ORDER
from npcface.listen.livelink import parse as parse_livelink
from npcface.listen.names import of_source
from npcface.listen.openseeface import parse as parse_openseeface
from npcface.listen.sources import SOURCES
from npcface.listen.vmc import VmcReader
from npcface.vocab import ARKIT_52
from tests.listen import packets
from tests.listen.packets import FACELESS, SAMPLE_FACES, SAMPLES, source_of


@pytest.mark.parametrize("name", SAMPLE_FACES)
def test_a_stored_packet_is_the_face_it_was_built_for(name):
    source = source_of(name)
    expected = json.loads((SAMPLES / name).with_suffix(".json").read_text())
    packet = SOURCES[source].reader().read((SAMPLES / name).read_bytes())[-1]
    state = of_source(source).state(packet.values)
    assert packet.face
    for shape in ARKIT_52:
        assert state[shape] == pytest.approx(expected["weights"].get(shape, 0.0), rel=0.01, abs=1e-4), shape
    np.testing.assert_allclose(state.head, expected["head"], rtol=0.01, atol=1e-3)
    whole = np.array(expected["gaze"])
    if source == "openseeface":  # its gaze is the whole gaze; it sends no eyeLook weights
        whole = whole - looked(state.weights)
    np.testing.assert_allclose(state.gaze, whole, rtol=0.01, atol=1e-3)


@pytest.mark.parametrize("name", FACELESS)
def test_a_packet_without_a_face_says_so(name):
    (packet,) = SOURCES[source_of(name)].reader().read((SAMPLES / name).read_bytes())
    assert not packet.face and not packet.values


def test_the_stored_packets_are_those_that_the_builder_builds():
    built = {name: data for name, (data, _) in SAMPLE_FACES.items()} | FACELESS
    assert {name: (SAMPLES / name).read_bytes() for name in built} == built
    for name, (_, face) in SAMPLE_FACES.items():
        assert json.loads((SAMPLES / name).with_suffix(".json").read_text()) == json.loads(json.dumps(face))
    stored = {path.name for path in SAMPLES.iterdir() if path.suffix in (".bin", ".jsonl")}
    assert stored == set(built)


def test_live_link_tells_who_and_when():
    packet = parse_livelink((SAMPLES / "livelink-face.bin").read_bytes())
    assert packet.who == "Maja's iPhone" and packet.number == 5000
    assert packet.time_s == pytest.approx(5000.25 / 60)
    assert list(ORDER) == packets.UDP_ORDER


def test_control_characters_in_a_name_never_reach_a_terminal():
    data = packets.livelink(packets.WEIGHTS, (0, 0, 0)).replace(b"Maja's iPhone", b"Maja\x1b[2J\x07    ")
    assert parse_livelink(data).who == "Maja[2J    "


def test_openseeface_takes_the_lowest_face_of_several():
    first = (SAMPLES / "openseeface.bin").read_bytes()
    second = first[:8] + (7).to_bytes(4, "little") + first[12:]
    assert parse_openseeface(second + first) == parse_openseeface(first)
    assert parse_openseeface(second).who == "face 7"


def test_a_vmc_frame_may_come_in_single_messages():
    reader = VmcReader()
    for message in (packets.osc("/VMC/Ext/Blend/Val", "JAWOPEN", 0.4), packets.bone("Head", packets.about("y", -9.0))):
        assert reader.read(message) == []
    (packet,) = reader.read(packets.osc("/VMC/Ext/Blend/Apply"))
    state = of_source("vmc").state(packet.values)
    assert state["jawOpen"] == pytest.approx(0.4) and state.head[0] == pytest.approx(9.0, rel=0.01)
    (later,) = reader.read(packets.osc("/VMC/Ext/Blend/Apply"))
    assert later.values == packet.values


def test_vmc_says_when_tracking_is_lost():
    reader = VmcReader()
    assert not reader.read(packets.osc("/VMC/Ext/OK", 1, 3, 0, 0))[0].face
    assert not reader.read(packets.osc("/VMC/Ext/OK", 0))[0].face
    assert reader.read(packets.osc("/VMC/Ext/OK", 1, 3, 0, 1)) == []


def test_unknown_vmc_addresses_and_surplus_arguments_are_passed_over():
    data = packets.bundle(
        packets.osc("/VMC/Ext/Cam", "Camera", *[0.0] * 8),
        packets.osc("/VMC/Ext/Blend/Val", "jawOpen", 0.5, "more"),
        packets.osc("/VMC/Ext/Blend/Apply", 1),
    )
    assert VmcReader().read(data)[0].values == {"jawopen": 0.5}


def test_audio2face_frames_carry_their_own_time():
    found = SOURCES["a2f"].reader().read((SAMPLES / "a2f-stream.jsonl").read_bytes())
    assert [packet.time_s for packet in found] == pytest.approx([0, 1 / 30, 2 / 30])


def test_mediapipes_values_are_taken_as_they_are():
    state = of_source("mediapipe").state({"jawOpen": 0.25, "_neutral": 1e-6, "head.yaw": 11.0, "head.pitch": -3.0})
    assert state["jawOpen"] == 0.25 and list(state.head) == [11.0, -3.0, 0.0]
