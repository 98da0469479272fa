"""``npcface keys``: who may connect from other machines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from npcface.cli.console import out, print_json

if TYPE_CHECKING:
    from npcface.access.keys import KeyFolder

keys = typer.Typer(help="CURVE keys: who may connect from other machines (docs/access.md).", no_args_is_help=True)
FolderOption = Annotated[
    Path | None, typer.Option("--keys", help="Folder of the keys. Default: $NPCFACE_KEYS, else the user's settings.")
]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace a key that exists; what it opened is shut then.")]
NameArgument = Annotated[str, typer.Argument(help="1 to 64 of letters, digits, '.', '-' and '_'.")]


@keys.command()
def server(folder: FolderOption = None, force: ForceOption = False) -> None:
    """Make the server's key pair: its secret stays here, readable by you alone; clients get server.pub."""
    found = _folder(folder)
    pair = found.make_server(force=force)
    out().print(f"{found.folder / 'server.key'}: secret, stays on this machine", soft_wrap=True, markup=False)
    out().print(f"{found.folder / 'server.pub'}: for clients: {pair.public}", soft_wrap=True, markup=False)


@keys.command()
def client(
    name: NameArgument,
    folder: FolderOption = None,
    force: ForceOption = False,
    public: Annotated[
        str | None, typer.Option("--public", help="Public key (Z85) of a pair that the client has made itself.")
    ] = None,
) -> None:
    """Let a client in: make its key pair, or take the public key of one that was made elsewhere."""
    found = _folder(folder)
    if public is not None:
        found.allow(name, public)
        out().print(f"{name} may connect", markup=False)
        return
    path = found.make_client(name, force=force)
    out().print(f"{path}: secret; move it to the client's machine and delete it here", soft_wrap=True, markup=False)


@keys.command("list")
def list_keys(
    folder: FolderOption = None, as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False
) -> None:
    """Who may connect, with public keys."""
    found = _folder(folder)
    names = found.allowed()
    if as_json:
        print_json({"folder": str(found.folder), "server": found.has_server, "clients": names})
        return
    out().print(f"{found.folder}: {'a' if found.has_server else 'no'} server key", soft_wrap=True, markup=False)
    for name, public in sorted(names.items()):
        out().print(f"{name}  {public}", soft_wrap=True, markup=False)


@keys.command()
def revoke(name: NameArgument, folder: FolderOption = None) -> None:
    """Let a client in no more; running servers end its connections within a second."""
    _folder(folder).revoke(name)
    out().print(f"{name} may not connect any more", markup=False)


def _folder(given: Path | None) -> KeyFolder:
    from npcface.access.keys import KeyFolder
    from npcface.paths import keys as own

    return KeyFolder(given or own())
