"""The one rule for every socket that npcface binds: this machine only, unless keys or an explicit word allow more."""

from __future__ import annotations

import ipaddress

TOKEN_MIN = 16
"""Characters of a token where other machines can guess at it: 16 random letters and digits are 95 bits."""


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address; names other than localhost count as not."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def bind_problem(host: str, *, keys: bool, trusted_link: bool, token: str | None) -> tuple[str, str] | None:
    """Why a socket must not be bound.

    Args:
        host: address to listen on.
        keys: it asks for CURVE keys.
        trusted_link: the user has said that the link is private or that something else encrypts it.
        token: what clients must send; None where there is no such thing (the relay).

    Returns:
        Cause and remedy; None if there is no objection.
    """
    if is_loopback(host) or keys:
        return None
    if not trusted_link:
        return (
            f"Listening on {host} would let other machines in, and there are no keys: whatever they send, a token too, "
            "could be read on the way.",
            "Make keys (`npcface keys server`, `npcface keys client NAME`) and give their folder with --keys; or, if a "
            "tunnel or TLS proxy stands in front or the network is private, say so: --trusted-link"
            + ("." if token is None else f", with a token of at least {TOKEN_MIN} characters."),
        )
    if token is not None and len(token) < TOKEN_MIN:
        return (
            f"Listening on {host} over a trusted link needs a token of at least {TOKEN_MIN} characters, "
            + ("this one is shorter." if token else "none is set."),
            "Put one into a file (`openssl rand -hex 16`) and give it with --token-file; or make keys (`npcface keys "
            "server`) and give their folder with --keys.",
        )
    return None
