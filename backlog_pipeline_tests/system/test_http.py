import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest

from backlog_pipeline.errors import ServiceUnreachable, SettingError
from backlog_pipeline.system.http import check_url, get_json, without_credentials


class Handler(BaseHTTPRequestHandler):
    seen: ClassVar[dict[str, str | None]] = {}

    def do_GET(self) -> None:
        self.seen["authorization"] = self.headers["Authorization"]
        status = int(self.path.split("/")[1])
        self.send_response(status)
        self.end_headers()
        parts = {"/200/drip": [b'"', *[b"a"] * 100, b'"'], "/200/long": [b'"' + b"a" * 9000 + b'"']}
        try:
            for part in parts.get(self.path, [b"<html>" if self.path == "/200/html" else b'{"a": 1}']):
                self.wfile.write(part)
                self.wfile.flush()
                time.sleep(0.1 if "drip" in self.path else 0)
        except ConnectionError:
            pass

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_an_answer_is_parsed(url: str):
    assert get_json(f"{url}/200/x") == {"a": 1}


def test_what_the_service_does_not_have_is_none(url: str):
    assert get_json(f"{url}/404/x") is None


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("500/x", "Internal Server Error"),
        ("200/html", "Expecting value"),
        ("200/long", "more than 5000 bytes"),
    ],
)
def test_everything_else_is_unreachable_with_its_reason(url: str, path: str, reason: str):
    with pytest.raises(ServiceUnreachable, match=reason):
        get_json(f"{url}/{path}", max_bytes=5000)


def test_an_answer_that_drips_is_given_up(url: str):
    started = time.monotonic()
    with pytest.raises(ServiceUnreachable, match=r"not complete within 0\.5 s"):
        get_json(f"{url}/200/drip", timeout=0.5)
    assert time.monotonic() - started < 5


def test_nobody_at_the_address_is_unreachable():
    with pytest.raises(ServiceUnreachable, match="Connection refused"):
        get_json("http://127.0.0.1:9/x")


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://example.org/x"])
def test_nothing_but_the_web_is_asked(address: str):
    with pytest.raises(ServiceUnreachable, match="no web address"):
        get_json(address)


def test_a_password_becomes_a_header_and_stays_out_of_messages(url: str):
    get_json(f"{url}/200/x".replace("//", "//user:secret@"))
    assert Handler.seen["authorization"] == "Basic dXNlcjpzZWNyZXQ="
    with pytest.raises(ServiceUnreachable) as caught:
        get_json("http://user:secret@127.0.0.1:9/x")
    assert "secret" not in str(caught.value)


def test_credentials_are_taken_out_of_text():
    assert without_credentials("see https://a:b@c/d and https://c/d") == "see https://c/d and https://c/d"


@pytest.mark.parametrize("text", ["", "x", "file:///etc/passwd", "ftp://x", "https://", "//x"])
def test_only_web_addresses_are_taken(text: str):
    with pytest.raises(SettingError, match="osv_url"):
        check_url(text, name="osv_url")


def test_an_address_loses_its_last_slash():
    assert check_url(" https://api.osv.dev/ ", name="osv_url") == "https://api.osv.dev"
