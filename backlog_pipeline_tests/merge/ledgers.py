"""Ledgers for tests: entries made of events, and of histories that a ``World`` played."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from backlog_pipeline.merge import lifecycle
from backlog_pipeline.merge.lifecycle import Cause, Move
from backlog_pipeline.merge.state import apply
from backlog_pipeline.model.event import Entry, Event
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.store.chain import Line, event_text
from backlog_pipeline_tests.merge.test_properties import drop_false_renames, scans_of, take
from backlog_pipeline_tests.merge.world import World
from backlog_pipeline_tests.strategies import Dismiss, Run, Step


def entries_of(told: Iterable[tuple[datetime, Event]]) -> tuple[Entry, ...]:
    """A chain of events, each with the moment at which it was learned."""
    rows = enumerate(told, 1)
    return tuple(Entry(n, learned_at, f"d{n - 1}", f"d{n}", event) for n, (learned_at, event) in rows)


def lines_of(entries: Iterable[Entry]) -> tuple[Line, ...]:
    """The entries as the ledger keeps them."""
    return tuple(
        Line(e.number, e.learned_at.isoformat(), e.previous, e.digest, event_text(e.event)) for e in entries
    )


def played(files: dict[str, list[str]], steps: Sequence[Step]) -> list[tuple[datetime, Event]]:
    """Every event of a history, with the moment of its run; what was claimed is done at the next run."""
    world, told = World(files=files, revision=1), []
    for step in [Run(), *steps, Run()]:
        if isinstance(step, Run) and not step.is_preview:
            drop_false_renames(world)
            told += [(world.now, e) for e in world.run(*scans_of(world, step))]
            told += [(world.now, e) for e in _claim(world)]
        elif isinstance(step, Dismiss):
            told += [(world.now, e) for e in _dismiss(world, step)]
        elif not isinstance(step, Run):
            take(world, step)
    return told


def _claim(world: World) -> list[Event]:
    """A person takes the first item that nobody has."""
    free = [item for _, item in sorted(world.items(Status.NEW, Status.READY).items())]
    return _person(world, free[0], Move(Status.DOING, Cause.PERSON, actor="person")) if free else []


def _dismiss(world: World, step: Dismiss) -> list[Event]:
    items = [item for _, item in sorted(world.open_items.items())]
    if not items:
        return []
    until = None if step.days is None else (world.now + timedelta(days=step.days)).date()
    wanted = Move(Status.DISMISSED, Cause.PERSON, "accepted", actor="person", until=until)
    return _person(world, items[step.which % len(items)], wanted)


def _person(world: World, item: Item, wanted: Move) -> list[Event]:
    event = lifecycle.made(item, wanted, repository="repo", at=world.now)
    world.state = apply(world.state, [event])
    world.told.append(event)
    return [event]
