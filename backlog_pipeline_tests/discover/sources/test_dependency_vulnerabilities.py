"""Known vulnerabilities of pinned packages become work: one upgrade a package."""

from datetime import UTC, date, datetime

from backlog_pipeline.discover.interface import ScanLevel
from backlog_pipeline.model.finding import Role, Severity
from backlog_pipeline.model.kinds import ItemType
from backlog_pipeline.model.scan import ScanStatus
from backlog_pipeline.scanners import pip_audit
from backlog_pipeline_tests.discover.sources.auditing import by_package, scan
from backlog_pipeline_tests.discover.sources.looking import KeptInMemory
from backlog_pipeline_tests.git_repository import GitRepository
from backlog_pipeline_tests.osv_server import OsvServer


def test_all_advisories_of_a_package_are_one_upgrade(
    repository: GitRepository, osv: OsvServer, answers: KeptInMemory
):
    repository.write("requirements.txt", "# pinned\nJinja2==2.11.2\nflask==3.1.0\n")
    repository.commit()
    result = scan(repository, osv, answers)
    findings = by_package(result)["jinja2"]
    assert [f.rule for f in findings] == [
        "CVE-2020-28493", "CVE-2024-22195", "CVE-2024-34064", "CVE-2024-56326", "CVE-2025-27516",
    ]  # fmt: skip
    (work,) = {f.work for f in findings}
    assert work.label == "pypi:jinja2"
    assert work.title == "Upgrade jinja2 2.11.2 to 3.1.6 (5 advisories)"
    assert work.item_type is ItemType.SECURITY_VULNERABILITY
    assert {str(f.location) for f in findings} == {"requirements.txt:2"}
    assert result.certificate.status is ScanStatus.COMPLETE
    assert result.certificate.source_version == f"2 (pip-audit {pip_audit.version()})"
    assert result.certificate.proves_absence("requirements.txt", "pypi:flask")


def test_a_finding_carries_all_names_of_its_advisory(
    repository: GitRepository, osv: OsvServer, answers: KeptInMemory
):
    repository.write("requirements.txt", "jinja2==2.11.2\n")
    repository.commit()
    finding = scan(repository, osv, answers).findings[0]
    assert finding.keys == (
        "advisory:CVE-2020-28493", "advisory:GHSA-g3rq-g295-4j3m", "advisory:PYSEC-2021-66",
    )  # fmt: skip
    assert finding.severity is Severity.MEDIUM
    assert finding.detail == "Regular Expression Denial of Service (ReDoS) in Jinja2"
    facts = dict(finding.facts)
    assert facts.pop("asserted_by") == f"pip-audit {pip_audit.version()}, osv"
    assert facts == {
        "package": "jinja2",
        "installed": "2.11.2",
        "fix_version": "3.1.6",
        "advisories": "5",
        "aliases": "CVE-2020-28493, GHSA-g3rq-g295-4j3m, PYSEC-2021-66",
        "severity_basis": "words of GHSA-g3rq-g295-4j3m",
        "cvss": "5.3",
        "cwe": "CWE-400",
        "published": "2021-03-19",
        "more_info": "https://osv.dev/vulnerability/CVE-2020-28493",
    }


def test_a_severity_comes_from_words_from_a_vector_or_is_said_to_be_unknown(
    repository: GitRepository, osv: OsvServer, answers: KeptInMemory
):
    repository.write("requirements.txt", "jinja2==2.11.2\npyyaml==5.3\nclick==8.1.3\n")
    repository.commit()
    result = scan(repository, osv, answers)
    found = {f.rule: f for f in result.findings}
    assert found["CVE-2020-14343"].severity is Severity.CRITICAL
    assert (found["CVE-2024-56326"].severity, found["CVE-2024-56326"].facts["cvss"]) == (Severity.HIGH, "7.8")
    assert found["CVE-2024-56326"].facts["severity_basis"] == "CVSS vector of GHSA-q2x7-8rv6-6q7h"
    assert found["CVE-2024-7001"].severity is Severity.MEDIUM
    assert found["CVE-2024-7001"].facts["severity_basis"] == "not stated; taken as MEDIUM"
    assert "1 advisories state no severity; they are taken as MEDIUM" in result.certificate.notes


def test_a_package_without_a_fix_says_so(repository: GitRepository, osv: OsvServer, answers: KeptInMemory):
    repository.write("requirements.txt", "pycrypto==2.6.1\n")
    repository.commit()
    (work,) = {f.work for f in scan(repository, osv, answers).findings}
    assert work.title == "Replace pycrypto 2.6.1: no fixed version yet (2 advisories)"


def test_work_is_born_with_the_later_of_publication_and_pin(
    repository: GitRepository, osv: OsvServer, answers: KeptInMemory
):
    repository.write("base.txt", "x==1.0\n")
    repository.commit(when=datetime(2019, 1, 1, tzinfo=UTC))
    repository.write("requirements-old.txt", "jinja2==2.11.2\n")
    repository.commit(when=datetime(2022, 2, 2, 12, tzinfo=UTC))
    repository.move("requirements-old.txt", "requirements.txt")
    repository.commit(when=datetime(2025, 5, 5, 12, tzinfo=UTC))
    repository.write("requirements.txt", "# why\njinja2==2.11.2  # a comment\n")
    repository.commit(when=datetime(2026, 2, 2, 12, tzinfo=UTC))
    births = {f.rule: f.birth.on for f in scan(repository, osv, answers).findings if f.birth}
    assert births["CVE-2020-28493"] == date(2022, 2, 2), (
        "published in 2021, pinned in 2022, moved and commented later"
    )
    assert births["CVE-2025-27516"] == date(2025, 3, 5), "published after it was pinned"


def test_manifests_of_tests_have_a_higher_bar(
    repository: GitRepository, osv: OsvServer, answers: KeptInMemory
):
    repository.write("tests/requirements.txt", "jinja2==2.11.2\n")
    repository.commit()
    findings = scan(repository, osv, answers).findings
    assert {f.role for f in findings} == {Role.TESTS}
    assert {f.severity for f in findings if not f.is_below_bar} == {Severity.HIGH}
    assert all(f.birth is None for f in findings if f.is_below_bar)
    strict = scan(repository, osv, answers, level=ScanLevel.STRICT).findings
    assert not any(f.is_below_bar for f in strict)


def test_two_versions_in_two_manifests_are_two_places_of_one_upgrade(
    repository: GitRepository, osv: OsvServer, answers: KeptInMemory
):
    repository.write("a/requirements.txt", "jinja2==2.11.2\n")
    repository.write("b/requirements.txt", "jinja2==3.0.0\n")
    repository.commit()
    (work,) = {f.work for f in scan(repository, osv, answers).findings}
    assert work.title == "Upgrade jinja2 2.11.2, 3.0.0 to 3.1.6 (6 advisories)"
