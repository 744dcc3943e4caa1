"""Open the state for commands that only read: neither Dagster nor pandas is imported, nothing is written."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from backlog_pipeline import plugins
from backlog_pipeline.assembly import repositories
from backlog_pipeline.assembly.folds import folds_of
from backlog_pipeline.errors import StateError
from backlog_pipeline.merge.shown import as_shown
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.link import Assertion
from backlog_pipeline.model.plan import Plan
from backlog_pipeline.model.repository import RegisteredRepository
from backlog_pipeline.model.scan import Scan
from backlog_pipeline.settings import Settings
from backlog_pipeline.store.ledger import Ledger
from backlog_pipeline.store.registry import Registry
from backlog_pipeline.store.values import ValueStore
from backlog_pipeline.system import collector

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ReadBacklog:
    """What is known of a repository: items by id, the last plan (``None`` before the first), and links."""

    repository: RegisteredRepository
    items: tuple[Item, ...]
    plan: Plan | None
    links: tuple[Assertion, ...] = ()


def read_backlog(settings: Settings, path: Path) -> ReadBacklog:
    """The state of the repository whose work tree is at ``path``.

    Raises:
        StateError: no run has looked at this repository yet, or its state cannot be read.
    """
    found = find_backlog(settings, path)
    if found is None:
        raise not_looked_at(path)
    return found


def find_backlog(settings: Settings, path: Path) -> ReadBacklog | None:
    """Like ``read_backlog``, but ``None`` where no run has looked at this repository yet."""
    ledger = Ledger.open(settings.ledger_url, is_read_only=True)
    try:
        known = Registry.of(ledger).find(repositories.entry_for(settings, path).key)
        if known is None:
            return None
        state = folds_of(settings).at_head(ledger, known.key).state
    finally:
        ledger.close()
    items = tuple(sorted(as_shown(state).items.values(), key=lambda item: item.id))
    return ReadBacklog(known, items, last_plan(settings, known.key), state.links)


def not_looked_at(path: Path) -> StateError:
    """Nobody has looked at this repository yet."""
    return StateError(f"{path} has not been looked at yet", next_step=f"run `backlog run --repo {path}`")


def last_plan(settings: Settings, key: str) -> Plan | None:
    """What the last run planned; ``None`` before the first."""
    return _value(settings, "execution_plan", key, Plan)


def last_scans(settings: Settings, key: str) -> tuple[Scan, ...]:
    """What each source saw in the last run, sources without a scan left out."""
    names = [plugin.name for plugin in plugins.sources(settings.plugin_files)]
    found = [_value(settings, f"findings/{name}", key, Scan) for name in names]
    return tuple(scan for scan in found if scan is not None)


def _value(settings: Settings, asset: str, key: str, kind: type[T]) -> T | None:
    store = ValueStore(settings.storage)
    with collector.paused():
        return store.get(asset, key, kind) if store.has(asset, key) else None
