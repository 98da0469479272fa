"""Methods by name, and what they share; enrolment, driving and rendering are stood in for by counters."""

import sys
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import npcface.enroll
import npcface.render
from npcface.errors import DependencyError, NpcFaceError
from npcface.eval import evaluate_clips
from npcface.eval.cast import Cast
from npcface.eval.methods import NOT_BETTER, NpcfaceReenactor, Recipe, load_reenactor, load_reenactors, recipe_of
from npcface.eval.reenact import Reenactor, still_copy, wants_shots
from npcface.eval.sample import Protocol

SHOTS = [np.full((8, 8, 3), 10 * k, np.uint8) for k in range(1, 8)]
PORTRAIT = np.zeros((8, 8, 3), np.uint8)
FRAMES = [np.full((8, 8, 3), 200 + k, np.uint8) for k in range(20)]


class NotBetter(NpcFaceError):
    """As npcface.finetune's."""


class Workshop:
    """Counts what is asked of npcface's parts."""

    def __init__(self) -> None:
        self.enrolled: list[int] = []
        self.finetuned: list[int] = []
        self.driven: list[object] = []
        self.rendered: list[tuple[object, int, dict[str, object]]] = []
        self.forgotten: list[object] = []
        self.better = True

    def enroll(self, portrait, *, shots=()):
        self.enrolled.append(len(shots))
        return SimpleNamespace(tensors={}, shots=[int(shot[0, 0, 0]) for shot in shots], tuned=False)

    def finetune(self, character, pictures, *, steps=None):
        self.finetuned.append(len(pictures))
        if not self.better:
            raise NotBetter("worse", "")
        return SimpleNamespace(character=SimpleNamespace(tensors={}, shots=character.shots, tuned=True))

    def driver(self, character, motion):
        assert motion == "absolute"
        self.driven.append(character)
        return SimpleNamespace(state=lambda points, size, blendshapes: points)

    def render(self, characters, states, size, background, **options):
        self.rendered.append((characters[0], len(states), options))
        return np.zeros((len(states), size, size, 4), np.uint8)


@pytest.fixture
def workshop(monkeypatch):
    workshop = Workshop()
    monkeypatch.setattr(npcface.enroll, "enroll", workshop.enroll)
    # By its full name: the package also exports a function called landmarks.
    monkeypatch.setattr(import_module("npcface.drive.landmarks"), "LandmarkDriver", workshop.driver)
    renderer = SimpleNamespace(render=workshop.render, forget=workshop.forgotten.append)
    monkeypatch.setattr(npcface.render, "Renderer", lambda provider, threads: renderer)
    module = SimpleNamespace(finetune=workshop.finetune, NotBetter=NotBetter)
    monkeypatch.setitem(sys.modules, "npcface.finetune", module)
    return workshop


@pytest.fixture
def finder():
    found = SimpleNamespace(points=np.zeros((478, 3)), blendshapes={})
    return SimpleNamespace(find=lambda frame: found)


def run(reenactors, portrait=PORTRAIT):
    return {
        name: list(reenact(portrait, iter(FRAMES), 8, shots=np.stack(SHOTS))) for name, reenact in reenactors.items()
    }


@pytest.mark.parametrize(
    ("name", "recipe"),
    [
        ("warp", Recipe("warp")),
        ("neural", Recipe("neural")),
        ("landmarks", Recipe("landmarks")),
        ("npcface", Recipe(None)),
        ("neural-4", Recipe("neural", 4)),
        ("warp-8", Recipe("warp", 8)),
        ("finetuned-8", Recipe("neural", 8, True)),
        ("finetuned", None),
        ("neural-1", None),
        ("neural-9", None),
        ("neural-12", None),
        ("still", None),
    ],
)
def test_a_name_is_a_recipe(name, recipe):
    assert recipe_of(name) == recipe


def test_methods_are_found_by_name(finder):
    cast = Cast(finder)
    assert load_reenactor("still", cast) is still_copy
    assert load_reenactor("npcface.eval.reenact:still_copy", cast) is still_copy


@pytest.mark.parametrize(
    "wrong", ["nonsense", "neural-9", "finetuned", "npcface.eval.reenact:nothing", "no.such.module:f"]
)
def test_an_unknown_method_is_named_and_the_known_ones_are_listed(finder, wrong):
    with pytest.raises(DependencyError, match="No reenactor") as caught:
        load_reenactors([wrong], finder)
    assert repr(wrong) in caught.value.cause
    for known in ("warp", "neural", "landmarks", "finetuned", "still", "package.module:function"):
        assert known in caught.value.remedy


def test_rivals_are_shown_by_module_unless_two_come_from_one(finder):
    names = ["still", "npcface.eval.reenact:still_copy", "npcface.eval.reenact:still_copy"]
    assert list(load_reenactors(names, finder)) == ["npcface.eval.reenact"]
    names = ["npcface.eval.reenact:still_copy", "npcface.eval.reenact:wants_shots"]
    assert list(load_reenactors(names, finder)) == names


def test_a_clip_is_enrolled_finetuned_and_driven_once_per_choice_of_pictures(workshop, finder):
    names = ["warp", "neural", "landmarks", "npcface", "neural-4", "warp-8", "neural-8", "finetuned-8"]
    outputs = run(load_reenactors(names, finder))
    assert [len(pictures) for pictures in outputs.values()] == [len(FRAMES)] * len(names)
    assert workshop.enrolled == [0, 3, 7] and workshop.finetuned == [8]
    assert len(workshop.driven) == 4  # one, four and eight pictures, and the finetuned one
    options = {name: workshop.rendered[3 * k][2] for k, name in enumerate(names)}  # 8 + 8 + 4 frames each
    assert options["npcface"] == {}
    assert options["landmarks"] == {"quality": "landmarks"} and options["finetuned-8"] == {"quality": "neural"}
    assert [count for _, count, _ in workshop.rendered[:3]] == [8, 8, 4]


def test_each_method_drives_and_renders_its_own_character(workshop, finder):
    run(load_reenactors(["neural-4", "neural-8", "finetuned-8"], finder))
    four, eight, tuned = (workshop.rendered[3 * k][0] for k in range(3))
    assert four.shots == [20, 40, 60] and eight.shots == [10, 20, 30, 40, 50, 60, 70]
    assert tuned.tuned and workshop.driven == [four, eight, tuned]


def test_the_next_clip_starts_afresh_and_the_last_one_is_forgotten(workshop, finder):
    reenactors = load_reenactors(["warp", "neural"], finder)
    run(reenactors)
    run(reenactors, PORTRAIT + 1)
    assert workshop.enrolled == [0, 0] and len(workshop.driven) == 2
    assert workshop.forgotten == [workshop.driven[0]]


def test_finetuning_that_was_refused_is_counted_and_measured_without(workshop, finder):
    workshop.better = False
    cast = Cast(finder)
    plain, tuned = NpcfaceReenactor(Recipe("neural", 8), cast), NpcfaceReenactor(Recipe("neural", 8, True), cast)
    run({"neural-8": plain, "finetuned-8": tuned})
    assert workshop.rendered[0][0] is workshop.rendered[-1][0]
    assert tuned.remarks == {NOT_BETTER: 1} and not plain.remarks


def test_a_clip_with_too_few_pictures_is_remarked(workshop, finder):
    reenactor = NpcfaceReenactor(Recipe("neural", 4), Cast(finder))
    list(reenactor(PORTRAIT, iter(FRAMES), 8, shots=np.stack(SHOTS[:2])))
    assert workshop.enrolled == [2] and list(reenactor.remarks) == ["fewer than 4 pictures"]


def plain(portrait, frames, size):
    yield from frames


def greedy(portrait, frames, size, **options):
    assert not options
    yield from frames


class Shooter:
    def __init__(self) -> None:
        self.shots: Any = None
        self.remarks = {"is here": 1}

    def __call__(self, portrait, frames, size, *, shots):
        self.shots = shots.copy()
        shots[:] = 0  # must not reach the next one
        yield from frames


def test_only_those_that_name_shots_get_them(moving_clip):
    first, second = Shooter(), Shooter()
    assert wants_shots(first) and not wants_shots(plain) and not wants_shots(greedy) and not wants_shots(still_copy)
    methods: dict[str, Reenactor] = {"plain": plain, "greedy": greedy, "first": first, "second": second}
    report = evaluate_clips(moving_clip, methods, Protocol(frames=2, run=0, size=64))
    assert first.shots.shape == (7, 64, 64, 3) and (first.shots == second.shots).all() and first.shots.any()
    assert report.remarks == {"first": {"is here": 1}, "second": {"is here": 1}} == report.as_json()["remarks"]


def test_states_repeat_while_no_face_is_seen(workshop):
    seen: Any = iter([None, SimpleNamespace(points=1, blendshapes={}), None])
    finder: Any = SimpleNamespace(find=lambda frame: next(seen))
    cast = Cast(finder)
    character, _ = cast.character(PORTRAIT)
    states: list[Any] = [*cast.states(character, FRAMES[:3])]
    assert states[1:] == [1, 1] and states[0].weights.max() == 0
