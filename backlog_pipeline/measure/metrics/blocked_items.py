"""What stands in the way: items that wait for somebody, and sources that could not look.

## What it tells

Where a person's move is needed before anything else can go on.

## Definition

One entry for each BLOCKED item: `kind` (`item`), `id`, `title`, `reason`, and `since`, the day on which it
was blocked. One entry for each source whose last recorded scan failed or could not run: `kind`
(`source`), `id` (its name), `title`, `reason`, and `since`, the day of that scan. Items come first; each
kind is sorted by `id`. `n` is the number of entries; `coverage` as in `backlog_size_by_status`.

## Window

The state at the end of the day.

## What it is not

It is no list of all risks. A source that is switched off is a decision and not listed; one that read
almost everything is not listed either, its certificate has what it left out. Items that wait for another
open item stand in REFINED, with the reason in the plan.
"""

from collections.abc import Sequence

from backlog_pipeline.measure.answer import items_of, told, untold
from backlog_pipeline.measure.flow import stays_of
from backlog_pipeline.measure.interface import Known
from backlog_pipeline.measure.looked import share_of_sources, sources_that_failed
from backlog_pipeline.measure.window import day_of
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.metric import Measurement


class BlockedItems:
    """Blocked items and blind sources."""

    name = "blocked_items"
    version = 1
    unit = "risks"

    def measure(self, known: Known) -> Measurement:
        """A list of ``{kind, id, title, reason, since}``."""
        items = items_of(known)
        if isinstance(items, str):
            return untold(self, items)
        blocked = [item for item in items if item.status is Status.BLOCKED]
        entries = [*_of_items(blocked, known), *_of_sources(known)]
        return told(
            self,
            entries,
            n=len(entries),
            coverage=share_of_sources(known.day),
            evidence=[entry["id"] for entry in entries],
        )


def _of_items(blocked: Sequence[Item], known: Known) -> list[dict[str, str]]:
    ids = {item.id for item in blocked}
    stays = stays_of(known.transitions, ids.__contains__)
    since = {item: str(day_of(found[-1].since, known.zone)) for item, found in stays}
    return [
        {
            "kind": "item",
            "id": item.id,
            "title": item.title,
            "reason": item.blocked_reason,
            "since": since.get(item.id, ""),
        }
        for item in blocked
    ]


def _of_sources(known: Known) -> list[dict[str, str]]:
    return [
        {
            "kind": "source",
            "id": failed.source,
            "title": f"{failed.source} could not look",
            "reason": failed.reason or failed.status.value,
            "since": str(day_of(failed.looked_at, known.zone)),
        }
        for failed in sources_that_failed(known.day.certificates)
    ]
