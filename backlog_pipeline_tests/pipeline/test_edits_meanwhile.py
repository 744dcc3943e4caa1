"""A person at the same file: what they save is taken, whenever they save it."""

from pathlib import Path

import pytest

from backlog_pipeline.errors import BacklogFileError, StateBusy
from backlog_pipeline.model.event import EventKind
from backlog_pipeline.model.repository import RepositoryState
from backlog_pipeline.model.scan import Scan
from backlog_pipeline_tests.pipeline.house import EMPTY_FILE, PARSER, House, run_meddled, with_value


def test_a_pinned_estimate_wins_and_is_shown(kept: House) -> None:
    id_ = kept.run().item("split").id
    kept.file.write_text(with_value(kept.file.read_text(), id_, "business_value", "13"))
    made = kept.run()
    estimate = made.item("split").estimates.business_value
    assert estimate is not None
    assert (estimate.value, estimate.is_pinned) == (13, True)
    term = next(t for t in made.planned("split").terms if t.name == "business_value")
    assert (term.value, term.origin) == (13, "pinned")
    kept.repository.write("src/parse.py", PARSER.replace("return", "text = text.strip()\n    return"))
    kept.repository.commit("touch it")
    assert kept.run().item("split").estimates.business_value == estimate
    assert "business_value: 13" in kept.file.read_text()


def test_an_edit_made_while_sources_look_is_taken(kept: House) -> None:
    id_ = kept.run().item("split").id
    kept.repository.write("src/more.py", "# TODO: one more\n")
    kept.repository.commit("more")

    def edit_and_look(source: str, state: RepositoryState) -> Scan:
        kept.file.write_text(with_value(kept.file.read_text(), id_, "business_value", "13"))
        return kept.look(source, state)

    made = kept.run(scan=edit_and_look)
    text = kept.file.read_text()
    assert "business_value: 13" in text
    assert made.item("one more").id in text
    assert made.item("split").estimates.business_value.value == 13  # type: ignore[union-attr]
    assert kept.run().backlog.events_written == 0


def test_an_edit_between_deciding_and_saving_is_lost_no_more_than_the_events(kept: House) -> None:
    id_ = kept.run().item("split").id
    kept.repository.write("src/more.py", "# TODO: one more\n")
    kept.repository.commit("more")
    before = len(kept.entries())

    def edit_once(appends: int) -> None:
        if appends == 1:
            kept.file.write_text(with_value(kept.file.read_text(), id_, "business_value", "13"))

    made = run_meddled(kept, edit_once)
    text = kept.file.read_text()
    assert "business_value: 13" in text
    assert made.item("one more").id in text
    assert made.item("split").estimates.business_value.value == 13  # type: ignore[union-attr]
    opened = [e.event for e in kept.entries()[before:] if e.event.kind is EventKind.ITEM_OPENED]
    assert [event.item for event in opened] == [made.item("one more").id]
    assert kept.run().backlog.events_written == 0


def test_an_edit_that_leaves_nothing_to_write_is_taken_by_the_run_it_met(kept: House) -> None:
    id_ = kept.run().item("split").id
    kept.file.write_text(with_value(kept.file.read_text(), id_, "title", "first words"))

    def edit_once(appends: int) -> None:
        if appends == 1:
            kept.file.write_text(with_value(kept.file.read_text(), id_, "title", "second words"))

    assert run_meddled(kept, edit_once).item("second words").id == id_
    assert "title: second words" in kept.file.read_text()


def test_a_file_that_appears_during_the_run_is_kept_up_from_then_on(house: House) -> None:
    def begin(appends: int) -> None:
        if appends == 1:
            house.file.write_text(EMPTY_FILE)

    made = run_meddled(house, begin)
    assert all(id_ in house.file.read_text() for id_ in made.ids)


def test_a_file_that_never_rests_ends_the_run_and_keeps_edit_and_events(kept: House) -> None:
    kept.repository.write("src/more.py", "# TODO: one more\n")
    kept.repository.commit("more")
    id_ = kept.run().item("split").id
    values = [8, 13, 2, 5, 1, 20]
    kept.file.write_text(with_value(kept.file.read_text(), id_, "business_value", f"{values[0]}"))

    def edit_always(appends: int) -> None:
        text = with_value(kept.file.read_text(), id_, "business_value", f"{values[appends]}")
        kept.file.write_text(text)

    with pytest.raises(StateBusy, match=r"kept changing during the merge\. Next: let the other program"):
        run_meddled(kept, edit_always)
    assert "business_value: 20" in kept.file.read_text()
    kept.entries()
    assert kept.run().item("split").estimates.business_value.value == 20  # type: ignore[union-attr]


def test_a_file_that_became_unreadable_meanwhile_is_left_alone(kept: House) -> None:
    broken = "metadata: {\n"

    def spoil(source: str, state: RepositoryState) -> Scan:
        kept.file.write_text(broken)
        return kept.look(source, state)

    with pytest.raises(BacklogFileError, match=r"line \d+.*Next: "):
        kept.run(scan=spoil)
    assert kept.file.read_text() == broken


def test_a_fresh_ledger_takes_a_persons_values_from_the_file(kept: House, tmp_path: Path) -> None:
    made = kept.run()
    pinned, ours = made.item("split"), made.item("leaks")
    kept.file.write_text(with_value(kept.file.read_text(), pinned.id, "business_value", "13"))
    kept.run()
    text = kept.file.read_text()
    other = House(tmp_path / "another-machine", kept.repository)
    again = other.run()
    assert again.ids == made.ids
    assert again.item("split").estimates.business_value.value == 13  # type: ignore[union-attr]
    assert again.item("split").estimates.business_value.is_pinned  # type: ignore[union-attr]
    assert again.item("leaks").estimates == ours.estimates
    assert kept.file.read_text() == text
    assert again.backlog.problems == ()
    assert other.run().backlog.events_written == 0
