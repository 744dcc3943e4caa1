"""A ledger that begins with a committed ``backlog.yml`` goes on with the ids and decisions that are in it."""

from pathlib import Path

import pytest

from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import Status
from backlog_pipeline_tests.pipeline.house import House, Made, with_value

REWORDED = '"""Reads."""\n\n\ndef parse(text):\n    # TODO: split the big parser\n    return text.split()\n'


@pytest.fixture
def reworded(kept: House) -> House:
    """The text of one item changed after it was first seen, and the file was committed."""
    before = kept.run().item("split").id
    kept.repository.write("src/parse.py", REWORDED)
    kept.repository.commit("say it better")
    assert kept.run().item("split the big").id == before
    return kept


def elsewhere(house: House, folder: Path) -> House:
    house.repository.write("backlog.yml", house.file.read_text())
    house.repository.commit("keep the backlog")
    return House(folder / "other home", house.repository)


def without_commits(text: str) -> list[str]:
    """The file without the commits of births: that of a reworded text is a later one."""
    return [line for line in text.splitlines() if "commit:" not in line]


def standing(made: Made) -> dict[str, tuple[str, str, str]]:
    return {i.id: (i.title, i.standing, i.merged_into) for i in made.backlog.items}


def test_a_reworded_item_keeps_its_id_in_another_ledger(reworded: House, tmp_path: Path) -> None:
    first = reworded.run()
    other = elsewhere(reworded, tmp_path)
    text = other.file.read_text()
    made = other.run()
    assert made.backlog.problems == ()
    assert standing(made) == standing(first)
    assert without_commits(other.file.read_text()) == without_commits(text)
    assert other.run().backlog.events_written == 0


def test_a_merge_of_a_reworded_item_holds_in_another_ledger(reworded: House, tmp_path: Path) -> None:
    first = reworded.run()
    into, gone = first.item("split").id, first.item("leaks").id
    title = next(i.title for i in first.backlog.items if i.id == gone)
    reworded.file.write_text(
        with_value(reworded.file.read_text(), gone, "title", f'"{title}"\n    merged_into: {into}')
    )
    assert standing(reworded.run())[gone][2] == into
    made = elsewhere(reworded, tmp_path).run()
    assert made.backlog.problems == ()
    assert standing(made)[gone] == (title, "MERGED", into)


def test_a_reworded_item_that_a_person_dismissed_stays_dismissed_in_another_ledger(
    reworded: House, tmp_path: Path
) -> None:
    id_ = reworded.run().item("split").id
    text = with_value(
        reworded.file.read_text(), id_, "status", "DISMISSED\n    dismissed_reason: as it should be"
    )
    reworded.file.write_text(text)
    reworded.run()
    item = _of(elsewhere(reworded, tmp_path).run(), id_)
    assert (item.status, item.dismissed_reason) == (Status.DISMISSED, "as it should be")


def test_equal_comments_are_as_many_in_another_ledger(kept: House, tmp_path: Path) -> None:
    kept.repository.write("src/parse.py", REWORDED + REWORDED.replace("def parse", "def again"))
    kept.repository.commit("twice")
    ids = {i.id for i in kept.run().backlog.items if i.is_open}
    assert len(ids) == 4
    made = elsewhere(kept, tmp_path).run()
    assert {i.id for i in made.backlog.items if i.is_open} == ids


def _of(made: Made, id_: str) -> Item:
    return next(item for item in made.backlog.items if item.id == id_)
