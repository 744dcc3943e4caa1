"""A source, a rule or a metric is described once, in its module; its page says the same."""

from pathlib import Path

import pytest

from backlog_pipeline_tests.reference_pages import FOLDERS, PROJECT, pages

RENEW = "renew it: python -m backlog_pipeline_tests.reference_pages"


@pytest.mark.parametrize(("page", "text"), pages().items(), ids=lambda value: getattr(value, "stem", ""))
def test_a_page_says_what_the_docstring_says(page: Path, text: str) -> None:
    assert page.read_text(encoding="utf-8") == text, RENEW


def test_no_page_is_left_of_a_module_that_is_gone() -> None:
    found = {path for folder in FOLDERS for path in (PROJECT / "docs/reference" / folder).glob("*.md")}
    assert found == set(pages())


SECTIONS = {"metrics": ("What it tells", "Definition", "Window", "What it is not")}


def test_pages_are_text_and_no_directive_and_say_what_they_must() -> None:
    for page, text in pages().items():
        wanted = SECTIONS.get(page.parent.name, ("Known limits",))
        assert [f"\n## {title}\n" in text for title in wanted] == [True] * len(wanted), page
        assert "\n:::" not in text
