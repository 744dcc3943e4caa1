"""Merges, splits and undos on the whole way: ledger, what follows by itself, file, and the next run."""

from datetime import timedelta

import pytest

from backlog_pipeline.merge.by_hand import deeds, joining, undoing
from backlog_pipeline.merge.by_hand.deeds import Deed, Hand
from backlog_pipeline.model.event import EventKind
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import Status
from backlog_pipeline_tests.pipeline.house import House, with_value
from backlog_pipeline_tests.pipeline.test_by_hand import act


@pytest.fixture
def later(kept: House) -> House:
    """A house whose clock goes on, as clocks do."""
    kept.now += timedelta(minutes=1)
    return kept


def undo(house: House, id_: str = "", number: int = 0) -> Deed:
    done: list[Deed] = []

    def decide(hand: Hand) -> Deed:
        done.append(undoing.undo(hand, id_, number=number))
        return done[-1]

    act(house, decide, "undo")
    return done[-1]


def the(house: House, words: str) -> Item:
    return house.run().item(words)


def events_of_next_run(house: House) -> int:
    house.now += timedelta(minutes=1)
    return house.run().backlog.events_written


def test_an_edit_of_the_file_that_was_undone_is_not_taken_from_it_again(later: House) -> None:
    item, before = the(later, "split"), later.file.read_text()
    later.file.write_text(with_value(with_value(before, item.id, "title", "Mine"), item.id, "job_size", "13"))
    assert the(later, "Mine").id == item.id
    later.now += timedelta(minutes=1)
    assert "an edit of backlog.yml" in undo(later, item.id).told
    assert later.file.read_text().startswith(before)  # an empty section may have come
    assert events_of_next_run(later) == 0
    assert the(later, "split") == item


def test_a_merge_and_its_undo_leave_estimates_and_file_as_they_were(later: House) -> None:
    split, leak, before = the(later, "split"), the(later, "leaks"), later.file.read_text()
    act(later, lambda hand: joining.merge(hand, [split.id], leak.id), "merge")
    assert f"merged_into: {leak.id}" in later.file.read_text()
    assert the(later, "leaks").merged == (split.id,)
    assert events_of_next_run(later) == 0
    undo(later, leak.id)
    assert later.file.read_text().startswith(before)  # an empty section may have come
    assert (the(later, "split"), the(later, "leaks")) == (split, leak)
    assert events_of_next_run(later) == 0


def test_estimates_of_what_was_merged_or_split_are_made_at_once(later: House) -> None:
    split, leak = the(later, "split"), the(later, "leaks")
    act(later, lambda hand: joining.merge(hand, [split.id], leak.id), "merge")
    criteria = the(later, "leaks").acceptance_criteria
    assert "src/parse.py" in " ".join(criteria)
    act(later, lambda hand: joining.split(hand, split.id), "split")
    assert the(later, "leaks").acceptance_criteria == leak.acceptance_criteria
    assert events_of_next_run(later) == 0


def test_a_merge_in_the_file_is_one_and_the_next_run_says_nothing(later: House) -> None:
    split, leak, text = the(later, "split"), the(later, "leaks"), later.file.read_text()
    start = text.index("    status: ", text.index(split.id))
    later.file.write_text(f"{text[:start]}    merged_into: {leak.id}\n{text[start:]}")
    made = later.run()
    assert made.backlog.changes.merged == (split.id,)
    assert made.item("leaks").merged == (split.id,)
    assert events_of_next_run(later) == 0
    later.file.write_text(later.file.read_text().replace(f"merged_into: {leak.id}", "merged_into: None"))
    assert later.run().item("split").status is Status.READY
    assert later.file.read_text().startswith(text)
    assert events_of_next_run(later) == 0


def test_a_dry_run_of_an_undo_records_and_writes_nothing(later: House) -> None:
    item = the(later, "split")
    act(later, lambda hand: deeds.dismiss(hand, item.id, reason="no"), "dismiss")
    entries, file = later.entries(), later.file.read_bytes()
    with later.parts() as parts:
        from backlog_pipeline.assembly import repositories
        from backlog_pipeline.pipeline import by_hand

        known = repositories.entry_for(parts.settings, later.repository.path)
        noted = by_hand.act(parts, known, "undo", undoing.undo, is_new=False, is_dry_run=True)
    assert noted.item.status is Status.READY
    assert noted.entries == ()
    assert (later.entries(), later.file.read_bytes()) == (entries, file)


def test_an_undo_says_which_entries_it_takes_back(later: House) -> None:
    item = the(later, "split")
    act(later, lambda hand: deeds.change(hand, item.id, [("job_size", "13")]), "set")
    (pinned,) = [e for e in later.entries() if e.event.kind is EventKind.FIELD_PINNED]
    later.now += timedelta(minutes=1)
    undo(later)
    back = [e.event for e in later.entries() if e.event.evidence.get("command") == "undo"]
    assert {event.kind for event in back} == {EventKind.FIELD_RELEASED, EventKind.ITEM_ESTIMATED}
    assert all(event.evidence["undoes"] == [pinned.number] for event in back)
