"""``npcface version``: what is running."""

from __future__ import annotations

from typing import Annotated

import typer

from npcface.cli.console import out, print_json


def version(as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False) -> None:
    """Version of npcface, its wire protocol, Python and onnxruntime."""
    import platform
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    from npcface import __version__
    from npcface.wire import PROTOCOL

    facts = {"npcface": __version__, "protocol": PROTOCOL, "python": platform.python_version()}
    for name in ("onnxruntime", "onnxruntime-gpu", "mediapipe"):
        try:
            facts[name] = installed(name)
        except PackageNotFoundError:
            continue
    if as_json:
        print_json(facts)
    else:
        out().print("\n".join(f"{name:<16}{value}" for name, value in facts.items()))
