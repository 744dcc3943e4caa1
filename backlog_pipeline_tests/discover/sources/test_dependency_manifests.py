"""Which manifests are read, and what of them is not proven."""

from dataclasses import replace
from pathlib import Path

from backlog_pipeline.discover.sources.dependency_vulnerabilities import DependencyVulnerabilities
from backlog_pipeline.model.scan import ScanStatus
from backlog_pipeline.store.cache import SqliteCache
from backlog_pipeline_tests.discover.sources.auditing import by_package, scan
from backlog_pipeline_tests.discover.sources.looking import KeptInMemory, look_at
from backlog_pipeline_tests.git_repository import GitRepository
from backlog_pipeline_tests.osv_server import OsvServer


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
