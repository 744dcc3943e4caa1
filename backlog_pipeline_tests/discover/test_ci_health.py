"""What GitHub says of a branch's checks, asked of a small GitHub of our own on loopback."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from backlog_pipeline.discover import ci_health
from backlog_pipeline.discover.ci_health import PUBLIC_API, ask
from backlog_pipeline.model.repository import CiHealth

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
TOKEN = "ghp_0123456789secret"


class FakeGitHub(ThreadingHTTPServer):
    """Answers ``GET /repos/acme/shop/actions/runs`` as GitHub does: filters, pages, link headers."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.runs: list[dict[str, object]] = []
        self.status = 200
        self.body: bytes | None = None
        self.delay = 0.0
        self.page_size = 100
        self.asked: list[tuple[str, dict[str, list[str]], str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def add(
        self, *conclusions: str, branch: str = "main", event: str = "push", hours_ago: float = 1.0
    ) -> None:
        for conclusion in conclusions:
            made = NOW - timedelta(hours=hours_ago)
            number = len(self.runs) + 1
            run = {"id": number, "head_branch": branch, "event": event, "status": "completed"}
            run |= {"conclusion": conclusion, "created_at": f"{made:%Y-%m-%dT%H:%M:%SZ}"}
            self.runs.append(run)


class _Handler(BaseHTTPRequestHandler):
    server: FakeGitHub

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = parse_qs(parts.query)
        self.server.asked.append((parts.path, query, self.headers.get("Authorization", "")))
        time.sleep(self.server.delay)
        if self.server.status != 200:
            return self._send(self.server.status, {"message": f"no: {self.headers.get('Authorization')}"}, {})
        if parts.path != "/repos/acme/shop/actions/runs":
            return self._send(404, {"message": "Not Found"}, {})
        return self._send_page(query)

    def _send_page(self, query: dict[str, list[str]]) -> None:
        since = query["created"][0].removeprefix(">=")
        runs = [
            r
            for r in self.server.runs
            if r["head_branch"] == query["branch"][0] and str(r["created_at"]) >= since
        ]
        page, size = int(query.get("page", ["1"])[0]), self.server.page_size
        rest = runs[page * size :]
        address = (
            f"{self.server.url}{self.path.partition('?')[0]}?branch=main&created={since}&page={page + 1}"
        )
        link = {"Link": f'<{address}>; rel="next"'} if rest else {}
        body = {"total_count": len(runs), "workflow_runs": runs[(page - 1) * size : page * size]}
        self._send(200, body, link)

    def _send(self, status: int, body: dict[str, object], headers: dict[str, str]) -> None:
        data = self.server.body if self.server.body is not None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        with contextlib.suppress(BrokenPipeError):  # a client that did not wait
            self.wfile.write(data)

    def log_message(self, *arguments: object) -> None:
        """Stay silent."""


@pytest.fixture
def github() -> Iterator[FakeGitHub]:
    server = FakeGitHub()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def _ask(github: FakeGitHub, remote: str = "acme/shop", branch: str = "main", token: str = TOKEN) -> CiHealth:
    return ask(remote, branch, api_url=github.url, token=token, now=NOW)


def test_failed_runs_are_counted_over_completed_ones(github: FakeGitHub) -> None:
    github.add(*["success"] * 6, "failure", "timed_out")
    assert _ask(github) == CiHealth(completed=8, failed=2, reason="")
    assert _ask(github).failure_rate == 0.25


def test_the_token_goes_along_and_so_do_branch_and_window(github: FakeGitHub) -> None:
    github.add(*["success"] * 5)
    _ask(github)
    ((path, query, authorization),) = github.asked
    assert path == "/repos/acme/shop/actions/runs"
    assert authorization == f"token {TOKEN}"
    assert (query["branch"], query["status"]) == (["main"], ["completed"])
    assert query["created"] == [">=2026-05-25T12:00:00Z"]


def test_a_server_of_ones_own_is_asked_without_a_token(github: FakeGitHub) -> None:
    github.add(*["success"] * 5)
    assert _ask(github, token="").is_known
    assert github.asked[0][2] == ""


def test_cancelled_and_skipped_runs_and_those_of_pull_requests_do_not_count(github: FakeGitHub) -> None:
    github.add(*["success"] * 5)
    github.add("cancelled", "skipped", "neutral", "action_required")
    github.add("failure", "failure", event="pull_request")
    github.add("failure", branch="feature")
    assert _ask(github) == CiHealth(completed=5, failed=0, reason="")


def test_only_the_last_twenty_count(github: FakeGitHub) -> None:
    github.add(*["success"] * 20)
    github.add(*["failure"] * 20)
    assert _ask(github) == CiHealth(completed=20, failed=0, reason="")


def test_runs_older_than_seven_days_do_not_count(github: FakeGitHub) -> None:
    github.add(*["success"] * 5, hours_ago=7 * 24 - 1)
    github.add(*["failure"] * 5, hours_ago=7 * 24 + 1)
    assert _ask(github) == CiHealth(completed=5, failed=0, reason="")


def test_more_pages_are_asked_for_until_enough_runs_count(github: FakeGitHub) -> None:
    github.page_size = 7
    github.add(*["skipped"] * 10, *["failure"] * 25)
    assert _ask(github) == CiHealth(completed=20, failed=20, reason="")
    assert len(github.asked) == 5


def test_fewer_than_five_runs_say_nothing(github: FakeGitHub) -> None:
    github.add("failure", "failure", "failure", "failure")
    health = _ask(github)
    assert (health.is_known, health.failure_rate) == (False, None)
    assert health.reason == "only 4 completed runs in 7 days, and 5 are needed"


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (401, "GITHUB_TOKEN is wrong or expired"),
        (403, "a rate limit, or the token lacks `actions: read`"),
        (404, "GitHub knows no acme/shop"),
        (429, "a rate limit"),
        (500, "GitHub answered with an error (500)"),
        (503, "GitHub answered with an error (503)"),
    ],
)
def test_a_refusal_is_unknown_with_its_reason_and_without_the_token(
    github: FakeGitHub, status: int, reason: str
) -> None:
    github.status = status
    health = _ask(github)
    assert not health.is_known
    assert reason in health.reason
    assert TOKEN not in health.reason
    assert "\n" not in health.reason
    assert len(github.asked) == 1


def test_silence_is_unknown(github: FakeGitHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ci_health, "TIMEOUT_SECONDS", 1)
    github.delay = 1.5
    assert _ask(github).reason == "GitHub did not answer within 1 s"


def test_nobody_there_is_unknown() -> None:
    health = ask("acme/shop", "main", api_url="http://127.0.0.1:9", token=TOKEN, now=NOW)
    assert health.reason == "GitHub could not be reached"


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"{}", b'{"workflow_runs": [{"conclusion": 7}]}', b'{"a']
)
def test_an_answer_that_makes_no_sense_is_unknown(github: FakeGitHub, body: bytes) -> None:
    github.body = body
    health = _ask(github)
    assert not health.is_known
    assert health.reason


@pytest.mark.parametrize(
    ("remote", "api_url", "token", "reason"),
    [
        ("", PUBLIC_API, TOKEN, "the repository has no remote on GitHub"),
        ("acme/shop", PUBLIC_API, "", "GITHUB_TOKEN is not set"),
        ("acme/shop", PUBLIC_API + "/", "", "GITHUB_TOKEN is not set"),
        ("gitlab.com/acme/shop", PUBLIC_API, TOKEN, "the remote is on gitlab.com"),
        ("gitlab.com/acme/team/shop", PUBLIC_API, TOKEN, "the remote is on gitlab.com"),
    ],
)
def test_nobody_is_asked_who_cannot_know(remote: str, api_url: str, token: str, reason: str) -> None:
    assert reason in ask(remote, "main", api_url=api_url, token=token, now=NOW).reason


def test_a_repository_on_the_server_of_the_address_is_asked_for(github: FakeGitHub) -> None:
    github.add(*["success"] * 5)
    assert _ask(github, remote="127.0.0.1/acme/shop").is_known
    assert "is not the GitHub" in _ask(github, remote="gitlab.com/acme/shop").reason


def test_without_a_tracked_branch_nothing_is_asked(github: FakeGitHub) -> None:
    assert _ask(github, branch="").reason == "no branch is tracked"
    assert github.asked == []
