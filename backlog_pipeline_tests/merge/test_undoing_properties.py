"""Whatever a person decides about whatever state: an undo leads back, and a scan has nothing to add."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from backlog_pipeline.errors import UsageError
from backlog_pipeline.merge.by_hand import deeds, joining, linking, undoing
from backlog_pipeline.merge.by_hand.deeds import Deed, Hand
from backlog_pipeline.merge.state import fold
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import Status
from backlog_pipeline_tests.merge.desk import Desk

FILES = {"a.py": ["weak(x)", "weak(x2)"], "b.py": ["weak(y)"], "lib/c.py": ["weak(x3)"]}
VALUES = [
    ("title", "Mine"), ("job_size", "2"), ("risk_tier", "LOW"), ("links", "ticket:#1"), ("status", "DOING"),
    ("status", "NEW"), ("status", "BLOCKED"), ("status", "DONE"), ("files", "d.py"), ("description", "so"),
    ("acceptance_criteria", "done"), ("created_at", "2024-05-05"), ("type", "bug_fix"), ("status", "READY"),
    ("status", "DONE"), ("status", "DOING"),
]  # fmt: skip


@dataclass(frozen=True)
class Decision:
    """What a person types: a command, the items it is about (by number), and a value."""

    command: str
    one: int
    other: int
    value: int

    def decide(self, hand: Hand) -> Deed:
        ids = list(hand.state.items)
        one, other = ids[self.one % len(ids)], ids[self.other % len(ids)]
        name, value = VALUES[self.value % len(VALUES)]
        todo: dict[str, Callable[[], Deed]] = {
            "add": lambda: deeds.add(hand, [("title", f"Call {self.value}"), ("files", "a.py")]),
            "set": lambda: deeds.change(
                hand, one, [(name, value)], reason="so it is" if name == "status" else ""
            ),
            "dismiss": lambda: deeds.dismiss(hand, one, reason="no"),
            "release": lambda: deeds.release(hand, one),
            "merge": lambda: joining.merge(hand, [one], other),
            "split": lambda: joining.split(hand, one, is_all=bool(self.value % 2)),
            "link": lambda: linking.link(hand, one, linking.TYPES[self.value % 3], other),
            "undo": lambda: undoing.undo(hand, one if self.value % 2 else ""),
        }
        return todo[self.command]()


COMMANDS = ["add", *["set"] * 5, "dismiss", "release", "merge", "merge", "split", "link", "undo"]
DECISIONS = st.lists(
    st.builds(Decision, st.sampled_from(COMMANDS), st.integers(0, 5), st.integers(0, 5), st.integers(0, 15)),
    min_size=1,
    max_size=9,
)


def started() -> Desk:
    """Found work, some of it joined by a rule, and work that a person wrote, who had set some of it."""
    desk = Desk.with_files(FILES)
    own = [("title", "Call the bank"), ("files", "a.py"), ("job_size", "3")]
    desk.do("add", lambda hand: deeds.add(hand, own))
    desk.told = [(at, replace(event, actor="run")) for at, event in desk.told]  # not to be taken back here
    return desk


def plain(item: Item) -> Item:
    """Without the most places that it ever had, which are a record and never go down."""
    return replace(item, most_places=0)


def seen(desk: Desk) -> dict[str, Item]:
    return {id_: plain(item) for id_, item in desk.shown.items()}


def do(desk: Desk, decision: Decision) -> Deed | None:
    """What was done, ``None`` where it was refused or there was nothing to do."""
    try:
        deed = desk.do(decision.command, decision.decide)
    except UsageError:
        return None
    return deed if deed.events else None


def undo(desk: Desk, number: int) -> None:
    desk.do("undo", lambda hand: undoing.undo(hand, number=number))


@settings(max_examples=100, deadline=None)
@given(DECISIONS)
def test_an_undo_leads_back_to_what_was_seen_before_and_a_redo_to_what_was_seen_after(
    decisions: list[Decision],
) -> None:
    desk = started()
    for decision in decisions:
        before = seen(desk)
        deed = do(desk, decision)
        if deed is None:
            continue
        after, number = seen(desk), desk.entries[-1].number
        undo(desk, number)
        undone, undo_number = seen(desk), desk.entries[-1].number
        new = undone.keys() - before.keys()
        assert {id_: item for id_, item in undone.items() if id_ not in new} == before
        assert all(undone[id_].status is Status.DISMISSED for id_ in new)
        assert desk.look() == ()
        undo(desk, undo_number)
        assert seen(desk) == after
        found = desk.look()  # a release leaves all but the estimates to the next scan, which is this one
        assert found == () or decision.command == "release"


@settings(max_examples=60, deadline=None)
@given(DECISIONS)
def test_taking_all_back_one_by_one_leads_to_where_it_began(decisions: list[Decision]) -> None:
    desk = started()
    before = seen(desk)
    for decision in decisions:
        do(desk, decision)
    while True:
        try:
            desk.do("undo", undoing.undo)
        except UsageError:
            break
    after = seen(desk)
    assert {id_: item for id_, item in after.items() if id_ in before} == before
    assert {item.status for id_, item in after.items() if id_ not in before} <= {Status.DISMISSED}
    assert fold(event for _, event in desk.told).items == desk.state.items
    assert desk.look() == ()
