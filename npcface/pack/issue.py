"""What ``npcface validate`` finds: one line a thing, with what stands there, what may, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum

from npcface.character.manifest import ManifestError
from npcface.errors import NpcFaceError


class Severity(StrEnum):
    """``ERROR``: it cannot be used as it is. ``WARNING``: it can, but somebody will be surprised."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding.

    Attributes:
        severity: see ``Severity``.
        file: path on disk, or the zip's path and the name inside.
        field: of the file, or what of it.
        value: what stands there.
        allowed: what may stand there.
        fix: what to do.
    """

    severity: Severity
    file: str
    field: str
    value: str
    allowed: str
    fix: str

    def as_dict(self) -> dict[str, str]:
        """Plain values for JSON."""
        return {**asdict(self), "severity": self.severity.value}


def error(file: str, field: str, value: str, allowed: str, fix: str) -> Issue:
    """An issue that makes the file unusable."""
    return Issue(Severity.ERROR, *map(_printable, (file, field, value, allowed, fix)))


def warning(file: str, field: str, value: str, allowed: str, fix: str) -> Issue:
    """An issue that leaves the file usable."""
    return Issue(Severity.WARNING, *map(_printable, (file, field, value, allowed, fix)))


def of_error(file: str, problem: NpcFaceError, allowed: str) -> list[Issue]:
    """The issues behind one of our exceptions: each finding of a manifest, else one."""
    if isinstance(problem, ManifestError):
        return [error(one.file, one.field, one.value, one.allowed, one.fix) for one in problem.findings]
    return [error(file, "the file", problem.cause.rstrip("."), allowed, problem.remedy)]


def _printable(text: str) -> str:
    """With lone surrogates written out: file names that are no UTF-8 hold some, and no output takes them."""
    return text.encode(errors="backslashreplace").decode()


def count(issues: Iterable[Issue]) -> tuple[int, int]:
    """Errors and warnings."""
    found = [issue.severity for issue in issues]
    return found.count(Severity.ERROR), found.count(Severity.WARNING)
