"""The page about ``backlog.yml`` names every key, section and word that the code knows."""

from pathlib import Path

from backlog_pipeline.merge.backlog_file import KEEP_DAYS, read
from backlog_pipeline.merge.backlog_text.containers import BY_STATUS, GENERAL
from backlog_pipeline.merge.backlog_text.fresh import file_text
from backlog_pipeline.merge.backlog_text.keys import KEYS
from backlog_pipeline.merge.backlog_text.names import ALIASES, GROUPED
from backlog_pipeline.merge.backlog_text.sections import SECTIONS, TOP_KEYS
from backlog_pipeline.merge.backlog_text.words import STATUS_WORDS, TYPE_WORDS
from backlog_pipeline.model.kinds import ItemType, RiskTier

PAGE = (Path(__file__).parents[2] / "docs/reference/backlog-file.md").read_text()


def test_every_key_section_and_word_is_on_the_page() -> None:
    words = {*KEYS, *TOP_KEYS, *(t.value for t in ItemType), *(t.value for t in RiskTier)}
    assert [w for w in words if w not in PAGE] == []
    assert [w for w in (*STATUS_WORDS, *TYPE_WORDS) if f"`{w.lower()}`" not in PAGE.lower()] == []
    assert [w for w in (*ALIASES, *GROUPED, *GENERAL, *BY_STATUS) if f"`{w}`" not in PAGE] == []
    assert f"{KEEP_DAYS} days" in PAGE


def test_the_example_on_the_page_is_read() -> None:
    example = PAGE.split("```yaml\n")[1].split("```")[0]
    file = read(example.encode(), "f")
    assert file.problems == ()
    assert [i.section for i in file.items] == ["critical_items"]
    assert [s.name for s in file.contents.sections] == list(SECTIONS)
    assert [s.name for s in read(file_text("x", {}).encode(), "f").contents.sections] == list(SECTIONS)
