"""espeak-ng in a process of its own: npcface starts this file as a program and never imports it.

espeak-ng is under GPL-3. Its library is loaded here, into a process that shares nothing with npcface but two pipes:
each line of stdin is a request in JSON, each answer a line of JSON and the sound (16-bit little endian) on stdout. Only
the standard library is used, so that any Python can run it:  python -I espeak_child.py < requests

The structures and numbers are those of espeak-ng's speak_lib.h (1.50 and later).
"""

from __future__ import annotations

import ctypes
import json
import sys
from typing import Any

RETRIEVAL, UTF8, END_OF_TEXT, PHONEME = 1, 1, 6, 7
PHONEME_EVENTS, IPA, DONT_EXIT = 1, 2, 0x8000
RATE, PITCH = 1, 3
BY_CHARACTER = 1
MOST_EVENTS = 500_000


class Event(ctypes.Structure):
    """espeak_EVENT; ``text`` is its union, read as the 8 bytes of a phoneme's name."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("text", ctypes.c_char * 8),
    )


class Voice(ctypes.Structure):
    """espeak_VOICE."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_char_p),  # a priority byte, then the language
        ("identifier", ctypes.c_char_p),
        ("gender", ctypes.c_ubyte),
        ("age", ctypes.c_ubyte),
        ("variant", ctypes.c_ubyte),
        ("xx1", ctypes.c_ubyte),
        ("score", ctypes.c_int),
        ("spare", ctypes.c_void_p),
    )


Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(Event))


def start(library: str, data: str | None) -> tuple[Any, int]:
    """The library, ready to speak, and its samples a second."""
    espeak = ctypes.CDLL(library)
    options = PHONEME_EVENTS | IPA | DONT_EXIT
    rate_hz = espeak.espeak_Initialize(RETRIEVAL, 0, data.encode() if data else None, options)
    if rate_hz <= 0:
        raise RuntimeError("espeak-ng does not start: its data folder is missing")
    espeak.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(Voice))
    return espeak, int(rate_hz)


def listed(espeak: Any) -> list[list[str]]:
    """[language, name, file] of every voice."""
    rows, found, at = espeak.espeak_ListVoices(None), [], 0
    while rows[at]:
        voice = rows[at].contents
        parts = voice.languages[1:], voice.name, voice.identifier
        found.append([part.decode("utf-8", "replace") for part in parts])
        at += 1
    return found


def speak(espeak: Any, text: str, voice: str, words_a_minute: int, pitch: int) -> tuple[bytes, list[list[Any]]]:
    """The sound, and [symbol, start in seconds] of each phoneme; an empty symbol is a pause."""
    code, plus, variant = voice.partition("+")
    names = [code, *(file for language, _, file in listed(espeak) if language == code)]  # en-gb lies in a file gmw/en
    if all(espeak.espeak_SetVoiceByName((name + plus + variant).encode()) != 0 for name in names):
        raise RuntimeError(f"espeak-ng has no voice {voice!r}")
    espeak.espeak_SetParameter(RATE, words_a_minute, 0)
    espeak.espeak_SetParameter(PITCH, pitch, 0)
    sound = bytearray()
    marks: list[list[Any]] = []

    def take(wave: Any, count: int, events: Any) -> int:
        if wave and count > 0:
            sound.extend(ctypes.string_at(wave, 2 * count))
        at = 0
        while events[at].type:
            if events[at].type == PHONEME and len(marks) < MOST_EVENTS:
                marks.append([events[at].text.decode("utf-8", "ignore"), events[at].audio_position / 1000.0])
            at += 1
        return 0

    callback = Callback(take)
    espeak.espeak_SetSynthCallback(callback)
    spoken = text.encode() + b"\0"
    espeak.espeak_Synth(spoken, ctypes.c_size_t(len(spoken)), 0, BY_CHARACTER, 0, UTF8, None, None)
    espeak.espeak_Synchronize()
    return bytes(sound), marks


def main() -> None:
    """Answer every request; all of them name the same library."""
    started: tuple[Any, int] | None = None
    for line in sys.stdin.buffer:
        request = json.loads(line)
        answer, sound, started = reply(request, started)
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + sound)


def reply(request: dict[str, Any], started: tuple[Any, int] | None) -> tuple[dict[str, Any], bytes, Any]:
    """The line to answer with, the sound behind it, and the library for the next request."""
    answer: dict[str, Any]
    sound = b""
    try:
        started = espeak, rate_hz = started or start(request["library"], request["data"])
        if "text" in request:
            sound, marks = speak(espeak, request["text"], request["voice"], request["rate"], request["pitch"])
            answer = {"rate_hz": rate_hz, "bytes": len(sound), "phonemes": marks}
        else:
            answer = {"voices": listed(espeak)}
    except (OSError, RuntimeError, AttributeError) as error:
        answer = {"error": str(error)}
    return answer, sound, started


if __name__ == "__main__":
    main()
