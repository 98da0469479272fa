"""A listener on a real UDP socket: who is heard, who is not, and what is counted."""

import socket
import time
from itertools import pairwise

import pytest

from npcface.drive.smooth import OneEuro
from npcface.errors import StateError
from npcface.listen import Listener
from npcface.listen.neutral import Neutral
from tests.listen import packets
from tests.listen.packets import SAMPLE_FACES, WEIGHTS, source_of


@pytest.fixture
def sender():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        yield out


def until(true, timeout_s=20.0):
    """Wait for what must come."""
    end_s = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < end_s, "it did not come"
        time.sleep(0.002)


def frame(number, jaw=0.5):
    return packets.livelink(WEIGHTS | {"jawOpen": jaw}, (0.0, 0.0, 0.0), number)


@pytest.mark.parametrize("name", SAMPLE_FACES)
def test_every_source_is_heard(name, sender):
    with Listener(source_of(name), port=0) as listener:
        before = listener.status
        assert (listener.take(), before.age_s, before.tracked, before.who) == ([], None, False, "")
        sender.sendto(SAMPLE_FACES[name][0], listener.address)
        assert listener.wait(20.0)
        status, newest = listener.status, listener.newest
        assert newest is not None and newest.state.weights.any()
        assert status.counts.packets == 1 and status.counts.faces >= 1 and status.counts.malformed == 0
        assert listener.take()[-1] == newest and listener.take() == []


def test_faces_come_in_order_and_gaps_are_counted(sender):
    with Listener("livelink", port=0) as listener:
        for number in (10, 11, 14, 15):
            sender.sendto(frame(number, number / 20), listener.address)
        until(lambda: listener.status.counts.packets == 4)
        jaws = [moment.state["jawOpen"] for moment in listener.take()]
        assert jaws == pytest.approx([0.5, 0.55, 0.7, 0.75], abs=1e-6)
        assert listener.status.counts.lost == 2
        assert listener.status.who.startswith("Maja's iPhone (127.0.0.1:")


def test_a_lost_face_is_told_and_the_last_one_stays(sender):
    with Listener("livelink", port=0) as listener:
        sender.sendto(frame(1), listener.address)
        until(lambda: listener.status.counts.faces == 1)
        sender.sendto(packets.livelink(None, (0, 0, 0), 2), listener.address)
        until(lambda: listener.status.counts.faceless == 1)
        assert not listener.status.tracked
        assert listener.newest is not None and listener.newest.state["jawOpen"] == 0.5
        sender.sendto(frame(3), listener.address)
        until(lambda: listener.status.counts.faces == 2)


def test_malformed_packets_are_counted_and_claim_nothing(sender):
    with Listener("livelink", port=0) as listener, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for data in (b"", b"\0" * 1000, b"hello", frame(1)[:-1], bytes(60_000)):
            stranger.sendto(data, listener.address)
        until(lambda: listener.status.counts.malformed == 5)
        assert listener.status.who == "" and "Live Link Face" in listener.status.trouble
        sender.sendto(frame(1), listener.address)
        until(lambda: listener.status.counts.faces == 1)
        assert listener.status.counts.strangers == 0


def test_a_second_sender_waits_until_the_first_is_silent(sender, monkeypatch):
    with Listener("livelink", port=0) as listener, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as second:
        sender.sendto(frame(1, 0.25), listener.address)
        until(lambda: listener.status.counts.faces == 1)
        second.sendto(frame(1, 0.75), listener.address)
        until(lambda: listener.status.counts.strangers == 1)
        assert listener.newest is not None and listener.newest.state["jawOpen"] == 0.25
        monkeypatch.setattr("npcface.listen.listener.LONGEST_SILENCE_S", 0.0)
        second.sendto(frame(500, 0.75), listener.address)
        until(lambda: listener.status.counts.faces == 2)
        assert listener.newest.state["jawOpen"] == 0.75 and listener.status.counts.lost == 0


def test_two_seconds_are_the_rule():
    from npcface.listen import listener

    assert listener.LONGEST_SILENCE_S == 2.0


def test_what_nobody_takes_is_dropped_and_counted(sender, monkeypatch):
    monkeypatch.setattr("npcface.listen.listener.MOST_WAITING", 8)
    with Listener("livelink", port=0) as listener:
        for number in range(20):
            sender.sendto(frame(number), listener.address)
        until(lambda: listener.status.counts.packets == 20)
        assert len(listener.take()) == 8 and listener.status.counts.dropped == 12


def test_a_calibrated_and_smoothed_listener(sender):
    with Listener("livelink", port=0, neutral=Neutral(0.1), smooth=OneEuro()) as listener:
        number, began_s = 0, 0.0
        while number < 6 or listener.take()[-1].time_s - began_s < 0.2:
            sender.sendto(packets.livelink(WEIGHTS, (9.0, 0.0, 0.0), number), listener.address)
            number += 1
            until(lambda number=number: listener.status.counts.packets == number)
            began_s = listener.take()[0].time_s if number == 1 else began_s
            time.sleep(0.01)
        assert listener.newest is not None
        assert abs(listener.newest.state.head[0]) < 0.5 and listener.newest.state["jawOpen"] < 0.01


def test_lines_of_audio2face_follow_each_other_on_their_own_clock(sender):
    with Listener("a2f", port=0) as listener:
        for turn in (1, 2):
            sender.sendto(packets.a2f(), listener.address)
            until(lambda turn=turn: listener.status.counts.faces == 3 * turn)
        times = [moment.time_s for moment in listener.take()]
        steps = [b - a for a, b in pairwise(times)]
        assert steps == pytest.approx([1 / 30, 1 / 30, 0.1, 1 / 30, 1 / 30], abs=1e-3)


def test_a_phone_is_asked_until_it_answers():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.bind(("127.0.0.1", 0))
        phone.settimeout(20.0)
        with Listener("ifacialmocap", port=0, phone=f"127.0.0.1:{phone.getsockname()[1]}") as listener:
            for _ in range(2):  # the first word may be lost: it comes again
                word, asker = phone.recvfrom(200)
                assert word == b"iFacialMocap_sahuasouryya9218sauhuiayeta91555dy3719|sendDataVersion=v2"
            phone.sendto(packets.ifacialmocap(2), asker)
            assert listener.wait(20.0) and listener.newest is not None


@pytest.mark.parametrize(
    "options",
    [{"source": "kinect"}, {"source": "livelink", "phone": "192.168.1.7"}, {"source": "ifacialmocap", "phone": "a:b"},
     {"source": "livelink", "host": "192.0.2.1"}, {"source": "livelink", "port": 70_000}],
)  # fmt: skip
def test_what_cannot_be_listened_to_is_refused(options):
    with pytest.raises(StateError) as caught:
        Listener(options.pop("source"), **{"port": 0, **options})
    assert caught.value.remedy


def test_a_port_that_is_taken_is_refused_with_the_way_out():
    with Listener("livelink", port=0) as first, pytest.raises(StateError, match="--port"):
        Listener("livelink", port=first.address[1])


def test_what_came_before_closing_can_be_taken(sender):
    listener = Listener("livelink", port=0)
    for number in range(20):
        sender.sendto(frame(number), listener.address)
    listener.close()
    assert len(listener.take()) == 20


def test_closing_twice_is_closing():
    listener = Listener("vmc", port=0)
    listener.close()
    listener.close()
