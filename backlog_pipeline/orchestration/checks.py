"""Checks on the assets, each over every repository: they fail while anything is wrong anywhere.

Dagster shows the latest result of a check, whichever repository that was for; a check of one
repository would turn green when the next one passes. So each result remembers what is wrong with
its own repository and tells what is wrong with all of them.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date

import dagster as dg
import pandas as pd

from backlog_pipeline.model.backlog import Backlog
from backlog_pipeline.model.event import EventKind
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.metric import Snapshot
from backlog_pipeline.model.scan import Certificate, ScanStatus
from backlog_pipeline.pipeline import Parts
from backlog_pipeline.store.ledger import read_entry

SOURCES_CAN_LOOK = dg.AssetCheckSpec(
    "sources_can_look",
    asset="backlog",
    description="No source failed or was unavailable in the latest scan of any repository.",
)
ITEMS_ARE_CONSERVED = dg.AssetCheckSpec(
    "items_are_conserved",
    asset="backlog",
    description="Items ever opened = open + blocked + done + dismissed + merged away; none vanishes.",
)
SCORES_ADD_UP = dg.AssetCheckSpec(
    "scores_add_up",
    asset="scored_backlog",
    description="The parts of each explanation sum up to its score.",
)

CONSERVATION = dg.AssetCheckSpec(
    "conservation",
    asset="metrics_snapshot",
    description="On every measured day: opened = open + done + blocked + dismissed + merged away.",
)

_BLIND = (ScanStatus.FAILED, ScanStatus.UNAVAILABLE)
_POINTS = "points_"
_TOLERANCE = 1e-9
_SHOWN = 5

Troubles = Mapping[str, str]
"""What is wrong, by the name of the source or item it is about."""


def sources_can_look(parts: Parts, backlog: Backlog) -> dg.AssetCheckResult:
    """Fails while any source could not look at any repository that we know, naming all of them."""
    _remember(parts, backlog.repository, SOURCES_CAN_LOOK, _blind(backlog.certificates))
    for key in parts.ledger.repositories():
        if not parts.registry.read_mark(key, _mark(SOURCES_CAN_LOOK)):
            recorded = parts.folded(key).state.certificates
            _remember(parts, key, SOURCES_CAN_LOOK, _blind(tuple(recorded.values())))
    return _result(parts, SOURCES_CAN_LOOK, "could look")


def items_are_conserved(parts: Parts, backlog: Backlog) -> dg.AssetCheckResult:
    """Fails when the ledger's opened items and the backlog's items are not the same.

    A preview records nothing, so its backlog may hold items that the ledger never opened.
    """
    opened = Counter(_opened(parts, backlog.repository))
    standing = Counter(item.id for item in backlog.items)
    troubles = dict.fromkeys(sorted(opened - standing), "opened, but not in the backlog")
    if not backlog.preview_reason:
        troubles |= dict.fromkeys(sorted(standing - opened), "in the backlog, but never opened")
    _remember(parts, backlog.repository, ITEMS_ARE_CONSERVED, troubles)
    return _result(parts, ITEMS_ARE_CONSERVED, "balance", **_balance(backlog, opened.total()))


def scores_add_up(parts: Parts, repository: str, scored: pd.DataFrame) -> dg.AssetCheckResult:
    """Fails when the ``points_`` columns of any row do not sum up to its ``wsjf_score``."""
    total = scored.filter(like=_POINTS).sum(axis=1)
    slack = _TOLERANCE * scored["wsjf_score"].abs().clip(lower=1.0)
    off = scored[(total - scored["wsjf_score"]).abs() > slack]
    sums = total[off.index]
    troubles = {
        str(row.id): f"parts sum up to {points:g}, the score is {row.wsjf_score:g}"
        for row, points in zip(off.itertuples(), sums, strict=True)
    }
    _remember(parts, repository, SCORES_ADD_UP, troubles)
    return _result(parts, SCORES_ADD_UP, "add up", rows=len(scored))


def imbalance(snapshot: Snapshot) -> str:
    """What is off on a day by its measurement of conservation; "" where it balances or cannot be told."""
    measured = snapshot.measurements.get(CONSERVATION.name)
    if measured is None or not measured.value:
        return ""
    return f"{measured.value} items are not accounted for: {', '.join(measured.evidence)}"


def conservation(parts: Parts, days: Mapping[str, Mapping[date, str]]) -> dg.AssetCheckResult:
    """Fails while any measured day of any repository does not balance; a day measured again is told anew.

    Args:
        days: what is off on each day that was measured now ("" for nothing), by repository.
    """
    for repository, told in days.items():
        kept = parts.registry.read_mark(repository, _mark(CONSERVATION))
        troubles: dict[str, str] = json.loads(kept or "{}")
        troubles |= {day.isoformat(): what for day, what in told.items()}
        left = {day: what for day, what in sorted(troubles.items()) if what}
        _remember(parts, repository, CONSERVATION, left)
    return _result(parts, CONSERVATION, "balance", days=sum(map(len, days.values())))


def _blind(certificates: tuple[Certificate, ...]) -> dict[str, str]:
    return {
        c.source: f"{c.status.value}: {c.reason}. Next: {c.next_step}"
        for c in certificates
        if c.status in _BLIND
    }


def _opened(parts: Parts, key: str) -> Iterator[str]:
    """The items that the ledger opened, read from its entries and not from what they add up to.

    Only what may be an opening is decoded, so that a long ledger is walked in a moment.
    """
    sign = f'"{EventKind.ITEM_OPENED.value}"'
    for line in parts.ledger.lines(key):
        if sign in line.event:
            event = read_entry(key, line).event
            if event.kind is EventKind.ITEM_OPENED:
                yield event.item


def _balance(backlog: Backlog, opened: int) -> dict[str, int]:
    by_status = Counter(item.status for item in backlog.items if not item.merged_into)
    merged = len(backlog.items) - by_status.total()
    ended = {s: by_status[s] for s in (Status.BLOCKED, Status.DONE, Status.DISMISSED)}
    working = by_status.total() - sum(ended.values())
    counts = {s.value.lower(): count for s, count in ended.items()}
    return {"opened": opened, "open": working, **counts, "merged away": merged}


def _mark(check: dg.AssetCheckSpec) -> str:
    return f"check {check.name}"


def _remember(parts: Parts, repository: str, check: dg.AssetCheckSpec, troubles: Troubles) -> None:
    parts.registry.mark(repository, _mark(check), json.dumps(troubles, sort_keys=True))


def _result(parts: Parts, check: dg.AssetCheckSpec, fine: str, **numbers: int) -> dg.AssetCheckResult:
    names = {row.key: row.name for row in parts.registry.all()}
    kept = {key: parts.registry.read_mark(key, _mark(check)) for key in names}
    wrong = {key: json.loads(text) for key, text in kept.items() if text}
    rows = [
        {"repository": names[key], "about": about, "what": what}
        for key, troubles in wrong.items()
        for about, what in troubles.items()
    ]
    columns = [dg.TableColumn(name, "string") for name in ("repository", "about", "what")]
    return dg.AssetCheckResult(
        check_name=check.name,
        passed=not rows,
        description=_sentence(rows) if rows else f"all {len(wrong)} repositories {fine}",
        metadata={
            "repositories": len(wrong),
            "what is wrong": dg.MetadataValue.table(
                [dg.TableRecord(row) for row in rows], dg.TableSchema(columns)
            ),
            **numbers,
        },
    )


def _sentence(rows: list[dict[str, str]]) -> str:
    shown = [f"{row['repository']}: {row['about']} ({row['what']})" for row in rows[:_SHOWN]]
    more = [f"and {len(rows) - _SHOWN} more"] if len(rows) > _SHOWN else []
    return "; ".join([*shown, *more])
