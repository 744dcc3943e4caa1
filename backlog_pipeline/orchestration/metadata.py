"""What an asset says about its value in the UI: counts, the top rows as a table, one named picture.

Entries hold what a person would ask first. Numbers become a plot over time by themselves. The
picture is an entry of its own, because Dagster shows only short Markdown without a click.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg
import pandas as pd

from backlog_pipeline.discover.roles import role_of
from backlog_pipeline.model.backlog import Backlog
from backlog_pipeline.model.finding import Role
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.plan import Plan, Verdict
from backlog_pipeline.model.repository import RepositoryState
from backlog_pipeline.model.scan import Scan
from backlog_pipeline.orchestration import pictures
from backlog_pipeline.score.scalars import scores_of
from backlog_pipeline.score.settings import ScoreSettings

Metadata = dict[str, dg.MetadataValue[Any]]

_TOP_ROWS = 10
_SCORE_EDGES = (0, 0.5, 1, 2, 3, 5, 8, 13, 20)
_ITEM_COLUMNS = ("title", "score before rules", "id", "status", "severity", "where")
_PLAN_COLUMNS = ("rank", "title", "score", "verdict", "why", "id")
_SCORE_COLUMNS = {
    "rank": "rank",
    "title": "title",
    "wsjf_score": "score",
    "aging_days": "age in days",
    "id": "id",
}


def of_state(state: RepositoryState) -> Metadata:
    """What was looked at, and whether the run may record."""
    return {
        "repository": _text(state.name),
        "commit": _text(state.revision),
        "branch": _text(state.branch or "detached HEAD"),
        "tracked branch": _text(state.tracked_branch),
        "recorded": _text(f"no, a preview: {state.preview_reason}" if state.is_preview else "yes"),
        "uncommitted changes, not looked at": dg.MetadataValue.int(state.dirty_paths),
        "submodules": dg.MetadataValue.int(len(state.submodules)),
        "shallow clone": dg.MetadataValue.bool(state.is_shallow),
        **_picture("Commits per product file in the last year", _of_product(state.changes_last_year)),
    }


def of_scan(scan: Scan) -> Metadata:
    """How far a source got, what it saw, and what to do where it could not look."""
    certificate = scan.certificate
    counted = [f for f in scan.findings if not f.is_below_bar]
    entries: Metadata = {
        "status": _text(certificate.status.value),
        "findings": dg.MetadataValue.int(len(counted)),
        "below the bar": dg.MetadataValue.int(len(scan.findings) - len(counted)),
        "places not looked at": dg.MetadataValue.int(len(certificate.unread)),
    }
    if certificate.reason:
        entries["reason"] = _text(certificate.reason)
    if certificate.next_step:
        entries["next step"] = _text(certificate.next_step)
    top = sorted(counted, key=lambda f: (-f.severity.level, f.path, f.line, f.rule))[:_TOP_ROWS]
    rows = [
        {
            "severity": f.severity.value,
            "kind": f.rule,
            "where": str(f.location or ""),
            "what": f.detail or f.text,
        }
        for f in top
    ]
    entries["top findings"] = _table(rows, ("severity", "kind", "where", "what"))
    return entries | _picture("Findings by kind", Counter(f.rule for f in counted))


def of_backlog(backlog: Backlog, settings: ScoreSettings) -> Metadata:
    """What the merge changed, how the items stand, and the open ones with the highest scores.

    The scores are those before scoring rules and links: a rule that is broken may fail the scoring,
    and not the merge that was recorded before. Ranks are the scoring's to give.
    """
    changes = backlog.changes
    by_status = Counter(item.status for item in backlog.items if not item.merged_into)
    entries: Metadata = {
        "open items": dg.MetadataValue.int(len(backlog.open_items)),
        "all items": dg.MetadataValue.int(len(backlog.items)),
        "merged into others": dg.MetadataValue.int(len(backlog.items) - by_status.total()),
        "opened": dg.MetadataValue.int(len(changes.opened)),
        "resolved": dg.MetadataValue.int(len(changes.resolved)),
        "revived": dg.MetadataValue.int(len(changes.revived)),
        "moved": dg.MetadataValue.int(len(changes.moved)),
        "events written": dg.MetadataValue.int(backlog.events_written),
        "problems in backlog.yml": dg.MetadataValue.int(len(backlog.problems)),
    }
    if backlog.preview_reason:
        entries["preview"] = _text(backlog.preview_reason)
    entries["top open items"] = _table(_top_items(backlog, settings), _ITEM_COLUMNS)
    return entries | _bars("Backlog by status", [(s.value, float(by_status[s])) for s in Status])


def _top_items(backlog: Backlog, settings: ScoreSettings) -> list[dict[str, str | float]]:
    """Open items by score; those without one last."""
    scores = {id_: row[1] for id_, row in scores_of(backlog.open_items, backlog.as_of, settings).items()}
    order = sorted(backlog.open_items, key=lambda i: (-scores.get(i.id, -1.0), i.id))
    return [
        {
            "title": i.title,
            "score before rules": round(scores.get(i.id, 0.0), 2),
            "id": i.id,
            "status": i.status.value,
            "severity": i.severity.value,
            "where": str(i.places[0]) if i.places else "",
        }
        for i in order[:_TOP_ROWS]
    ]


def of_scores(scored: pd.DataFrame) -> Metadata:
    """The scores' spread and the rows at the top."""
    ranked = scored[scored["rank"] > 0]
    shown = ranked[list(_SCORE_COLUMNS)].head(_TOP_ROWS).round(2).rename(columns=_SCORE_COLUMNS)
    scores = ranked["wsjf_score"]
    picture = pictures.histogram("Score distribution", scores.tolist(), _SCORE_EDGES)
    return {
        "ranked items": dg.MetadataValue.int(len(ranked)),
        "items without a rank": dg.MetadataValue.int(len(scored) - len(ranked)),
        **({"highest score": dg.MetadataValue.float(float(scores.max()))} if len(ranked) else {}),
        **({"median score": dg.MetadataValue.float(float(scores.median()))} if len(ranked) else {}),
        "top items": _table(shown.to_dict("records"), tuple(_SCORE_COLUMNS.values())),
        "Score distribution": dg.MetadataValue.md(picture),
    }


def of_plan(plan: Plan) -> Metadata:
    """What may run now, what waits for a person, what is held, and the order."""
    by_verdict = Counter(row.verdict for row in plan.planned)
    rows = [
        {
            "rank": p.rank,
            "id": p.id,
            "verdict": p.verdict.value,
            "score": round(p.wsjf_score, 2),
            "title": p.title,
            "why": p.reason,
        }
        for p in plan.planned[:_TOP_ROWS]
    ]
    entries: Metadata = {f"verdict {v.value}": dg.MetadataValue.int(by_verdict[v]) for v in Verdict}
    if plan.preview_reason:
        entries["preview"] = _text(plan.preview_reason)
    entries |= {f"note {n}": _text(note) for n, note in enumerate(plan.notes, 1)}  # text is never cut
    entries["top of the plan"] = _table(rows, _PLAN_COLUMNS)
    return entries | _bars("Plan by verdict", [(v.value, float(by_verdict[v])) for v in Verdict])


def _text(value: str) -> dg.MetadataValue:
    return dg.MetadataValue.text(pictures.printable(value))


def _of_product(counts: Mapping[str, int]) -> dict[str, float]:
    """Without tests, examples and documents: a change log changes most and says least."""
    return {path: float(count) for path, count in counts.items() if role_of(path) is Role.PRODUCT}


def _picture(title: str, counts: Mapping[str, float]) -> Metadata:
    return {title: dg.MetadataValue.md(pictures.counts_chart(title, counts))}


def _bars(title: str, rows: Sequence[tuple[str, float]]) -> Metadata:
    return {title: dg.MetadataValue.md(pictures.bar_chart(title, rows))}


def _table(rows: Sequence[Mapping[Any, Any]], columns: Sequence[str]) -> dg.MetadataValue:
    kinds = {int: "int", float: "float"}
    first = rows[0] if rows else {}
    schema = dg.TableSchema(
        columns=[dg.TableColumn(name=c, type=kinds.get(type(first.get(c)), "string")) for c in columns]
    )
    records = [dg.TableRecord({name: _cell(row[name]) for name in columns}) for row in rows]
    return dg.MetadataValue.table(records=records, schema=schema)


def _cell(value: str | float) -> str | int | float:
    return pictures.printable(value) if isinstance(value, str) else value
