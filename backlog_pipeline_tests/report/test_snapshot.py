"""The JSON file: every key of earlier readers, null where nothing is known, and the same bytes every time."""

import json
import math
import os
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlog_pipeline.errors import BacklogError, ReportError
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.metric import Measurement
from backlog_pipeline.report.keys import FLAT_KEYS
from backlog_pipeline.report.seal import is_ours
from backlog_pipeline.report.snapshot import EVIDENCE_KEPT, RANKED_KEPT, file_name, to_json
from backlog_pipeline_tests.report.snapshots import (
    CHECKS,
    IDS,
    NO_FORGE,
    known,
    measurements,
    ranked,
    snapshot,
    unknown,
)

EARLIER = Path(os.environ.get("SNAPSHOT_EXAMPLES", "no such folder"))
OURS_BESIDE = {
    "schema_version",
    "repository",
    "name",
    "day",
    "revision",
    "notes",
    "ledger",
    "measurements",
    "digest",
}


def read(day=None) -> dict:
    return json.loads(to_json(day or snapshot()))


def flat(document: dict, path: str):
    value = document
    for name in path.split("."):
        value = value[name]
    return value


def test_the_keys_of_earlier_readers_are_all_there():
    assert set(read()) - OURS_BESIDE == {
        "timestamp", "completed_ids", "coverage_delta", "flaky_tests", "ci_summary", "open_prs",
        "risks_or_blocks", "backlog_size_by_status", "avg_cycle_time", "dora", "rerere_auto_resolved_total",
        "merge_driver_hits_total", "ci_failure_rate", "pr_backoff_state", "wsjf_snapshot",
        "completion_rate", "total_wsjf_delivered", "avg_cycle_time_days", "platform_readiness",
    }  # fmt: skip


def test_the_first_snapshot_of_a_world_without_metrics_has_every_key_and_reason():
    document = read(snapshot(measurements={}))
    for key in FLAT_KEYS:
        assert flat(document, key.path) is None
        assert key.measurement in document["measurements"][key.measurement]["reason_undefined"]


@pytest.mark.parametrize("key", FLAT_KEYS, ids=lambda key: key.path)
def test_a_key_is_null_exactly_where_its_measurement_says_why(key):
    told, untold = (
        read(),
        read(snapshot({key.measurement: unknown(key.measurement, "items", "nobody looked")})),
    )
    assert flat(untold, key.path) is None
    assert untold["measurements"][key.measurement]["reason_undefined"] == "nobody looked"
    assert (flat(told, key.path) is None) == bool(told["measurements"][key.measurement]["reason_undefined"])


def test_the_shapes_are_those_of_earlier_files():
    document = read()
    assert document["completed_ids"] == list(IDS[:20])
    assert list(document["backlog_size_by_status"]) == [status.value for status in Status]
    assert document["backlog_size_by_status"]["REFINED"] == 0
    assert document["risks_or_blocks"] == ["BL-0009: waits for the owner of the schema"]
    assert document["wsjf_snapshot"][0] == {
        "id": "BL-0000", "title": "Handle the empty case", "wsjf_score": 7.3333, "status": "READY",
    }  # fmt: skip
    assert list(document["dora"]) == ["deploy_freq", "lead_time", "change_fail_rate", "mttr"]


def test_what_dora_measures_is_text_with_its_unit():
    changes = {
        "deploy_freq": known("deploy_freq", 0.5, "per day"),
        "lead_time": known("lead_time", 24, "hours"),
        "change_fail_rate": known("change_fail_rate", 5.0, "percent"),
        "mttr": known("mttr", 2.25, "hours"),
    }
    assert read(snapshot(changes))["dora"] == {
        "deploy_freq": "0.5 per day", "lead_time": "24h", "change_fail_rate": "5%", "mttr": "2.25h",
    }  # fmt: skip


def test_a_claim_is_true_or_false_and_its_checks_stand_beside_it():
    document = read()
    assert document["platform_readiness"]["production_ready"] is False
    assert document["measurements"]["production_ready"]["evidence"] == list(CHECKS)


def test_of_a_long_ranking_the_best_are_kept():
    ranking = known("wsjf_snapshot", ranked(count=RANKED_KEPT + 5), "items", n=RANKED_KEPT + 5)
    document = read(snapshot({"wsjf_snapshot": ranking}))
    assert document["wsjf_snapshot"] == document["measurements"]["wsjf_snapshot"]["value"]
    assert [item["id"] for item in document["wsjf_snapshot"]] == list(IDS[:RANKED_KEPT])
    assert document["measurements"]["wsjf_snapshot"]["n"] == RANKED_KEPT + 5


def test_cycle_time_is_given_in_hours_and_in_days():
    document = read()
    assert document["avg_cycle_time_days"] == 2.1235
    assert document["avg_cycle_time"] == 50.963  # 2.123456789 days, rounded once


def test_the_time_stamp_is_the_end_of_the_day_whatever_the_zone():
    in_kathmandu = timezone(timedelta(hours=5, minutes=45))
    ends = datetime(2026, 3, 15, tzinfo=in_kathmandu)
    assert read(snapshot(closes_at=ends))["timestamp"] == "2026-03-14T18:15:00Z"


def test_the_file_is_named_after_its_day():
    assert file_name(snapshot()) == "metrics-snapshot-2026-03-14.json"


def test_the_same_snapshot_gives_the_same_bytes_in_whatever_order_it_was_put_together():
    backwards = dict(reversed(measurements().items()))
    backwards["debt_by_kind"] = known("debt_by_kind", {"TODO": 31, "HACK": 1, "FIXME": 4}, "comments")
    backwards["completed_ids"] = known("completed_ids", IDS[:20], "items", evidence=IDS[:6][::-1])
    assert to_json(snapshot(measurements=MappingProxyType(backwards))) == to_json(snapshot())


def test_the_ledger_is_anchored():
    assert read()["ledger"] == {"entries": 345, "head": "ab" * 32}


def test_a_day_before_everything_is_a_file_too():
    from backlog_pipeline.model.history import Link

    document = read(snapshot(revision="", head=Link(), measurements={}, trends=(), notes=("No commit yet.",)))
    assert document["revision"] == document["ledger"]["head"] == ""
    assert document["notes"] == ["No commit yet."]


def test_long_evidence_is_cut_and_says_so():
    ids = tuple(f"BL-{n:05d}" for n in range(EVIDENCE_KEPT + 7))
    measured = read(snapshot({"births": known("births", 57, "items", evidence=ids)}))["measurements"][
        "births"
    ]
    assert measured["evidence"] == list(ids[:EVIDENCE_KEPT])
    assert measured["evidence_left_off"] == 7


@pytest.mark.parametrize(
    ("value", "in_the_file"),
    [
        (1 / 3, 0.3333),
        (-0.0, 0.0),
        (0.000012, 0.00001),
        (0, 0),
        (7, 7),
        (2.0, 2.0),
        (1e20, 1e20),
        (-1e-9, -1e-9),
    ],
)
def test_numbers_are_rounded_once_and_never_to_zero(value, in_the_file):
    document = read(snapshot({"guest": known("guest", value, "points")}))
    assert repr(document["measurements"]["guest"]["value"]) == repr(in_the_file)


@pytest.mark.parametrize(
    ("part", "shown"), [(0.99999, 0.9999), (1.0, 1.0), (0.29, 0.29), (0.0, 0.0), (None, None)]
)
def test_coverage_is_never_rounded_up(part, shown):
    document = read(snapshot({"births": known("births", 1, "items", coverage=part)}))
    assert document["measurements"]["births"]["coverage"] == shown


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, {"a": [math.nan]}, object(), b"bytes", {1, 2}, date(2026, 1, 1)]
)
def test_what_is_no_json_is_an_error_that_names_the_metric(value):
    with pytest.raises(ReportError, match=r"measurements\.guest") as raised:
        to_json(snapshot({"guest": known("guest", value, "points")}))
    assert isinstance(raised.value, BacklogError)


@pytest.mark.parametrize(
    ("name", "value", "place"),
    [
        ("completion_rate", 140.0, "completion_rate"),
        ("completion_rate", "54 %", "completion_rate"),
        ("completed_ids", "BL-1", "completed_ids"),
        ("open_prs", 1.5, "open_prs"),
        ("backlog_size_by_status", {"READY": -1}, "backlog_size_by_status"),
        ("backlog_size_by_status", 4, "backlog_size_by_status"),
        (
            "wsjf_snapshot",
            [{"id": "BL-1", "title": "x", "wsjf_score": 1.0, "status": "LATER"}],
            "wsjf_snapshot",
        ),
        ("production_ready", "yes", "production_ready"),
        ("avg_cycle_time_days", -1, "avg_cycle_time"),
    ],
)
def test_a_value_of_another_shape_is_refused_with_its_place(name, value, place):
    with pytest.raises(ReportError, match=place) as raised:
        to_json(snapshot({name: known(name, value, "items")}))
    assert "2026-03-14" in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"Guest Name": known("guest", 1, "items")},
        {"guest": known("guest", 1, "")},
        {"guest": Measurement(1, "items", "guest")},
        {"guest": known("guest", 1, "items", window="last month")},
        {"guest": known("guest", 1, "items", coverage=1.5)},
        {"guest": known("guest", 1, "items", n=-1)},
    ],
)
def test_a_measurement_that_cannot_be_believed_is_refused(changes):
    with pytest.raises(ReportError):
        to_json(snapshot(changes))


@pytest.mark.parametrize("fields", [{"revision": "HEAD"}, {"notes": ("",)}, {"repository": ""}])
def test_a_day_that_cannot_be_believed_is_refused(fields):
    with pytest.raises(ReportError):
        to_json(snapshot(**fields))


def test_text_that_nobody_can_see_is_written_as_an_escape():
    title = "pay \u202eeht\u202c bank\u200b \U000e0041 naïve 漢字 🎉 \x7f"
    data = to_json(snapshot({"wsjf_snapshot": known("wsjf_snapshot", ranked(title), "items")}))
    text = data.decode()
    assert "naïve 漢字 🎉" in text
    assert "\\u202eeht\\u202c bank\\u200b \\udb40\\udc41" in text
    assert json.loads(data)["wsjf_snapshot"][0]["title"] == title


def test_a_file_name_that_is_no_text_is_still_valid_utf8():
    odd = b"caf\xe9.py".decode("utf-8", "surrogateescape")
    data = to_json(snapshot({"births": known("births", 1, "items", evidence=(odd,))}))
    assert json.loads(data.decode("utf-8"))["measurements"]["births"]["evidence"] == ["caf\ufffd.py"]


@given(st.text(), st.text())
def test_any_text_of_a_repository_gives_a_sealed_file_that_reads_back(title, reason):
    changes = {
        "wsjf_snapshot": known("wsjf_snapshot", ranked(title), "items"),
        "open_prs": unknown("open_prs", "pull requests", reason or NO_FORGE),
    }
    data = to_json(snapshot(changes))
    assert is_ours(data)
    assert b"\r" not in data
    assert json.loads(data)["wsjf_snapshot"][0]["title"] == title


@pytest.mark.skipif(not EARLIER.is_dir(), reason="SNAPSHOT_EXAMPLES names no folder")
@pytest.mark.parametrize("name", ["customer-churn-2025-07-26.json", "customer-churn-2025-07-27.json"])
def test_what_earlier_files_hold_has_the_same_type_in_ours_or_is_null(name):
    earlier, document = json.loads((EARLIER / name).read_text()), read()
    for key, value in earlier.items():
        assert document[key] is None or isinstance(document[key], type(value)), key
    assert set(earlier["dora"]) == set(document["dora"])
    assert set(earlier["backlog_size_by_status"]) <= set(document["backlog_size_by_status"])
    assert {frozenset(item) for item in earlier["wsjf_snapshot"]} == {frozenset(document["wsjf_snapshot"][0])}
