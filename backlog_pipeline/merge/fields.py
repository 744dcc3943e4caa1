"""An item's fields by the names that ``backlog.yml`` gives them, as text and back."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from backlog_pipeline.model.item import COMPONENTS, Estimate, Item
from backlog_pipeline.model.kinds import ItemType, RiskTier

PINNABLE = (
    "title",
    "description",
    "type",
    "risk_tier",
    "created_at",
    *COMPONENTS,
    "acceptance_criteria",
    "links",
    "blocked_by",
)
"""Fields whose value a person may set and keep. A status is moved, not pinned."""

WRITTEN = (
    *PINNABLE, "status", "files", "evidence", "blocked_reason", "completed_at", "source", "merged_into",
    "different_from",
)  # fmt: skip
"""Fields of which every value that we ever wrote is remembered."""

_SCALE = (1, 2, 3, 5, 8, 13)
_ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "item_type": ("type",),
    "birth": ("created_at",),
    "places": ("files",),
    "estimates": COMPONENTS,
}


def field_text(item: Item, name: str) -> str:
    """The value of one field of ``WRITTEN`` as text: numbers as short as they go, lists as JSON.

    "" where there is none.
    """
    if name in COMPONENTS:
        estimate = getattr(item.estimates, name)
        return "" if estimate is None else f"{estimate.value:g}"
    if name == "type":
        return item.item_type.value
    if name == "created_at":
        return item.created_at.isoformat()
    value = getattr(item, name)
    if isinstance(value, tuple):
        return list_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def list_text(values: tuple[str, ...]) -> str:
    """Some texts as one text: JSON, and "" for none."""
    return json.dumps(list(values), ensure_ascii=False) if values else ""


def fields_of(attribute: str) -> tuple[str, ...]:
    """Which fields of ``WRITTEN`` an attribute of ``Item`` shows in."""
    names = _ATTRIBUTES.get(attribute, (attribute,))
    return tuple(n for n in names if n in WRITTEN)


def with_value(item: Item, name: str, text: str) -> Item:
    """The item with one field of ``PINNABLE`` set to what ``text`` says.

    Raises:
        ValueError: the field cannot be pinned, or the text is no value of it; says which and why.
    """
    if name in COMPONENTS:
        estimate = _pinned(name, text)
        return replace(item, estimates=replace(item.estimates, **{name: estimate}))
    if name not in _PARSERS:
        raise ValueError(f"{name} cannot be set by hand")
    attribute, parse = _PARSERS[name]
    try:
        value = parse(item, text)
        return replace(item, **{attribute: value})
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


def without_value(item: Item, name: str) -> Item:
    """The item after a person gave the field back: an estimate is to be made anew, others stay
    as they are until a scan or the scorer says otherwise.
    """
    if name in COMPONENTS:
        return replace(item, estimates=replace(item.estimates, **{name: None}))
    return item


def _pinned(name: str, text: str) -> Estimate:
    try:
        value = float(text)
    except ValueError as error:
        raise ValueError(f"{name}: {text!r} is no number") from error
    is_enough = value > 0 if name == "job_size" else value >= 0
    if not is_enough or value == float("inf"):
        raise ValueError(f"{name}: {text} is not {'above 0' if name == 'job_size' else '0 or more'}")
    return Estimate(value, ("set by hand",), is_pinned=True, is_off_scale=value not in _SCALE)


def _texts(_: Item, text: str) -> tuple[str, ...]:
    values = json.loads(text) if text else []
    if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
        raise ValueError(f"{text!r} is no list of texts")
    return tuple(values)


_PARSERS: Mapping[str, tuple[str, Callable[[Item, str], Any]]] = {
    "title": ("title", lambda _, text: text),
    "description": ("description", lambda _, text: text),
    "type": ("item_type", lambda _, text: ItemType(text)),
    "risk_tier": ("risk_tier", lambda _, text: RiskTier(text)),
    "created_at": ("birth", lambda item, text: replace(item.birth, on=date.fromisoformat(text))),
    "acceptance_criteria": ("acceptance_criteria", _texts),
    "links": ("links", _texts),
    "blocked_by": ("blocked_by", _texts),
}
