"""Files that hold a secret: written at once or not at all, for their owner alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from npcface.errors import NpcFaceError
from npcface.private import create_private, read_secret

MOST = 65_536
"""Bytes of such a file."""


class KeyFileError(NpcFaceError):
    """A key, token or allow-list file is missing, damaged, or readable by others."""

    code = "keys"


def write_private(path: Path, text: str, *, overwrite: bool) -> None:
    """Write a file that its owner alone can read (POSIX mode 0600); on Windows its folder's rights apply.

    Args:
        path: target; its folder is made with mode 0700.
        text: all of it.
        overwrite: False: the file must not exist, however many processes try at the same time.

    Raises:
        KeyFileError: it exists, or cannot be written.
    """
    data = text.encode()
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    make_folder(path.parent)
    try:
        create_private(temporary, data)
        if overwrite:
            temporary.replace(path)
        elif os.name == "nt":
            temporary.rename(path)  # refuses an existing target there
        else:
            try:
                os.link(temporary, path)  # as rename, but refuses an existing target
            except FileExistsError:
                raise
            except OSError:  # FAT and some network drives know no links
                create_private(path, data)
    except FileExistsError:
        raise KeyFileError(
            f"{path} exists already.", "Give --force to replace it: what it opened is shut then."
        ) from None
    except OSError as error:
        raise KeyFileError(
            f"{path} cannot be written: {error.strerror}.", "Choose another folder with --keys."
        ) from None
    finally:
        temporary.unlink(missing_ok=True)


def make_folder(folder: Path) -> None:
    """A folder for its owner alone (0700), if there is none.

    Raises:
        KeyFileError: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except FileExistsError:
        raise KeyFileError(f"{folder} is a file, no folder.", "Choose another folder with --keys.") from None
    except OSError as error:
        raise KeyFileError(f"{folder} cannot be made: {error.strerror}.", "Choose another with --keys.") from None


def called(path: Path) -> str:
    """A file's name for messages; not what may be a secret that somebody has given in a file's place.

    Z85 has slashes, so a slash alone makes no path: its folder has to exist.
    """
    if os.path.exists(path) or (path.parent.name and os.path.isdir(path.parent)):
        return str(path)
    return "A file of the name that was given (it may be a secret and is not repeated)"


def read_private(path: Path) -> str:
    """Text of a file that holds a secret, at most 64 KiB.

    Raises:
        KeyFileError: missing, too long, no text, or (POSIX) readable by others than its owner.
    """
    try:
        data, mode = read_secret(path, MOST)
    except OSError as error:
        raise KeyFileError(
            f"{called(path)} cannot be read: {error.strerror}.",
            "Name a file that exists; a key that is given as text has 40 characters.",
        ) from None
    except ValueError:
        raise KeyFileError(f"{called(path)} cannot be read.", "A file's name has no zero bytes.") from None
    if mode & 0o077:
        raise KeyFileError(
            f"Others may read {path} (mode {mode:o}).",
            f"Take that away: chmod 600 '{path}'; then make a new one.",
        )
    try:
        if len(data) > MOST:
            raise ValueError
        return data.decode("utf-8")
    except ValueError:
        raise KeyFileError(
            f"{path} is no text file of at most 64 KiB.", "Name the file that holds the secret."
        ) from None


def read_token(path: Path) -> str:
    """A token out of its file, white space around it left out.

    Raises:
        KeyFileError: as for ``read_private``, or nothing is in it.
    """
    token = read_private(path).strip()
    if not token or len(token) > 256:
        raise KeyFileError(
            f"{path} holds {len(token)} characters, a token has 1 to 256.", "Make one: openssl rand -hex 16"
        )
    return token
