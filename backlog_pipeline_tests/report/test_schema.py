"""The published schema: what is there is what is enforced, and it forgives nothing."""

import copy
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from backlog_pipeline.errors import ReportError
from backlog_pipeline.report import schema
from backlog_pipeline.report.keys import FLAT_KEYS
from backlog_pipeline.report.snapshot import EVIDENCE_KEPT, to_json
from backlog_pipeline_tests.report.snapshots import known, measurements, snapshot

PUBLISHED = Path(__file__).parents[2] / "docs/reference" / schema.SCHEMA_FILE
SCHEMA = json.loads(schema.schema_text())


def document() -> dict:
    return json.loads(to_json(snapshot()))


def changed(path: str, value: object) -> dict:
    """A snapshot with one value replaced; a path like ``ledger.head``."""
    whole = document()
    place = whole
    *groups, last = path.split(".")
    for name in groups:
        place = place[name]
    place[last] = value
    return whole


def test_the_published_schema_is_the_one_that_is_enforced():
    assert PUBLISHED.read_text() == schema.schema_text()


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMA["properties"]["schema_version"]["const"] == schema.SCHEMA_VERSION


def test_a_file_as_written_satisfies_the_schema_in_any_validator_of_the_draft():
    assert list(Draft202012Validator(SCHEMA).iter_errors(document())) == []


def test_the_schema_and_the_table_of_flat_keys_name_the_same():
    assert set(SCHEMA["properties"]["measurements"]["required"]) == {key.measurement for key in FLAT_KEYS}
    for key in FLAT_KEYS:
        group, _, name = key.path.rpartition(".")
        place = SCHEMA["properties"][group] if group else SCHEMA
        assert name in place["properties"]
        assert name in place["required"]
    evidence = SCHEMA["properties"]["measurements"]["additionalProperties"]["properties"]["evidence"]
    assert evidence["maxItems"] == EVIDENCE_KEPT


def test_every_key_is_described():
    def undescribed(name: str, part: dict) -> list[str]:
        inner = part.get("properties", {})
        own = [] if "description" in part or name in ("id", "title", "status") else [name]
        return own + [bad for key, value in inner.items() for bad in undescribed(key, value)]

    statuses = set(SCHEMA["properties"]["backlog_size_by_status"]["properties"])
    assert set(undescribed("", {**SCHEMA})) <= statuses
    described = SCHEMA["properties"]["measurements"]["additionalProperties"]
    assert undescribed("", described) == []


def test_every_object_refuses_what_it_does_not_know():
    def open_objects(where: str, part: dict) -> list[str]:
        found = [where] if "properties" in part and part.get("additionalProperties") is not False else []
        for name, inner in part.get("properties", {}).items():
            found += open_objects(f"{where}.{name}", inner)
        return found + (open_objects(f"{where}[]", part["items"]) if "items" in part else [])

    assert open_objects("$", SCHEMA) == []
    assert open_objects("$", SCHEMA["properties"]["measurements"]["additionalProperties"]) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("unknown", 1),
        ("dora.unknown", None),
        ("ledger.unknown", 1),
        ("platform_readiness.ready", True),
        ("backlog_size_by_status.LATER", 1),
        ("measurements.births.unknown", 1),
        ("schema_version", 2),
        ("schema_version", None),
        ("timestamp", "2026-03-15"),
        ("timestamp", "2026-03-15T00:00:00"),
        ("timestamp", "2026-03-15T25:00:00Z"),
        ("timestamp", "2026-03-15T00:00:00+00:00"),
        ("timestamp", "2026-02-30T00:00:00Z"),
        ("day", "2026-3-14"),
        ("day", "20260314"),
        ("day", "2026-02-30"),
        ("day", "tomorrow"),
        ("revision", "main"),
        ("ledger.head", "abc"),
        ("ledger.entries", -1),
        ("digest", "sha256:abc"),
        ("completion_rate", 100.5),
        ("completion_rate", True),
        ("open_prs", "3"),
        ("dora.lead_time", 24),
        ("platform_readiness.production_ready", 1),
        ("completed_ids", [1]),
        ("measurements.births.value", None),
        ("measurements.births.reason_undefined", "although it is there"),
        ("measurements.open_prs.reason_undefined", ""),
        ("measurements.open_prs.value", 0),
        ("measurements.births.coverage", 2),
        ("measurements.births.n", 1.5),
        ("measurements.births.definition", "births"),
        ("measurements.births.window", "March"),
        ("measurements.births.evidence", ["x"] * (EVIDENCE_KEPT + 1)),
        ("measurements.Births", {}),
    ],
)
def test_one_wrong_value_is_refused_and_its_place_named(path: str, value: object):
    with pytest.raises(ReportError) as raised:
        schema.check(changed(path, value))
    assert any(name in str(raised.value) for name in path.split(".")[-2:])
    assert len(str(raised.value)) < 700


@pytest.mark.parametrize("key", sorted(document()))
def test_no_key_may_be_missing(key: str):
    whole = document()
    del whole[key]
    with pytest.raises(ReportError, match=key):
        schema.check(whole)


@pytest.mark.parametrize("name", sorted({key.measurement for key in FLAT_KEYS}))
def test_no_measurement_behind_a_flat_key_may_be_missing(name: str):
    whole = copy.deepcopy(document())
    del whole["measurements"][name]
    with pytest.raises(ReportError, match=name):
        schema.check(whole)


def test_jsonschema_is_imported_only_where_a_snapshot_is_made():
    code = (
        "import sys; import backlog_pipeline.report.snapshot, backlog_pipeline.report.markdown; "
        "sys.exit('jsonschema' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_checking_a_file_takes_a_few_milliseconds():
    ids = tuple(f"BL-{n:05d}" for n in range(500))
    full = {
        name: known(name, measured.value, measured.unit, evidence=ids)
        for name, measured in measurements().items()
        if measured.value is not None
    }
    whole = json.loads(to_json(snapshot({**full, "completed_ids": known("completed_ids", ids, "items")})))
    took = []
    for _ in range(10):
        started = time.process_time()
        schema.check(whole)
        took.append(time.process_time() - started)
    assert min(took) < 0.010  # 4 to 5 ms on a quiet machine; the bound leaves room for a slow one
