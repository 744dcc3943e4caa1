"""Whether every item that was ever opened is accounted for.

## What it tells

That no item was lost and none appeared from nowhere: the check on all other numbers about items.

## Definition

The backlog is counted twice, by two ways that share nothing but the ledger: the moves (every opening,
and the last move of each item by the end of the day) and the items as they stand. The value is the
number of items about which the two disagree: opened and not standing anywhere, standing and never
opened, or standing elsewhere than where the last move led. 0 means that

    opened = open + done + blocked + dismissed + merged away

holds, item by item (`blocked` items are open too and are counted apart here; merged away are those that
another item stands for, whatever their own status). `n` is the number of items
opened; `evidence` has the terms of the equation, and the first ids that break it.

## Window

The state at the end of the day, over all items since the ledger began.

## What it is not

It does not prove that the sources found everything, only that nothing that was found got lost.
"""

from collections import Counter
from collections.abc import Mapping

from backlog_pipeline.measure.answer import items_of, told, untold
from backlog_pipeline.measure.interface import Known
from backlog_pipeline.model.item import MERGED
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.metric import Measurement

_NAMED = 5
_APART = {
    Status.DONE.value: "done",
    Status.BLOCKED.value: "blocked",
    Status.DISMISSED.value: "dismissed",
    MERGED: "merged away",
}


class Conservation:
    """Items out of balance; must be 0."""

    name = "conservation"
    version = 2
    unit = "items"

    def measure(self, known: Known) -> Measurement:
        """A number that must be 0."""
        items = items_of(known)
        if isinstance(items, str):
            return untold(self, items)
        opened = {move.item for move in known.transitions if move.came_from is None}
        led_to = {move.item: move.standing for move in known.transitions}
        standing = {item.id: item.standing for item in items}
        lost = sorted(id_ for id_ in opened | set(standing) if _is_lost(id_, opened, led_to, standing))
        evidence = [f"opened: {len(opened)}", *_terms(standing), *lost[:_NAMED]]
        return told(self, len(lost), n=len(opened), coverage=1.0, evidence=evidence)


def _is_lost(id_: str, opened: set[str], led_to: Mapping[str, str], standing: Mapping[str, str]) -> bool:
    return id_ not in opened or standing.get(id_) != led_to[id_]


def _terms(standing: Mapping[str, str]) -> list[str]:
    counts = Counter(standing.values())
    still_open = counts.total() - sum(counts[word] for word in _APART)
    return [f"open: {still_open}", *(f"{name}: {counts[word]}" for word, name in _APART.items())]
