"""The documents say what is there: links lead somewhere, and nothing that a user sees lacks its page."""

import re
from pathlib import Path

import pytest

from backlog_pipeline import plugins
from backlog_pipeline.cli.main import COMMANDS
from backlog_pipeline.model.kinds import ItemType, Status

PROJECT = Path(__file__).parent.parent
TOP_PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


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
    pages = [PROJECT / "README.md", *(PROJECT / "docs").rglob("*.md")]
    named = {word for page in pages for word in re.findall(r"`backlog ([a-z]+)", page.read_text())}
    assert named <= set(COMMANDS), f"no such commands: {named - set(COMMANDS)}"


@pytest.mark.parametrize("plugin", [*plugins.sources(), *plugins.scoring_rules()], ids=lambda p: p.name)
def test_every_plugin_of_ours_has_its_page(plugin: plugins.Plugin) -> None:
    if plugin.distribution != "backlog-pipeline":
        pytest.skip("a guest's plugin: its pages are its own")
    folder = "sources" if plugin.shelf is plugins.Shelf.SOURCES else "rules"
    assert (PROJECT / "docs/reference" / folder / f"{plugin.name}.md").exists()
    assert plugin.name in (PROJECT / "docs/index.md").read_text()


@pytest.mark.parametrize("word", [*Status, *ItemType])
def test_every_status_and_type_is_explained_in_the_file_reference(word: str) -> None:
    assert f"`{word}`" in (PROJECT / "docs/reference/backlog-file.md").read_text()


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
