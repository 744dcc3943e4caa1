"""The five stages on a small real repository: a first run opens what is there, a second one nothing."""

from datetime import timedelta

import pytest

from backlog_pipeline import pipeline
from backlog_pipeline.errors import StateError
from backlog_pipeline.model.kinds import Status
from backlog_pipeline_tests.pipeline.house import House


def test_a_first_run_opens_what_is_there_and_plans_it(house: House) -> None:
    made = house.run()
    assert sorted(made.ids.values()) == [
        "FIXME: leaks a handle", "TODO: name the units", "TODO: split the parser",
    ]  # fmt: skip
    assert set(made.backlog.changes.opened) == set(made.ids)
    assert len(made.scored) == 3
    assert sorted(row.rank for row in made.plan.planned) == [1, 2, 3]
    assert all(item.status is Status.READY for item in made.backlog.items)
    assert made.item("leaks").evidence or made.item("leaks").birth.commit
    assert not house.file.exists()


def test_an_unregistered_repository_is_named_with_the_next_step(house: House) -> None:
    with house.parts() as parts, pytest.raises(StateError, match=r"registered as nobody-1\. Next: run"):
        pipeline.look_at_repository(parts, "nobody-1")


def test_a_second_run_adds_no_event_and_changes_no_byte(kept: House) -> None:
    file, head = kept.file.read_bytes(), kept.entries()[-1]
    ledger = (kept.home / "ledger.db").read_bytes()
    kept.now += timedelta(minutes=5)
    made = kept.run()
    assert made.backlog.events_written == 0
    assert kept.entries()[-1] == head
    assert (kept.home / "ledger.db").read_bytes() == ledger
    assert kept.file.read_bytes() == file


def test_a_second_run_a_day_later_adds_no_event_and_changes_no_byte(kept: House) -> None:
    file, head = kept.file.read_bytes(), kept.entries()[-1]
    kept.now += timedelta(days=1)
    assert kept.run().backlog.events_written == 0
    assert kept.entries()[-1] == head
    assert kept.file.read_bytes() == file


def test_shifting_every_file_and_renaming_a_folder_changes_no_id(kept: House) -> None:
    before = kept.run()
    top = "".join(f"value_{number} = {number}\n" for number in range(50))
    for path in ("src/parse.py", "src/files.py", "lib/notes.py"):
        kept.repository.write(path, top.encode() + kept.repository.read(path))
    kept.repository.move("src", "sources")
    kept.repository.commit("shift and rename")
    after = kept.run()
    assert after.ids == before.ids
    changes = after.backlog.changes
    assert (changes.opened, changes.resolved, changes.revived, changes.doubted) == ((), (), (), ())
    assert set(changes.moved) == set(before.ids)
    assert after.item("split").files == ("sources/parse.py",)
    assert after.item("split").created_at == before.item("split").created_at
    assert "sources/parse.py" in kept.file.read_text()
