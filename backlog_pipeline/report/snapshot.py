"""A day's measurements as the JSON file that programs read.

The same snapshot gives the same bytes: the time stamp is the end of the day and never the time of
the run, keys stand in one order, numbers are rounded once.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from backlog_pipeline.model.metric import Measurement, Snapshot
from backlog_pipeline.report.canonical import Json, canonical, floored, json_text, readable
from backlog_pipeline.report.keys import FLAT_KEYS
from backlog_pipeline.report.schema import SCHEMA_VERSION, check
from backlog_pipeline.report.seal import Kind, seal

EVIDENCE_KEPT = 20
"""How many pieces of evidence of one measurement the file names; it says how many more there are."""

RANKED_KEPT = 20
"""How many items of the ranking the file holds, as a measurement and as a flat key; ``n`` counts all."""


def file_name(snapshot: Snapshot) -> str:
    """``metrics-snapshot-YYYY-MM-DD.json``."""
    return f"metrics-snapshot-{snapshot.day.isoformat()}.json"


def to_json(snapshot: Snapshot) -> bytes:
    """The snapshot as its file: checked against the schema, sealed, UTF-8.

    Raises:
        ReportError: a measurement is no JSON, or the file would not be what the schema says.
    """
    document = to_document(snapshot)
    check({**document, "digest": f"sha256:{0:064d}"})  # the seal comes last, and is over all of it
    return seal(json_text(document).encode(), Kind.JSON)


def to_document(snapshot: Snapshot) -> dict[str, Json]:
    """The file's content without its digest. Keys: see ``docs/reference/metrics-snapshot.md``."""
    measured = with_missing(snapshot.measurements)
    measured["wsjf_snapshot"] = _best(measured["wsjf_snapshot"])
    return {
        "schema_version": SCHEMA_VERSION,
        "timestamp": instant(snapshot.closes_at),
        "repository": readable(snapshot.repository),
        "name": readable(snapshot.name),
        "day": snapshot.day.isoformat(),
        "revision": snapshot.revision,
        **_flat(measured),
        "notes": [readable(note) for note in snapshot.notes],
        "ledger": {"entries": snapshot.head.entries, "head": snapshot.head.digest},
        "measurements": {name: _measurement(name, measured[name]) for name in sorted(measured)},
    }


def with_missing(measurements: Mapping[str, Measurement]) -> dict[str, Measurement]:
    """The measurements, with an undefined one for each flat key whose metric is not installed."""
    return {key.measurement: absent(key.measurement, key.unit) for key in FLAT_KEYS} | dict(measurements)


def absent(name: str, unit: str = "value") -> Measurement:
    """The measurement of a metric that is not installed; version 0 says that there is no definition."""
    return Measurement(None, unit, f"{name}@0", reason_undefined=f"no metric named {name} is installed")


def _best(ranking: Measurement) -> Measurement:
    value = ranking.value
    return replace(ranking, value=value[:RANKED_KEPT]) if isinstance(value, list | tuple) else ranking


def instant(moment: datetime) -> str:
    """A moment as text: UTC, to the second, ending in Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _flat(measured: Mapping[str, Measurement]) -> dict[str, Json]:
    flat: dict[str, Json] = {}
    for key in FLAT_KEYS:
        value = key.value(measured[key.measurement])
        group, _, name = key.path.rpartition(".")
        place = flat
        if group:
            place = flat.setdefault(group, {})  # type: ignore[assignment]  # groups hold objects only
        place[name] = _in_order(value, key.path)
    return flat


def _in_order(value: object, where: str) -> Json:
    """Canonical but for the order of an object's keys, which here has a meaning (the way of an item)."""
    if isinstance(value, Mapping):
        return {str(name): canonical(part, where) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_in_order(part, where) for part in value]
    return canonical(value, where)


def _measurement(name: str, measured: Measurement) -> Json:
    kept = sorted(measured.evidence)[:EVIDENCE_KEPT]
    return {
        "value": canonical(measured.value, f"measurements.{name}"),
        "unit": measured.unit,
        "n": measured.n,
        "coverage": None if measured.coverage is None else floored(measured.coverage),
        "definition": measured.definition,
        "window": measured.window,
        "reason_undefined": readable(measured.reason_undefined),
        "evidence": [readable(piece) for piece in kept],
        "evidence_left_off": len(measured.evidence) - len(kept),
    }
