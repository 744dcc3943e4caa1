"""What no history of commits, failures, partial scans, branches and dismissals may break."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

from hypothesis import example, given, settings

from backlog_pipeline.merge import kept, lifecycle
from backlog_pipeline.merge.lifecycle import Cause, Move
from backlog_pipeline.merge.match import Pass
from backlog_pipeline.merge.merge import reconcile
from backlog_pipeline.merge.state import LedgerState, apply, fold
from backlog_pipeline.model import codec
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.scan import Scan, ScanStatus
from backlog_pipeline_tests.merge.world import ALL_SOURCES, World
from backlog_pipeline_tests.strategies import (
    Dismiss,
    Edit,
    Insert,
    Look,
    MoveBlock,
    RenameFile,
    Restart,
    Reword,
    Run,
    Step,
    histories,
)

FIRST = {
    "a.py": ["# TODO fix", "x = 1", "assert x"],
    "lib/c.py": ["# TODO handle the empty case too", "call(x)", "# TODO fix", "assert x"],
}


def scans_of(world: World, run: Run) -> tuple[Scan, ...]:
    return tuple(
        world.scan(source, status, run.unread if status is ScanStatus.PARTIAL else ())
        for source in ALL_SOURCES
        for status in [run.statuses.get(source, ScanStatus.COMPLETE)]
    )


def take(world: World, step: Step) -> None:
    """Everything but a run."""
    match step:
        case Reword(which, more):
            reword(world, which, more)
        case Look(path, lines):
            look_at_another_branch(world, path, lines)
        case Restart(is_kept):
            restart(world, is_kept=is_kept)
        case Dismiss(which, days):
            dismiss(world, which, days)
        case _:
            change(world, step)


def change(world: World, step: Step) -> None:
    """What somebody does to the files, as a commit."""
    match step:
        case Edit(path, lines):
            world.files.pop(path, None)
            world.files |= {path: list(lines)} if lines else {}
        case Insert(count):
            world.files = {p: ["# more"] * count + lines for p, lines in world.files.items()}
        case RenameFile(old, new) if old in world.files and new not in world.files:
            world.rename(old, new)
        case MoveBlock(old, first, count, new, to) if block := world.files.get(old, [])[
            first : first + count
        ]:
            del world.files[old][first : first + count]
            world.files.setdefault(new, [])[to:to] = block
        case _:
            return
    world.commit()


def reword(world: World, which: int, more: str) -> None:
    marked = [(p, n) for p, lines in world.files.items() for n, s in enumerate(lines) if "# TODO " in s]
    if marked:
        path, n = marked[which % len(marked)]
        world.files[path][n] += more
        world.commit()


def look_at_another_branch(world: World, path: str, lines: Sequence[str]) -> None:
    """A preview: it decides as a run does, and nothing of it is recorded."""
    files = {p: list(s) for p, s in world.files.items()} | {path: list(lines)}
    other = World(files, world.state, world.day, world.revision + 1_000, {}, list(world.told))
    held = codec.dumps(list(world.state.items.values()))
    reconcile(other.state, other.repository(), scans_of(other, Run()), now=other.now)
    assert codec.dumps(list(world.state.items.values())) == held, "a preview changed the ledger's state"


def restart(world: World, *, is_kept: bool) -> None:
    """What another process makes of the ledger is what this one knew."""
    before = world.state
    if is_kept:
        world.state, _ = kept.from_text(list(kept.to_text(before).lines()))
    else:
        world.state = fold(codec.decode(Event, json.loads(json.dumps(codec.encode(e)))) for e in world.told)
    assert world.state.items == before.items, "a restart changed an item"
    assert list(kept.to_text(world.state).lines()) == list(kept.to_text(before).lines())


def dismiss(world: World, which: int, days: int | None) -> None:
    items = sorted(world.open_items)
    if items:
        until = None if days is None else (world.now + timedelta(days=days)).date()
        item = world.open_items[items[which % len(items)]]
        wanted = Move(Status.DISMISSED, Cause.PERSON, "accepted", actor="person", until=until)
        world.record(lifecycle.made(item, wanted, repository="repo", at=world.now))


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
        scans, before, renames = scans_of(world, step), world.state, dict(world.renames)
        events = reconcile(before, world.repository(), scans, now=world.now)
        if step.is_preview:
            continue
        check_again(world, before, scans, events)
        world.run(*scans)
        seen.append((world, scans, before, events))
        check_run(world, scans, before, events, renames)
    return seen


def check_again(
    world: World, before: LedgerState, scans: tuple[Scan, ...], events: tuple[Event, ...]
) -> None:
    repository = world.repository()
    assert reconcile(before, repository, scans[::-1], now=world.now) == events, "order of scans"
    mixed = tuple(replace(s, findings=s.findings[::-1]) for s in (*scans[1:], scans[0]))
    assert reconcile(before, repository, mixed, now=world.now) == events, "order of findings"
    after = apply(before, events)
    assert reconcile(after, repository, scans, now=world.now) == (), "the same scans twice"
    told = [codec.decode(Event, json.loads(json.dumps(codec.encode(e)))) for e in events]
    assert apply(before, told) == after, "events survive being written down"


def check_run(
    world: World,
    scans: tuple[Scan, ...],
    before: LedgerState,
    events: tuple[Event, ...],
    renames: Mapping[str, str],
) -> None:
    after = world.state
    assert set(before.items) <= set(after.items), "an item was lost"
    dismissed = {i for i, item in before.items.items() if item.status is Status.DISMISSED}
    looked = {s.source: s for s in scans if s.certificate.status.has_looked}
    for event in events:
        if event.kind is EventKind.STATUS_MOVED and event.data["to"] == "DONE":
            item = before.items[event.item]
            assert item.source in looked, "closed by a source that could not look"
            certificate = looked[item.source].certificate
            assert event.evidence["certificate"]["looked_at"] == certificate.looked_at.isoformat()
            places = {p.path for p in item.places} | {renames.get(p.path, p.path) for p in item.places}
            assert all(was_read(looked[item.source], path) for path in places), "closed without proof"
        if event.item in dismissed and event.kind is EventKind.STATUS_MOVED:
            assert event.data["cause"] == "expired", "a dismissal was undone by a scan"
            dismissed.remove(event.item)
        if event.kind is EventKind.PLACES_CHANGED and "moved" in event.data:
            assert all(Pass(m["pass"]) for m in event.data["moved"]), "a move without its pass"
    assert_nothing_else_closed(before, after, events)
    for i in dismissed:
        assert len(after.items[i].places) >= len(before.items[i].places), "a decision lost its place"
    for i, item in before.items.items():
        assert item.source in looked or item.is_observed == after.items[i].is_observed, "not looked, not seen"
    for source, scan in looked.items():
        check_source(world, source, scan)
        check_unread(before, after, scan, renames)


def check_unread(before: LedgerState, after: LedgerState, scan: Scan, renames: Mapping[str, str]) -> None:
    """Work in a file that was not read stays there: what looks like it elsewhere is not it for sure."""
    for item in before.items.values():
        stays = [(p.path, p.text) for p in after.items[item.id].places]
        for place in item.places if item.source == scan.source and item.status is not Status.DONE else ():
            now = renames.get(place.path, place.path)
            if not was_read(scan, place.path) and not was_read(scan, now) and not place.keys:
                assert {(place.path, place.text), (now, place.text)} & set(stays), (
                    "left a file that nobody read"
                )


def assert_nothing_else_closed(before: LedgerState, after: LedgerState, events: Sequence[Event]) -> None:
    told = {e.item for e in events if e.kind is EventKind.STATUS_MOVED}
    changed = {i for i, item in before.items.items() if after.items[i].status is not item.status}
    assert changed <= told, "a status changed without an event"


def was_read(scan: Scan, path: str) -> bool:
    """By what the test itself left unread, not by what the merge makes of it."""
    gaps = [u.path for u in scan.certificate.unread]
    return not any(path == gap or (gap.endswith("/") and path.startswith(gap)) for gap in gaps)


def check_source(world: World, source: str, scan: Scan) -> None:
    """In all that was read, whatever truly stands there is one place of one item, and nothing else is."""
    mine = [i for i in world.state.items.values() if i.source == source and i.status is not Status.DONE]
    held = Counter((p.path, p.line) for i in mine if i.is_open for p in i.places if was_read(scan, p.path))
    dismissed = {(p.path, p.line) for i in mine if not i.is_open for p in i.places}
    truth = {(f.path, f.line) for f in ALL_SOURCES[source](world.files) if was_read(scan, f.path)}
    assert truth - dismissed <= set(held), "a finding has no item"
    assert set(held) <= truth, "an open place is not there"
    assert all(count == 1 for count in held.values()), "a place has two items"


PARTIAL = {"notes": ScanStatus.PARTIAL, "asserts": ScanStatus.PARTIAL, "pins": ScanStatus.PARTIAL}


@settings(max_examples=250, deadline=None)
@given(histories)
@example([Edit("lib/c.py", ()), RenameFile("a.py", "lib/c.py")])
@example([Edit("lib/c.py", ("",)), RenameFile("lib/c.py", "b.py"), Run(PARTIAL, ("lib/c.py",))])
@example([Edit("lib/d.py", ("assert x",)), Run(), Edit("lib/c.py", ()), Run(PARTIAL, ("lib/d.py",))])
@example(
    [
        Edit("a.py", ("pin: jinja2 CVE-1 GHSA-1",)),
        Run(),
        Edit("b.py", ("pin: jinja2 GHSA-1",)),
        Edit("a.py", ()),
    ]
)
@example([Edit("b.py", ("# TODO handle the empty case too",)), Run(PARTIAL, ("lib/c.py",))])
@example([Dismiss(0, None), Run(), Edit("a.py", ()), Run(), Restart(is_kept=True)])
@example([Edit("a.py", ()), Run(), Edit("a.py", ("# TODO fix", "# TODO fix")), Run()])
def test_no_history_loses_closes_without_proof_or_duplicates(steps: list[Step]) -> None:
    recorded = sum(isinstance(step, Run) and not step.is_preview for step in steps)
    assert len(runs_of(steps)) == recorded + 2  # each of them was held to it, with one before and one after


@settings(max_examples=60, deadline=None)
@given(histories)
def test_a_source_that_could_not_look_closes_nothing(steps: list[Step]) -> None:
    world, *_ = runs_of(steps)[-1]
    for status in (ScanStatus.FAILED, ScanStatus.UNAVAILABLE, ScanStatus.SKIPPED):
        world.commit({})
        before = {i: item.status for i, item in world.items().items()}
        world.run(*(world.scan(source, status) for source in ALL_SOURCES))
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


def last_seen(item: Item) -> Item:
    """An item as people see it: where done work stood last may be told by its file's old name or new one."""
    return replace(item, places=()) if item.status is Status.DONE else item


@settings(max_examples=50, deadline=None)
@given(histories)
def test_sources_that_run_one_after_the_other_give_the_same_backlog_in_any_order(steps: list[Step]) -> None:
    world, *_ = runs_of([s for s in steps if not isinstance(s, Dismiss)])[-1]
    ways = []
    for order in permutations(ALL_SOURCES):
        one = World(world.files, world.state, world.day + 1, world.revision + 1, {"a.py": "n.py"})
        one.files = {("n.py" if p == "a.py" else p): ["top", *lines[:-1]] for p, lines in world.files.items()}
        for source in order:
            one.run(one.scan(source))
        ways.append({i: last_seen(item) for i, item in one.state.items.items()})
    assert all(way == ways[0] for way in ways)
