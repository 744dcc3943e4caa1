"""What a run does to the backlog: open, change, resolve with proof, bring back, or leave alone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from backlog_pipeline.merge import lifecycle
from backlog_pipeline.merge.lifecycle import Cause, Move
from backlog_pipeline.merge.merge import changes_of
from backlog_pipeline.merge.state import apply
from backlog_pipeline.model import codec
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.finding import Birth, Finding, Role, Severity, Work
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import ItemType, RiskTier, Status
from backlog_pipeline.model.scan import ScanStatus, Unread
from backlog_pipeline_tests.merge.world import BORN, World, notes

NOTE = ["a = 1", "# TODO write this part in a better way", "b = 2"]
RECORDS = {EventKind.SCAN_RECORDED, EventKind.REVISION_RECORDED}


def world(files: dict[str, list[str]]) -> World:
    made = World()
    made.commit(files)
    made.run()
    return made


def checks(count: int, folder: str = "lib") -> dict[str, list[str]]:
    return {f"{folder}/m{n}.py": [f"n = {n}", f"assert n == {n}", "end()"] for n in range(count)}


def tell(w: World, findings: Sequence[Finding], **more: object) -> tuple[Event, ...]:
    """A run in which ``notes`` says just this."""
    w.commit()
    scan = w.scan("notes")
    return w.run(replace(scan, findings=tuple(findings), certificate=replace(scan.certificate, **more)))


def moves(events: Sequence[Event]) -> list[Event]:
    return [e for e in events if e.kind is EventKind.STATUS_MOVED]


def dismiss(w: World, item: Item, until: date | None = None) -> None:
    wanted = Move(Status.DISMISSED, Cause.PERSON, "accepted risk", actor="person", until=until)
    w.state = apply(w.state, [lifecycle.made(item, wanted, repository="repo", at=w.now)])


def test_the_first_run_records_branch_scans_revision_and_items() -> None:
    w = World()
    w.commit({"a.py": NOTE})
    events = w.run()
    assert [e.kind for e in events] == [
        EventKind.ITEM_OPENED,
        EventKind.BRANCH_TRACKED,
        EventKind.SCAN_RECORDED,
        EventKind.SCAN_RECORDED,
        EventKind.REVISION_RECORDED,
    ]
    assert (w.state.tracked_branch, w.state.revision) == ("main", w.repository().revision)
    assert set(w.state.certificates) == {"notes", "asserts"}


def test_a_new_item_is_what_its_finding_says() -> None:
    item = world({"a.py": NOTE}).only()
    assert item.title == "Do: write this part in a better way"
    assert (item.status, item.source, item.label, item.rule) == (Status.NEW, "notes", "", "TODO")
    assert (item.birth, item.created_at) == (BORN, date(2025, 6, 1))
    assert item.evidence == ("commit:c0ffee", "rule:TODO")
    assert str(item.places[0]) == "a.py:2"


def test_it_happened_when_the_work_was_born_and_not_when_we_looked() -> None:
    w = World()
    w.commit({"a.py": NOTE})
    opened = w.run()[0]
    assert opened.happened_at == datetime(2025, 6, 1, tzinfo=UTC)


def test_work_without_known_birth_is_at_least_as_old_as_the_commit() -> None:
    w = World()
    tell(w, [replace(f, birth=None) for f in notes({"a.py": NOTE})])
    assert w.only().birth == Birth(date(2026, 1, 2), is_at_least=True)
    tell(w, [replace(f, birth=Birth(date(2024, 1, 1), "feed")) for f in notes({"a.py": NOTE})])
    assert w.only().birth == Birth(date(2024, 1, 1), "feed")
    tell(w, [replace(f, birth=Birth(date(2026, 1, 3), "beef")) for f in notes({"a.py": NOTE})])
    assert w.only().birth == Birth(date(2024, 1, 1), "feed")


def test_the_same_scans_twice_are_no_event() -> None:
    w = world({"a.py": NOTE, **checks(3)})
    assert w.run() == ()
    w.day += 3
    assert w.run() == ()


def test_a_new_commit_without_new_findings_is_recorded_and_nothing_else() -> None:
    w = world({"a.py": NOTE})
    w.commit()
    assert {e.kind for e in w.run()} == RECORDS
    assert w.state.revision == w.repository().revision


def test_what_is_proven_gone_is_done_with_who_when_and_where() -> None:
    w = world({"a.py": NOTE, "b.py": ["x"]})
    item = w.only()
    w.commit({"b.py": ["x"]})
    (move,) = moves(w.run())
    done = w.state.items[item.id]
    assert (done.status, done.closed_by) == (Status.DONE, w.repository().revision)
    assert move.happened_at == w.now - timedelta(hours=1)
    assert move.evidence["absent_from"] == ["a.py"]
    assert move.evidence["certificate"]["status"] == "complete"
    assert "no longer in a.py" in str(move.data["reason"])
    assert done.places == item.places


def test_what_goes_away_while_the_commit_stays_was_closed_by_no_commit() -> None:
    w = world({"a.py": NOTE})
    w.day += 2
    scan = w.scan("notes")
    (move,) = moves(w.run(replace(scan, findings=())))
    assert (move.happened_at, w.items(Status.DONE).popitem()[1].closed_by) == (w.now, "")


def test_a_proof_by_another_version_of_the_source_says_so() -> None:
    w = world({"a.py": NOTE})
    (move,) = moves(tell(w, [], source_version="2"))
    assert move.evidence["has_new_tool"] is True
    assert "another version" in str(move.data["reason"])


@pytest.mark.parametrize("status", [ScanStatus.FAILED, ScanStatus.UNAVAILABLE, ScanStatus.SKIPPED])
def test_a_source_that_could_not_look_closes_nothing(status: ScanStatus) -> None:
    w = world({"a.py": NOTE, **checks(2)})
    before = w.open_items
    w.commit({})
    events = w.run(w.scan("notes", status), w.scan("asserts", status))
    assert {e.kind for e in events} == RECORDS
    assert w.open_items == before


def test_a_source_that_did_not_run_closes_nothing() -> None:
    w = world({"a.py": NOTE, **checks(2)})
    w.commit({})
    w.run(w.scan("asserts"))
    assert w.only().source == "notes"


def test_a_partial_scan_closes_only_what_it_covered() -> None:
    w = world({"a.py": NOTE, "z/b.py": [*NOTE[::-1], "# TODO say hello to the person"]})
    w.commit({})
    w.run(w.scan("notes", ScanStatus.PARTIAL, unread=["z/"]))
    assert {i.files for i in w.open_items.values()} == {("z/b.py",)}
    assert not any(i.is_observed for i in w.open_items.values())
    w.commit()
    assert w.run(w.scan("notes", ScanStatus.PARTIAL, unread=["z/"]))[0].kind is EventKind.SCAN_RECORDED
    w.commit({"z/b.py": ["# TODO say hello to the person"]})
    w.run()
    assert w.only().is_observed


def test_a_renamed_file_that_was_not_read_under_its_new_name_closes_nothing() -> None:
    w = world({"a.py": NOTE})
    item = w.only()
    w.commit()
    w.rename("a.py", "b.py")
    w.run(w.scan("notes", ScanStatus.PARTIAL, unread=["b.py"]))
    assert (w.only().id, w.only().files, w.only().is_observed) == (item.id, ("b.py",), False)
    w.commit()
    w.run()
    assert (w.only().id, w.only().is_observed) == (item.id, True)


def test_a_rename_while_the_source_was_down_loses_nothing() -> None:
    w = world({"a.py": ["# TODO fix", "x"]})
    item = w.only()
    w.commit()
    w.rename("a.py", "b.py")
    w.run(w.scan("notes", ScanStatus.FAILED))
    w.commit()
    w.run()
    assert (w.only().id, w.only().files) == (item.id, ("b.py",))


def test_shared_work_shows_progress_and_is_done_when_no_place_is_left() -> None:
    w = world(checks(12))
    item = w.only()
    assert (len(item.places), item.label) == (12, "asserts lib")
    w.commit(checks(7))
    assert not moves(w.run())
    assert (len(w.only().places), w.only().most_places, w.only().id) == (7, 12, item.id)
    w.commit({"lib/m0.py": ["pass"]})
    assert len(moves(w.run())) == 1
    assert w.state.items[item.id].status is Status.DONE


def test_new_places_join_the_open_item_of_their_label() -> None:
    w = world(checks(2))
    item = w.only()
    w.commit(checks(5))
    w.run()
    assert (w.only().id, len(w.only().places)) == (item.id, 5)


def test_shared_work_of_a_renamed_folder_keeps_its_id_and_takes_the_new_label() -> None:
    w = world(checks(4))
    item = w.only()
    w.commit()
    for path in list(w.files):
        w.rename(path, path.replace("lib/", "src/core/"))
    w.files |= checks(1, "src/core2") | {"src/core/new.py": ["assert fresh"]}
    w.run()
    by_label = {i.label: i for i in w.open_items.values()}
    assert by_label["asserts src/core"].id == item.id
    assert by_label["asserts src/core"].title == "Asserts in src/core"
    assert len(by_label["asserts src/core"].places) == 5
    assert len(by_label["asserts src/core2"].places) == 1


def test_work_that_splits_keeps_its_id_where_most_of_it_is() -> None:
    w = world(checks(5))
    item = w.only()
    w.commit()
    for n in range(5):
        w.rename(f"lib/m{n}.py", f"{'big' if n < 3 else 'small'}/m{n}.py")
    w.files |= {"small/new.py": ["assert fresh"]}
    w.run()
    by_label = {i.label: i for i in w.open_items.values()}
    assert by_label["asserts big"].id == item.id
    assert len(by_label["asserts big"].places) == 5
    assert by_label["asserts small"].files == ("small/new.py",)


def test_what_is_below_the_bar_is_no_item_but_keeps_the_one_that_exists() -> None:
    w = World()
    low = [replace(f, is_below_bar=True) for f in notes({"a.py": NOTE})]
    tell(w, low)
    assert w.items() == {}
    tell(w, notes({"a.py": NOTE}))
    tell(w, low)
    assert w.only().is_observed
    tell(w, [])
    tell(w, low)
    assert w.open_items == {}


def test_what_a_person_dismissed_stays_dismissed_wherever_it_moves() -> None:
    w = world({"a.py": NOTE})
    dismiss(w, w.only())
    w.commit({"a.py": ["", "", *NOTE]})
    w.run()
    w.commit({"b.py": ["", "", *NOTE]})
    w.run()
    (item,) = w.items().values()
    assert (item.status, item.files) == (Status.DISMISSED, ("b.py",))


def test_a_dismissal_does_not_swallow_the_same_words_written_anew_elsewhere() -> None:
    w = world({"a.py": NOTE})
    old = w.only()
    dismiss(w, old)
    w.commit({})
    w.run()
    assert not w.state.items[old.id].is_observed
    w.commit({"z.py": NOTE})
    w.run()
    assert w.only().id == f"{old.id}-2"
    w.commit({"z.py": NOTE, "a.py": NOTE})
    w.run()
    assert w.state.items[old.id].is_observed
    assert w.state.items[old.id].status is Status.DISMISSED


def test_new_places_of_dismissed_shared_work_are_work() -> None:
    w = world(checks(3))
    old = w.only()
    dismiss(w, old)
    w.commit(checks(4))
    w.run()
    assert w.only().files == ("lib/m3.py",)
    assert len(w.state.items[old.id].places) == 3


def test_a_dismissal_ends_the_day_after_its_last() -> None:
    w = world({"a.py": NOTE})
    item = w.only()
    dismiss(w, item, until=w.now.date())
    assert w.run() == ()
    w.day += 1
    (move,) = w.run()
    assert (move.data["cause"], w.only().status) == ("expired", Status.NEW)
    assert move.happened_at == datetime(2026, 1, 3, tzinfo=UTC)
    assert w.run() == ()


def test_a_dismissal_that_ended_after_the_work_went_away_is_done_at_once() -> None:
    w = world({"a.py": NOTE})
    dismiss(w, w.only(), until=w.now.date())
    w.commit({})
    assert [m.data["cause"] for m in moves(w.run())] == ["expired", "resolved"]
    assert w.run() == ()


def test_an_item_follows_what_its_source_says_of_it_but_for_what_a_person_pinned() -> None:
    w = World()
    (note,) = notes({"a.py": NOTE})
    tell(w, [note])
    pin = Event(
        "repo", EventKind.FIELD_PINNED, w.now, w.only().id, "person", {"field": "title", "value": "Mine"}
    )
    w.state = apply(w.state, [pin])
    work = Work(ItemType.BUG_FIX, "Another title")
    tell(w, [replace(note, work=work, severity=Severity.HIGH, role=Role.TESTS, facts={"owner": "ana"})])
    item = w.only()
    assert (item.title, item.item_type) == ("Mine", ItemType.BUG_FIX)
    assert (item.severity, item.risk_tier, item.role) == (Severity.HIGH, RiskTier.HIGH, "tests")
    assert item.fact("owner") == "ana"


def test_an_item_in_anyones_hands_is_done_when_its_cause_is_gone() -> None:
    w = world({"a.py": NOTE})
    blocked = Move(Status.BLOCKED, Cause.PERSON, "ask ana", actor="person")
    w.state = apply(w.state, [lifecycle.made(w.only(), blocked, repository="repo", at=w.now)])
    w.commit({})
    w.run()
    assert len(w.items(Status.DONE)) == 1


def test_what_a_person_wrote_is_not_the_scanners_business() -> None:
    w = World()
    birth = Birth(date(2026, 1, 1))
    item = Item("mine", "Ship", ItemType.ENHANCEMENT, Status.NEW, RiskTier.LOW, birth, "person")
    opened = Event("repo", EventKind.ITEM_OPENED, w.now, "mine", "person", {"item": codec.encode(item)})
    w.state = apply(w.state, [opened])
    w.commit({"a.py": NOTE})
    w.run()
    w.commit({})
    w.run()
    assert w.state.items["mine"] == item


def test_changes_name_what_a_run_did() -> None:
    w = world({"a.py": NOTE, **checks(3)})
    note = next(i for i in w.open_items.values() if i.source == "notes")
    shared = next(i for i in w.open_items.values() if i.source == "asserts")
    w.commit({**checks(2), "lib/m0.py": ["top", *checks(1)["lib/m0.py"]], "n.py": ["# TODO new"]})
    changes = changes_of(w.run(), w.shown)
    (new,) = changes.opened
    assert (changes.resolved, changes.moved, changes.changed) == ((note.id,), (shared.id,), (shared.id,))
    w.commit({"a.py": NOTE})
    changes = changes_of(w.run(), w.shown)
    assert changes.revived == (note.id,)
    assert set(changes.resolved) == {new, shared.id}


def test_changes_name_what_another_item_stands_for_and_call_half_a_group_not_resolved() -> None:
    w = World({"a.py": ["weak(x)"]}, revision=1)
    changes = changes_of(w.look("frail", "brittle"), w.shown)
    (gone,) = [i for i in w.shown.values() if i.merged_into]
    assert (changes.merged, len(changes.opened)) == ((gone.id,), 2)
    w.commit({"a.py": ["y"]})
    assert changes_of(w.look(gone.source), w.shown).resolved == ()
    other = w.state.items[gone.merged_into].source
    assert changes_of(w.look(other), w.shown).resolved == (gone.merged_into,)


@pytest.mark.parametrize(
    ("unlooked", "expected"), [("asserts lib", Status.NEW), ("asserts other", Status.DONE)]
)
def test_what_was_not_looked_at_for_one_label_proves_the_others_gone(unlooked: str, expected: Status) -> None:
    w = world(checks(1))
    (item,) = w.open_items
    w.commit({"lib/m0.py": ["n = 0"]})
    scan = w.scan("asserts")
    unread = (Unread("", "no exact version", labels=(unlooked,)),)
    w.run(replace(scan, certificate=replace(scan.certificate, unread=unread)))
    assert w.state.items[item].status is expected
