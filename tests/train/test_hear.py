"""Training of the network that hears: its numpy twin agrees, runs continue, labels and spoiled sound keep time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from npcface.drive.timeline import Phoneme
from npcface.train.hear import sentences
from npcface.train.hear.augment import spoiled, stretched
from npcface.train.hear.labels import targets
from npcface.train.hear.measure import closures, offset_s
from npcface.vocab import VISEMES_15
from npcface.voice.ears import LOOK_AHEAD, OUTPUTS, SHAPES, Ears, Net
from npcface.voice.mel import BANDS
from tests.needed import needed

torch = needed("torch", "torch is not installed")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A speaker whose visemes are told by one band: something to learn."""
    rng = np.random.default_rng(0)
    visemes = np.repeat(rng.integers(0, 15, 200), 8).astype(np.int8)
    mel = np.full((len(visemes), BANDS), 0.2, np.float16)
    mel[np.arange(len(mel)), visemes * 2] = 0.9
    folder = tmp_path / "corpus"
    folder.mkdir()
    stand = np.zeros((len(mel), len(SHAPES) + 1), np.float16)
    np.savez(folder / "espeak_someone_50.npz", mel=mel, viseme=visemes, stand=stand, clean=[True], size=[len(mel)])
    return folder


def test_torch_and_numpy_are_the_same_network_also_in_pieces() -> None:
    from npcface.train.hear.learn import HearNet

    torch.manual_seed(0)
    net, mel = HearNet(), np.random.default_rng(0).random((150, BANDS), np.float32)
    with torch.no_grad():
        expected = net(torch.from_numpy(mel.T[None]))[0].numpy().T
    pieces = Net(net.tensors())
    found = np.concatenate([pieces.push(part) for part in (mel[:1], mel[1:1], mel[1:60], mel[60:])])
    assert found.shape == (150, OUTPUTS) and np.abs(found - expected).max() < 1e-5


def test_a_run_learns_and_is_continued(corpus: Path, tmp_path: Path) -> None:
    from npcface.train.hear.learn import learn
    from npcface.voice.ears import weights

    said: list[str] = []
    learn(corpus, tmp_path / "run", 2, 1, said.append)
    learn(corpus, tmp_path / "run", 4, 1, said.append)
    assert "from step 0" in said[0] and any("from step 2" in line for line in said)
    whole: list[str] = []
    learn(corpus, tmp_path / "once", 4, 1, whole.append)
    ears = Ears(16_000, weights(tmp_path / "run" / "hear.safetensors"))
    assert ears.push(np.zeros(16_000, np.float32)).visemes.shape == (98 - LOOK_AHEAD, 15)


def test_labels_lie_where_the_phonemes_lie() -> None:
    visemes, stands = targets([Phoneme("m", 0.2, 0.3), Phoneme("ɑ", 0.3, 0.5), Phoneme("", 0.5, 1.0)], 100)
    names = [VISEMES_15[k] for k in visemes]
    assert names[25] == "PP" and names[40] == "aa" and names[10] == names[60] == "sil"
    assert stands[24, -1] > 0.9 and stands[40, 0] > 0.2 and stands[80].max() == 0.0
    assert closures(visemes) == [24]


def test_spoiled_sound_stays_in_time() -> None:
    click = np.zeros(16_000, np.float32)
    click[8000:8400] = np.sin(np.arange(400) * 0.3)
    for seed in range(12):
        bad = spoiled(click, np.random.default_rng(seed), np.zeros(16_001, np.float32))
        power = np.convolve(bad**2, np.ones(400), "same")
        assert len(bad) == 16_000 and np.abs(bad).max() <= 1.0 and abs(int(power.argmax()) - 8200) < 400
    assert len(stretched(click, 1.25)) == pytest.approx(12_800, abs=2)


def test_a_late_track_is_found_to_be_late() -> None:
    track = np.random.default_rng(0).random(300).astype(np.float32)
    assert offset_s([track], [np.roll(track, 3)]) == pytest.approx(0.03)


def test_sentences_are_words_of_their_dictionary() -> None:
    rng = np.random.default_rng(0)
    assert all(
        set(sentences.english(rng, ["one", "two"], words_only=True).lower()) <= set("onetw ,.!?") for _ in range(50)
    )
    assert len({sentences.english(rng, sentences.dictionary(1, 50)) for _ in range(40)}) > 30
    assert sentences.foreign(rng, "de").endswith(".")
