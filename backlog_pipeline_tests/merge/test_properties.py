"""What no history of commits, failures, partial scans, branches and dismissals may break."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from hypothesis import example, given, settings

from backlog_pipeline.merge import lifecycle
from backlog_pipeline.merge.lifecycle import Cause, Move
from backlog_pipeline.merge.merge import reconcile
from backlog_pipeline.merge.state import LedgerState, apply
from backlog_pipeline.model import codec
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.scan import Scan, ScanStatus
from backlog_pipeline_tests.merge.world import SOURCES, World
from backlog_pipeline_tests.strategies import Dismiss, Edit, Insert, RenameFile, Run, Step, histories

FIRST = {
    "a.py": ["# TODO fix", "x = 1", "assert x"],
    "lib/c.py": ["# TODO handle the empty case too", "call(x)", "# TODO fix", "assert x"],
}


def scans_of(world: World, run: Run) -> tuple[Scan, ...]:
    return tuple(
        world.scan(source, status, run.unread if status is ScanStatus.PARTIAL else ())
        for source in SOURCES
        for status in [run.statuses.get(source, ScanStatus.COMPLETE)]
    )


def take(world: World, step: Step) -> None:
    """Everything but a run."""
    match step:
        case Edit(path, lines):
            world.files.pop(path, None)
            world.files |= {path: list(lines)} if lines else {}
            world.commit()
        case Insert(count):
            world.files = {p: ["# more"] * count + lines for p, lines in world.files.items()}
            world.commit()
        case RenameFile(old, new):
            if old in world.files and new not in world.files:
                world.rename(old, new)
                world.commit()
        case Dismiss(which, days):
            dismiss(world, which, days)


def dismiss(world: World, which: int, days: int | None) -> None:
    items = sorted(world.open_items)
    if items:
        until = None if days is None else (world.now + timedelta(days=days)).date()
        item = world.open_items[items[which % len(items)]]
        wanted = Move(Status.DISMISSED, Cause.PERSON, "accepted", actor="person", until=until)
        world.state = apply(world.state, [lifecycle.made(item, wanted, repository="repo", at=world.now)])


def drop_false_renames(world: World) -> None:
    """Git calls it a rename only while the new file exists and the old one does not."""
    world.renames = {o: n for o, n in world.renames.items() if n in world.files and o not in world.files}


def runs_of(steps: Sequence[Step]) -> list[tuple[World, tuple[Scan, ...], LedgerState, tuple[Event, ...]]]:
    """Play a history; of each run that recorded: the scans, the state before, and the events."""
    world, seen = World(files={path: list(lines) for path, lines in FIRST.items()}, revision=1), []
    for step in [Run(), *steps, Run()]:
        if not isinstance(step, Run):
            take(world, step)
            continue
        drop_false_renames(world)
        scans, before = scans_of(world, step), world.state
        events = reconcile(before, world.repository(), scans, now=world.now)
        if step.is_preview:
            continue
        check_again(world, before, scans, events)
        world.run(*scans)
        seen.append((world, scans, before, events))
        check_run(world, scans, before, events)
    return seen


def check_again(
    world: World, before: LedgerState, scans: tuple[Scan, ...], events: tuple[Event, ...]
) -> None:
    repository = world.repository()
    assert reconcile(before, repository, scans[::-1], now=world.now) == events, "order of scans"
    after = apply(before, events)
    assert reconcile(after, repository, scans, now=world.now) == (), "the same scans twice"
    told = [codec.decode(Event, json.loads(json.dumps(codec.encode(e)))) for e in events]
    assert apply(before, told) == after, "events survive being written down"


def check_run(world: World, scans: tuple[Scan, ...], before: LedgerState, events: tuple[Event, ...]) -> None:
    after = world.state
    assert set(before.items) <= set(after.items), "an item was lost"
    dismissed = {i for i, item in before.items.items() if item.status is Status.DISMISSED}
    looked = {s.source: s for s in scans if s.certificate.status.has_looked}
    for event in events:
        if event.kind is EventKind.STATUS_MOVED and event.data["to"] == "DONE":
            item = before.items[event.item]
            certificate = looked[item.source].certificate
            assert event.evidence["certificate"]["looked_at"] == certificate.looked_at.isoformat()
            assert all(certificate.proves_absence(p.path) for p in item.places), "closed without proof"
        if event.item in dismissed and event.kind is EventKind.STATUS_MOVED:
            assert event.data["cause"] == "expired", "a dismissal was undone by a scan"
            dismissed.remove(event.item)
    for source, scan in looked.items():
        check_source(after, source, scan)


def check_source(after: LedgerState, source: str, scan: Scan) -> None:
    """Every finding is one place of one item that is not closed; no place is held twice."""
    held = Counter(
        (p.path, p.line)
        for i in after.items.values()
        if i.source == source and i.status is not Status.DONE
        for p in i.places
        if not (i.status is Status.DISMISSED or scan.certificate.status is ScanStatus.PARTIAL)
    )
    dismissed = {
        (p.path, p.line)
        for i in after.items.values()
        if i.status is Status.DISMISSED and i.source == source
        for p in i.places
    }
    found = Counter((f.path, f.line) for f in scan.findings)
    if scan.certificate.status is ScanStatus.COMPLETE:
        assert set(found) - dismissed <= set(held), "a finding has no item"
        assert set(held) <= set(found), "an open place was not found"
        assert all(count == 1 for count in held.values()), "a place has two items"


PARTIAL = {"notes": ScanStatus.PARTIAL, "asserts": ScanStatus.PARTIAL}


@settings(max_examples=400, deadline=None)
@given(histories)
@example([Edit("lib/c.py", ()), RenameFile("a.py", "lib/c.py")])
@example([Edit("lib/c.py", ("",)), RenameFile("lib/c.py", "b.py"), Run(PARTIAL, ("lib/c.py",))])
def test_no_history_loses_closes_without_proof_or_duplicates(steps: list[Step]) -> None:
    runs_of(steps)


@settings(max_examples=60, deadline=None)
@given(histories)
def test_a_source_that_could_not_look_closes_nothing(steps: list[Step]) -> None:
    world, *_ = runs_of(steps)[-1]
    for status in (ScanStatus.FAILED, ScanStatus.UNAVAILABLE, ScanStatus.SKIPPED):
        world.commit({})
        before = {i: item.status for i, item in world.items().items()}
        world.run(*(world.scan(source, status) for source in SOURCES))
        moved = {i for i, item in world.items().items() if before[i] is not item.status}
        assert all(before[i] is Status.DISMISSED for i in moved)


@settings(max_examples=60, deadline=None)
@given(histories)
def test_advancing_twice_is_advancing_once(steps: list[Step]) -> None:
    world, *_ = runs_of(steps)[-1]
    state = world.state
    for restricted in ({}, dict.fromkeys(state.items, "not here"), {}):
        moves = lifecycle.advance(state, repository="repo", restricted=restricted, now=world.now)
        state = apply(state, moves)
        assert lifecycle.advance(state, repository="repo", restricted=restricted, now=world.now) == ()
