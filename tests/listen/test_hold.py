"""Whatever comes in by the wire: parsers return packets or say ProtocolError, nothing else, and at once."""

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npcface.errors import ProtocolError
from npcface.listen.names import of_source
from npcface.listen.sources import SOURCES
from tests.listen import packets
from tests.listen.packets import SAMPLES, source_of

BINARY = [(source_of(p.name), p.read_bytes()) for p in sorted(SAMPLES.iterdir()) if p.suffix in (".bin", ".jsonl")]


def read(source, data):
    """What a reader makes of it; every state of it must be sound."""
    try:
        found = SOURCES[source].reader().read(data)
    except ProtocolError as error:
        assert error.cause and error.remedy and len(error.cause) < 400
        return None
    for packet in found:
        assert len(packet.values) <= 512 and all(math.isfinite(v) for v in packet.values.values())
        of_source(source).state(packet.values).checked()
    return found


@given(st.sampled_from(list(SOURCES)), st.binary(max_size=2100))
def test_noise_is_refused_or_read(source, data):
    read(source, data)


@given(st.sampled_from(BINARY), st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=6))
def test_bytes_may_change_on_the_way(sample, changes):
    source, data = sample
    mutated = bytearray(data)
    for place, value in changes:
        mutated[int(place * len(mutated))] = value
    read(source, bytes(mutated))


@given(st.sampled_from(BINARY), st.floats(0, 1))
def test_a_packet_may_be_cut_off(sample, place):
    source, data = sample
    read(source, data[: int(place * len(data))])


@given(st.sampled_from(BINARY), st.binary(min_size=1, max_size=40))
def test_a_packet_may_have_a_tail(sample, tail):
    source, data = sample
    read(source, data + tail)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("size", [0, 1, 65_507])
def test_sizes_that_no_sender_has(source, size):
    assert read(source, bytes(size)) is None


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, 1e30])
def test_numbers_that_no_face_has_are_refused(number):
    weights = packets.WEIGHTS | {"jawOpen": number}
    assert read("livelink", packets.livelink(weights, (0.0, 0.0, 0.0))) is None
    assert read("vmc", packets.osc("/VMC/Ext/Blend/Val", "jawOpen", number)) is None
    good = packets.openseeface()
    assert read("openseeface", good[:-4] + struct.pack("<f", number)) is None


@pytest.mark.parametrize("size", [-4, -1, 0, 3, 2**31 - 1])
def test_osc_sizes_are_not_believed(size):
    """python-osc alone never returns from the first of them."""
    message = packets.osc("/VMC/Ext/Blend/Apply")
    assert read("vmc", b"#bundle\0" + bytes(8) + struct.pack(">i", size) + message) is None


def test_bundles_in_bundles_have_an_end():
    data = packets.osc("/VMC/Ext/Blend/Apply")
    for _ in range(200):
        data = packets.bundle(data)
    assert read("vmc", data) is None


@pytest.mark.parametrize(
    "line",
    [
        b"jawOpen-",
        b"jawOpen-1e400",
        b"jawOpen-" + b"9" * 400,
        b"=head#1,2,3",
        b"=head#nan,0,0,0,0,0",
        b"a-1|" * 2000,
        b"|||",
        "jawOpen-１".encode(),
        b"jaw\x1bOpen-3",
    ],
)
def test_ifacialmocap_lines_that_are_none(line):
    assert read("ifacialmocap", line) is None


def test_ifacialmocap_v2_may_be_negative():
    (packet,) = read("ifacialmocap", b"jawLeft&-3|jawOpen&40|=head#1,-2e-05,3,0,0,0|") or []
    assert packet.values["jawLeft"] == -3.0 and packet.values["head.y"] == -2e-05


@pytest.mark.parametrize(
    "line",
    [
        b"{}",
        b"[]",
        b"1",
        b'{"animationData": {"skelAnimation": {"blendShapeWeights": [{"values": [1]}]}}}',
        b'{"animationDataStreamHeader": {"skelAnimationHeader": {"blendShapes": ["a", "a"]}}}',
        b'{"animationDataStreamHeader": {"skelAnimationHeader": {"blendShapes": [3]}}}',
        b"[" * 50_000,
        b"9" * 5000,
    ],
)
def test_audio2face_lines_that_are_none(line):
    assert read("a2f", line) is None


def test_audio2face_rows_must_fit_their_names():
    header = b'{"animation_data_stream_header": {"skel_animation_header": {"blend_shapes": ["JawOpen"]}}}\n'
    row = '{"animation_data": {"skel_animation": {"blend_shape_weights": [{"time_code": 0, "values": %s}]}}}'
    assert read("a2f", header + (row % "[0.5]").encode())[0].values == {"JawOpen": 0.5}
    for values in ("[0.5, 1]", "[true]", "[NaN]", '["0.5"]', "[1e999]", "3", "[" + "9" * 400 + "]"):
        assert read("a2f", header + (row % values).encode()) is None
