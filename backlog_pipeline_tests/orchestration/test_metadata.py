"""The tables of the UI show the best first, and what tells one row from the next before it scrolls off."""

from datetime import date

import dagster as dg

from backlog_pipeline.model.backlog import Backlog
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.plan import Plan
from backlog_pipeline.orchestration import metadata, pictures
from backlog_pipeline.score import table
from backlog_pipeline.score.settings import ScoreSettings
from backlog_pipeline_tests.orchestration.test_pictures import svg_of, texts
from backlog_pipeline_tests.score.items import TODAY, item


def rows_of(value: object) -> list[dict[str, object]]:
    assert isinstance(value, dg.TableMetadataValue)
    return [dict(record.data) for record in value.records]


def shown(*items: Item, day: date = TODAY) -> list[dict[str, object]]:
    backlog = Backlog("flask-1", "abc", day, items=items)
    return rows_of(metadata.of_backlog(backlog, ScoreSettings())["top open items"])


def test_the_open_items_stand_in_the_order_of_their_scores_and_those_without_come_last() -> None:
    low, high, unknown = item("bl-a"), item("bl-b", (13, 13, 13, 1)), item("bl-0", None)
    rows = shown(unknown, low, high)
    assert [row["id"] for row in rows] == ["bl-b", "bl-a", "bl-0"]
    best, middle, none = (float(str(row["score before rules"])) for row in rows)
    assert best > middle > none == 0
    assert list(rows[0])[:3] == ["title", "score before rules", "id"]


def test_the_title_follows_the_rank_in_the_scores() -> None:
    work = (item("bl-a"),)
    scored = table.score(table.to_table(work, TODAY), ScoreSettings())
    rows = rows_of(metadata.of_scores(scored)["top items"])
    assert list(rows[0]) == ["rank", "title", "score", "age in days", "id"]


def test_files_that_do_not_fit_the_chart_are_all_counted() -> None:
    counts = {f"src/f{n}.py": float(n) for n in range(1, 41)}
    drawn = texts(pictures.counts_chart("Commits", counts))
    assert drawn[-1] == f"{41 - len(drawn)} others: {sum(range(1, 42 - len(drawn)))}"


def test_a_row_of_others_has_no_bar_that_would_dwarf_the_others() -> None:
    chart = pictures.counts_chart("Commits", {f"f{n}": 1.0 for n in range(90)})
    bars = [node.get("d", "").count("M") for node in svg_of(chart).iter("{http://www.w3.org/2000/svg}path")]
    assert bars == [len(texts(chart)) - 1]


def test_each_note_of_a_plan_is_text_shown_whole() -> None:
    long = "a note that goes on and on " * 20
    entries = metadata.of_plan(Plan("flask-1", "abc", TODAY, notes=("first", long)))
    assert entries["note 1"] == dg.MetadataValue.text("first")
    assert entries["note 2"] == dg.MetadataValue.text(long)
