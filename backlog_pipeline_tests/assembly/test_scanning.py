"""A source may hang, crash, print or lie: what comes back is a scan, or a failed one with its reason."""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from backlog_pipeline.assembly.asked_child import child_environment
from backlog_pipeline.assembly.request import ScanRequest
from backlog_pipeline.assembly.scanning import scan_in_child
from backlog_pipeline.discover import state
from backlog_pipeline.model.scan import Scan, ScanStatus
from backlog_pipeline_tests.git_repository import GitRepository

HEADER = """
import json, os, pathlib, subprocess, sys, time
from backlog_pipeline.model.finding import Finding, Location, Severity, Work
from backlog_pipeline.model.kinds import ItemType
from backlog_pipeline.model.scan import Certificate, Scan, ScanStatus
from backlog_pipeline.plugins import source

NOTE = pathlib.Path(__file__).with_suffix(".note")

def seen(look, **other):
    said = {"source": "probe", "repository": look.repository.key, "revision": look.repository.revision}
    return Certificate(source_version="1", config_digest="", status=ScanStatus.COMPLETE,
                       looked_at=look.now, **(said | other))

def found(source):
    work = Work(ItemType.TESTING, "Test it")
    return Finding(source, "R", "test it", work, Severity.LOW, location=Location("a.py", 1))

@source
def probe(look):
"""
PLENTY = 20.0

Probe = Callable[..., Scan]


@pytest.fixture
def request_of(repository: GitRepository, backlog_home: Path, now: object) -> Callable[..., ScanRequest]:
    repository.write("a.py", "value = 1\n")
    repository.commit()
    found = state.look_at(repository.path, key="project-1")
    backlog_home.mkdir()

    def make(source: str = "probe", **more: object) -> ScanRequest:
        cache = str(backlog_home / "cache.db")
        return ScanRequest(source, found, now, cache, "standard", 1, **more)  # type: ignore[arg-type]

    return make


@pytest.fixture
def probe(request_of: Callable[..., ScanRequest], tmp_path: Path) -> Probe:
    """Scan with a source whose body is given, in a child process."""

    def scan(body: str, *, timeout: float = PLENTY, **more: object) -> Scan:
        file = tmp_path / "ours.py"
        file.write_text(HEADER + "\n".join(f"    {line}" for line in body.splitlines()) + "\n")
        request = request_of(plugin_files=(str(file),), **more)
        return scan_in_child(request, timeout=timeout, progress=lambda what, done, total: None)

    return scan


@pytest.fixture
def note(tmp_path: Path) -> Path:
    """What a source of these tests writes for the test to read."""
    return tmp_path / "ours.note"


def failure(scan: Scan) -> str:
    """Why a scan failed; it found nothing, says whose it is, and names a next step."""
    seen = scan.certificate
    assert (seen.status, scan.findings) == (ScanStatus.FAILED, ())
    assert (seen.source, seen.repository) == ("probe", "project-1")
    assert len(seen.revision) == 40
    assert seen.next_step
    assert "\n" not in seen.reason
    return seen.reason


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_a_source_that_works_gives_its_scan(probe: Probe) -> None:
    scan = probe("print('words')\nprint('more', file=sys.stderr)\nyield found('?')")
    assert scan.certificate.status is ScanStatus.COMPLETE
    assert [(f.source, f.path) for f in scan.findings] == [("probe", "a.py")]


def test_a_source_that_hangs_is_ended_with_its_children(probe: Probe, note: Path) -> None:
    body = (
        "child = subprocess.Popen(['sleep', '300'])\n"
        "NOTE.write_text(f'{os.getpid()} {child.pid}')\n"
        "time.sleep(300)"
    )
    began = time.monotonic()
    scan = probe(body, timeout=4)
    assert failure(scan) == "it did not end within 4 s"
    assert scan.certificate.next_step == "raise timeout_seconds under [sources.probe] in backlog.toml"
    assert time.monotonic() - began < 30
    assert all(is_gone(int(pid)) for pid in note.read_text().split())


def test_children_that_a_source_leaves_behind_end_with_it(probe: Probe, note: Path) -> None:
    probe("NOTE.write_text(str(subprocess.Popen(['sleep', '300']).pid))\nreturn []")
    assert is_gone(int(note.read_text()))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("os._exit(3)", r"its process ended with 3: it said nothing"),
        ("print('the end', file=sys.stderr)\nsys.stderr.flush()\nos._exit(3)", r"ended with 3: the end"),
        ("os.kill(os.getpid(), 9)", r"its process ended with -9"),
        ("raise ValueError('no such thing')", r"ended with 1: ValueError: no such thing"),
        ("raise SystemExit('enough')", r"ended with 1: enough"),
        ("raise SystemExit(0)", r"its process ended with 0"),
        ("def again(): again()\nagain()", r"ended with 1: RecursionError: maximum recursion depth"),
        ("return 7", r"TypeError: 'int' object is not iterable"),
        ("return None", r"TypeError: 'NoneType' object is not iterable"),
        ("yield 'a finding'", r"TypeError"),
        ("return Scan(None)", r"."),
        ("return Scan('certificate', ())", r"."),
        ("return Scan(seen(look), ('finding',))", r"."),
    ],
)
def test_a_source_that_breaks_is_a_failed_scan_with_its_reason(
    probe: Probe, body: str, reason: str, capfd: pytest.CaptureFixture[str]
) -> None:
    import re

    assert re.search(reason, failure(probe(body)))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "body",
    [
        "return Scan(seen(look, source='code_comments'))",
        "return Scan(seen(look, repository='other-2'))",
        "return Scan(seen(look, revision='0' * 40))",
        "return Scan(seen(look), (found('code_comments'),))",
    ],
)
def test_a_scan_that_speaks_for_another_is_not_taken(probe: Probe, body: str) -> None:
    """Else a plugin could close the work of a source that never looked."""
    assert "it speaks of" in failure(probe(body))


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
@pytest.mark.parametrize("line", ["x" * 99 + "\\n", "x"])
def test_a_source_that_prints_without_end_takes_no_memory_and_is_heard_out(
    probe: Probe, stream: str, line: str
) -> None:
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    body = f"for _ in range(70):\n    sys.{stream}.write('{line}' * (1_000_000 // len('{line}')))\nreturn []"
    assert probe(body).certificate.status is ScanStatus.COMPLETE
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000


def test_the_reason_of_a_source_that_prints_without_end_is_short(probe: Probe) -> None:
    reason = failure(probe("sys.stderr.write('x' * 1_000_000)\nsys.stderr.flush()\nos._exit(3)"))
    assert len(reason) < 400


def test_what_looks_like_progress_and_is_none_stops_nobody(
    probe: Probe, capfd: pytest.CaptureFixture[str]
) -> None:
    lines = ["@progress\\tno numbers", "@progress\\twhat\\tone\\ttwo", "@progress\\t"]
    body = "\n".join(f"print('{line}', file=sys.stderr)" for line in lines)
    body += "\nfor _ in range(3000):\n    print('x' * 99, file=sys.stderr)\nreturn []"
    assert probe(body).certificate.status is ScanStatus.COMPLETE
    assert capfd.readouterr() == ("", "")


def test_progress_comes_while_the_source_looks(
    request_of: Callable[..., ScanRequest], tmp_path: Path
) -> None:
    file = tmp_path / "ours.py"
    file.write_text(
        f"{HEADER}    look.progress('looking\\there', 1, 2)\n    look.progress('done', 2, 2)\n    return []"
    )
    told: list[tuple[str, int, int]] = []
    scan_in_child(
        request_of(plugin_files=(str(file),)), timeout=PLENTY, progress=lambda *news: told.append(news)
    )
    assert told == [("looking here", 1, 2), ("done", 2, 2)]


def test_a_file_that_is_no_python_is_a_failed_scan_that_names_it(
    request_of: Callable[..., ScanRequest], tmp_path: Path
) -> None:
    file = tmp_path / "probe.py"
    file.write_text("def probe(:\n")
    scan = scan_in_child(request_of(plugin_files=(str(file),)), timeout=PLENTY, progress=print)
    assert "line 1" in failure(scan)
    assert str(file) in failure(scan)


def test_a_plugin_that_imports_what_is_not_there_is_a_failed_scan(
    request_of: Callable[..., ScanRequest], tmp_path: Path
) -> None:
    file = tmp_path / "ours.py"
    file.write_text("import not_installed_anywhere\n" + HEADER + "    return []\n")
    scan = scan_in_child(request_of(plugin_files=(str(file),)), timeout=PLENTY, progress=print)
    assert "No module named 'not_installed_anywhere'" in failure(scan)


def test_a_source_that_is_not_registered_is_a_failed_scan(request_of: Callable[..., ScanRequest]) -> None:
    scan = scan_in_child(request_of(), timeout=PLENTY, progress=print)
    assert failure(scan) == "there is no plugin 'probe'"
    assert scan.certificate.next_step == "see `backlog plugins`"


@pytest.mark.parametrize("name", ["tempfile", "json", "click", "backlog_pipeline"])
def test_no_file_of_the_current_folder_is_ever_imported(
    request_of: Callable[..., ScanRequest],
    repository: GitRepository,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The current folder is mostly the repository itself, which must not run code of its own."""
    repository.write(f"{name}.py", "import pathlib\npathlib.Path('imported').touch()\nraise SystemExit(3)\n")
    monkeypatch.chdir(repository.path)
    monkeypatch.setenv(
        "PYTHONPATH", os.pathsep.join(["", ".", *filter(None, [os.environ.get("PYTHONPATH")])])
    )
    scan = scan_in_child(request_of("code_comments"), timeout=PLENTY, progress=lambda *news: None)
    assert scan.certificate.status is ScanStatus.COMPLETE
    assert not (repository.path / "imported").exists()


SECRETS = (
    "GITHUB_TOKEN", "gh_token", "AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "PGPASSWORD", "OPENAI_API_KEY",
    "DOCKER_PASSWD", "GOOGLE_APPLICATION_CREDENTIALS", "DEPLOY_PRIVATE_KEY", "GPG_PASSPHRASE",
)  # fmt: skip


def test_secrets_are_not_in_the_environment_of_a_source(
    probe: Probe, note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in SECRETS:
        monkeypatch.setenv(name, f"secret of {name}")
    monkeypatch.setenv("HARMLESS", "kept")
    probe("NOTE.write_text(json.dumps(dict(os.environ)))\nreturn []")
    environment = json.loads(note.read_text())
    assert environment["HARMLESS"] == "kept"
    assert not set(SECRETS) & set(environment)
    assert not [value for value in environment.values() if "secret of" in value]


def test_what_a_child_needs_to_work_is_left_in_its_environment() -> None:
    environment = {"PATH": "/bin", "HOME": "/h", "LANG": "C", "PYTHONPATH": "/p", "https_proxy": "http://p"}
    assert child_environment(environment | {"A_TOKEN": "t"}) == environment


def test_caches_of_libraries_are_kept_beside_ours_also_by_children_of_a_source(
    probe: Probe, note: Path, backlog_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/of/the/person")
    said = "import os; print(os.environ['XDG_CACHE_HOME'])"
    probe(f"NOTE.write_bytes(subprocess.check_output([sys.executable, '-c', {said!r}]))\nreturn []")
    assert note.read_text().strip() == str(backlog_home / "caches")


def test_bandit_writes_nothing_into_the_home_of_the_person(
    request_of: Callable[..., ScanRequest],
    tmp_path: Path,
    backlog_home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    person = tmp_path / "person"
    person.mkdir()
    monkeypatch.setenv("HOME", str(person))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    scan = scan_in_child(request_of("sast_findings"), timeout=60, progress=lambda *news: None)
    assert scan.certificate.status is ScanStatus.COMPLETE
    assert list(person.rglob("*")) == []
    if not sys.executable.startswith("/tmp"):
        assert (backlog_home / "caches" / "python-entrypoints").is_dir(), "or this test proves nothing"


def test_an_option_that_the_source_does_not_know_is_a_failed_scan_with_the_nearest(
    request_of: Callable[..., ScanRequest],
) -> None:
    request = request_of("code_comments", options={"kind": "TODO"})
    scan = scan_in_child(request, timeout=PLENTY, progress=lambda *news: None)
    assert scan.certificate.status is ScanStatus.FAILED
    assert "[sources.code_comments]: there is no option 'kind'" in scan.certificate.reason
    assert scan.certificate.next_step == "did you mean 'kinds'?"


def test_nothing_is_left_in_the_temporary_folder(
    probe: Probe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tempfile

    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    probe("os._exit(3)")
    assert list(folder.iterdir()) == []


def test_the_child_imports_neither_dagster_nor_pandas_nor_the_ledger(probe: Probe, note: Path) -> None:
    probe("NOTE.write_text(json.dumps(sorted(sys.modules)))\nreturn []")
    loaded = set(json.loads(note.read_text()))
    assert "json" in loaded
    assert not {"dagster", "pandas", "sqlalchemy"} & loaded


def test_this_python_runs_the_child(probe: Probe, note: Path) -> None:
    probe("NOTE.write_text(sys.executable)\nreturn []")
    assert note.read_text() == sys.executable
