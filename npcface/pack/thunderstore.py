"""What Thunderstore asks of a package: manifest.json, icon.png and README.md at the root of the zip.

Mod managers move a package's ``plugins/`` with its folders; folders elsewhere are flattened into one, where files of
equal names would overwrite each other. So characters lie below ``plugins/``. Source: Thunderstore's page "Package
format", r2modman's wiki page "Structuring your Thunderstore package".
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from npcface.character.icon import ICON_SIDE, check_png
from npcface.character.manifest import MANIFEST_NAME, plain, read_table

PREFIX = "plugins/"
ICON_NAME = "icon.png"
README_NAME = "README.md"
MAX_ICON_BYTES = 2 * 1024 * 1024
MAX_README_BYTES = 512 * 1024
_NUMBERS = r"(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})"
Dependency = Annotated[str, Field(pattern=rf"^[A-Za-z0-9_]{{1,128}}-[A-Za-z0-9_]{{1,128}}-{_NUMBERS}$")]


class ThunderstoreManifest(BaseModel):
    """The manifest.json at the root of a Thunderstore package."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)
    name: str = Field(pattern=r"^[A-Za-z0-9_]{1,128}$")
    version_number: str = Field(pattern=f"^{_NUMBERS}$")
    website_url: str = Field(max_length=1024)
    description: Annotated[str, Field(min_length=1, max_length=250), AfterValidator(plain)]
    dependencies: list[Dependency] = Field(max_length=250)


RULES = {
    "name": ("A-Z, a-z, 0-9 and _, 1 to 128 of them", "Replace spaces and other signs by _."),
    "version_number": ('three numbers such as "1.2.0"', "Raise the last number with each upload."),
    "website_url": ("an address or nothing", 'Write "" if there is none.'),
    "description": ("text of 1 to 250 characters", "Shorten it; README.md has room for more."),
    "dependencies": ('a list such as ["Author-Mod-1.2.3"]', "Write [] if there are none."),
}


@dataclass(frozen=True, slots=True)
class Thunderstore:
    """A package for Thunderstore.

    Attributes:
        manifest: its manifest.json.
        icon_png: a PNG of 256×256.
        readme: Markdown.
        namespace: of the team that uploads it; part of the file's name only.
    """

    manifest: ThunderstoreManifest
    icon_png: bytes
    readme: str
    namespace: str = ""

    def files(self) -> dict[str, bytes]:
        """Name at the root of the zip → contents.

        Raises:
            CharacterError: the icon is not a PNG of 256×256.
        """
        check_png(ICON_NAME, self.icon_png, side=ICON_SIDE)
        table = json.dumps(self.manifest.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"
        return {MANIFEST_NAME: table.encode(), ICON_NAME: self.icon_png, README_NAME: self.readme.encode()}

    @property
    def file_name(self) -> str:
        """As mod managers read author, name and version from it."""
        parts = (self.namespace, self.manifest.name, self.manifest.version_number)
        return "-".join(part for part in parts if part) + ".zip"


def parse_thunderstore(data: bytes, file: str = MANIFEST_NAME) -> ThunderstoreManifest:
    """Read a Thunderstore manifest.

    Raises:
        ManifestError: with every finding.
    """
    return read_table(data, file, ThunderstoreManifest, RULES, "docs/packs.md")
