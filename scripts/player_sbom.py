"""``sbom.cdx.json``: all parts of a player bundle, as CycloneDX 1.6 (ECMA-424): packages, weights, compiled code.

The same bundle gives the same document: no random serial number, and a time only from ``SOURCE_DATE_EPOCH``.
"""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cyclonedx.factory.license import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from player_licences import PYTHON, _licence, _packages, _system

import npcface
from npcface.weights import MANIFEST

NAME = "sbom.cdx.json"
COMPILED = (".so", ".dll", ".dylib")
_NAMESPACE = uuid.UUID("6f1b0f8e-6c35-5f0b-9c55-1f6f9f5e7c11")


def write_sbom(bundle: Path, archive: Path) -> Path:
    """Write the list of parts into a bundle.

    Args:
        bundle: the finished folder; files are hashed as they lie there.
        archive: PyInstaller's PYZ archive of Python modules.
    """
    inside = bundle / "_internal"
    root = Component(
        name="npcface-player", version=npcface.__version__, type=ComponentType.APPLICATION,
        licenses=[_license("Apache-2.0")], bom_ref="npcface-player",
    )  # fmt: skip
    parts = [*_of_packages(archive, inside), *_of_weights(inside), *_of_system(inside)]
    bom = Bom(components=parts, serial_number=None)
    bom.metadata.component = root
    bom.metadata.timestamp = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), UTC)
    bom.register_dependency(root, parts)
    bom.serial_number = uuid.uuid5(_NAMESPACE, " ".join(sorted(str(part.bom_ref.value) for part in parts)))
    document = json.loads(JsonV1Dot6(bom).output_as_string())
    if "SOURCE_DATE_EPOCH" not in os.environ:
        document["metadata"].pop("timestamp", None)
    target = bundle / NAME
    target.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return target


def _of_packages(archive: Path, inside: Path) -> list[Component]:
    return [
        Component(
            name=package.name, version=package.version, type=ComponentType.LIBRARY,
            licenses=[_license(_licence(package))], purl=PackageURL("pypi", name=package.name, version=package.version),
            bom_ref=f"pypi/{package.name}@{package.version}",
        )
        for package in sorted(_packages(archive, inside), key=lambda package: package.name.lower())
    ]  # fmt: skip


def _of_weights(inside: Path) -> list[Component]:
    """Models by ``weights.json``, and the compiled renderer; each with the sha256 of the file in the bundle."""
    listed: dict[str, dict[str, Any]] = json.loads(MANIFEST.read_text("utf-8"))["files"]
    parts = []
    for name, about in listed.items():
        file = inside / "npcface" / name
        if file.is_file():
            parts.append(_file(file, f"npcface/{name}", ComponentType.MACHINE_LEARNING_MODEL, about["licence"]))
    for file in sorted((inside / "npcface/render/native/lib").iterdir()):
        if file.suffix in COMPILED:
            parts.append(_file(file, f"npcface/render/native/lib/{file.name}", ComponentType.LIBRARY, "Apache-2.0"))
    return parts


def _file(file: Path, name: str, kind: ComponentType, licence: str) -> Component:
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return Component(
        name=name, version=npcface.__version__, type=kind, licenses=[_license(licence)], bom_ref=f"file/{name}",
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest)],
        properties=[Property(name="npcface:bytes", value=str(file.stat().st_size))],
    )  # fmt: skip


def _of_system(inside: Path) -> list[Component]:
    return [
        Component(name=name, type=ComponentType.LIBRARY, licenses=[_license(licence)], bom_ref=f"system/{name}")
        for name, licence in sorted({*PYTHON, *_system(inside)})
    ]


def _license(text: str) -> Any:
    """An SPDX id or expression where it is one, else the words as they are."""
    return LicenseFactory().make_from_string(text)
