"""The compiled renderer draws what the graphs draw, in every build, and stays within its memory."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from npcface.character import Character
from npcface.errors import CharacterError, StateError
from npcface.model.generator import Generator
from npcface.model.layout import STYLE
from npcface.render import Quality, Renderer, schema
from npcface.render.native import build as native_build
from npcface.render.native import library
from npcface.state import FaceState
from tests.render.conftest import EXPRESSIONS, Visible

pytestmark = pytest.mark.usefixtures("compiled")
FAR = FaceState.of({"jawOpen": 0.4}, head=(-28, 5, 0))


@pytest.fixture(scope="module")
def compiled() -> None:
    if library.available():
        return
    reason = "THE COMPILED RENDERER IS MISSING: install a C compiler, then python -m npcface.render.native.build"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def graphs() -> Renderer:
    """A renderer that draws with the ONNX graphs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(library.SWITCH, "0")
        made = Renderer(provider="cpu")
    assert not made.compiled
    return made


def psnr(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> float:
    error = float(np.mean((first.astype(np.float64) - second) ** 2))
    return 10 * np.log10(255**2 / max(error, 1e-9))


@pytest.mark.parametrize("size", [64, 256])
@pytest.mark.parametrize("name", list(EXPRESSIONS))
def test_warp_is_the_graphs(
    renderer: Renderer, graphs: Renderer, people: list[Character], name: str, size: int
) -> None:
    states = [EXPRESSIONS[name]] * 2
    ours = renderer.render(people, states, size, quality="warp")
    apart = np.abs(ours.astype(int) - graphs.render(people, states, size, quality="warp")).max(axis=-1)
    assert (apart <= 2).mean() >= 0.999
    assert apart.mean() < 0.05


@pytest.mark.parametrize("state", [*EXPRESSIONS.values(), FAR], ids=[*EXPRESSIONS, "far side"])
def test_eight_bits_keep_the_neural_picture(
    renderer: Renderer, graphs: Renderer, people: list[Character], state: FaceState
) -> None:
    ours = renderer.render(people, [state] * 2, 256, quality="neural")
    exact = graphs.render(people, [state] * 2, 256, quality="neural")
    assert min(psnr(a, b) for a, b in zip(ours, exact, strict=True)) >= 45
    assert not np.array_equal(exact, graphs.render(people, [state] * 2, 256, quality="warp"))


def test_landmark_offsets_push_the_same_skin(renderer: Renderer, graphs: Renderer, people: list[Character]) -> None:
    offsets = np.zeros((478, 2), np.float32)
    offsets[:468] = np.random.default_rng(3).normal(0, 0.01, (468, 2))
    state = replace(EXPRESSIONS["turned"], landmark_offsets=offsets)
    ours = renderer.render(people[:1], [state], 256, quality="warp")
    assert psnr(ours, graphs.render(people[:1], [state], 256, quality="warp")) >= 45
    assert psnr(ours, renderer.render(people[:1], [EXPRESSIONS["turned"]], 256, quality="warp")) < 45


@pytest.mark.parametrize("quality", ["warp", "neural"])
@pytest.mark.parametrize("alpha", ["straight", "premultiplied"])
def test_alpha_is_the_graphs(
    renderer: Renderer, graphs: Renderer, people: list[Character], quality: Quality, alpha: str
) -> None:
    state = [EXPRESSIONS["smile"]]
    given = {"background": "transparent", "alpha": alpha, "quality": quality}
    ours = renderer.render(people[:1], state, 128, **given)  # type: ignore[arg-type]
    exact = graphs.render(people[:1], state, 128, **given)  # type: ignore[arg-type]
    assert psnr(ours[..., 3], exact[..., 3]) >= 45
    # straight colour is a quotient: compare it where there is something to see
    seen = exact[..., 3] > 32
    assert np.abs(ours.astype(int) - exact)[seen].mean() < 0.5
    assert (exact[..., 3] == 0).any()


@pytest.mark.parametrize("name", list(EXPRESSIONS))
def test_eight_bits_leave_no_speckle_in_a_mouth(
    renderer: Renderer, graphs: Renderer, people: list[Character], visible: Visible, name: str
) -> None:
    state = replace(EXPRESSIONS[name], weights=FaceState.of({"jawOpen": 0.9}).weights)
    mouth = visible(people[0], "mouth", state)
    assert mouth.sum() > 500
    ours, exact = (one.render(people[:1], [state], 512, quality="neural")[0][mouth] for one in (renderer, graphs))
    assert psnr(ours[:, :3], exact[:, :3]) >= 42


MALFORMED = {
    "another grid": ("face_rest", lambda a: a[:50, :50]),
    "a field larger than a canvas has room for": ("shell_field", lambda a: np.zeros((10, 512, 512), a.dtype)),
    "a field with too few planes": ("shell_field", lambda a: a[:9]),
    "an oblong texture": ("face_texture", lambda a: a[:64]),
    "a portrait that would take gigabytes": ("shell_rgb", lambda a: np.zeros((40_000, 1, 3), np.uint8)),
    "few eyes": ("eye_textures", lambda a: a[:1]),
    "no eyes": ("eye_textures", lambda a: a[..., :0, :0]),
    "short blinks": ("face_blink", lambda a: a[:, :20]),
    "a small atlas": ("features", lambda a: a[..., :3]),
    "another type": ("features", lambda a: a.astype(np.float32)),
    "a short list": ("iris", lambda a: a[:1]),
    "nothing": ("shell_alpha", lambda a: a[:0]),
    "a short style": ("style", lambda a: a[:7]),
}


@pytest.mark.parametrize("fault", MALFORMED)
def test_arrays_of_a_stranger_are_checked_before_they_are_used(
    renderer: Renderer, graphs: Renderer, people: list[Character], fault: str
) -> None:
    name, spoil = MALFORMED[fault]
    tensors = dict(people[0].tensors)
    tensors[name] = np.ascontiguousarray(spoil(tensors[name]))
    missing = {key: value for key, value in people[0].tensors.items() if key != name}
    for drawer in (renderer, graphs):
        for given, said in ((tensors, "expected"), (missing, f"has no {name}")):
            with pytest.raises(CharacterError, match=said):
                drawer.render([replace(people[0], tensors=given)], [FaceState()], 128, quality="neural")


def test_limits_are_those_of_the_c_code_and_the_networks() -> None:
    header = (Path(native_build.__file__).parent / "src" / "canvas.h").read_text()
    assert f"#define NPC_FIELD_MAX {schema.FIELD_PX_MAX} " in header
    assert Generator().style_size == STYLE


def test_one_canvas_serves_all_sizes(people: list[Character]) -> None:
    used = Renderer(provider="cpu", threads=2)
    assert used._native is not None
    state = [EXPRESSIONS["talk"]]
    for size in (96, 256, 64, 160, 256):
        fresh = Renderer(provider="cpu", threads=2).render(people[:1], state, size, quality="warp")
        assert np.array_equal(used.render(people[:1], state, size, quality="warp"), fresh)
    kept = used._native._local.canvas
    used.render(people[:1], state, 64, quality="warp")
    assert used._native._local.canvas is kept and kept.size == 64


def test_faces_are_drawn_into_the_memory_that_is_given(renderer: Renderer, people: list[Character]) -> None:
    memory = np.zeros((3, 2, 96, 96, 4), np.uint8)
    states = [EXPRESSIONS["talk"]] * 2
    result = renderer.render(people, states, 96, out=memory[1])
    assert np.shares_memory(result, memory)
    assert np.array_equal(memory[1], renderer.render(people, states, 96))
    assert not memory[0].any() and not memory[2].any()
    for wrong in (memory[0, :1], memory[0].astype(np.float32), memory[:2, :, :, :, :].transpose(1, 0, 2, 3, 4)[0]):
        with pytest.raises(StateError, match="out"):
            renderer.render(people, states, 96, out=wrong)


DRAW = """
import dataclasses
import sys
from pathlib import Path
import numpy as np
from npcface.character import Character
from npcface.render import Renderer
from npcface.state import FaceState

renderer = Renderer(provider="cpu", threads=2)  # one face alone: with a helper; two: side by side
assert renderer.compiled
person = Character.load(Path(sys.argv[1]))
every = np.full(52, 1.0, np.float32)
states = [FaceState(), FaceState.of({"jawOpen": 0.7, "eyeBlinkLeft": 1.0}, head=(20, 5, -8), gaze=(12, 3))]
states += [FaceState(weights=every, head=np.array(head, np.float32), scale=scale,
                     translation=np.array(shift, np.float32))
           for head, scale, shift in (((90, 80, 170), 0.2, (0, 0)), ((-60, 0, 0), 4.0, (0.4, -0.4)),
                                      ((0, 60, 0), 1.0, (0.9, 0.9)), ((5, 0, 0), 1.0, (-3.0, 2.0)))]
pictures = [renderer.render([person], [state], size, quality=quality, background="transparent",
                            alpha="premultiplied")
            for state in states for size in (64, 112, 256) for quality in ("warp", "neural")]
pictures.append(renderer.render([person], [states[1]], 500, quality="warp"))
chance = np.random.default_rng(1)
with np.errstate(all="ignore"):  # numbers that no portrait has
    for scale in (0.0, -1.0, 1e4, 1e30):
        tensors = dict(person.tensors)
        for name, array in tensors.items():
            if array.dtype.kind == "f":
                tensors[name] = array * np.asarray(scale, array.dtype)
            elif array.dtype == np.uint8:
                tensors[name] = chance.integers(0, 256, array.shape).astype(np.uint8)
        mad = dataclasses.replace(person, tensors=tensors)
        renderer.render([mad, mad], [states[1], states[2]], 128, quality=["warp", "neural"])
np.savez(sys.argv[2], *pictures)
"""


def drawn(person: Path, target: Path, **environment: str) -> list[NDArray[np.uint8]]:
    given = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **environment}
    done = subprocess.run(
        [sys.executable, "-c", DRAW, str(person), str(target)], env=given, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-3000:]
    with np.load(target) as file:
        return [file[name] for name in file.files]


def test_builds_for_all_processors_agree_also_far_outside(character_store: Path, tmp_path: Path) -> None:
    fast = drawn(character_store / "ada", tmp_path / "fast.npz")
    plain = drawn(character_store / "ada", tmp_path / "plain.npz", **{library.SWITCH: "plain"})
    assert len(fast) == len(plain) == 37
    apart = [psnr(a, b) for a, b in zip(fast, plain, strict=True)]
    assert min(apart[::2]) >= 45, apart  # warp
    assert min(apart[1::2]) >= 30, apart  # 8 bits round a hair's breadth up or down, and these faces are none


@pytest.mark.skipif(sys.platform != "linux", reason="sanitizers are loaded the way Linux does it")
def test_nothing_is_read_or_written_out_of_bounds(
    character_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = ["-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-Wall", "-Wextra", "-Werror"]
    command = native_build.compiler()
    assert command is not None
    runtime = subprocess.run([*command, "-print-file-name=libasan.so"], capture_output=True, text=True, check=True)
    monkeypatch.setattr(native_build, "FLAGS", [*(f for f in native_build.FLAGS if f not in ("-O3", "-s")), *strict])
    native_build.build(tmp_path / "lib")
    checked = drawn(
        character_store / "ada", tmp_path / "checked.npz", LD_PRELOAD=runtime.stdout.strip(),
        ASAN_OPTIONS="detect_leaks=0", **{library.SWITCH: str(tmp_path / "lib")},
    )  # fmt: skip
    assert len(checked) == 37


def test_without_a_compiler_there_is_no_library_and_a_broken_one_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(native_build, "find_spec", lambda name: None)
    assert native_build.build(tmp_path / "lib") == []
    monkeypatch.setenv("CC", f"{sys.executable} -c raise(SystemExit(3))")
    with pytest.raises(subprocess.CalledProcessError):
        native_build.build(tmp_path / "lib")
