"""What a person does by command goes the way of a run: the ledger, then the file, and nothing else."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import pytest

from backlog_pipeline.assembly import repositories
from backlog_pipeline.errors import BacklogFileError, StateBusy, StateError, UsageError
from backlog_pipeline.merge.by_hand import deeds
from backlog_pipeline.model.event import EventKind
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.pipeline import by_hand, human_file
from backlog_pipeline.pipeline.by_hand import Decide, FileState, Noted
from backlog_pipeline_tests.git_repository import GitRepository
from backlog_pipeline_tests.pipeline.house import EMPTY_FILE, House, with_value


@pytest.fixture
def house(house: House) -> House:
    """The repository with three markers, looked at once, that keeps no backlog file."""
    house.run()
    return house


@pytest.fixture
def kept(house: House) -> House:
    """The same, with its backlog in the repository."""
    house.file.write_text(EMPTY_FILE)
    house.run()
    return house


def act(house: House, decide: Decide, command: str = "set", **changes: object) -> Noted:
    with house.parts(**changes) as parts:
        known = repositories.entry_for(parts.settings, house.repository.path)
        return by_hand.act(parts, known, command, decide, is_new=command == "add")


def add(house: House, *pairs: tuple[str, str], **changes: object) -> Noted:
    return act(house, lambda hand: deeds.add(hand, pairs), "add", **changes)


def set_(house: House, id_: str, *pairs: tuple[str, str], reason: str = "", **changes: object) -> Noted:
    return act(house, lambda hand: deeds.change(hand, id_, pairs, reason=reason), **changes)


def dismiss(house: House, id_: str, reason: str = "no need") -> Noted:
    return act(house, lambda hand: deeds.dismiss(hand, id_, reason=reason), "dismiss")


def release(house: House, id_: str, *names: str) -> Noted:
    return act(house, lambda hand: deeds.release(hand, id_, names), "release")


def items(house: House) -> Sequence[Item]:
    return house.run().backlog.items


def the(house: House, words: str) -> Item:
    (found,) = [item for item in items(house) if words in item.title]
    return found


def test_new_work_is_estimated_refined_and_made_ready_at_once(house: House) -> None:
    noted = add(house, ("title", "Call the customer"), ("job_size", "1"), ("acceptance_criteria", "known"))
    assert noted.item.status is Status.READY
    assert noted.item.estimates.are_complete
    assert noted.file is FileState.NONE
    assert [e.event.actor for e in house.entries()][-4:] == ["person", "run", "run", "run"]
    assert house.entries()[-4].event.evidence == {"command": "add"}
    assert not house.file.exists()
    assert the(house, "Call the customer") == noted.item


def test_new_work_without_criteria_stays_refined_until_there_are_some(house: House) -> None:
    noted = add(house, ("title", "Call the customer"))
    assert noted.item.status is Status.REFINED
    assert set_(house, noted.item.id, ("acceptance_criteria", "known")).item.status is Status.READY


def test_the_file_is_saved_in_place_and_the_next_run_has_nothing_to_add(kept: House) -> None:
    before = kept.file.read_text()
    kept.file.write_text(before + "# the end, by Ana\n")
    noted = add(kept, ("title", "Call the customer"), ("files", "src/parse.py"))
    assert noted.file is FileState.SAVED
    text = kept.file.read_text()
    assert noted.item.id in text
    assert text.endswith("# the end, by Ana\n")
    assert all(line in text.splitlines() for line in before.splitlines() if line.startswith("  - id"))
    kept.now += timedelta(minutes=5)
    made = kept.run()
    assert made.backlog.events_written == 0
    assert kept.file.read_text() == text


def test_a_file_with_aged_scores_keeps_them_as_a_run_writes_them(kept: House) -> None:
    text = kept.file.read_text()
    kept.file.write_text(text.replace("    wsjf_base:", "    wsjf_score: 1\n    wsjf_base:"))
    kept.run()
    one = the(kept, "leaks")
    set_(kept, one.id, ("job_size", "13"))
    saved = kept.file.read_bytes()
    assert b"wsjf_score" in saved
    assert kept.run().backlog.events_written == 0
    assert kept.file.read_bytes() == saved


def test_edits_of_the_file_are_taken_before_the_command(kept: House) -> None:
    leaks, split = the(kept, "leaks"), the(kept, "split")
    kept.file.write_text(with_value(kept.file.read_text(), leaks.id, "job_size", "13"))
    noted = set_(kept, split.id, ("title", "Mine"))
    assert noted.problems == ()
    pinned = {item.id: dict(item.pins) for item in noted.items}
    assert (pinned[leaks.id], pinned[split.id]) == ({"job_size": "13"}, {"title": "Mine"})
    evidence = [e.event.evidence for e in kept.entries() if e.event.kind is EventKind.FIELD_PINNED]
    assert evidence == [{"file": "backlog.yml", "line": evidence[0]["line"]}, {"command": "set"}]


def test_the_command_is_the_later_word_on_what_the_file_says(kept: House) -> None:
    one = the(kept, "leaks")
    kept.file.write_text(with_value(kept.file.read_text(), one.id, "job_size", "13"))
    assert set_(kept, one.id, ("job_size", "2")).item.estimates.job_size.value == 2  # type: ignore[union-attr]
    assert "job_size: 2\n" in kept.file.read_text()
    assert dict(the(kept, "leaks").pins) == {"job_size": "2"}


def test_what_of_the_file_cannot_be_taken_is_a_problem_and_stays_there(kept: House) -> None:
    one, other = the(kept, "leaks"), the(kept, "split")
    kept.file.write_text(with_value(kept.file.read_text(), one.id, "job_size", "none"))
    noted = set_(kept, other.id, ("job_size", "2"))
    assert [p.item for p in noted.problems] == [one.id]
    assert "job_size: none\n" in kept.file.read_text()
    assert dict(noted.item.pins) == {"job_size": "2"}


def test_a_file_that_is_no_yaml_is_refused_and_nothing_is_recorded(kept: House) -> None:
    head = kept.entries()[-1]
    kept.file.write_text("a: [b\n")
    with pytest.raises(BacklogFileError, match="line"):
        add(kept, ("title", "Call"))
    assert kept.entries()[-1] == head
    assert kept.file.read_text() == "a: [b\n"


def test_what_is_refused_records_nothing_not_even_the_edits(kept: House) -> None:
    head, one = kept.entries()[-1], the(kept, "leaks")
    edited = with_value(kept.file.read_text(), one.id, "job_size", "13")
    kept.file.write_text(edited)
    with pytest.raises(UsageError):
        set_(kept, one.id, ("status", "DONE"))
    assert kept.entries()[-1] == head
    assert kept.file.read_text() == edited


def test_a_dismissal_survives_a_rescan_and_ends_with_its_last_day(house: House) -> None:
    one = the(house, "leaks")
    until = house.now.date() + timedelta(days=2)
    act(house, lambda hand: deeds.dismiss(hand, one.id, reason="later", until=until), "dismiss")
    for days, status in ((0, Status.DISMISSED), (2, Status.DISMISSED), (1, Status.READY)):
        house.now += timedelta(days=days)
        assert the(house, "leaks").status is status
    assert the(house, "leaks").id == one.id


def test_a_dismissed_finding_that_moves_to_another_file_stays_dismissed(house: House) -> None:
    one = the(house, "leaks")
    dismiss(house, one.id)
    house.repository.move("src/files.py", "src/handles.py")
    house.repository.commit("move")
    assert (the(house, "leaks").id, the(house, "leaks").status) == (one.id, Status.DISMISSED)


def test_a_value_that_is_given_back_is_estimated_again_at_once(kept: House) -> None:
    one = the(kept, "leaks")
    set_(kept, one.id, ("job_size", "13"))
    assert "job_size: 13\n" in kept.file.read_text()
    noted = release(kept, one.id)
    assert noted.item.estimates == one.estimates
    assert "job_size: 13\n" not in kept.file.read_text()
    assert dict(the(kept, "leaks").pins) == {}


def test_a_status_that_would_not_stay_is_refused_with_what_holds_it(house: House) -> None:
    one, other = the(house, "leaks"), the(house, "split")
    assert set_(house, one.id, ("blocked_by", other.id)).item.status is Status.REFINED
    with pytest.raises(UsageError, match=f"cannot stay READY: it is blocked by {other.id}"):
        set_(house, one.id, ("status", "READY"))
    with pytest.raises(UsageError, match="cannot stay NEW: "):
        set_(house, other.id, ("status", "NEW"))
    dismiss(house, other.id)
    assert the(house, "leaks").status is Status.READY


def test_what_is_so_already_records_nothing(kept: House) -> None:
    one = the(kept, "leaks")
    set_(kept, one.id, ("job_size", "2"))
    head, data = kept.entries()[-1], kept.file.read_bytes()
    assert set_(kept, one.id, ("job_size", "2")).events == ()
    assert (kept.entries()[-1], kept.file.read_bytes()) == (head, data)


# Other programs and other branches


def test_a_file_that_changes_meanwhile_is_read_again_and_the_deed_is_done_once(
    kept: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = the(kept, "split")
    edited = with_value(kept.file.read_text(), other.id, "job_size", "13")
    monkeypatch.setattr(human_file, "bytes_of", editing(kept, edited, at_look=2))
    noted = add(kept, ("title", "Call the customer"))
    opened = [e for e in kept.entries() if e.event.kind is EventKind.ITEM_OPENED]
    assert [e.event.item for e in opened].count(noted.item.id) == 1
    assert noted.events
    text = kept.file.read_text()
    assert noted.item.id in text
    assert "job_size: 13\n" in text
    assert dict(the(kept, "split").pins) == {"job_size": "13"}


def editing(house: House, text: str, *, at_look: int) -> Callable[..., bytes | None]:
    """``human_file.bytes_of``, with a person who saves the file just before one of the looks at it."""
    real, looks = human_file.bytes_of, iter(range(1, 100))

    def bytes_of(repository: object) -> bytes | None:
        if next(looks) == at_look:
            house.file.write_text(text)
        return real(repository)  # type: ignore[arg-type]

    return bytes_of


def test_a_ledger_that_another_process_wrote_meanwhile_is_folded_again(house: House) -> None:
    one = the(house, "leaks")
    calls: list[int] = []

    def decide(hand: deeds.Hand) -> deeds.Deed:
        calls.append(1)
        if len(calls) == 1:
            set_(house, one.id, ("job_size", "13"))
        return deeds.change(hand, one.id, [("title", "Mine")])

    noted = act(house, decide, lock=lambda key: nullcontext())
    assert len(calls) == 2
    assert dict(noted.item.pins) == {"job_size": "13", "title": "Mine"}


def test_a_file_that_never_rests_is_busy_and_the_deed_is_in_the_ledger(
    kept: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, looks = human_file.bytes_of, iter(range(100))

    def bytes_of(repository: object) -> bytes | None:
        kept.file.write_text(f"{EMPTY_FILE}# {next(looks)}\n")
        return real(repository)  # type: ignore[arg-type]

    monkeypatch.setattr(human_file, "bytes_of", bytes_of)
    with pytest.raises(StateBusy, match="kept changing"):
        add(kept, ("title", "Call the customer"))


def test_on_another_branch_new_work_is_noted_and_the_file_there_is_left(kept: House) -> None:
    kept.repository.git("add", "backlog.yml")
    kept.repository.commit("keep the backlog")
    kept.run()
    one, before = the(kept, "leaks"), kept.file.read_bytes()
    kept.repository.git("switch", "-q", "-c", "feature")
    noted = add(kept, ("title", "Call the customer"))
    assert (noted.file, noted.branch) == (FileState.LEFT, "main")
    assert kept.file.read_bytes() == before
    for refused in (lambda: set_(kept, one.id, ("job_size", "1")), lambda: dismiss(kept, one.id)):
        with pytest.raises(UsageError, match=r"this is branch feature, .* Next: switch to main"):
            refused()
    kept.file.unlink()
    with pytest.raises(UsageError, match="switch to main"):
        dismiss(kept, one.id)
    kept.repository.git("checkout", "-q", "--", "backlog.yml")
    kept.repository.git("switch", "-q", "main")
    kept.run()
    assert noted.item.id in kept.file.read_text()


def test_on_another_branch_of_a_repository_without_a_file_everything_goes(house: House) -> None:
    one = the(house, "leaks")
    house.repository.git("switch", "-q", "-c", "feature")
    assert dismiss(house, one.id).item.status is Status.DISMISSED
    house.repository.git("switch", "-q", "main")
    assert the(house, "leaks").status is Status.DISMISSED


def test_a_repository_that_was_never_looked_at_is_refused(
    backlog_home: Path, repository: GitRepository
) -> None:
    repository.write("a.py", "x = 1\n")
    repository.commit("start")
    with pytest.raises(StateError, match=r"has not been looked at yet.*Next: run `backlog run --repo"):
        add(House(backlog_home, repository), ("title", "Call"))


def test_noting_something_needs_no_table_library() -> None:
    code = (
        "import sys; from backlog_pipeline.cli import by_hand; from backlog_pipeline.cli.commands import add;"
        "sys.exit(bool({'pandas', 'dagster', 'github', 'alembic', 'jsonschema'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_restricted_files_hold_new_work_as_they_hold_found_work(house: House) -> None:
    house.repository.write(".automation-scope.yaml", "restricted_paths: ['src/**']\n")
    house.repository.commit("restrict")
    house.run()
    noted = add(house, ("title", "Call"), ("acceptance_criteria", "x"), ("files", "src/parse.py"))
    assert noted.item.status is Status.REFINED


def test_a_file_of_another_tool_gets_new_work_in_its_own_form(house: House) -> None:
    house.file.write_text("backlog:\n  - id: A-1\n    title: Theirs\n    effort: 3\n    value: 8  # Ana\n")
    noted = add(house, ("title", "Call the customer"), ("job_size", "2"))
    text = house.file.read_text()
    assert [p.message[:31] for p in noted.problems] == ["3 open items are not in the fil"]  # found ones
    assert f"id: {noted.item.id}" in text.partition("backlog:")[2]
    assert "value: 8  # Ana" in text
    assert "effort: 2" in text
    set_(house, "A-1", ("job_size", "5"))
    assert "effort: 5" in house.file.read_text()
    house.run()
    text = house.file.read_text()
    assert house.run().backlog.events_written == 0
    assert house.file.read_text() == text
