"""What is printed of items that are one: each assertion with who made it, and how to take it back."""

from dataclasses import replace
from datetime import UTC, datetime

from backlog_pipeline.assembly.item_links import Said
from backlog_pipeline.cli import present_item, present_items
from backlog_pipeline.cli.ranked import Ranked, ranked
from backlog_pipeline.merge import fusion
from backlog_pipeline.model.item import Item, Place
from backlog_pipeline.model.link import PERSON, Assertion, LinkType
from backlog_pipeline_tests.cli.examples import DAY, RULE, item

ONE, TWO, THREE = (item(n, source=f"source_{n}") for n in (1, 2, 3))
JOINED = Assertion(LinkType.SAME, TWO.id, ONE.id, "fusion/same-place 1")
MERGED = Assertion(LinkType.SAME, THREE.id, ONE.id, PERSON)
CAUSES = Assertion(LinkType.CAUSES, TWO.id, "ticket:shop#7", PERSON)


def rows(*links: Assertion, items: tuple[Item, ...] = (ONE, TWO, THREE)) -> dict[str, Ranked]:
    seen = fusion.shown({one.id: one for one in items}, links)
    return {row.item.id: row for row in ranked(seen.values(), None, today=DAY, rule=RULE, links=links)}


def part(row: Ranked, heading: str, others: dict[str, Ranked], said: dict[Assertion, Said]) -> list[str]:
    lines = present_item.as_lines(row, {id_: one.item for id_, one in others.items()}, said)
    start = lines.index(heading) + 1
    end = lines.index("", start) if "" in lines[start:] else len(lines)
    return [line.strip() for line in lines[start:end]]


def test_an_item_says_what_it_stands_for_who_says_so_and_how_to_take_it_back() -> None:
    found = rows(JOINED, MERGED)
    said = {MERGED: Said(12, datetime(2026, 2, 3, tzinfo=UTC), "one leak")}
    assert part(found[ONE.id], "Stands for", found, said) == [
        f"{TWO.id} Repair number 2",
        f"the same as {ONE.id}, says fusion/same-place 1",
        f"{THREE.id} Repair number 3",
        f"the same as {ONE.id}, says a person since 2026-02-03 (entry 12): one leak",
        f"`backlog split ID` takes one out, `backlog split {ONE.id} --all` all of them",
    ]


def test_a_merged_item_says_into_which_it_went_and_is_called_merged() -> None:
    found = rows(JOINED)
    lines = present_item.as_lines(found[TWO.id])
    assert lines[1] == "  MERGED, bug fix, risk high"
    assert f"  merged into {ONE.id}; `backlog split {TWO.id}` takes it out" in lines
    assert f"  the same as {ONE.id}, says fusion/same-place 1" in lines
    assert not any("dismissed:" in line for line in lines)


def test_links_are_told_with_their_other_end_and_their_way_back() -> None:
    found = rows(JOINED, CAUSES, Assertion(LinkType.DIFFERENT, ONE.id, THREE.id, PERSON))
    assert part(found[ONE.id], "Links", found, {}) == [
        f"not the same as {THREE.id} Repair number 3",
        f"says a person; `backlog merge {ONE.id} --into {THREE.id}` takes it back",
        f"{TWO.id} causes ticket:shop#7",
        f"says a person; `backlog unlink {TWO.id} causes ticket:shop#7` takes it back",
    ]


def test_what_places_say_by_themselves_is_told_with_their_source() -> None:
    place = Place("pins", "advisory", "x", "a.txt", 1, keys=("advisory:CVE-1", "advisory:GHSA-1"))
    one = replace(ONE, places=(place,), keys=place.keys, links=("ticket:#4", "see the wiki"))
    found = rows(items=(one,))
    assert part(found[ONE.id], "Links", found, {}) == [
        "see the wiki",
        "names ticket:#4, says pins",
        "advisory:CVE-1 = advisory:GHSA-1, says pins",
    ]


def test_the_sources_of_all_that_are_one_are_named() -> None:
    places = (Place("bandit", "B1", "x", "a.py", 1), Place("semgrep", "S1", "x", "a.py", 1))
    (row,) = rows(items=(replace(ONE, source="bandit", places=places),)).values()
    assert "asked for by bandit, seen by semgrep, too" in present_item.as_lines(row)[2]


def test_json_says_what_is_one_and_who_says_so() -> None:
    found = rows(JOINED, CAUSES)
    whole, gone, alone = (present_items.as_json(found[one.id]) for one in (ONE, TWO, THREE))
    joined = {
        "type": "same", "subject": TWO.id, "target": ONE.id, "asserter": "fusion/same-place 1",
    }  # fmt: skip
    causes = {"type": "causes", "subject": TWO.id, "target": "ticket:shop#7", "asserter": "person"}
    assert (whole["merged"], whole["merged_into"]) == ([TWO.id], None)
    assert whole["assertions"] == gone["assertions"] == [joined, causes]
    assert (gone["merged"], gone["merged_into"]) == ([], ONE.id)
    assert (alone["merged"], alone["merged_into"], alone["assertions"]) == ([], None, [])
    assert whole["attributed_by"] == ["code_comments"]


def test_the_table_says_where_a_merged_item_went() -> None:
    found = rows(JOINED)
    cells = {row[3]: row for row in present_items.as_table(found.values()).rows}
    assert (cells[TWO.id][2], cells[TWO.id][5]) == ("MERGED", f"in {ONE.id}")
