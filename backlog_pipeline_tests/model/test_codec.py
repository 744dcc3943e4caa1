"""Values become JSON and come back equal; what does not fit says which field is off."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest

from backlog_pipeline.model import codec
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.finding import Anchor, Birth, Severity
from backlog_pipeline.model.item import Estimate, Estimates, Item, Place
from backlog_pipeline.model.kinds import ItemType, RiskTier, Status

ITEM = Item(
    id="bl-1",
    title="x \udcff é",
    item_type=ItemType.BUG_FIX,
    status=Status.BLOCKED,
    risk_tier=RiskTier.HIGH,
    birth=Birth(date(2026, 1, 2), is_at_least=True),
    source="notes",
    places=(Place("notes", "TODO", "x", "a.py", 3, Anchor("a", "", "b"), ("k",), Severity.HIGH),),
    estimates=Estimates(job_size=Estimate(3.0, ("because",))),
    facts=(("owner", "ana"),),
    blocked_from=Status.DOING,
    dismissed_until=date(2026, 5, 1),
)


@dataclass(frozen=True, slots=True)
class Row:
    pair: tuple[str, int] = ("", 0)
    maybe: int | None = 5
    flag: bool = True
    names: tuple[str, ...] = field(default_factory=tuple)


def test_values_come_back_equal() -> None:
    event = Event("r", EventKind.ITEM_OPENED, datetime(2026, 1, 1, tzinfo=UTC), data={"a": [1, None]})
    for value in (ITEM, event, Row(("a", 2), None, False, ("x",))):
        assert codec.loads(type(value), codec.dumps(value)) == value


def test_fields_at_their_default_are_left_out() -> None:
    assert codec.encode(Row()) == {}
    assert codec.encode(Row(maybe=None)) == {"maybe": None}


def test_a_whole_number_is_a_fraction_but_no_truth() -> None:
    assert codec.decode(Estimate, {"value": 3}) == Estimate(3.0)
    with pytest.raises(ValueError, match="expected float, got bool"):
        codec.decode(Estimate, {"value": True})
    with pytest.raises(ValueError, match="expected int, got bool"):
        codec.decode(Row, {"maybe": True})


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            {"places": [{"source": "n", "rule": "r", "text": 3}]},
            r"^Item\.places\[0\]\.text: expected str, got int",
        ),
        ({"status": "GONE"}, r"^Item\.status: 'GONE' is not a valid Status"),
        ({"birth": {"on": "soon"}}, r"^Item\.birth\.on: Invalid isoformat"),
        ({"facts": [["a"]]}, r"^Item\.facts\[0\]: expected 2 values, got 1"),
        ({"facts": [["a", 1]]}, r"^Item\.facts\[0\]\[1\]: expected str"),
        ({"colour": 1}, r"^Item: unknown field 'colour'"),
        ({"keys": "abc"}, r"^Item\.keys: expected list, got str"),
        ({"id": "x"}, r"^Item: .*missing 6 required"),
    ],
)
def test_what_does_not_fit_is_named(data: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        codec.decode(Item, data)


def test_some_fields_are_read_alone() -> None:
    assert codec.decode_fields(Item, {"status": "DONE", "blocked_from": None}) == {
        "status": Status.DONE,
        "blocked_from": None,
    }
    with pytest.raises(ValueError, match=r"Item\.status"):
        codec.decode_fields(Item, {"status": "GONE"})
    with pytest.raises(ValueError, match="unknown field"):
        codec.decode_fields(Item, {"colour": "red"})
