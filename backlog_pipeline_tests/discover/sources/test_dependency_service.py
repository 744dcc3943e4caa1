"""What the service of advisories says and does not say, and what is never given to it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backlog_pipeline.discover.interface import ScanLevel
from backlog_pipeline.discover.sources.dependency_vulnerabilities import DependencyVulnerabilities
from backlog_pipeline.model.scan import ScanStatus
from backlog_pipeline_tests.discover.sources.auditing import scan
from backlog_pipeline_tests.discover.sources.looking import KeptInMemory, look_at
from backlog_pipeline_tests.git_repository import GitRepository
from backlog_pipeline_tests.osv_server import OsvServer


def test_a_service_that_fails_is_unavailable_and_never_clean(repository: GitRepository, osv: OsvServer):
    repository.write("requirements.txt", "pyyaml==5.3\n")
    repository.commit()
    osv.mode = "down"
    cache = KeptInMemory()
    result = scan(repository, osv, cache)
    assert (result.findings, result.certificate.status) == ((), ScanStatus.UNAVAILABLE)
    assert result.certificate.reason.startswith("none of 1 pinned packages could be audited: pip-audit")
    assert result.certificate.next_step
    assert not result.certificate.proves_absence("requirements.txt", "pypi:pyyaml")
    osv.mode = "ok"
    assert len(scan(repository, osv, cache).findings) == 1, "what was not answered is asked again"


def test_a_failing_service_leaves_what_is_known(
    repository: GitRepository, osv: OsvServer, answers: KeptInMemory
):
    repository.write("requirements.txt", "pyyaml==5.3\nunheard-of==8.1.3\n")
    repository.commit()
    osv.mode = "down"
    result = scan(repository, osv, answers)
    assert [f.rule for f in result.findings] == ["CVE-2020-14343"]
    assert result.certificate.status is ScanStatus.PARTIAL
    assert not result.certificate.proves_absence("requirements.txt", "pypi:unheard-of")
    assert result.certificate.proves_absence("requirements.txt", "pypi:jinja2")


def test_advisories_without_details_are_findings_of_unknown_severity(
    repository: GitRepository, osv: OsvServer
):
    repository.write("requirements.txt", "pyyaml==5.3\n")
    repository.commit()
    osv.mode = "no details"
    (finding,) = scan(repository, osv, KeptInMemory()).findings
    assert finding.facts["severity_basis"] == "not stated; taken as MEDIUM"


def test_answers_are_used_again_for_six_hours(repository: GitRepository, osv: OsvServer):
    repository.write("requirements.txt", "pyyaml==5.3\n")
    repository.commit()
    cache, start = KeptInMemory(), datetime(2026, 6, 1, 12, tzinfo=UTC)
    first = scan(repository, osv, cache, now=start)
    asked = list(osv.asked)
    later = scan(repository, osv, cache, now=start + timedelta(hours=5))
    assert osv.asked == asked
    assert (later.findings, later.certificate.content()) == (first.findings, first.certificate.content())
    scan(repository, osv, cache, now=start + timedelta(hours=7))
    assert osv.asked[len(asked) :] == ["pyyaml==5.3"]


def test_level_off_asks_nobody(repository: GitRepository, osv: OsvServer, answers: KeptInMemory):
    repository.write("requirements.txt", "jinja2==2.11.2\n")
    repository.commit()
    result = scan(repository, osv, answers, level=ScanLevel.OFF)
    assert result.certificate.status is ScanStatus.SKIPPED
    assert osv.asked == []


@pytest.mark.parametrize(
    "options",
    [{"service": "other"}, {"answer_seconds": "soon"}, {"osv_url": "file:///etc"}, {"osv_url": "x"}],
)
def test_an_option_that_cannot_be_read_fails_the_scan(repository: GitRepository, options: dict[str, str]):
    repository.write("requirements.txt", "jinja2==2.11.2\n")
    repository.commit()
    certificate = DependencyVulnerabilities().scan(look_at(repository, **options)).certificate
    assert certificate.status is ScanStatus.FAILED
    assert next(iter(options)) in certificate.reason


def test_no_secret_of_a_manifest_or_an_option_is_kept(repository: GitRepository, osv: OsvServer):
    repository.write(
        "requirements.txt",
        "--index-url https://user:secret@example.org/simple\npyyaml==5.3\n"
        "x @ https://user:secret@example.org/x.zip\n$(secret) ; `secret`\n",
    )
    repository.commit()
    cache = KeptInMemory()
    url = osv.url.replace("//", "//user:secret@")
    result = DependencyVulnerabilities().scan(look_at(repository, cache=cache, osv_url=url))
    assert [f.rule for f in result.findings] == ["CVE-2020-14343"]
    assert "secret" not in repr((result, cache.texts))


def test_nothing_of_the_repository_is_run(
    repository: GitRepository, osv: OsvServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for name in ("setup.py", "pip_audit.py", "packaging.py", "sitecustomize.py", "pip.py"):
        repository.write(name, f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    repository.write("requirements.txt", f"pyyaml==5.3\n$(touch {tmp_path / 'ran'})\n-e .\n")
    repository.commit()
    monkeypatch.chdir(repository.path)
    assert len(scan(repository, osv, KeptInMemory()).findings) == 1
    assert not (tmp_path / "ran").exists()
