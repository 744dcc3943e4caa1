from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from backlog_pipeline.discover.interface import ScanLevel
from backlog_pipeline.discover.sources.dependency_vulnerabilities import DependencyVulnerabilities
from backlog_pipeline.model.finding import Finding, Role, Severity
from backlog_pipeline.model.kinds import ItemType
from backlog_pipeline.model.scan import Scan, ScanStatus
from backlog_pipeline.scanners import pip_audit
from backlog_pipeline.store.cache import SqliteCache
from backlog_pipeline_tests.discover.sources.looking import KeptInMemory, look_at
from backlog_pipeline_tests.git_repository import GitRepository
from backlog_pipeline_tests.osv_server import OsvServer, osv_server

NOBODY = "http://127.0.0.1:9"


ASKED = "jinja2==2.11.2 jinja2==3.0.0 flask==0.12.2 flask==3.1.0 pyyaml==5.3 pyyaml==6.0 click==8.1.3"


@pytest.fixture(scope="module")
def everlasting() -> Iterator[OsvServer]:
    with osv_server() as server:
        yield server


@pytest.fixture(scope="module")
def answers(everlasting: OsvServer, tmp_path_factory: pytest.TempPathFactory) -> KeptInMemory:
    """What the service says of the versions that tests use, so that pip-audit runs once for them."""
    repository = GitRepository(tmp_path_factory.mktemp("asked"))
    for number, pin in enumerate((*ASKED.split(), "pycrypto==2.6.1")):
        repository.write(f"{number}/requirements.txt", pin)
    repository.commit()
    cache = KeptInMemory()
    scan(repository, everlasting, cache)
    return cache


@pytest.fixture
def osv(everlasting: OsvServer) -> OsvServer:
    everlasting.mode = "ok"
    everlasting.asked.clear()
    return everlasting


def scan(repository: GitRepository, server: OsvServer, cache: KeptInMemory, **options) -> Scan:
    return DependencyVulnerabilities().scan(look_at(repository, cache=cache, osv_url=server.url, **options))


def by_package(result: Scan) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in result.findings:
        found.setdefault(finding.facts["package"], []).append(finding)
    return found


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


def test_locks_tell_direct_from_transitive(repository: GitRepository, osv: OsvServer, answers: KeptInMemory):
    lock = "".join(
        f'[[package]]\nname = "{n}"\nversion = "{v}"\nsource = {{ registry = "x" }}\n'
        for n, v in (("jinja2", "2.11.2"), ("pyyaml", "5.3"))
    )
    repository.write("pyproject.toml", '[project]\nname = "shop"\ndependencies = ["PyYAML>=5"]\n')
    repository.write("uv.lock", lock)
    repository.commit()
    result = scan(repository, osv, answers)
    kinds = {p: {f.facts["dependency"] for f in found} for p, found in by_package(result).items()}
    assert kinds == {"jinja2": {"transitive"}, "pyyaml": {"direct"}}
    assert result.certificate.status is ScanStatus.COMPLETE, "the lock says which version the range means"


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


def test_a_pin_that_becomes_a_range_is_not_proven_absent(
    repository: GitRepository, osv: OsvServer, answers: KeptInMemory
):
    repository.write("requirements.txt", "jinja2>=2.11.2\npyyaml==6.0\n")
    repository.commit()
    certificate = scan(repository, osv, answers).certificate
    assert certificate.status is ScanStatus.PARTIAL
    assert not certificate.proves_absence("requirements.txt", "pypi:jinja2")
    assert not certificate.proves_absence("elsewhere.txt", "pypi:jinja2"), (
        "it is required, and pinned nowhere"
    )
    assert certificate.proves_absence("requirements.txt", "pypi:pyyaml")
    assert "1 requirement not audited (no exact version): jinja2" in [u.reason for u in certificate.unread]


def test_a_pin_that_moves_into_a_range_of_another_file_is_not_proven_absent(
    repository: GitRepository, osv: OsvServer, answers: KeptInMemory
):
    repository.write("setup.py", "from setuptools import setup\nsetup(install_requires=['jinja2>=2'])\n")
    repository.commit()
    certificate = scan(repository, osv, answers).certificate
    assert not certificate.proves_absence("requirements.txt", "pypi:jinja2")
    assert certificate.proves_absence("requirements.txt", "pypi:flask")


def test_a_requirement_without_a_name_leaves_its_whole_file_unproven(
    repository: GitRepository, osv: OsvServer, answers: KeptInMemory
):
    repository.write("requirements.txt", "git+https://user:secret@example.org/x.git\npyyaml==6.0\n")
    repository.commit()
    result = scan(repository, osv, answers)
    assert not result.certificate.proves_absence("requirements.txt", "pypi:pyyaml")
    assert result.certificate.proves_absence("other.txt", "pypi:pyyaml")
    assert "secret" not in repr(result)


def test_included_files_and_constraints_are_followed(
    repository: GitRepository, osv: OsvServer, answers: KeptInMemory
):
    repository.write("requirements.txt", "-r deps/base.in\n-c deps/limits\nflask\n")
    repository.write("deps/base.in", "jinja2==2.11.2\n")
    repository.write("deps/limits", "flask==0.12.2\nclick<9\n")
    repository.commit()
    result = scan(repository, osv, answers)
    assert {p: {f.path for f in found} for p, found in by_package(result).items()} == {
        "jinja2": {"deps/base.in"},
        "flask": {"deps/limits"},
    }
    assert result.certificate.status is ScanStatus.COMPLETE


def test_files_that_include_each_other_end(repository: GitRepository, osv: OsvServer, answers: KeptInMemory):
    repository.write("requirements.txt", "-r a.txt\n")
    repository.write("a.txt", "-r b.txt\n")
    repository.write("b.txt", "-r a.txt\n-r missing.txt\npyyaml==6.0\n")
    repository.commit()
    certificate = scan(repository, osv, answers).certificate
    assert [(u.path, u.reason) for u in certificate.unread] == [
        ("b.txt", "1 requirement not audited (missing.txt is not in the repository)")
    ]


def test_a_folder_name_that_is_no_text_is_read_like_any_other(
    repository: GitRepository, osv: OsvServer, answers: KeptInMemory, tmp_path: Path
):
    repository.write(b"caf\xe9/requirements.txt", "pyyaml==5.3\n")
    repository.commit()
    cache = SqliteCache(tmp_path / "cache.db")
    for (scanner, key), text in answers.texts.items():
        cache.put_many(scanner, {key: text})
    result = DependencyVulnerabilities().scan(replace(look_at(repository, osv_url=osv.url), cache=cache))
    assert [f.path for f in result.findings] == ["caf\udce9/requirements.txt"]


def test_vendored_manifests_are_left_out(repository: GitRepository, osv: OsvServer, answers: KeptInMemory):
    repository.write("vendor/lib/requirements.txt", "jinja2==2.11.2\n")
    repository.write("vendor/lib/package.json", "{}")
    repository.commit()
    result = scan(repository, osv, answers)
    assert result.findings == ()
    assert [u.path for u in result.certificate.unread] == ["vendor/"]
    assert osv.asked == []


def test_packages_of_other_languages_are_named_as_not_audited(
    repository: GitRepository, osv: OsvServer, answers: KeptInMemory
):
    repository.write("requirements.txt", "jinja2==2.11.2\n")
    for path in ("web/package.json", "web/package-lock.json", "Cargo.lock", "net/shop.csproj", "go.mod"):
        repository.write(path, "{}")
    repository.commit()
    result = scan(repository, osv, answers)
    certificate = result.certificate
    assert len(result.findings) == 5, "what can be audited is"
    assert certificate.status is ScanStatus.PARTIAL
    assert certificate.reason == "packages of Cargo, Go, NuGet, npm are not audited (5 manifests)"
    assert "npm audit" in certificate.next_step
    assert [(u.path, u.reason) for u in certificate.unread] == [
        ("Cargo.lock", "Cargo packages: no auditor for them yet"),
        ("go.mod", "Go packages: no auditor for them yet"),
        ("net/shop.csproj", "NuGet packages: no auditor for them yet"),
        ("web/package-lock.json", "npm packages: no auditor for them yet"),
        ("web/package.json", "npm packages: no auditor for them yet"),
    ]


def test_python_work_still_ends_where_only_other_languages_are_left(
    repository: GitRepository, osv: OsvServer, answers: KeptInMemory
):
    repository.write("package.json", "{}")
    repository.commit()
    certificate = scan(repository, osv, answers).certificate
    assert certificate.status is ScanStatus.PARTIAL
    assert certificate.proves_absence("requirements.txt", "pypi:jinja2")
    assert not certificate.proves_absence("package.json")


def test_a_repository_without_any_manifest_is_looked_at_everywhere_and_says_why(
    repository: GitRepository, osv: OsvServer, answers: KeptInMemory
):
    repository.write("main.c", "int main(void) { return 0; }\n")
    repository.commit()
    certificate = scan(repository, osv, answers).certificate
    assert (certificate.status, certificate.reason, certificate.unread) == (ScanStatus.COMPLETE, "", ())
    assert "there is no manifest of a package manager that we know" in certificate.notes


def test_both_gaps_are_told_where_there_are_two(
    repository: GitRepository, osv: OsvServer, answers: KeptInMemory
):
    repository.write("package.json", "{}")
    repository.write("requirements.txt", "unpinned\n")
    repository.commit()
    certificate = scan(repository, osv, answers).certificate
    assert certificate.reason.startswith(
        "packages of npm are not audited (1 manifest); whole tree: required,"
    )
    assert certificate.next_step.startswith("pin exact versions")
    assert "npm audit" in certificate.next_step


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
