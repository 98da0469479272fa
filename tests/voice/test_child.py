"""The program that speaks may lie, crash, hang or flood: npcface says so and goes on."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from npcface.errors import DependencyError, VoiceError
from npcface.voice import child


def ask(folder: Path, code: str, python: str = sys.executable, count: int = 1) -> list[child.Answer]:
    script = folder / "speaker.py"
    script.write_text(code)
    return child.ask(python, script, [{"text": "Hi."}] * count, "Do this.")


def test_answers_come_in_order(tmp_path: Path) -> None:
    code = (
        "import sys, json\n"
        "for k, line in enumerate(sys.stdin):\n"
        "    facts = json.dumps({'bytes': 2 * k, **json.loads(line)})\n"
        "    sys.stdout.buffer.write(facts.encode() + b'\\n' + b'\\n\\0' * k)"
    )
    answers = ask(tmp_path, code, count=3)
    assert [len(sound) for _, sound in answers] == [0, 1, 2] and answers[2][0]["text"] == "Hi."
    assert answers[2][1].tolist() == [10, 10]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("raise SystemExit('no tongue')", "no tongue"),
        ("import os; os._exit(11)", "11"),
        ("print('hello')", "JSON"),
        ("print('[1]')", "JSON"),
        ("", "JSON"),
        ('print(\'{"error": "no such voice"}\')', "no such voice"),
        ("print('{\"bytes\": 100}')", "100"),
        ("print('{\"bytes\": -2}')", "-2"),
        ('print(\'{"bytes": "all"}\')', "all"),
    ],
)
def test_a_bad_answer_is_an_error_in_words(tmp_path: Path, code: str, said: str) -> None:
    with pytest.raises(VoiceError, match=said) as caught:
        ask(tmp_path, code)
    assert caught.value.remedy == "Do this."


def test_a_program_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "_START_S", 0.3)
    with pytest.raises(VoiceError, match="no answer"):
        ask(tmp_path, "import time; time.sleep(600)")


def test_a_flood_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "MOST_BYTES", 2**20)
    with pytest.raises(VoiceError, match="more than 1 MiB"):
        ask(tmp_path, "import sys\nwhile True: sys.stdout.write('x' * 65536)")


def test_a_missing_python_is_a_missing_dependency(tmp_path: Path) -> None:
    with pytest.raises(DependencyError, match="cannot be started"):
        ask(tmp_path, "", python=str(tmp_path / "python"))
