"""Whether what a package states as its licence is accepted: SPDX expressions, and what is written instead of them."""

from __future__ import annotations

import re

ACCEPTED = {
    "0BSD", "AFL-2.1", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC0-1.0", "CNRI-Python", "HPND",
    "ISC", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0", "PSF-2.0", "Python-2.0", "Unlicense", "Zlib",
}  # fmt: skip
"""SPDX ids, permissive or (MPL) with a copyleft that ends at the file."""

WITH = {"LLVM-exception"}
"""What may follow an accepted licence: it permits more. Others may take something back."""

SPELT = {
    "apache": "Apache-2.0", "apache 2.0": "Apache-2.0", "apache license 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0", "apache license, version 2.0": "Apache-2.0", "apache2": "Apache-2.0",
    "bsd license": "BSD", "3-clause bsd license": "BSD-3-Clause", "bsd 3-clause": "BSD-3-Clause",
    "bsd 3-clause license": "BSD-3-Clause", "new bsd": "BSD-3-Clause", "mit license": "MIT", "the mit license": "MIT",
    "isc license (iscl)": "ISC", "isc license": "ISC", "psfl": "PSF-2.0",
    "python software foundation license": "PSF-2.0", "psf": "PSF-2.0",
    "public domain": "Unlicense", "the unlicense (unlicense)": "Unlicense",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0", "historical permission notice and disclaimer (hpnd)": "HPND",
}  # fmt: skip
"""What packages write for them."""


def refused(stated: str) -> str:
    """Why a licence is not accepted; of "A OR B" one is enough, of "A AND B" and of "A, B" both are needed."""
    if not stated or stated == "see texts":
        return "it states no licence"
    problems: list[str] = []
    parts = [stated] if stated.lower() in SPELT else re.split(r",\s+(?=[A-Z0-9])", stated)
    for part in parts:
        if part.lower() in SPELT:
            continue
        try:
            problems += _Expression(part).problems()
        except ValueError:
            problems.append(part)
    return f"not accepted: {', '.join(problems)}" if problems else ""


class _Expression:
    """Alternatives of sums of names and of expressions in parentheses. WITH binds most tightly, then AND, then OR."""

    def __init__(self, text: str) -> None:
        self._left = re.findall(r"[()]|[^\s()]+", text)

    def problems(self) -> list[str]:
        """Names that are in the way; empty if it is accepted.

        Raises:
            ValueError: it is no expression.
        """
        found = self._alternatives()
        if self._left:
            raise ValueError(self._left)
        return found

    def _alternatives(self) -> list[str]:
        each = [self._sum()]
        while self._takes("OR"):
            each.append(self._sum())
        return [] if [] in each else [name for names in each for name in names]

    def _sum(self) -> list[str]:
        found = self._one()
        while self._takes("AND"):
            found += self._one()
        return found

    def _one(self) -> list[str]:
        if self._takes("("):
            found = self._alternatives()
            if not self._takes(")"):
                raise ValueError(self._left)
            return found
        name = self._name()
        accepted = SPELT.get(name.lower(), name) in ACCEPTED
        if self._takes("WITH"):
            exception = self._name()
            accepted, name = accepted and exception in WITH, f"{name} WITH {exception}"
        return [] if accepted else [name]

    def _name(self) -> str:
        """Words up to an operator: packages write "BSD License", too."""
        words = []
        while self._left and self._left[0].upper() not in ("(", ")", "AND", "OR", "WITH"):
            words.append(self._left.pop(0))
        if not words:
            raise ValueError(self._left)
        return " ".join(words)

    def _takes(self, token: str) -> bool:
        if self._left and self._left[0].upper() == token:
            del self._left[0]
            return True
        return False
