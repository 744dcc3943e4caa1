import json
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlog_pipeline.errors import ToolError
from backlog_pipeline.scanners import pip_audit
from backlog_pipeline.scanners.pip_audit import Audit, read_report
from backlog_pipeline_tests.osv_server import osv_server

JINJA = ("jinja2", "2.11.2")


def audit(url: str, *packages: tuple[str, str], service: str = "osv") -> Audit:
    return pip_audit.audit(packages, service=service, osv_url=url, timeout=2.0)


def report(*rows: dict[str, object]) -> bytes:
    return json.dumps({"dependencies": rows, "fixes": []}).encode()


def closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def test_advisories_come_with_their_aliases_and_fixes():
    with osv_server() as server:
        found = audit(server.url, JINJA, ("jinja2", "3.1.6"), ("unheard-of", "1.0"))
    assert found.not_audited == {}
    assert len(found.advisories[JINJA]) == 5, "two records of one advisory are one"
    assert found.advisories["jinja2", "3.1.6"] == found.advisories["unheard-of", "1.0"] == ()
    old = {a.ids: a.fix_versions for a in found.advisories[JINJA]}
    assert len(old) == 5
    assert old["CVE-2020-28493", "GHSA-g3rq-g295-4j3m", "PYSEC-2021-66"] == ("2.11.3",)


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("down", "gave no result"),
        ("error", "gave no result"),
        ("garbage", "gave no result"),
        ("slow", "at 127.0.0.1 could not be reached"),
    ],
)
def test_a_service_that_fails_audits_nothing_and_is_no_clean_result(mode: str, said: str):
    with osv_server() as server:
        server.mode, server.slow_seconds = mode, 4.0
        found = audit(server.url.replace("//", "//user:secret@"), JINJA)
    assert found.advisories == {}
    assert said in found.not_audited[JINJA]
    assert "secret" not in repr(found)


def test_nobody_at_the_address_audits_nothing():
    found = audit(f"http://127.0.0.1:{closed_port()}", JINJA)
    assert (found.advisories, list(found.not_audited)) == ({}, [JINJA])
    assert found.not_audited[JINJA] == "the vulnerability service at 127.0.0.1 could not be reached"


def test_settings_of_the_environment_do_not_divert_it(monkeypatch: pytest.MonkeyPatch, tmp_path):
    monkeypatch.setenv("PIP_AUDIT_OUTPUT", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("PIP_AUDIT_FORMAT", "columns")
    monkeypatch.setenv("PIP_AUDIT_OSV_URL", "http://127.0.0.1:9")
    with osv_server() as server:
        assert len(audit(server.url, JINJA).advisories[JINJA]) == 5


def test_no_package_starts_nothing():
    assert audit("http://127.0.0.1:9") == Audit({}, {})


def test_what_is_skipped_was_not_audited():
    found = read_report(
        report({"name": "jinja2", "skip_reason": "not on https://user:secret@example.org"}), [JINJA]
    )
    assert found == Audit({}, {JINJA: "not on https://example.org"})


def test_what_is_not_mentioned_was_not_audited():
    assert read_report(report(), [JINJA]).not_audited == {JINJA: "pip-audit does not mention it"}


def test_an_answer_for_another_version_is_none():
    row = {"name": "jinja2", "version": "3.0", "vulns": []}
    assert read_report(report(row), [JINJA]).not_audited == {JINJA: "pip-audit answered for version 3.0"}


@pytest.mark.parametrize(
    "stdout",
    [
        b"No known vulnerabilities found",
        b"[]",
        b'{"dependencies": {}}',
        b'{"dependencies": [{}]}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_report_is_an_error(stdout: bytes):
    if stdout == b'{"dependencies": {}}':
        assert read_report(stdout, [JINJA]).not_audited
        return
    with pytest.raises(ToolError, match="no report that can be read"):
        read_report(stdout, [JINJA])


@given(st.permutations([["A", "B"], ["B", "C"], ["D"], ["E", "D"], ["C"]]))
def test_advisories_that_share_an_id_are_one_in_any_order(groups: list[list[str]]):
    rows = [{"id": g[0], "aliases": g[1:], "fix_versions": [f"1.{len(g)}"]} for g in groups]
    found = read_report(report({"name": "jinja2", "version": "2.11.2", "vulns": rows}), [JINJA])
    assert [a.ids for a in found.advisories[JINJA]] == [("A", "B", "C"), ("D", "E")]
    assert found.advisories[JINJA][0].fix_versions == ("1.1", "1.2")


def test_two_versions_of_one_package_are_asked_in_two_runs():
    batches = list(pip_audit._batches([("a", "1"), ("a", "2"), ("b", "1"), ("c", "1")]))
    assert sorted(map(tuple, batches)) == [(("a", "1"), ("b", "1"), ("c", "1")), (("a", "2"),)]
    assert sorted(p for b in pip_audit._batches([(f"p{n}", "1") for n in range(150)]) for p in b)[-1] == (
        "p99",
        "1",
    )
