"""A day's metrics as a table, and what measuring a range of days came to."""

import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from backlog_pipeline.cli import words
from backlog_pipeline.cli.columns import Column, Columns
from backlog_pipeline.measure.wording import in_a_line

if TYPE_CHECKING:
    from backlog_pipeline.orchestration.launch_days import DaysSummary

_COLUMNS = (
    Column("metric"),
    Column("value", least=12),
    Column("unit", leaves=1),
    Column("n", is_right=True, leaves=2),
    Column("looked at", is_right=True, leaves=3),
)
_SHOWN = 8
_COMMIT_CHARS = 10


def headline(document: Mapping[str, Any]) -> list[str]:
    """One line: which repository, which day, which commit, and a blank one."""
    commit = str(document.get("revision", ""))[:_COMMIT_CHARS]
    name, day = words.plain(str(document.get("name", ""))), document.get("day", "")
    return [f"{name} at the end of {day} ({commit or 'before the first commit'})", ""]


def as_table(document: Mapping[str, Any]) -> Columns:
    """One row a metric that has a value."""
    rows = sorted((n, m) for n, m in document["measurements"].items() if m["value"] is not None)
    return Columns(_COLUMNS, [_cells(name, measured) for name, measured in rows])


def _cells(name: str, measured: Mapping[str, Any]) -> list[str]:
    coverage = measured["coverage"]
    return [
        name,
        words.plain(in_a_line(measured["value"])),
        measured["unit"],
        f"{measured['n']:,}",
        "" if coverage is None else f"{coverage:.0%}",
    ]


def undefined(document: Mapping[str, Any], width: int) -> list[str]:
    """The metrics without a value below the reason that they share, the most common one first."""
    reasons: dict[str, list[str]] = {}
    for name, measured in sorted(document["measurements"].items()):
        if measured["value"] is None:
            reasons.setdefault(words.plain(measured["reason_undefined"]), []).append(name)
    found: list[str] = []
    for reason, names in sorted(reasons.items(), key=lambda row: (-len(row[1]), row[0])):
        found += ["", *textwrap.wrap(f"Undefined: {reason}", width, subsequent_indent="  ")]
        found += textwrap.wrap(
            ", ".join(names), width, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False
        )
    return found


def remarks(document: Mapping[str, Any]) -> list[str]:
    """What a reader of any number of that day must know, and how many have none."""
    measured = document["measurements"].values()
    undefined = sum(row["value"] is None for row in measured)
    counted = f"{words.count(len(measured), 'metric')}, {undefined} of them undefined"
    return [*(f"note: {words.plain(note)}" for note in document.get("notes", ())), counted]


def summary(done: "DaysSummary") -> list[str]:
    """What a run of days made, on a few lines."""
    lines = [f"{words.count(done.days, 'day')} measured in {done.seconds:.1f} s."]
    if done.undefined:
        lines.append(
            f"{len(done.undefined)} of {done.metrics} metrics are undefined on some day; each says why."
        )
    if done.written or done.unchanged or done.kept:
        lines.append(
            f"docs/status: {words.count(done.written, 'file')} written, {done.unchanged:,} unchanged,"
            f" {len(done.kept):,} kept as a person left them."
        )
    lines += [f"note: {words.plain(note)}" for note in done.notes]
    return [
        *lines,
        f"Next: `backlog metrics show --date {done.last.isoformat()}` for the numbers of the last day.",
    ]


def kept(done: "DaysSummary") -> list[str]:
    """Files in the repository that were not replaced, each with the reason and what to do."""
    rows = [f"kept: {words.plain(f.name)}: {f.reason}. Next: {f.next_step}" for f in done.kept[:_SHOWN]]
    more = len(done.kept) - _SHOWN
    return [*rows, f"... and {more:,} more"] if more > 0 else rows


def summary_as_json(done: "DaysSummary") -> dict[str, object]:
    """The same for programs."""
    return {
        "run_id": done.run_id,
        "days": done.days,
        "written": done.written,
        "unchanged": done.unchanged,
        "kept": [{"name": f.name, "reason": f.reason, "next_step": f.next_step} for f in done.kept],
        "metrics": done.metrics,
        "undefined": list(done.undefined),
        "notes": list(done.notes),
        "seconds": round(done.seconds, 3),
    }
