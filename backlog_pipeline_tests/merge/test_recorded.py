"""What the ledger says of one item's life: in words, with the commits at which its places were seen."""

from datetime import UTC, datetime

from backlog_pipeline.merge.recorded import Recorded, recorded, stood_at
from backlog_pipeline.model import codec
from backlog_pipeline.model.event import Entry, Event, EventKind
from backlog_pipeline.model.finding import Birth
from backlog_pipeline.model.item import Item, Place
from backlog_pipeline.model.kinds import ItemType, RiskTier, Status

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)


def place(path: str, line: int, text: str = "split") -> Place:
    return Place("code_comments", "TODO", text, path, line)


def entry(kind: EventKind, data: dict[str, object], revision: str = "", actor: str = "run") -> Entry:
    evidence = {"revision": revision} if revision else {"command": "set"}
    event = Event("shop", kind, AT, "bl-1", actor, data, evidence)
    return Entry(7, AT, "", "", event)


def opened(*places: Place, revision: str = "c1") -> Entry:
    item = Item(
        "bl-1", "Split", ItemType.TECHNICAL_DEBT, Status.NEW, RiskTier.LOW, Birth(AT.date()), "code_comments",
        places=places,
    )  # fmt: skip
    return entry(EventKind.ITEM_OPENED, {"item": codec.encode(item)}, revision)


def moved(was: Place, now: Place, by: str) -> dict[str, object]:
    return {"was": codec.encode(was), "now": codec.encode(now), "pass": by}


def said(*rows: Entry) -> list[str]:
    return [row.what for row in recorded(rows)]


def test_an_opening_says_where_and_at_which_commit() -> None:
    (row,) = recorded([opened(place("a.py", 3))])
    assert row == Recorded(7, AT, AT, "run", "item_opened", "opened: Split, in a.py:3", "c1", "bl-1")


def test_a_move_says_both_places_and_its_pass() -> None:
    moves = [moved(place("a.py", 3), place("b.py", 9), "text moved")]
    assert said(entry(EventKind.PLACES_CHANGED, {"moved": moves}, "c2")) == [
        "a.py:3 is now b.py:9 (text moved)"
    ]


def test_other_words_in_the_same_line_are_a_rewording() -> None:
    moves = [moved(place("a.py", 3), place("a.py", 3, "split it"), "text edited")]
    assert said(entry(EventKind.PLACES_CHANGED, {"moved": moves}, "c2")) == [
        "reworded in a.py:3 (text edited)"
    ]


def test_many_places_are_counted_and_few_are_named() -> None:
    places = [place(f"f{n}.py", 1) for n in range(5)]
    moves = [moved(one, place(one.path, 2), "line moved") for one in places]
    data = {"moved": moves, "added": codec.encode(tuple(places)), "removed": codec.encode(tuple(places[:1]))}
    assert said(entry(EventKind.PLACES_CHANGED, data, "c2")) == [
        "5 places moved (line moved); also seen in f0.py:1, f1.py:1, f2.py:1 and 2 more; gone in f0.py:1"
    ]


def test_what_a_person_did_has_no_commit_and_estimates_are_left_out() -> None:
    decided = {"from": "READY", "to": "DISMISSED", "cause": "person", "reason": "it is short"}
    rows = recorded(
        [
            entry(EventKind.ITEM_ESTIMATED, {"job_size": {"value": 2}}, "c1"),
            entry(EventKind.STATUS_MOVED, decided, actor="person"),
        ]
    )
    assert [(row.actor, row.what, row.commit) for row in rows] == [
        ("person", "READY to DISMISSED: it is short", "")
    ]


def test_every_place_is_known_with_the_last_commit_at_which_it_stood_there() -> None:
    first, second, third = place("a.py", 3), place("b.py", 9), place("c.py", 1)
    rows = [
        opened(first, revision="c1"),
        entry(EventKind.PLACES_CHANGED, {"moved": [moved(first, second, "text moved")]}, "c2"),
        entry(EventKind.PLACES_CHANGED, {"added": codec.encode((third,)), "removed": []}, "c3"),
        entry(EventKind.PLACES_CHANGED, {"moved": [moved(second, first, "text moved")]}, "c4"),
    ]
    assert stood_at(rows) == {first: "c4", second: "c2", third: "c3"}
