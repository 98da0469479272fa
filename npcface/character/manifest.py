"""manifest.json: who a character is, who made it, under which licence and with whose consent.

Written by people as often as by ``npcface enroll``, so reading reports every finding at once with the field, the
value that stands there, what is allowed and how to fix it; fields it does not know are kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from npcface.character import rights as _rights
from npcface.character.rights import Rights
from npcface.character.version import range_problem
from npcface.errors import CharacterError

SCHEMA = 1
MANIFEST_NAME = "manifest.json"
MAX_MANIFEST_BYTES = 64 * 1024
PAGE = "docs/characters.md"
ID_PATTERN = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
DEVICES = frozenset(  # Windows opens devices under these names, whatever the folder
    {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}
)
VERSION = r"^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})(-[0-9A-Za-z.-]{1,32})?$"
Table = TypeVar("Table", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong in a file: where, what stands there, what may stand there, what to do."""

    file: str
    field: str
    value: str
    allowed: str
    fix: str

    def __str__(self) -> str:
        return f"{self.file}: {self.field} is {self.value}; allowed: {self.allowed}. {self.fix}"


class ManifestError(CharacterError):
    """A manifest does not follow the documented form; ``findings`` lists everything that is wrong with it."""

    def __init__(self, findings: tuple[Finding, ...], page: str = PAGE) -> None:
        count = "1 problem" if len(findings) == 1 else f"{len(findings)} problems"
        super().__init__(
            f"The manifest has {count}: " + " | ".join(str(finding) for finding in findings),
            f"{page} lists every field.",
        )
        self.findings = findings


def is_valid_id(text: str) -> bool:
    """Whether a string may name a character, and so a folder, on every system."""
    return ID_PATTERN.fullmatch(text) is not None and text not in DEVICES


def _id(value: str) -> str:
    if not is_valid_id(value):
        raise ValueError("not a character id")
    return value


def plain(value: str) -> str:
    """Pydantic: text that people can read."""
    if not value.strip() or any(ord(sign) < 32 and sign not in "\n\t" for sign in value):
        raise ValueError("blank or with control characters")
    return value


def version_range(value: str) -> str:
    """Pydantic: a range such as ``>=0.1,<1``."""
    problem = range_problem(value)
    if problem:
        raise ValueError(problem)
    return value


CharacterId = Annotated[str, AfterValidator(_id), Field(json_schema_extra={"pattern": f"^{ID_PATTERN.pattern}$"})]
Line = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(plain)]


class Framing(BaseModel):
    """The square of ``portrait.png`` that fills the texture, in its pixels; may reach past the borders."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True, allow_inf_nan=False)
    left: float = Field(ge=-65536, le=65536)
    top: float = Field(ge=-65536, le=65536)
    side: float = Field(gt=0, le=65536)


class Manifest(BaseModel):
    """The typed manifest; docs/characters.md describes each field."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True, populate_by_name=True)
    schema_version: int = Field(default=SCHEMA, alias="schema", ge=1, le=SCHEMA)
    id: CharacterId
    name: Annotated[str, Field(min_length=1, max_length=80), AfterValidator(plain)]
    version: str = Field(default="1.0.0", pattern=VERSION)
    authors: list[Line] = Field(default_factory=list, max_length=32)
    license: Line
    consent: Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(plain)]
    rights: Rights | None = None
    npcface: Annotated[str, Field(max_length=80), AfterValidator(version_range)] = ">=0.1"
    portrait_sha256: str = Field(default="", pattern=r"^([0-9a-f]{64})?$")
    framing: Framing | None = None

    def to_json(self) -> bytes:
        """The file's bytes: UTF-8, two spaces of indent, known fields first, unknown ones as they were read."""
        left_out = {name for name in ("framing", "rights") if getattr(self, name) is None}
        table = self.model_dump(mode="json", by_alias=True, exclude=left_out)
        if self.rights is not None:
            table["rights"] = self.rights.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
        return (json.dumps(table, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


RULES = {
    "schema": (f"a whole number from 1 to {SCHEMA}", "A newer number needs a newer npcface; otherwise write 1."),
    "id": ("a-z, 0-9, _ and -, starting with a letter or digit, at most 64, no Windows device name",
           "Use the folder's name in lower case."),
    "name": ("text of 1 to 80 characters", "Write the name people shall see."),
    "version": ('three numbers such as "1.2.0"', "Raise the last number with each change."),
    "authors": ("a list of up to 32 names", 'Write ["Your Name"].'),
    "license": ("text of 1 to 200 characters", 'Name the licence of the portrait, such as "CC0-1.0".'),
    "consent": ("text of 1 to 2000 characters", "State who agreed to this use, or that nobody real is shown."),
    **_rights.RULES,
    "npcface": ('a version range such as ">=0.1,<1"', 'Write ">=0.1" if unsure.'),
    "portrait_sha256": ("64 hexadecimal digits or nothing", "Remove it; npcface fills it in."),
    "framing": ('{"left", "top", "side"} in pixels of portrait.png, side above 0', "Remove it to frame anew."),
}  # fmt: skip


def parse_manifest(data: bytes, file: str = MANIFEST_NAME) -> Manifest:
    """Read a manifest.

    Args:
        data: the file's bytes.
        file: its name for the findings.

    Raises:
        ManifestError: with every finding.
    """
    return read_table(data, file, Manifest, RULES)


def read_table(
    data: bytes, file: str, model: type[Table], rules: Mapping[str, tuple[str, str]], page: str = PAGE
) -> Table:
    """Read a small JSON file that people write, as a pydantic model.

    Args:
        data: the file's bytes.
        file: its name for the findings.
        model: what the file holds.
        rules: field to what is allowed there and how to put it right.
        page: of the documentation, which describes the fields.

    Raises:
        ManifestError: with every finding.
    """

    def wrong(value: str, allowed: str, fix: str) -> ManifestError:
        return ManifestError((Finding(file, "the file", value, allowed, fix),), page)

    if len(data) > MAX_MANIFEST_BYTES:
        raise wrong(f"{len(data)} bytes", f"at most {MAX_MANIFEST_BYTES} bytes", "Move long texts to another file.")
    try:
        table = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_without_repeats)
        json.dumps(table, ensure_ascii=False, allow_nan=False).encode()  # NaN, 1e999 and half characters end here
    except (ValueError, RecursionError) as error:
        raise wrong(f"not readable ({error})", "UTF-8 JSON", "Check commas and quotes near that place.") from error
    if not isinstance(table, dict):
        raise wrong(f"a {type(table).__name__}", "a JSON object {…}", "Put the fields in braces.")
    try:
        return model.model_validate(table)
    except ValidationError as error:
        findings = (_finding(file, detail, rules, page) for detail in error.errors(include_url=False))
        raise ManifestError(tuple(findings), page) from error


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise ValueError("a field appears twice")
    return table


def _finding(file: str, detail: Any, rules: Mapping[str, tuple[str, str]], page: str) -> Finding:
    place = [str(part) for part in detail["loc"]]
    top = "schema" if place and place[0] == "schema_version" else place[0] if place else "the file"
    known = rules.get(f"{top}.{place[1]}") if len(place) > 1 else None  # a field of a field may have a rule of its own
    allowed, fix = known or rules.get(top, (str(detail["msg"]), f"See {page}."))
    value = "missing" if detail["type"] == "missing" else _short(detail.get("input"))
    return Finding(file, ".".join([top, *place[1:]]), value, allowed, fix)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "…"
