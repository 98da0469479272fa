"""What an exported file says about itself: made by npcface, of which portrait, under which licence, on what ground.

Source: C2PA Technical Specification 2.2, manifests with ``c2pa.actions.v2``; IPTC digital source types.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import npcface

if TYPE_CHECKING:
    from npcface.character import Manifest

SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
"""A portrait together with pixels and motion out of trained models: so in both qualities, as the rig is trained too."""
CHARACTER = "npcface.character"
"""Label of the assertion about one character."""


@dataclass(frozen=True, slots=True)
class Credit:
    """Whom a file shows.

    Attributes:
        people: manifests of the characters in it.
        quality: how they were drawn, ``warp`` or ``neural``; empty where that is not known.
    """

    people: tuple[Manifest, ...]
    quality: str = ""

    def definition(self, title: str, mime: str) -> dict[str, Any]:
        """The manifest as c2pa's ``Builder`` takes it.

        Args:
            title: of the file, its name.
            mime: its media type.
        """
        agent = {"name": "npcface", "version": npcface.__version__}
        created: dict[str, Any] = {"action": "c2pa.created", "softwareAgent": agent, "digitalSourceType": SOURCE_TYPE}
        if self.quality:
            created["parameters"] = {"npcface.quality": self.quality}
        actions = [created]
        hashed = [one for one in self.people if one.portrait_sha256]
        if hashed:
            labels = [one.portrait_sha256[:16] for one in hashed]
            placed = {"action": "c2pa.placed", "softwareAgent": agent, "parameters": {"ingredientIds": labels}}
            actions.append(placed)
        told = {"label": "c2pa.actions.v2", "data": {"actions": actions}}
        return {
            "claim_generator_info": [agent],
            "title": title,
            "format": mime,
            "ingredients": [_ingredient(one) for one in hashed],
            "assertions": [told, *({"label": CHARACTER, "data": _person(one)} for one in self.people)],
        }


def credit_of(people: Iterable[Manifest], quality: str = "", *, wanted: bool = True) -> Credit | None:
    """Whom a file is going to show; None if it shall say nothing, or cannot as npcface[credentials] is missing."""
    from npcface.credentials.sign import installed

    return Credit(tuple(people), quality) if wanted and installed() else None


def _person(manifest: Manifest) -> dict[str, Any]:
    about: dict[str, Any] = {
        "id": manifest.id, "name": manifest.name, "version": manifest.version, "authors": manifest.authors,
        "license": manifest.license,
    }  # fmt: skip
    if manifest.portrait_sha256:
        about["portrait_sha256"] = manifest.portrait_sha256
    if manifest.rights is None:
        about["consent"] = manifest.consent
    else:
        known = manifest.rights.model_copy(update=dict.fromkeys(manifest.rights.model_extra or {}))
        about["rights"] = known.model_dump(mode="json", exclude_none=True)
    return about


def _ingredient(manifest: Manifest) -> dict[str, Any]:
    """The portrait by its hash alone: the picture itself stays at home."""
    return {
        "title": f"portrait of {manifest.name}",
        "format": "image/png",
        "label": manifest.portrait_sha256[:16],
        "instance_id": f"urn:sha256:{manifest.portrait_sha256}",
        "relationship": "componentOf",
    }
