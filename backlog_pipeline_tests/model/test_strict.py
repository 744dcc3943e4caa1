"""The quick way of reading takes exactly what the strict one takes, and gives the same values."""

import copy
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from backlog_pipeline.model import codec, strict
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.item import Item
from backlog_pipeline_tests.model.test_codec import ITEM

EVENT = Event("r", EventKind.STATUS_MOVED, datetime(2026, 1, 1, tzinfo=UTC), "bl-1", data={"to": "DONE"})
VALUES: tuple[tuple[type, Any], ...] = ((Item, codec.encode(ITEM)), (Event, codec.encode(EVENT)))
SPOILT = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=3),
    st.sampled_from(["DONE", "2026-01-02", "2026-01-02T03:04:05+00:00", "LOW", "item_opened"]),
    st.lists(st.text(max_size=2), max_size=2),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=1),
)  # fmt: skip


def outcome(read: Callable[[], object]) -> object:
    """The value, with the types of what is equal across types, or what is said of the data."""
    try:
        return repr(read())
    except (ValueError, strict.MisfitError) as error:
        return str(error)


def spots(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in JSON data."""
    rows = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(spot for key, value in rows for spot in spots(value, (*path, key)))]


def spoil(data: Any, spot: tuple[Any, ...], value: Any) -> Any:
    if not spot:
        return value
    data = copy.deepcopy(data)
    inner = data
    for key in spot[:-1]:
        inner = inner[key]
    inner[spot[-1]] = value
    return data


@given(st.data(), st.sampled_from(VALUES), SPOILT)
def test_whatever_is_spoilt_both_ways_say_the_same(draw: st.DataObject, value: Any, spoilt: Any) -> None:
    kind, data = value
    spot = draw.draw(st.sampled_from(spots(data)))
    changed = spoil(data, spot, spoilt)

    def strictly() -> object:
        try:
            return strict.reader(kind)(changed)
        except strict.MisfitError as error:
            raise ValueError(f"{kind.__name__}{error.path}: {error.reason}") from error

    assert outcome(lambda: codec.decode(kind, changed)) == outcome(strictly)
