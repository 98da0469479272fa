"""Only the studio's own page may talk to it: other names, other origins and other sites are turned away."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
from websockets.exceptions import InvalidStatus

from tests.studio.conftest import Page, Running

STRANGERS = [
    {"Host": "evil.example"},
    {"Host": "evil.example:{port}"},
    {"Host": "127.0.0.1:1"},
    {"Host": "127.0.0.1"},
    {"Origin": "http://evil.example"},
    {"Origin": "https://127.0.0.1:{port}"},
    {"Origin": "http://localhost:{port}"},  # not the name that Host says
    {"Origin": "http://127.0.0.1:1"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},  # another port of this machine
]


def _filled(headers: dict[str, str], studio: Running) -> dict[str, str]:
    port = studio.address.rpartition(":")[2]
    return {name: value.format(port=port) for name, value in headers.items()}


@pytest.mark.parametrize("headers", STRANGERS)
def test_strangers_are_refused(studio: Running, headers: dict[str, str]) -> None:
    with studio.http() as http:
        answer = http.get("/api/characters", headers=_filled(headers, studio))
        assert answer.status_code == 403 and answer.json()["error"]["code"] == "forbidden"
        assert http.delete("/api/characters/ada", headers=_filled(headers, studio)).status_code == 403
        assert http.get("/api/characters/ada/icon.png").status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1"])
@pytest.mark.parametrize("path", ["/api/live", "/api/camera"])
def test_sockets_of_other_pages_are_refused(studio: Running, path: str, origin: str) -> None:
    with pytest.raises(InvalidStatus) as caught, studio.socket(path, origin=origin):
        pass
    assert caught.value.response.status_code == 403


def test_the_own_page_is_let_in(studio: Running) -> None:
    port = studio.address.rpartition(":")[2]
    with studio.http() as http:
        for name in ("127.0.0.1", "localhost", "LOCALHOST", "[::1]"):
            own = {"Host": f"{name}:{port}", "Origin": f"http://{name}:{port}", "Sec-Fetch-Site": "same-origin"}
            assert http.get("/api/characters", headers=own).status_code == 200
    with studio.socket("/api/live", origin=studio.url) as socket:
        live = Page(socket)
        live.say(type="open", view="a", character="ada", size=64)
        live.frame()


def test_it_answers_to_the_address_it_was_given(start_studio: Callable[..., Running]) -> None:
    running = start_studio("--quality", "warp", "--host", "127.0.0.2")
    assert running.address.startswith("127.0.0.2:")
    with running.http() as http:
        assert http.get("/api/characters", headers={"Origin": running.url}).status_code == 200
        assert http.get("/api/characters", headers={"Host": "127.0.0.3"}).status_code == 403


def test_every_answer_is_sealed(studio: Running) -> None:
    with studio.http() as http:
        refused = http.get("/api/characters", headers={"Origin": "http://evil.example"})
        for answer in (http.get("/api/info"), http.get("/nothing.js"), http.get("/api/nothing"), refused):
            headers = answer.headers
            policy = headers["Content-Security-Policy"]
            assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
            assert headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"] == "no-referrer"
            assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize(
    "path", ["/..%2f..%2ferrors.py", "/%2e%2e/app.py", "/.hidden", "/static_page.py", "/index.html%00.js"]
)
def test_nothing_but_the_page_is_served(studio: Running, path: str) -> None:
    with studio.http() as http:
        answer = http.get(path)
        assert answer.status_code == 404 and answer.json()["error"]["remedy"]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "example.com"])
def test_addresses_that_others_reach_are_refused(host: str) -> None:
    command = [sys.executable, "-m", "npcface", "studio", "--no-browser", "--port", "0", "--host", host]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1 and "ssh -L" in ended.stderr and not ended.stdout
