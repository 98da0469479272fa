"""The certificate that signs: the user's own, or one made on this computer the first time it is needed.

A made one is a leaf under a certification authority whose key is thrown away at once, so that nothing else can be
signed with it. Source: C2PA Technical Specification 2.2, X.509 certificates: ES256, key usage digitalSignature,
extended key usage e-mail protection, no CA.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from npcface.errors import NpcFaceError
from npcface.paths import credentials as folder
from npcface.paths import expanded
from npcface.private import create_private, read_secret

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey

CERT_ENV, KEY_ENV = "NPCFACE_CREDENTIALS_CERT", "NPCFACE_CREDENTIALS_KEY"
CERT_NAME, KEY_NAME = "certificate.pem", "key.pem"
LOCAL = "npcface, made on this computer"
"""Common name of a made certificate; it holds nothing about the user."""
YEARS = 10
_MAX_BYTES = 64 * 1024


class CredentialsError(NpcFaceError):
    """The certificate cannot sign, or a file cannot be signed or read."""

    code = "credentials"


@dataclass(frozen=True, slots=True)
class Keys:
    """A chain of certificates, the signer's first, and the signer's key; both PEM."""

    chain: bytes
    key: bytes
    algorithm: str


def load_keys() -> Keys:
    """The user's own certificate if both variables are set, else the made one; made now if there is none.

    Raises:
        CredentialsError: it cannot be read or made, does not fit together, or has expired.
    """
    given = os.environ.get(CERT_ENV), os.environ.get(KEY_ENV)
    if any(given) and not all(given):
        raise CredentialsError(f"Only one of {CERT_ENV} and {KEY_ENV} is set.", "Set both, or neither.")
    if given[0] and given[1]:
        return _checked(expanded(given[0]), expanded(given[1]), "Export it anew, or unset both.")
    place = folder()
    if not (place / CERT_NAME).is_file():
        _make(place)
    return _checked(place / CERT_NAME, place / KEY_NAME, f"Remove {place}: another one is made.")


def _checked(cert: Path, key: Path, remedy: str) -> Keys:
    from datetime import UTC, datetime

    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

    spki = Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    try:
        chain, secret = _read(cert), _read(key, secret=True)
        certificates = x509.load_pem_x509_certificates(chain)
        private = load_pem_private_key(secret, None)
        ours, theirs = (one.public_key().public_bytes(*spki) for one in (private, certificates[0]))
    except (OSError, ValueError, TypeError) as error:  # TypeError: the key has a password
        raise CredentialsError(f"The certificate {cert} cannot be used: {error}.", remedy) from error
    except UnsupportedAlgorithm as error:
        raise _unknown(cert) from error
    if ours != theirs:
        raise CredentialsError(f"{key} is not the key of the first certificate of {cert}.", remedy)
    if certificates[0].not_valid_after_utc < datetime.now(UTC):
        raise CredentialsError(f"{cert} expired on {certificates[0].not_valid_after_utc:%Y-%m-%d}.", remedy)
    return Keys(chain, secret, _algorithm(private, cert))


def _algorithm(private: object, cert: Path) -> str:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    if isinstance(private, ec.EllipticCurvePrivateKey):
        known = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}.get(private.curve.name)
    else:
        known = {True: "ed25519"}.get(isinstance(private, ed25519.Ed25519PrivateKey))
        known = "ps256" if isinstance(private, rsa.RSAPrivateKey) else known
    if known is None:
        raise _unknown(cert)
    return known


def _unknown(cert: Path) -> CredentialsError:
    return CredentialsError(f"{cert} has a kind of key that C2PA does not know.", "Use an EC P-256 key.")


def _read(path: Path, *, secret: bool = False) -> bytes:
    data, mode = read_secret(path, _MAX_BYTES)
    if secret and mode & 0o077:
        raise CredentialsError(
            f"Others may read {path} (mode {mode:o}); who has read it can sign in its name.",
            f"Take that away: chmod 600 '{path}', or use another key.",
        )
    if len(data) > _MAX_BYTES:
        raise ValueError(f"it has more than {_MAX_BYTES} bytes")
    return data


def _make(place: Path) -> None:
    """Write a new chain and key, both or none; of two programs that do so at once, the first wins."""
    chain, key = _new_chain()
    new = place.with_name(f".{place.name}.{secrets.token_hex(4)}.new")
    try:
        new.mkdir(parents=True, mode=0o700)
        for name, data in ((KEY_NAME, key), (CERT_NAME, chain)):
            create_private(new / name, data)
        if not (place / CERT_NAME).is_file():
            new.rename(place)  # refused where another program was faster and the folder is not empty
    except OSError as error:
        if not (place / CERT_NAME).is_file():
            if place.is_dir() and error.errno in (errno.ENOTEMPTY, errno.EEXIST):
                raise CredentialsError(
                    f"There is no {CERT_NAME} in {place}, but other files.",
                    f"Put it back, or remove {place}: another one is made.",
                ) from error
            raise CredentialsError(
                f"No certificate can be kept in {place}: {error.strerror}.", "Make that writable, or --no-credentials."
            ) from error
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _new_chain() -> tuple[bytes, bytes]:
    """PEM of leaf and authority, and of the leaf's key."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    authority, leaf = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    above = _certificate(f"{LOCAL}: authority", authority.public_key(), authority, authority=True)
    below = _certificate(LOCAL, leaf.public_key(), authority, authority=False)
    chain = below.public_bytes(Encoding.PEM) + above.public_bytes(Encoding.PEM)
    return chain, leaf.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _certificate(
    name: str, key: EllipticCurvePublicKey, signer: EllipticCurvePrivateKey, *, authority: bool
) -> x509.Certificate:
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    def named(text: str) -> x509.Name:
        parts = ((NameOID.ORGANIZATION_NAME, "self-signed by npcface"), (NameOID.COMMON_NAME, text))
        return x509.Name([x509.NameAttribute(kind, value) for kind, value in parts])

    now = datetime.now(UTC)
    usage = x509.KeyUsage(
        digital_signature=not authority, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=authority, crl_sign=authority, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    made = (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named(f"{LOCAL}: authority"))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    if not authority:
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    return made.sign(signer, SHA256())
