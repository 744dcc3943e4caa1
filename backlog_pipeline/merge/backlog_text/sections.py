"""The top-level keys of our form, and which section an item belongs in."""

from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import Status, Tier

BLOCKED = "blocked_items"
COMPLETED = "completed_items"
LOWEST = "low_priority"
BY_TIER = {
    Tier.CRITICAL: "critical_items",
    Tier.HIGH: "high_priority",
    Tier.MEDIUM: "medium_priority",
    Tier.LOW: LOWEST,
}
SECTIONS = (*BY_TIER.values(), BLOCKED, COMPLETED)
"""The keys that hold items, in the order of the file."""

TOP_KEYS = ("metadata", *SECTIONS, "metrics")


def section_of(item: Item, base: float | None) -> str:
    """Where an item stands: by status, else by its un-aged score; "" while it has no score."""
    return section_for(item.status, base)


def section_for(status: Status, base: float | None) -> str:
    """Where an item of that status and un-aged score stands; "" for an open one without a score."""
    if status.is_terminal:
        return COMPLETED
    if status is Status.BLOCKED:
        return BLOCKED
    return "" if base is None else BY_TIER[Tier.of(base)]
