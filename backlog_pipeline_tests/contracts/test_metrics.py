"""Every registered metric, and the one that the documents teach, keeps the promises of a metric."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings

from backlog_pipeline import plugins, testing
from backlog_pipeline.measure.interface import Known, Metric
from backlog_pipeline.model.metric import Measurement
from backlog_pipeline_tests.measure.worlds import worlds

PROJECT = Path(__file__).parents[2]
METRICS = {metric.name: metric for metric in plugins.build_metrics()}


@pytest.mark.parametrize("name", METRICS)
def test_a_registered_metric_keeps_its_promises(name: str) -> None:
    testing.check_metric(METRICS[name], testing.sample_known())


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_they_keep_them_whatever_is_known(known: Known) -> None:
    for metric in METRICS.values():
        testing.check_metric(metric, known)


def test_all_of_ours_are_registered_by_their_files_names() -> None:
    files = (PROJECT / "backlog_pipeline/measure/metrics").glob("[!_]*.py")
    ours = {p.name for p in plugins.metrics() if p.distribution == "backlog-pipeline"}
    assert ours == {file.stem for file in files}


def test_the_metric_that_the_documents_teach_works_as_printed(tmp_path: Path) -> None:
    page = (PROJECT / "docs/how-to/add-a-metric.md").read_text()
    code = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert code is not None
    file = tmp_path / "untouched.py"
    file.write_text(code.group(1))
    metric = {m.name: m for m in plugins.build_metrics(files=(str(file),))}["untouched_items"]
    found = testing.check_metric(metric, testing.sample_known())
    assert (found.value, found.unit) == (14, "items")


class Lying:
    """Breaks promises: tells what nobody knows, of another definition, and changes its mind."""

    name = "Lying One"
    version = 1
    unit = "items"
    asked = 0

    def measure(self, known: Known) -> Measurement:
        self.asked += 1
        return Measurement(float(self.asked), "days", "other@1", coverage=3.0, evidence=("b", "a"))


def test_broken_promises_are_all_named() -> None:
    lying: Metric = Lying()
    with pytest.raises(AssertionError) as caught:
        testing.check_metric(lying, testing.sample_known())
    for said in (
        "'Lying One' is not lower_snake_case",
        "the same knowledge gives another measurement",
        "where nothing is known at all",
        "names the definition 'other@1'",
        "is in 'days', not in 'items'",
        "coverage 3.0",
        "evidence is not sorted",
    ):
        assert said in str(caught.value)


def test_a_value_that_is_no_json_is_named() -> None:
    class NotANumber(Lying):
        def measure(self, known: Known) -> Measurement:
            return Measurement(float("nan"), "items", "Lying One@1")

    with pytest.raises(AssertionError, match="its value is no JSON"):
        testing.check_metric(NotANumber(), testing.sample_known())


def test_a_sample_is_of_any_day() -> None:
    known = testing.sample_known(datetime(2026, 3, 5, tzinfo=UTC).date())
    assert known.day.closes_at == datetime(2026, 3, 6, tzinfo=UTC)
    assert replace(known, before=known.before).before[-1].day == known.day.day - timedelta(days=1)
