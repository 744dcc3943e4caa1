"""A small vulnerability service on loopback, as far as pip-audit and we use one.

``POST /v1/query`` and ``GET /v1/vulns/ID`` of the OSV API over the records in ``osv_records.json``
(made by hand, in OSV's form, after well-known advisories). It can also fail in every way that a
service does. By hand: ``python -m backlog_pipeline_tests.osv_server --port 8901``.
"""

import argparse
import contextlib
import json
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from packaging.version import Version

MODES = ("ok", "down", "error", "garbage", "slow", "no details")
RECORDS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("osv_records.json").read_text())


class OsvServer(ThreadingHTTPServer):
    """The service. ``mode`` says how it answers, ``asked`` what it was asked."""

    daemon_threads = True

    def __init__(self, port: int = 0, records: Sequence[Mapping[str, Any]] = RECORDS) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.records = list(records)
        self.mode = "ok"
        self.slow_seconds = 30.0
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        """Its base address."""
        return f"http://127.0.0.1:{self.server_port}"

    def vulnerabilities(self, name: str, version: str) -> list[Mapping[str, Any]]:
        """The records that affect a version of a PyPI package."""
        return [r for r in self.records if any(_affects(a, name, version) for a in r["affected"])]


@contextmanager
def osv_server(**options: Any) -> Iterator[OsvServer]:
    """A running service, stopped at the end."""
    server = OsvServer(**options)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _affects(affected: Mapping[str, Any], name: str, version: str) -> bool:
    if affected["package"] != {"name": name, "ecosystem": "PyPI"}:
        return False
    return any(_is_inside(r["events"], Version(version)) for r in affected["ranges"])


def _is_inside(events: Sequence[Mapping[str, str]], version: Version) -> bool:
    introduced = Version(events[0]["introduced"])
    fixed = events[1].get("fixed") if len(events) > 1 else None
    return introduced <= version and (fixed is None or version < Version(fixed))


class _Handler(BaseHTTPRequestHandler):
    server: OsvServer

    def do_POST(self) -> None:
        query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        package, version = query["package"]["name"], query["version"]
        self.server.asked.append(f"{package}=={version}")
        if self.path != "/v1/query":
            self._send(404, b"{}")
            return
        found = self.server.vulnerabilities(package, version)
        self._answer({"vulns": found} if found else {})

    def do_GET(self) -> None:
        advisory = self.path.removeprefix("/v1/vulns/")
        self.server.asked.append(advisory)
        found = next((r for r in self.server.records if r["id"] == advisory), None)
        if self.server.mode == "no details":
            self._send(503, b"{}")
        elif found is None:
            self._send(404, b'{"code":5,"message":"Bug not found."}')
        else:
            self._answer(found)

    def _answer(self, value: object) -> None:
        mode = self.server.mode
        if mode == "down":
            self.connection.close()
        elif mode == "error":
            self._send(500, b"broken")
        elif mode == "garbage":
            self._send(200, b"<html>Welcome to the hotel's network</html>")
        else:
            if mode == "slow":
                time.sleep(self.server.slow_seconds)
            self._send(200, json.dumps(value).encode())

    def _send(self, status: int, body: bytes) -> None:
        with contextlib.suppress(ConnectionError):  # who asked has gone away
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8901)
    parser.add_argument("--mode", choices=MODES, default="ok")
    arguments = parser.parse_args()
    server = OsvServer(arguments.port)
    server.mode = arguments.mode
    print(server.url, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
