"""What the assets of days say of one day in the UI: the measurements as a table, a picture, the files."""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from backlog_pipeline.measure.wording import in_a_line
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.metric import Measurement, Snapshot
from backlog_pipeline.orchestration import pictures
from backlog_pipeline.pipeline.days import MeasuredDay
from backlog_pipeline.report.snapshot import file_name

Metadata = dict[str, dg.MetadataValue[Any]]

_COLUMNS = ("metric", "value", "unit", "n", "coverage", "reason")
_VALUE_CHARS = 60
_REASON_CHARS = 160
_NAMED_CHARS = 10


def of_snapshot(measured: MeasuredDay) -> Metadata:
    """The numbers of a day, those that are undefined with their reason, and where its file is."""
    snapshot = measured.snapshot
    defined = [m for m in snapshot.measurements.values() if m.value is not None]
    entries: Metadata = {
        "metrics with a value": dg.MetadataValue.int(len(defined)),
        "undefined metrics": dg.MetadataValue.int(len(snapshot.measurements) - len(defined)),
        **_about(snapshot),
        "measurements": _table(snapshot.measurements),
    }
    sizes = snapshot.measurements.get("backlog_size_by_status")
    if sizes is not None and isinstance(sizes.value, Mapping):
        rows = [(s.value, float(sizes.value.get(s.value, 0))) for s in Status]
        entries["Backlog by status"] = dg.MetadataValue.md(pictures.bar_chart("Backlog by status", rows))
    return entries | _files(measured, [file_name(snapshot)])


def of_report(measured: MeasuredDay) -> Metadata:
    """Where the report's files are, and how many pictures it has."""
    pictures_there = sum(name.endswith(".svg") for name in measured.report)
    texts = sorted(name for name in measured.report if not name.endswith(".svg"))
    return {
        "pictures": dg.MetadataValue.int(pictures_there),
        **_about(measured.snapshot),
        **_files(measured, texts),
    }


def _about(snapshot: Snapshot) -> Metadata:
    entries: Metadata = {
        "repository": dg.MetadataValue.text(pictures.printable(snapshot.name)),
        "commit": dg.MetadataValue.text(snapshot.revision[:_NAMED_CHARS] or "none yet"),
    }
    if snapshot.notes:
        entries["to know"] = dg.MetadataValue.text(pictures.printable(" ".join(snapshot.notes)))
    return entries


def _files(measured: MeasuredDay, names: list[str]) -> Metadata:
    written = {file.name.rpartition("/")[2]: file for file in measured.written}
    entries: Metadata = {}
    for name in names:
        entries[f"kept in: {name.rpartition('.')[2]}"] = dg.MetadataValue.path(measured.kept[name])
        if name in written:
            file = written[name]
            entries[f"in the repository: {name.rpartition('.')[2]}"] = dg.MetadataValue.text(
                f"{file.name}: {file.outcome.value}{f' ({file.reason})' if file.reason else ''}"
            )
    return entries


def _table(measurements: Mapping[str, Measurement]) -> dg.TableMetadataValue:
    rows = [
        dg.TableRecord(
            {
                "metric": name,
                "value": _cut(in_a_line(m.value), _VALUE_CHARS),
                "unit": m.unit,
                "n": m.n,
                "coverage": "" if m.coverage is None else f"{m.coverage:.0%}",
                "reason": _cut(m.reason_undefined, _REASON_CHARS),
            }
        )
        for name, m in sorted(measurements.items())
    ]
    columns = [dg.TableColumn(name, "int" if name == "n" else "string") for name in _COLUMNS]
    return dg.MetadataValue.table(rows, dg.TableSchema(columns))


def _cut(text: str, most: int) -> str:
    shown = pictures.printable(text)
    return shown if len(shown) <= most else shown[: most - 1] + "…"
