"""The documents say what is there: links lead somewhere, and nothing that a user sees lacks its page."""

import re
import shlex
from pathlib import Path

import click
import pytest

from backlog_pipeline import plugins
from backlog_pipeline.cli.main import COMMANDS, backlog
from backlog_pipeline.model.kinds import ItemType, Status
from backlog_pipeline.model.plan import Verdict
from backlog_pipeline.model.scan import ScanStatus
from backlog_pipeline.orchestration.build import build_defs

PROJECT = Path(__file__).parent.parent
DOCS = PROJECT / "docs"
PAGES = [PROJECT / "README.md", *DOCS.rglob("*.md")]
TOP_PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
BLOCK = re.compile(r"^```(?:sh|console|text)?\n(.*?)^```", re.MULTILINE | re.DOTALL)


def page(name: str) -> str:
    """The text of a page of the documents."""
    return (DOCS / name).read_text()


def command_lines(text: str) -> list[str]:
    """The lines in code blocks of a page that call us."""
    lines = [line.removeprefix("$ ") for block in BLOCK.findall(text) for line in block.splitlines()]
    return [line for line in lines if line.startswith("backlog ")]


@pytest.mark.parametrize("page", TOP_PAGES)
def test_links_of_the_top_pages_lead_somewhere(page: str) -> None:
    dead = [link for link in LINK.findall((PROJECT / page).read_text()) if not (PROJECT / link).exists()]
    assert not dead


def test_the_readme_is_short() -> None:
    assert len((PROJECT / "README.md").read_text().splitlines()) <= 150


def test_the_readme_shows_both_commands_on_its_first_screen_of_text() -> None:
    text = (PROJECT / "README.md").read_text()
    assert "<!-- command: run -->" in text
    assert "<!-- command: test -->" in text


def test_commands_that_the_pages_name_exist() -> None:
    named = {word for page in PAGES for word in re.findall(r"`backlog ([a-z]+)", page.read_text())}
    assert named <= set(COMMANDS), f"no such commands: {named - set(COMMANDS)}"


@pytest.mark.parametrize(
    "line", sorted({line for page in PAGES for line in command_lines(page.read_text())}), ids=str
)
def test_command_lines_in_the_pages_are_ones_that_the_program_takes(line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    command: click.Command = backlog
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        named = command.get_command(click.Context(command), words.pop(0))
        assert named is not None, line
        command = named
    known = {name for option in command.params for name in (*option.opts, *option.secondary_opts)}
    given = {word.partition("=")[0] for word in words if word.startswith("--")}
    assert given <= known | {"--help"}, f"unknown: {given - known}"


PAGES_OF_PLUGINS = {
    plugins.Shelf.SOURCES: "sources",
    plugins.Shelf.SCORING_RULES: "rules",
    plugins.Shelf.METRICS: "metrics",
}


@pytest.mark.parametrize(
    "plugin", [*plugins.sources(), *plugins.scoring_rules(), *plugins.metrics()], ids=lambda p: p.name
)
def test_every_plugin_of_ours_has_its_page(plugin: plugins.Plugin) -> None:
    if plugin.distribution != "backlog-pipeline":
        pytest.skip("a guest's plugin: its pages are its own")
    folder = PAGES_OF_PLUGINS[plugin.shelf]
    assert (PROJECT / "docs/reference" / folder / f"{plugin.name}.md").exists()


@pytest.mark.parametrize("word", [*Status, *ItemType])
def test_every_status_and_type_is_explained_in_the_file_reference(word: str) -> None:
    assert f"`{word}`" in page("reference/backlog-file.md")


@pytest.mark.parametrize("status", Status)
def test_every_status_of_an_item_has_its_row(status: Status) -> None:
    assert f"| `{status}` |" in page("reference/statuses.md")


@pytest.mark.parametrize("status", ScanStatus)
def test_every_status_of_a_scan_has_its_row(status: ScanStatus) -> None:
    assert f"| `{status}` |" in page("explanation/what-is-looked-at.md")


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_of_the_plan_is_explained(verdict: Verdict) -> None:
    assert f"- **{verdict}**:" in page("reference/policy.md")


def test_everything_that_the_browser_shows_by_name_is_explained() -> None:
    definitions = build_defs()
    graph = definitions.resolve_asset_graph()
    keys = {
        "findings/<source>" if k.path[0] == "findings" else k.path[-1] for k in graph.get_all_asset_keys()
    }
    checks = {f"{key.asset_key.path[-1]}: {key.name}" for key in graph.asset_check_keys}
    jobs = {job.name for job in definitions.jobs or ()}
    automation = {each.name for each in (*(definitions.schedules or ()), *(definitions.sensors or ()))}
    explained = page("explanation/dagster.md") + page("how-to/use-the-ui.md")
    assert {name for name in keys | checks | jobs | automation if f"`{name}`" not in explained} == set()


def test_every_page_is_reached_from_the_index_or_a_page_that_is() -> None:
    docs = PROJECT / "docs"
    reached, waiting = set(), [docs / "index.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md" or not page.exists():
            continue
        reached.add(page)
        waiting += [(page.parent / link).resolve() for link in LINK.findall(page.read_text())]
    orphans = {page.relative_to(docs).as_posix() for page in docs.rglob("*.md")} - {
        page.relative_to(docs).as_posix() for page in reached
    }
    assert not orphans
