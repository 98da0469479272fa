"""A folder of CURVE keys: the server's pair, its clients' pairs, and the list of who is let in.

    server.key      secret, 0600: ``public Z85`` and ``secret Z85``, a line each
    server.pub      what clients need of the server: one line of Z85
    clients.allow   a line each: NAME Z85-OF-PUBLIC-KEY; read again whenever it changes
    clients/NAME.key    secret, 0600, of a client that was made here: to be moved to the client's machine

CURVE is ZeroMQ's encryption and authentication by Curve25519 keys (https://rfc.zeromq.org/spec/26/).
"""

from __future__ import annotations

import contextlib
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import zmq
from zmq.utils import z85

from npcface.access.files import KeyFileError, called, make_folder, read_private, write_private

SERVER, SERVER_PUBLIC, ALLOWED, CLIENTS = "server.key", "server.pub", "clients.allow", "clients"
LOCK = ".npcface-keys.lock"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_HEAD = "# npcface key, secret: who has this file is let in. Readable by its owner alone.\n"
_HEAD_ALLOWED = "# Who may connect: NAME PUBLIC-KEY, one a line. Read again when it changes.\n"


@dataclass(frozen=True, slots=True)
class Pair:
    """A CURVE key pair as Z85 text; neither part shows up in logs."""

    public: str
    secret: str = field(repr=False)

    @classmethod
    def new(cls) -> Pair:
        """A random one."""
        public, secret = zmq.curve_keypair()
        return cls(public.decode(), secret.decode())

    @classmethod
    def of_secret(cls, secret: str) -> Pair:
        """The pair of a secret key.

        Raises:
            KeyFileError: it is no key.
        """
        return cls(zmq.curve_public(checked_key(secret, "The secret key").encode()).decode(), secret)


def checked_key(text: str, what: str) -> str:
    """Z85 text of 32 bytes; the error does not repeat what may be a secret.

    Raises:
        KeyFileError: it is something else.
    """
    try:
        if len(text) == 40 and len(z85.decode(text.encode("ascii"))) == 32:
            return text
    except (ValueError, KeyError, struct.error):  # the last: five characters that stand for more than 32 bits
        pass
    raise KeyFileError(f"{what} is not 40 characters of Z85.", "Make keys with `npcface keys`; copy them whole.")


def read_pair(path: Path) -> Pair:
    """A pair out of its file.

    Raises:
        KeyFileError: missing, readable by others, or no key.
    """
    lines = dict(line.split(" ", 1) for line in _lines(read_private(path)) if " " in line)
    return Pair.of_secret(checked_key(lines.get("secret", "").strip(), f"`secret` of {path}"))


def read_public(path: Path) -> str:
    """A server's public key out of ``server.pub``.

    Raises:
        KeyFileError: missing, or no key.
    """
    try:
        with path.open(encoding="utf-8") as file:
            lines = _lines(file.read(4096))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise KeyFileError(
            f"{called(path)} cannot be read: {reason}.", "It is made by `npcface keys server`."
        ) from None
    return checked_key(lines[0] if lines else "", f"What {path} holds")


class KeyFolder:
    """Keys of one server and its clients.

    Args:
        folder: see the module.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def has_server(self) -> bool:
        """There is a server's key."""
        return (self.folder / SERVER).is_file()

    def server(self) -> Pair:
        """The server's pair.

        Raises:
            KeyFileError: missing, readable by others, or damaged.
        """
        if not self.has_server:
            raise KeyFileError(
                f"There is no server key in {self.folder}.", f"Make one: npcface keys server --keys '{self.folder}'"
            )
        return read_pair(self.folder / SERVER)

    def make_server(self, *, force: bool = False) -> Pair:
        """A new pair for the server; every client needs the new public key then.

        Raises:
            KeyFileError: there is one, and not ``force``.
        """
        pair = Pair.new()
        with self._locked():
            write_private(self.folder / SERVER, _text(pair), overwrite=force)
            write_private(self.folder / SERVER_PUBLIC, f"{pair.public}\n", overwrite=True)
        return pair

    def make_client(self, name: str, *, force: bool = False) -> Path:
        """A new pair for a client, let in from now on; returns the file to move to its machine.

        Raises:
            KeyFileError: no name, or the name is taken and not ``force``.
        """
        if not _NAME.fullmatch(name):
            raise KeyFileError(
                f"{name[:80]!r} is no client's name.", "Use 1 to 64 of letters, digits, '.', '-' and '_'."
            )
        with self._locked():
            names = self.allowed()
            if name in names and not force:
                raise KeyFileError(f"{name} is on the list already.", "Revoke it first, or give --force for a new key.")
            pair, path = Pair.new(), self.folder / CLIENTS / f"{name}.key"
            write_private(path, _text(pair), overwrite=force)
            self._allow({**names, name: pair.public})
        return path

    def allow(self, name: str, public: str) -> None:
        """Let in a client whose pair was made elsewhere.

        Raises:
            KeyFileError: no name, no key, or the name is taken.
        """
        with self._locked():
            names = self.allowed()
            if not _NAME.fullmatch(name) or name in names:
                raise KeyFileError(f"{name[:80]!r} is taken or no client's name.", "Choose another name.")
            self._allow({**names, name: checked_key(public.strip(), "The public key")})

    def revoke(self, name: str) -> None:
        """Let a client in no more; a running server ends its connections within a second.

        Raises:
            KeyFileError: nobody is called that.
        """
        with self._locked():
            names = self.allowed()
            if name not in names:
                raise KeyFileError(f"{name[:80]!r} is not on the list.", "`npcface keys list` shows who is.")
            self._allow({other: key for other, key in names.items() if other != name})
            (self.folder / CLIENTS / f"{name}.key").unlink(missing_ok=True)

    def allowed(self) -> dict[str, str]:
        """Name → public key.

        Raises:
            KeyFileError: the list is damaged: then nobody can be sure who is on it.
        """
        try:
            text = (self.folder / ALLOWED).read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise KeyFileError(f"{self.folder / ALLOWED} cannot be read: {error}.", "Make it readable again.") from None
        names: dict[str, str] = {}
        for number, line in enumerate(text.splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            name, _, key = line.strip().partition(" ")
            if not _NAME.fullmatch(name) or name in names:
                raise KeyFileError(f"Line {number} of {self.folder / ALLOWED} names nobody new.", "Write: NAME KEY")
            names[name] = checked_key(key.strip(), f"The key in line {number} of {self.folder / ALLOWED}")
        return names

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Of several that change the list at the same time each sees what those before it have written."""
        from npcface.character.lock import StoreBusy, locked  # here: a listener of faces needs no characters

        make_folder(self.folder)
        try:
            with locked(self.folder, LOCK, purpose="keys"):
                yield
        except StoreBusy as error:
            raise KeyFileError(error.cause, error.remedy) from None
        except OSError as error:
            raise KeyFileError(
                f"{self.folder} cannot be written: {error.strerror}.", "Choose another folder with --keys."
            ) from None

    def _allow(self, names: dict[str, str]) -> None:
        lines = "".join(f"{name} {key}\n" for name, key in sorted(names.items()))
        write_private(self.folder / ALLOWED, _HEAD_ALLOWED + lines, overwrite=True)


def _text(pair: Pair) -> str:
    return f"{_HEAD}public {pair.public}\nsecret {pair.secret}\n"


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
