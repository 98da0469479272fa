"""Exports say what they are, in a note that a reader which is not ours checks (c2pa's); tampering is found."""

from __future__ import annotations

import base64
import json
import os
import stat
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.needed import needed

c2pa = needed("c2pa", "npcface[credentials] is not installed")

import npcface  # noqa: E402
from npcface.character import Manifest, Rights  # noqa: E402
from npcface.credentials import attach, credit_of  # noqa: E402
from npcface.credentials.keys import CERT_ENV, KEY_ENV, CredentialsError, load_keys  # noqa: E402
from npcface.credentials.read import read  # noqa: E402
from npcface.export.act import Act  # noqa: E402
from npcface.export.artist import local  # noqa: E402
from npcface.export.export import export  # noqa: E402
from npcface.output import frame_folder  # noqa: E402
from npcface.render import Renderer  # noqa: E402

MIRA = Manifest(
    id="mira", name="Mira", license="CC0-1.0", consent="Nobody real.", portrait_sha256="ab" * 32,
    rights=Rights(ground="consent", holder="Mira Example", use=["this mod"]),
)  # fmt: skip


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for a certificate that does not exist yet."""
    place = tmp_path / "config" / "credentials"
    monkeypatch.setenv("NPCFACE_CREDENTIALS", str(place))
    return place


def picture(path: Path, side: int = 64) -> Path:
    Image.fromarray(np.random.default_rng(3).integers(0, 255, (side, side, 3), np.uint8)).save(path)
    return path


def checked(path: Path) -> dict[str, Any]:
    """What c2pa's reader, as it is by default, says."""
    with c2pa.Reader(path) as reader:
        return {"state": reader.get_validation_state(), "manifest": reader.get_active_manifest()}


@pytest.mark.parametrize("kind", ["png", "webp", "mp4", "sprites"])
def test_every_export_says_what_it_is(character: Any, tmp_path: Path, kind: Any) -> None:
    artist = local(Renderer("cpu"), character, 64, quality="warp")
    out = tmp_path / ("atlas.png" if kind == "sprites" else f"a.{kind}")
    credit = credit_of([character.manifest], "warp")
    export(kind, out, artist, Act(seconds=0.2), size=64, credit=credit)
    seen = checked(out)
    assert seen["state"] == "Valid"
    made = seen["manifest"]
    assert made["claim_generator_info"][0]["name"] == "npcface"
    assert made["claim_generator_info"][0]["version"] == npcface.__version__
    told = {one["label"]: one["data"] for one in made["assertions"]}
    created = told["c2pa.actions.v2"]["actions"][0]
    assert created["action"] == "c2pa.created"
    assert created["digitalSourceType"].endswith("/compositeWithTrainedAlgorithmicMedia")
    about = told["npcface.character"]
    assert (about["id"], about["license"], about["rights"]) == ("ada", "Not stated.", {"ground": "invented", "use": []})
    assert about["portrait_sha256"] == character.manifest.portrait_sha256
    assert made["ingredients"][0]["instance_id"] == f"urn:sha256:{character.manifest.portrait_sha256}"
    assert "thumbnail" not in made and "thumbnail" not in made["ingredients"][0], "no second picture travels along"
    assert sorted(path.suffix for path in tmp_path.iterdir()) == sorted(
        {out.suffix, *([".json"] * (kind == "sprites"))}
    )


def test_the_pixels_stay_as_they_are(keys: Path, tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png")
    before = np.asarray(Image.open(path))
    size = path.stat().st_size
    attach(path, credit_of([MIRA]))
    assert np.array_equal(before, np.asarray(Image.open(path)))
    assert 0 < path.stat().st_size - size < 8192


def test_a_zip_holds_a_signed_atlas(character: Any, tmp_path: Path) -> None:
    artist = local(Renderer("cpu"), character, 64, quality="warp")
    export("sprites", tmp_path / "s.zip", artist, Act(), size=64, credit=credit_of([character.manifest]))
    with zipfile.ZipFile(tmp_path / "s.zip") as packed:
        packed.extract("s.png", tmp_path)
    report = read(tmp_path / "s.png")
    assert report is not None and report.intact


@pytest.mark.parametrize(("kind", "name"), [("png", "a.png"), ("webp", "a.webp"), ("mp4", "a.mp4"),
                                            ("sprites", "a.png"), ("sprites", "a.zip")])  # fmt: skip
def test_an_export_that_cannot_be_signed_leaves_the_one_before(
    keys: Path, character: Any, tmp_path: Path, kind: Any, name: str
) -> None:
    artist = local(Renderer("cpu"), character, 64, quality="warp")
    folder = tmp_path / "out"

    def write(seconds: float) -> None:
        act = Act(seconds=seconds, feeling="happy" if seconds > 0.2 else "sad")
        export(kind, folder / name, artist, act, size=64, credit=credit_of([character.manifest]))

    write(0.2)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    (keys / "certificate.pem").write_text("hello")
    with pytest.raises(CredentialsError):
        write(0.3)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_frames_are_signed_as_they_are_written(keys: Path, tmp_path: Path) -> None:
    with frame_folder(tmp_path / "frames", credit=credit_of([MIRA])) as writer:
        writer.add(np.full((64, 64, 4), 99, np.uint8))
    report = read(tmp_path / "frames" / "frame_000000.png")
    assert report is not None and report.intact


@pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
def test_signing_keeps_the_mode_and_follows_no_link(keys: Path, tmp_path: Path) -> None:
    path, other = picture(tmp_path / "a.png"), tmp_path / "other"
    path.chmod(0o640)
    other.write_text("mine")
    (tmp_path / ".a.png.signed").symlink_to(other)  # the name that it had once
    attach(path, credit_of([MIRA]))
    assert stat.S_IMODE(path.stat().st_mode) == 0o640 and other.read_text() == "mine"


@pytest.mark.parametrize("place", [0.3, 0.6, 0.9])
def test_a_changed_byte_is_found(keys: Path, tmp_path: Path, place: float) -> None:
    path = attach(picture(tmp_path / "a.jpg", 128), credit_of([MIRA]))
    data = bytearray(path.read_bytes())
    data[int(len(data) * place)] ^= 1
    path.write_bytes(data)
    try:
        report = read(path)
    except CredentialsError:
        return  # the note itself was hit
    assert report is None or not report.intact


def test_another_picture_under_the_same_note_is_found(keys: Path, tmp_path: Path) -> None:
    signed = attach(picture(tmp_path / "a.png"), credit_of([MIRA])).read_bytes()
    at = signed.index(b"IDAT") + 20
    (tmp_path / "b.png").write_bytes(signed[:at] + bytes([signed[at] ^ 255]) + signed[at + 1 :])
    report = read(tmp_path / "b.png")
    assert report is not None and not report.intact and "assertion.dataHash.mismatch" in report.problems


def test_several_people_are_all_named(keys: Path, tmp_path: Path) -> None:
    zoe = MIRA.model_copy(update={"id": "zoe", "portrait_sha256": "cd" * 32, "rights": None})
    report = read(attach(picture(tmp_path / "a.webp"), credit_of([MIRA, zoe])))
    assert report is not None and [one["id"] for one in report.characters] == ["mira", "zoe"]
    assert report.characters[0]["rights"]["holder"] == "Mira Example" and "consent" not in report.characters[0]
    assert report.characters[1]["consent"] == "Nobody real."
    assert report.portraits == (f"sha256:{'ab' * 32}", f"sha256:{'cd' * 32}")
    assert report.intact and not report.trusted


def test_one_certificate_serves_all_and_its_key_is_the_users_alone(keys: Path, tmp_path: Path) -> None:
    first = load_keys()
    assert load_keys() == first and first.algorithm == "es256"
    assert sorted(path.name for path in keys.iterdir()) == ["certificate.pem", "key.pem"]
    assert [path.name for path in keys.parent.iterdir()] == ["credentials"]
    if os.name != "nt":
        assert stat.S_IMODE((keys / "key.pem").stat().st_mode) == 0o600
    assert first.chain.count(b"BEGIN CERTIFICATE") == 2


def test_a_certificate_of_ones_own(keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from cryptography import x509

    load_keys()
    own = tmp_path / "own"
    keys.rename(own)
    monkeypatch.setenv(CERT_ENV, str(own / "certificate.pem"))
    with pytest.raises(CredentialsError, match="Only one"):
        load_keys()
    monkeypatch.setenv(KEY_ENV, str(own / "key.pem"))
    attach(picture(tmp_path / "a.png"), credit_of([MIRA]))
    serial = x509.load_pem_x509_certificates((own / "certificate.pem").read_bytes())[0].serial_number
    assert checked(tmp_path / "a.png")["manifest"]["signature_info"]["cert_serial_number"] == str(serial)
    assert not keys.exists(), "none is made then"


@pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
def test_a_key_that_others_may_read_is_refused(keys: Path) -> None:
    load_keys()
    (keys / "key.pem").chmod(0o644)
    with pytest.raises(CredentialsError, match="Others may read") as caught:
        load_keys()
    assert "chmod 600" in caught.value.remedy


def test_a_key_without_its_certificate_is_told_as_that(keys: Path) -> None:
    load_keys()
    (keys / "certificate.pem").unlink()
    with pytest.raises(CredentialsError, match="There is no certificate") as caught:
        load_keys()
    assert f"remove {keys}" in caught.value.remedy and [*keys.iterdir()] == [keys / "key.pem"]


@pytest.mark.parametrize("kind", ["06032b656e", "06032b6579"])  # X25519, which cannot sign, and a number of nothing
def test_a_kind_of_key_that_is_not_known(keys: Path, kind: str) -> None:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    load_keys()
    der = X25519PrivateKey.generate().private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    body = base64.encodebytes(der.replace(bytes.fromhex("06032b656e"), bytes.fromhex(kind))).decode()
    (keys / "key.pem").write_text(f"-----BEGIN PRIVATE KEY-----\n{body}-----END PRIVATE KEY-----\n")
    with pytest.raises(CredentialsError):
        load_keys()


@pytest.mark.parametrize("damage", ["another key", "no key", "no certificate"])
def test_what_cannot_sign_says_so_and_leaves_the_file(keys: Path, tmp_path: Path, damage: str) -> None:
    load_keys()
    if damage == "another key":
        (keys.parent / "old").mkdir()
        (keys / "certificate.pem").rename(keys.parent / "old" / "certificate.pem")
        (keys / "key.pem").unlink()
        keys.rmdir()
        load_keys()
        (keys.parent / "old" / "certificate.pem").replace(keys / "certificate.pem")
    elif damage == "no key":
        (keys / "key.pem").unlink()
    else:
        (keys / "certificate.pem").write_text("hello")
    path = picture(tmp_path / "a.png")
    before = path.read_bytes()
    with pytest.raises(CredentialsError) as caught:
        attach(path, credit_of([MIRA]))
    assert str(keys) in caught.value.remedy
    assert path.read_bytes() == before and not [*tmp_path.glob(".*")]


def test_files_without_and_files_that_are_none(tmp_path: Path) -> None:
    assert read(picture(tmp_path / "a.png")) is None
    assert credit_of([MIRA], wanted=False) is None
    assert attach(tmp_path / "missing.png", None) == tmp_path / "missing.png"
    (tmp_path / "b.png").write_bytes(b"hello")
    for name in ("b.png", "missing.png", "c.txt"):
        with pytest.raises(CredentialsError):
            read(tmp_path / name)


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "npcface", *words], capture_output=True, text=True, timeout=120)


def test_the_command_line_signs_and_tells(character_store: Path, tmp_path: Path) -> None:
    who, out, plain = str(character_store / "ada"), tmp_path / "a.png", tmp_path / "b.png"
    assert run("export", who, "--as", "png", "--size", "64", "--out", str(out)).returncode == 0
    assert run("export", who, "--as", "png", "--size", "64", "--no-credentials", "--out", str(plain)).returncode == 0
    told = run("credentials", str(out))
    assert told.returncode == 0
    for words in ("npcface 0", "Ada (ada)", "Nobody real is shown.", "unchanged", "anybody can make"):
        assert words in told.stdout
    none = run("credentials", str(plain), "--json")
    assert none.returncode == 1 and json.loads(none.stdout)["credentials"] is None
    data = bytearray(out.read_bytes())
    data[data.index(b"IDAT") + 30] ^= 1
    out.write_bytes(data)
    changed = run("credentials", str(out))
    assert changed.returncode == 1 and "NO, something differs" in changed.stdout
