"""Licences of every package that npcface brings to a player or an artist, against a list of those we accept.

    python scripts/licence_check.py          # a table; exit code 1 if something is not accepted

What counts is what each installed package says about itself: SPDX expression, licence field, classifiers. What says
nothing, or something that is not on the list, fails, unless it is named in ``EXCEPTIONS`` with a reason.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
from lock_player import normalised  # noqa: E402
from player_licences import _licence  # noqa: E402

PARTS = ("bundle", "enroll", "speech", "video", "listen", "studio")
"""Extras that people install, beside the player itself; those of training, tests and documentation do not run."""

ACCEPTED = {
    "0BSD", "AFL-2.1", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC0-1.0", "CNRI-Python", "HPND",
    "ISC", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0", "PSF-2.0", "Python-2.0", "Unlicense", "Zlib",
}  # fmt: skip
"""SPDX ids, permissive or (MPL) with a copyleft that ends at the file."""

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

EXCEPTIONS = {
    "pyinstaller": "GPL-2.0 with an exception for what it bundles: it builds, its starter may go into any program",
    "pyinstaller-hooks-contrib": "Apache-2.0 for hooks that go into a bundle, GPL-2.0 for those that only run at build",
}
"""Package → why it may be there all the same."""

KNOWN = {"python-osc": ("Unlicense", "its licence field holds the whole text of the Unlicense")}
"""Package whose metadata name no licence in one line → licence, and how we know."""

COPYLEFT = re.compile(
    r"^lib(x26[45]|av(codec|device|filter|format|util)|sw(scale|resample)|Qt5|mp3lame|gmp|gnutls|nettle)"
)
INSIDE = {
    "av": "FFmpeg under the LGPL with x264 and x265 under the GPL: video files only, never in a player bundle",
    "opencv-python": "FFmpeg and Qt 5 under the LGPL, as shared libraries that may be replaced: enrolment only",
    "opencv-contrib-python": "as opencv-python, from MediaPipe: enrolment only",
}
"""Package → why libraries of another licence than its own may lie in its wheel. None of these is in the player."""


@dataclass(frozen=True)
class Verdict:
    """What came out for a package: its licence as stated, and why it is not accepted (empty: it is)."""

    name: str
    version: str
    stated: str
    problem: str


def verdicts() -> list[Verdict]:
    """Of all packages that the parts bring and that are installed here, by name."""
    found = {normalised(one.name): one for one in _brought()}
    return [_judged(name, found[name]) for name in sorted(found)]


def _judged(name: str, package: Distribution) -> Verdict:
    stated = _licence(package)
    problem = ""
    if name in KNOWN:
        stated = KNOWN[name][0]
    if name not in EXCEPTIONS:
        problem = refused(stated)
    if not problem and name not in INSIDE and (inner := libraries(package)):
        problem = f"its wheel brings {', '.join(inner)}"
    return Verdict(name, package.version, stated, problem)


def refused(stated: str) -> str:
    """Why a licence is not accepted; of "A OR B" one is enough, of "A AND B" both are needed."""
    if not stated or stated == "see texts":
        return "it states no licence"
    alternatives = re.split(r"\s+OR\s+", stated.strip("()"))
    problems = []
    for one in alternatives:
        terms = [term.strip(" ()") for term in re.split(r"\s+AND\s+|,\s+(?=[A-Z0-9])|\s+and\s+", one)]
        if SPELT.get(one.strip().lower()):
            terms = [one.strip()]
        wrong = [term for term in terms if SPELT.get(term.lower(), term) not in ACCEPTED]
        if not wrong:
            return ""
        problems += wrong
    return f"not accepted: {', '.join(problems)}"


def libraries(package: Distribution) -> list[str]:
    """Libraries under a copyleft licence in a package's wheel, by what they are called."""
    files = package.files or ()
    return sorted(
        {file.name for file in files if re.search(r"\.(so|dll|dylib)\b", file.name) and COPYLEFT.match(file.name)}
    )


def _brought() -> Iterator[Distribution]:
    """Everything that the requirements of ``PARTS`` lead to on this machine."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras: dict[str, list[str]] = project["optional-dependencies"]
    waiting = [(text, "") for text in project["dependencies"]]
    waiting += [(text, "") for part in PARTS for text in extras[part]]
    seen: set[tuple[str, str]] = set()
    while waiting:
        text, extra = waiting.pop()
        requirement = Requirement(text)
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = normalised(requirement.name)
        if name == "npcface":
            waiting += [(text, "") for part in requirement.extras for text in extras[part]]
            continue
        for wanted in ("", *requirement.extras):
            if (name, wanted) in seen:
                continue
            seen.add((name, wanted))
            try:
                package = distribution(requirement.name)
            except PackageNotFoundError:
                continue
            yield package
            waiting += [(text, wanted) for text in package.requires or ()]


def main() -> None:
    """Print all; fail if one is refused."""
    found = verdicts()
    for one in found:
        why = one.problem or EXCEPTIONS.get(one.name) or INSIDE.get(one.name) or KNOWN.get(one.name, ("", ""))[1]
        print(f"{'✗' if one.problem else '✓'} {one.name} {one.version}: {one.stated}{f'  ({why})' if why else ''}")
    raise SystemExit(1 if any(one.problem for one in found) else 0)


if __name__ == "__main__":
    main()
