"""A file that backlog.toml names is listed without being run, and built when asked."""

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from backlog_pipeline import plugins
from backlog_pipeline.discover.interface import Look
from backlog_pipeline.errors import PluginError
from backlog_pipeline.model.repository import RepositoryState
from backlog_pipeline.model.scan import ScanStatus
from backlog_pipeline.plugins import Broken
from backlog_pipeline.system.git import Git

OURS = """
from backlog_pipeline.model.finding import Finding, Location, Severity, Work
from backlog_pipeline.model.kinds import ItemType
from backlog_pipeline.plugins import scoring_rule, source

@source
def licence_headers(look):
    for path in ("b.py", "a.py"):
        work = Work(ItemType.DOCUMENTATION, f"Add a licence header to {path}")
        yield Finding("?", "no-header", path, work, Severity.LOW, location=Location(path, 1))

@source(version="7", options={"deep": "no"}, fresh_minutes=60)
def advisories(look):
    return []

@scoring_rule(operation="add", reason="it is ours")
def ours_first(table):
    return table["business_value"] * 0 + 1.0

def no_plugin():
    pass
"""


class NoCache:
    def get_many(self, scanner: str, keys: object) -> dict[str, str]:
        return {}

    def put_many(self, scanner: str, results: object) -> None:
        pass


@pytest.fixture
def ours(tmp_path: Path) -> str:
    path = tmp_path / "ours.py"
    path.write_text(OURS)
    return str(path)


def look() -> Look:
    state = RepositoryState("k", "n", "/r", "abc", "2026-01-01", "main", "main")
    return Look(state, Git(Path("/r")), NoCache(), datetime(2026, 1, 2, tzinfo=UTC))


def names(listed: tuple[plugins.Plugin, ...], file: str) -> list[str]:
    return [plugin.name for plugin in listed if plugin.file == file]


def test_decorated_functions_are_listed_by_shelf(ours: str):
    assert names(plugins.sources([ours]), ours) == ["advisories", "licence_headers"]
    assert names(plugins.scoring_rules([ours]), ours) == ["ours_first"]


def test_listing_a_file_does_not_run_it(tmp_path: Path):
    path, mark = tmp_path / "ours.py", tmp_path / "was-run"
    path.write_text(f"open({str(mark)!r}, 'w')\n{OURS}")
    assert names(plugins.sources([str(path)]), str(path)) == ["advisories", "licence_headers"]
    assert not mark.exists()
    plugins.build_source("advisories", files=[str(path)])
    assert mark.exists()


def test_a_function_that_yields_findings_makes_a_complete_sorted_scan(ours: str):
    source = plugins.build_source("licence_headers", files=[ours])
    scan = source.scan(look())
    assert [f.path for f in scan.findings] == ["a.py", "b.py"]
    assert {f.source for f in scan.findings} == {"licence_headers"}
    assert scan.certificate.status is ScanStatus.COMPLETE
    assert scan.certificate.source_version == source.version != ""


def test_the_version_of_a_function_changes_with_its_file_unless_it_has_its_own(ours: str):
    before = plugins.build_source("licence_headers", files=[ours]).version
    Path(ours).write_text(OURS + "\n# changed\n")
    assert plugins.build_source("licence_headers", files=[ours]).version != before
    advisories = plugins.build_source("advisories", files=[ours])
    assert (advisories.version, advisories.options, advisories.fresh_minutes) == ("7", {"deep": "no"}, 60)


def test_a_function_becomes_a_scoring_rule(ours: str):
    (rule,) = plugins.build_rules(["ours_first"], files=[ours])
    assert (rule.name, rule.operation, rule.reason) == ("ours_first", "add", "it is ours")
    assert list(rule.terms(pd.DataFrame({"business_value": [3.0, 5.0]}))) == [1.0, 1.0]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("def f(:\n", "line 1: invalid syntax"),
        (b"\xff\xfe\x00", ""),
        (None, "No such file"),
    ],
)
def test_a_file_that_cannot_be_read_is_listed_as_broken_with_the_reason(
    tmp_path: Path, text: str | bytes | None, reason: str
):
    path = tmp_path / "ours.py"
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    (listed,) = [p for p in plugins.sources([str(path)]) if p.file]
    assert listed.name == "ours"
    built = plugins.build(listed)
    assert isinstance(built, Broken)
    assert reason in built.reason
    assert built.reason


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("import no_such_module_at_all", "ModuleNotFoundError: No module named 'no_such_module_at_all'"),
    ],
)
def test_code_that_fails_at_import_breaks_only_its_own_plugins(
    tmp_path: Path, ours: str, line: str, reason: str
):
    bad = tmp_path / "bad.py"
    bad.write_text(
        f"from backlog_pipeline.plugins import source\n{line}\n@source\ndef bad_one(look):\n    return []\n"
    )
    listed = {p.name: p for p in plugins.sources([ours, str(bad)])}
    built = plugins.build(listed["bad_one"])
    assert isinstance(built, Broken)
    assert built.reason == reason
    assert not isinstance(plugins.build(listed["advisories"]), Broken)
    with pytest.raises(PluginError, match=r"bad_one .* cannot be used"):
        plugins.build_source("bad_one", files=[str(bad)])


def test_two_plugins_of_one_name_are_an_error_that_names_both(tmp_path: Path, ours: str):
    other = tmp_path / "other.py"
    other.write_text(OURS)
    with pytest.raises(PluginError) as caught:
        plugins.sources([ours, str(other)])
    assert ours in str(caught.value)
    assert str(other) in str(caught.value)


def test_one_file_named_twice_is_one_file(ours: str):
    assert names(plugins.sources([ours, ours]), ours) == ["advisories", "licence_headers"]
