"""Fields that a person set, and fields that a person gave back."""

from collections.abc import Iterator

from backlog_pipeline.merge.backlog_file import FileItem
from backlog_pipeline.merge.backlog_text.keys import KEYS
from backlog_pipeline.merge.backlog_text.values import are_same
from backlog_pipeline.merge.backlog_text.wanted import wanted_values
from backlog_pipeline.merge.by_hand.occasion import Occasion, value_text
from backlog_pipeline.merge.fields import PINNABLE
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.item import Item


def field_events(occasion: Occasion, edited: FileItem, item: Item) -> Iterator[Event]:
    """A pin for each field whose value is the person's, a release for each pinned key that is gone."""
    pinned = dict(item.pins)
    current = wanted_values(item, None)
    for name in PINNABLE:
        have = edited.values.get(name)
        if have is None:
            if name in pinned:
                yield occasion.event(EventKind.FIELD_RELEASED, edited, {"field": name})
        elif not are_same(KEYS[name], have, current.get(name)) and not occasion.was_ours(item.id, name, have):
            data = {"field": name, "value": value_text(have)}
            yield occasion.event(EventKind.FIELD_PINNED, edited, data)
