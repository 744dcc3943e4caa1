"""Every registered source, and the one that the documents teach, keeps the promises of a source."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backlog_pipeline import plugins, testing
from backlog_pipeline.discover.interface import Look, Source
from backlog_pipeline.discover.state import look_at
from backlog_pipeline.model.scan import Certificate, Scan, ScanStatus
from backlog_pipeline.store.cache import SqliteCache
from backlog_pipeline.system.git import Git
from backlog_pipeline_tests.git_repository import GitRepository

PROJECT = Path(__file__).parents[2]
NAMES = [plugin.name for plugin in plugins.sources()]

PRODUCT = '''\
"""A small product."""
import subprocess


def start(command):
    # TODO(@ana, #12): say what happens to the children
    return subprocess.call(command, shell=True)  # TEMPORARY
'''


@pytest.fixture
def look(repository: GitRepository, tmp_path: Path) -> Look:
    """A small repository in which there is something for every source."""
    repository.write("product/__init__.py", "")
    repository.write("product/start.py", PRODUCT)
    repository.write("broken.py", "def broken(:\n")
    repository.write("requirements.txt", "jinja2==2.11.2\nflask\n")
    repository.commit("a small product", datetime(2026, 1, 5, tzinfo=UTC))
    state = look_at(repository.path, key="product-1a2b3c4d", name="product")
    closed = {"osv_url": "http://127.0.0.1:9"}  # nothing listens there: no test asks the network
    return Look(
        repository=state,
        git=Git(repository.path),
        cache=SqliteCache(tmp_path / "cache.db"),
        now=datetime(2026, 1, 6, tzinfo=UTC),
        options=closed,
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_registered_source_keeps_its_promises(name: str, look: Look) -> None:
    source = plugins.build_source(name)
    known = {option: value for option, value in look.options.items() if option in source.options}
    testing.check_source(source, _with(look, known))


def test_our_three_sources_are_registered() -> None:
    assert {"code_comments", "dependency_vulnerabilities", "sast_findings"} <= set(NAMES)


def test_the_source_that_the_documents_teach_works_as_printed(look: Look, tmp_path: Path) -> None:
    page = (PROJECT / "docs/how-to/add-a-source.md").read_text()
    code = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert code is not None
    file = tmp_path / "temporary_lines.py"
    file.write_text(code.group(1))
    source = plugins.build_source("temporary_lines", files=(str(file),))
    scan = testing.check_source(source, _with(look, {}))
    assert [(f.path, f.line) for f in scan.findings] == [("product/start.py", 7)]


class LyingSource:
    """Breaks promises: says complete, finds what is not there, in no order, and changes its mind."""

    name = "lying"
    version = ""
    options: dict[str, str] = {}  # noqa: RUF012  (the promise is an attribute)
    fresh_minutes = None

    def scan(self, look: Look) -> Scan:
        repository = look.repository
        certificate = Certificate(
            source="someone_else",
            source_version="1",
            config_digest="",
            repository=repository.key,
            revision="0" * 40,
            status=ScanStatus.FAILED,
            looked_at=look.now,
        )
        return Scan(certificate)


def test_broken_promises_are_all_named(look: Look) -> None:
    lying: Source = LyingSource()
    with pytest.raises(AssertionError) as caught:
        testing.check_source(lying, look)
    assert "it has no version" in str(caught.value)
    assert "its certificate speaks of" in str(caught.value)
    assert "failed without a reason" in str(caught.value)


def _with(look: Look, options: dict[str, str]) -> Look:
    from dataclasses import replace

    return replace(look, options=options)
