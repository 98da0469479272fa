"""Read the content credentials of a file, ours or anybody's, and check them. Nothing goes over a network."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from npcface.credentials.credit import CHARACTER, SOURCE_TYPE
from npcface.credentials.keys import CredentialsError
from npcface.credentials.sign import MIME, SETTINGS, installed
from npcface.errors import DependencyError

_LINE = 300  # characters of a text of strangers that are shown
UNTRUSTED = "signingCredential.untrusted"


@dataclass(frozen=True, slots=True)
class Report:
    """What a file says of itself, and what of that holds.

    Attributes:
        file: its name.
        intact: neither the file nor the note has changed since it was signed.
        trusted: the C2PA library vouches for the signer; never so today, as it brings no list and is given none.
        signer: name in the certificate. algorithm: of the signature.
        program: that wrote the note, with its version.
        source: what the picture is, in words.
        characters: of npcface, the assertions about them as they stand.
        portraits: sha256 of portraits, or titles of other ingredients.
        problems: codes of the C2PA specification for what does not hold.
    """

    file: str
    intact: bool
    trusted: bool
    signer: str
    algorithm: str
    program: str
    source: str
    characters: tuple[dict[str, Any], ...]
    portraits: tuple[str, ...]
    problems: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def read(path: Path) -> Report | None:
    """Read and check a file.

    Returns:
        None: it carries no credentials.

    Raises:
        DependencyError: npcface[credentials] is missing.
        CredentialsError: it is no picture or film, or is too damaged to be read.
    """
    if not installed():
        raise DependencyError("Reading content credentials needs c2pa-python.", "pip install 'npcface[credentials]'")
    import c2pa

    mime = MIME.get(path.suffix.lower())
    if mime is None:
        raise CredentialsError(f"{path.name} is of another kind.", f"Give one that ends in {', '.join(MIME)}.")
    try:
        with (
            path.open("rb") as file,
            c2pa.Context.from_dict(SETTINGS) as context,
            c2pa.Reader(mime, file, context=context) as reader,
        ):
            document, state = json.loads(reader.json()), reader.get_validation_state()
    except OSError as error:
        raise CredentialsError(f"{path} cannot be read: {error.strerror}.", "Check its name.") from error
    except c2pa.C2paError.ManifestNotFound:
        return None
    except (c2pa.C2paError, ValueError) as error:
        raise CredentialsError(f"{path.name} cannot be read: {_line(error)}.", "Take an undamaged copy.") from error
    return _report(path.name, document, str(state))


def _report(file: str, document: dict[str, Any], state: str) -> Report:
    active = document.get("manifests", {}).get(document.get("active_manifest"), {})
    signature = active.get("signature_info") or {}
    programs = active.get("claim_generator_info") or [{}]
    assertions = active.get("assertions") or []
    problems = tuple(_line(one.get("code")) for one in document.get("validation_status") or [])
    characters = (one.get("data") for one in assertions if _label(one) == CHARACTER)
    return Report(
        file=file,
        intact=state in ("Valid", "Trusted"),
        trusted=state == "Trusted",
        signer=_line(signature.get("common_name") or signature.get("issuer") or "nobody"),
        algorithm=_line(signature.get("alg") or ""),
        program=_line(f"{programs[0].get('name', 'unknown')} {programs[0].get('version', '')}".strip()),
        source=_source(assertions),
        characters=tuple(one for one in characters if isinstance(one, dict)),
        portraits=tuple(map(_portrait, active.get("ingredients") or [])),
        problems=tuple(one for one in problems if one != UNTRUSTED),
    )


def _label(assertion: dict[str, Any]) -> str:
    return str(assertion.get("label", "")).partition("__")[0]  # further ones of a label are numbered: label__1


def _source(assertions: list[dict[str, Any]]) -> str:
    for assertion in assertions:
        if _label(assertion).startswith("c2pa.actions"):
            for action in (assertion.get("data") or {}).get("actions") or []:
                kind = action.get("digitalSourceType")
                if kind == SOURCE_TYPE:
                    return "a portrait together with what trained models made of it"
                if kind:
                    return _line(str(kind).rpartition("/")[2])
    return "not told"


def _portrait(ingredient: dict[str, Any]) -> str:
    return _line(str(ingredient.get("instance_id") or ingredient.get("title") or "").removeprefix("urn:"))


def _line(text: object) -> str:
    """A text of strangers on one line, without signs that could do something to a terminal."""
    return "".join(sign if sign.isprintable() else " " for sign in str(text))[:_LINE]
