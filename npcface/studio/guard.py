"""Who may talk to the studio: its own page in a browser of its user, and that user's programs that say no other origin.

Any web page may send requests to loopback addresses. The ``Host`` header gives away a foreign name that was made to
resolve to 127.0.0.1 (DNS rebinding); ``Origin`` and ``Sec-Fetch-Site`` give away a page of another site (CSRF), and
Linux tells which user a connection is of.
"""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from npcface.studio.neighbours import is_neighbour
from npcface.studio.problems import Forbidden, answer

NAMES = ("127.0.0.1", "localhost", "[::1]")
_OWN_SITES = ("same-origin", "none")  # none: typed into the address bar


class Guard:
    """ASGI middleware: refuses strangers with 403, adds headers that keep the page to itself.

    Args:
        app: what is guarded.
        port: TCP port the studio listens on.
        host: address it listens on, as it stands in a URL; one more name beside the usual ones.
    """

    def __init__(self, app: ASGIApp, port: int, host: str) -> None:
        self._app = app
        names = {*NAMES, host.lower()}
        self._hosts = {f"{name}:{port}" for name in names} | (names if port == 80 else set())
        # a policy cannot name an IPv6 address: there 'self' has to do
        sockets = " ".join(f"ws://{host}" for host in sorted(self._hosts) if not host.startswith("["))
        self._headers = {
            "Content-Security-Policy": "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
            f"connect-src 'self' {sockets}; object-src 'none'; base-uri 'none'; form-action 'self'; "
            "frame-ancestors 'none'",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Permissions-Policy": "camera=(self), microphone=(self), geolocation=()",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is allowed."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return

        async def sealed(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store" if scope["path"].startswith("/api/") else "no-cache")
            await send(message)

        reason = self._stranger(Headers(scope=scope), scope)
        if reason is None:
            await self._app(scope, receive, sealed)
            return
        refused = answer(Forbidden(reason, "Open the address that npcface studio printed."))
        if scope["type"] == "http":
            await refused(scope, receive, sealed)
        else:  # before a handshake is accepted, closing answers it with 403
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": "forbidden"})

    def _stranger(self, headers: Headers, scope: Scope) -> str | None:
        """Why a request is refused."""
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return f"The studio is not called {', '.join(hosts)[:80]!r}."
        for origin in headers.getlist("origin"):
            if origin.lower() != f"http://{hosts[0].lower()}":
                return f"The page of {origin[:80]!r} is not the studio's."
        site = headers.get("sec-fetch-site", "none")
        if scope["path"].startswith("/api/") and site not in _OWN_SITES:
            return f"A {site[:40]} page asked for {scope['path'][:80]}."
        if is_neighbour(scope.get("client")):
            return "Another user of this machine asked."
        return None
