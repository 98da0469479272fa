"""Where the milliseconds of a face go: the compiled renderer part by part, and the same frame through the ONNX graphs.

The head is turned, so that its far side is drawn; all parts and both graphs take turns.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

from npcface.bench.turns import timed
from npcface.render.blocks import encode
from npcface.render.graph_engine import GraphEngine
from npcface.render.job import Job
from npcface.render.looks import densities
from npcface.render.native.faces import Canvas
from npcface.render.native.library import available
from npcface.render.native_engine import NativeEngine, Numbers
from npcface.rig.rig import load_rig
from npcface.state import FaceState

if TYPE_CHECKING:
    from npcface.character import Character

STATE = FaceState.of(
    {"jawOpen": 0.4, "mouthSmileLeft": 0.3, "mouthSmileRight": 0.3, "eyeBlinkLeft": 0.2, "eyeBlinkRight": 0.2},
    head=(20.0, 5.0, 3.0), gaze=(5.0, 2.0),
).checked()  # fmt: skip
PARTS = ("preparing", "drawing", "far_side", "generator", "blending")

Work = dict[str, Callable[[int], object]]


def parts(faces: Sequence[Character], *, size: int, seconds: float, runs: int) -> dict[str, Any]:
    """Draw the first face in neural quality on the CPU, part by part.

    Returns:
        ``parts_ms``: ``preparing`` the numbers of a frame in Python, ``drawing`` the head, its ``far_side``, the
        ``generator``, ``blending`` its answer in; ``parts_percent`` of ``whole_ms``, their sum. ``blocks_ms``:
        ``bc1`` and ``bc3`` of the result, on top. ``graphs``: ``warp_ms`` and ``neural_ms`` of the same frame as one
        ONNX graph each, and ``neural_to_compiled``. Without the compiled renderer ``graphs`` and ``blocks_ms`` alone.
    """
    threads = os.cpu_count() or 1
    work, image = _graphs(faces[0], size, threads)
    if available():
        own, image = _compiled(faces[0], size, threads)
        work |= own
    work |= {
        "bc1": lambda _: encode(image, "bc1"),
        "bc3": lambda _: encode(image, "bc3"),
    }
    ms = {name: median(values) for name, values in timed(work, seconds=seconds, runs=runs).items()}
    graphs = {"warp_ms": round(ms["graph_warp"], 2), "neural_ms": round(ms["graph_neural"], 2)}
    found: dict[str, Any] = {"blocks_ms": {kind: round(ms[kind], 3) for kind in ("bc1", "bc3")}, "graphs": graphs}
    if not available():
        return found
    spent = {**ms, "far_side": max(ms["drawing_with_far_side"] - ms["drawing"], 0.0)}
    whole = sum(spent[name] for name in PARTS)
    return {
        "whole_ms": round(whole, 2),
        "parts_ms": {name: round(spent[name], 3) for name in PARTS},
        "parts_percent": {name: round(100 * spent[name] / whole, 1) for name in PARTS},
        **found,
        "graphs": graphs | {"neural_to_compiled": round(ms["graph_neural"] / whole, 2)},
    }


def _graphs(character: Character, size: int, threads: int) -> tuple[Work, np.ndarray[Any, Any]]:
    engine = GraphEngine(load_rig(), "cpu", threads)
    image = np.empty((1, size, size, 4), np.uint8)
    jobs = {quality: [Job(character, STATE, "portrait", quality)] for quality in ("warp", "neural")}
    return {
        "graph_warp": lambda _: engine.draw(jobs["warp"], size, True, "rgba8", image),
        "graph_neural": lambda _: engine.draw(jobs["neural"], size, True, "rgba8", image),
    }, image


def _compiled(character: Character, size: int, threads: int) -> tuple[Work, np.ndarray[Any, Any]]:
    """The steps of ``NativeEngine`` one by one."""
    engine, tensors = NativeEngine(load_rig(), threads), character.tensors
    looks, session = engine.face(character, "portrait", size, "neural"), engine.generator(alone=True)
    image = np.empty((1, size, size, 4), np.uint8)

    def prepare(quality: str) -> Numbers:
        return engine.numbers(tensors, STATE, densities([tensors], [STATE], size)[0], quality)

    def draw(numbers: Numbers) -> tuple[Canvas, Any]:
        canvas = engine.head(looks, numbers.drive, size, alone=True)
        return canvas, engine.feed(canvas, looks, tensors, numbers)

    near, far = prepare("warp"), prepare("neural")  # the warp has no far side
    canvas, feed = draw(far)
    steps = session.run(["steps"], feed)[0][0]
    return {
        "preparing": lambda _: prepare("neural"),
        "drawing": lambda _: draw(near),
        "drawing_with_far_side": lambda _: draw(far),
        "generator": lambda _: session.run(["steps"], feed),
        "blending": lambda _: canvas.blend(looks, steps, True, image[0]),
    }, image


def report(figures: dict[str, Any]) -> str:
    """As text."""
    blocks, graphs = figures["blocks_ms"], figures["graphs"]
    lines = [
        f"{name.replace('_', ' '):<12}{ms:7.2f} ms   {figures['parts_percent'][name]:3.0f} %"
        for name, ms in figures.get("parts_ms", {}).items()
    ]
    if "whole_ms" in figures:
        lines.append(f"{'in all':<12}{figures['whole_ms']:7.2f} ms")
    lines.append(f"on top      BC1 {blocks['bc1']:.2f} ms or BC3 {blocks['bc3']:.2f} ms, where asked for")
    graph = f"as graphs   warp {graphs['warp_ms']:.1f} ms, neural {graphs['neural_ms']:.1f} ms"
    if "neural_to_compiled" in graphs:
        graph += f": {graphs['neural_to_compiled']:.1f} × the compiled renderer"
    return "\n".join([*lines, graph])
