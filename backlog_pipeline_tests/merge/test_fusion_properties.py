"""What no history of scans, failures, merges and splits may break of items that are shown as one."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from backlog_pipeline.merge import joins, kept
from backlog_pipeline.merge.links import event_of
from backlog_pipeline.merge.merge import reconcile
from backlog_pipeline.merge.state import LedgerState, apply, fold
from backlog_pipeline.model import codec
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.link import PERSON, Assertion, LinkType
from backlog_pipeline.model.scan import ScanStatus
from backlog_pipeline_tests.merge.world import TWINS, World


@dataclass(frozen=True)
class Commit:
    """Other lines in a file; none removes it."""

    path: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Scan:
    """The twins look, each with a status."""

    statuses: tuple[ScanStatus, ScanStatus]


@dataclass(frozen=True)
class Say:
    """A person links two items, or takes back a link that holds."""

    kind: LinkType
    one: int
    other: int
    is_over: bool = False


Step = Commit | Scan | Say
LINES = st.sampled_from(["weak(x)", "weak(x2)", "weak(y)", "other"])
STATUSES = st.sampled_from([ScanStatus.COMPLETE, ScanStatus.COMPLETE, ScanStatus.FAILED])
STEPS: st.SearchStrategy[Step] = st.one_of(
    st.builds(Commit, st.sampled_from(["a.py", "b.py", "lib/c.py"]), st.lists(LINES, max_size=3).map(tuple)),
    st.builds(Scan, st.tuples(STATUSES, STATUSES)),
    st.builds(Say, st.sampled_from(LinkType), st.integers(0, 9), st.integers(0, 9), st.booleans()),
)


def play(steps: Sequence[Step]) -> World:
    world = World({"a.py": ["weak(x)"], "lib/c.py": ["weak(x2)", "weak(y)"]}, revision=1)
    for step in (Scan((ScanStatus.COMPLETE, ScanStatus.COMPLETE)), *steps):
        match step:
            case Commit(path, lines):
                world.files.pop(path, None)
                world.commit({**world.files, **({path: lines} if lines else {})})
            case Scan(statuses):
                look(world, statuses)
            case Say():
                say(world, step)
        check(world)
    return world


def look(world: World, statuses: Sequence[ScanStatus]) -> None:
    before = world.state
    scans = [world.scan(name, status) for name, status in zip(TWINS, statuses, strict=True)]
    found = world.run(*scans)
    said = joins.events(before, world.state, repository="repo", now=world.now)
    middle = world.state
    world.record(*said)
    swapped = reconcile(before, world.repository(), scans[::-1], now=world.now)
    assert swapped == found, "order of scans"
    assert joins.events(before, middle, repository="repo", now=world.now) == said
    assert reconcile(world.state, world.repository(), scans, now=world.now) == (), "the same scans twice"
    assert joins.events(world.state, world.state, repository="repo", now=world.now) == (), "linked twice"


def say(world: World, step: Say) -> None:
    ids = list(world.state.items)
    if step.is_over:
        mine = [a for a in world.state.links if a.is_by_person]
        if mine:
            gone = mine[step.one % len(mine)]
            world.say(gone.type, gone.subject, gone.target, is_over=True)
    elif ids and ids[step.one % len(ids)] != ids[step.other % len(ids)]:
        one, other = ids[step.one % len(ids)], ids[step.other % len(ids)]
        if Assertion(step.kind, one, other, PERSON) not in world.state.links:
            world.say(step.kind, one, other)


def check(world: World) -> None:
    state, seen = world.state, world.shown
    assert list(seen) == list(state.items), "an item appeared or vanished, or the order changed"
    for id_, item in seen.items():
        own = state.items[id_]
        if item.merged_into:
            leader = seen[item.merged_into]
            assert id_ in leader.merged
            assert not leader.merged_into, "a leader is itself merged"
            assert not item.is_open, "work is counted twice"
        elif item.merged:
            check_group(state, id_, item.merged, item.status)
        else:
            assert replace(item, different_from=()) == own, (
                "an item that is alone is not what the ledger says"
            )
    for link in state.links:
        if link.type is LinkType.DIFFERENT:
            one, other = (seen[end].merged_into or end for end in (link.subject, link.target))
            assert one != other, "one group holds two that are different"


def check_group(state: LedgerState, leader: str, merged: Sequence[str], status: Status) -> None:
    members = [state.items[id_] for id_ in (leader, *merged)]
    assert (status is Status.DONE) == all(m.status is Status.DONE for m in members), "done without all"
    led_to = {leader}
    for _ in members:
        led_to |= {end for a in state.links if a.type is LinkType.SAME and a.pair & led_to for end in a.pair}
    assert set(merged) <= led_to, "joined without a link"


@settings(max_examples=200, deadline=None)
@given(st.lists(STEPS, max_size=12))
def test_no_history_loses_or_doubles_work_that_is_shown_as_one(steps: list[Step]) -> None:
    """After every step ``check`` asks more; here what holds at the end, told without it."""
    world = play(steps)
    opened = [e.item for e in world.told if e.kind is EventKind.ITEM_OPENED]
    stand = [i for i in world.shown.values() if not i.merged_into]
    assert sorted(opened) == sorted(id_ for item in stand for id_ in (item.id, *item.merged))


@settings(max_examples=100, deadline=None)
@given(st.lists(STEPS, max_size=12), st.integers(0, 9), st.integers(0, 9))
def test_a_link_that_is_withdrawn_leaves_no_trace_in_what_is_shown(
    steps: list[Step], one: int, other: int
) -> None:
    world = play(steps)
    ids = list(world.state.items)
    said = Assertion(LinkType.SAME, ids[one % len(ids)], ids[other % len(ids)], PERSON)
    if said.subject == said.target or said in world.state.links:
        return
    before = world.state
    both = [
        event_of(kind, said, before.items, repository="repo", at=world.now)
        for kind in (EventKind.LINK_ASSERTED, EventKind.LINK_WITHDRAWN)
    ]
    after = apply(before, both)
    assert after.links == before.links
    assert after.items == before.items
    world.state = after
    check(world)


@settings(max_examples=100, deadline=None)
@given(st.lists(STEPS, max_size=12))
def test_another_process_makes_the_same_of_the_ledger(steps: list[Step]) -> None:
    world = play(steps)
    told = [codec.decode(Event, json.loads(json.dumps(codec.encode(e)))) for e in world.told]
    at_once, one_by_one = fold(told), LedgerState()
    for event in told:
        one_by_one = apply(one_by_one, [event])
    again, _ = kept.from_text(list(kept.to_text(world.state).lines()))
    texts = {tuple(kept.to_text(s).lines()) for s in (world.state, at_once, one_by_one, again)}
    assert len(texts) == 1
    assert again.links == at_once.links == world.state.links
