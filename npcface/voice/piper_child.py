"""piper in the Python it is installed in: npcface starts this file there as a program and never imports it.

piper-tts is under GPL-3 and brings espeak-ng along. It is loaded here, into a process that shares nothing with npcface
but two pipes: each line of stdin is a request in JSON, each answer a line of JSON and the sound (16-bit little endian)
on stdout.

piper gives the length of each phoneme only when the voice's graph names it as an output. Appending an output to an ONNX
file takes a few bytes (Protocol Buffers merge the pieces of a message), so the package onnx is not needed.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

LENGTHS = b"/Ceil_output_0"  # w_ceil of VITS, in every exported piper voice that was looked at


def load(model: str) -> Any:
    """The voice, with lengths if it can give them."""
    import onnxruntime
    from piper import PiperVoice
    from piper.config import PiperConfig

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 2
    value = b"\x0a" + bytes([len(LENGTHS)]) + LENGTHS
    output = b"\x62" + bytes([len(value)]) + value
    graph = Path(model).read_bytes() + b"\x3a" + bytes([len(output)]) + output
    try:
        session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except Exception:  # other names inside, or an output already: piper's own way, which may need the package onnx
        return PiperVoice.load(model, include_alignments=True)
    config = json.loads(Path(model + ".json").read_text(encoding="utf-8"))
    return PiperVoice(session=session, config=PiperConfig.from_dict(config))


def speak(voice: Any, text: str, speed: float) -> tuple[bytes, list[list[Any]], int]:
    """The sound, [symbol, samples] of each phoneme, and samples a second."""
    from piper.config import SynthesisConfig

    sound, lengths, rate_hz = bytearray(), [], int(voice.config.sample_rate)
    settings = SynthesisConfig(length_scale=voice.config.length_scale / speed)
    for chunk in voice.synthesize(text, settings, include_alignments=True):
        if chunk.phoneme_alignments is None:
            raise RuntimeError("this voice gives no phoneme lengths; pip install onnx beside piper-tts may help")
        sound += chunk.audio_int16_bytes
        lengths += [[entry.phoneme, int(entry.num_samples)] for entry in chunk.phoneme_alignments]
    return bytes(sound), lengths, rate_hz


def main() -> None:
    """Answer every request; a voice is loaded once."""
    voices: dict[str, Any] = {}
    for line in sys.stdin.buffer:
        request = json.loads(line)
        answer: dict[str, Any]
        sound = b""
        try:
            model = request["model"]
            voices[model] = voices.get(model) or load(model)
            sound, lengths, rate_hz = speak(voices[model], request["text"], request["speed"])
            answer = {"rate_hz": rate_hz, "bytes": len(sound), "phonemes": lengths}
        except Exception as error:  # whatever it is, npcface is to read it
            answer = {"error": f"{type(error).__name__}: {error}"}
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + sound)


if __name__ == "__main__":
    main()
