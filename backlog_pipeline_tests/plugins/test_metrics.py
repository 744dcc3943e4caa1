"""Metrics of guests: functions in a file that backlog.toml names, and classes of a package."""

import subprocess
import sys
from pathlib import Path

import pytest

from backlog_pipeline import plugins, testing
from backlog_pipeline.errors import PluginError
from backlog_pipeline.measure.interface import Metric
from backlog_pipeline.measure.metrics.births import Births
from backlog_pipeline.model.metric import Measurement

OURS = """
from backlog_pipeline.model.metric import Measurement
from backlog_pipeline.plugins import Untold, metric, source

@metric(unit="moves")
def moves_so_far(known):
    return len(known.transitions) if known.transitions else Untold("nothing has moved")

@metric(unit="points", version=3)
def in_full(known):
    if not known.before:
        return Untold("no day before")
    return Measurement(len(known.before), "anything", "any@9", n=2, coverage=0.5, evidence=("days",))

@metric(unit="items")
def always_nothing(known):
    return None
"""


@pytest.fixture
def ours(tmp_path: Path) -> str:
    path = tmp_path / "ours.py"
    path.write_text(OURS)
    return str(path)


def built(name: str, file: str) -> Metric:
    return {metric.name: metric for metric in plugins.build_metrics(files=[file])}[name]


def test_decorated_functions_are_listed_as_metrics(ours: str) -> None:
    listed = [plugin.name for plugin in plugins.metrics([ours]) if plugin.file == ours]
    assert listed == ["always_nothing", "in_full", "moves_so_far"]
    assert not [plugin for plugin in plugins.sources([ours]) if plugin.file == ours]


def test_a_function_gives_a_value_or_the_reason_why_not(ours: str) -> None:
    found = testing.check_metric(built("moves_so_far", ours), testing.sample_known())
    assert isinstance(found.value, int)
    assert (found.unit, found.definition) == ("moves", "moves_so_far@1")


def test_a_whole_measurement_is_kept_under_the_functions_own_name_and_unit(ours: str) -> None:
    found = testing.check_metric(built("in_full", ours), testing.sample_known())
    expected = Measurement(2, "points", "in_full@3", n=2, coverage=0.5, evidence=("days",))
    assert found == expected


def test_nothing_without_a_reason_is_an_error_of_the_function(ours: str) -> None:
    with pytest.raises(ValueError, match="a value is there, or a reason"):
        built("always_nothing", ours).measure(testing.sample_known())


def test_a_metric_that_cannot_be_imported_is_there_and_undefined_with_the_reason(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text(
        "from backlog_pipeline.plugins import metric\n1 / 0\n"
        "@metric(unit='items')\ndef bad_one(known):\n    return 1\n"
    )
    found = built("bad_one", str(bad)).measure(testing.sample_known())
    assert found.value is None
    assert found.definition == "bad_one@0"
    assert "bad.py cannot be used: ZeroDivisionError: division by zero" in found.reason_undefined
    assert built("births", str(bad)).version == Births.version


def test_a_class_without_all_members_is_no_metric(tmp_path: Path) -> None:
    path = tmp_path / "half.py"
    path.write_text(
        "from backlog_pipeline.plugins import metric, source\n@metric\ndef half(known):\n    return 1\n"
    )
    found = built("half", str(path)).measure(testing.sample_known())
    assert "cannot be used" in found.reason_undefined


def test_a_name_that_one_of_ours_has_is_an_error_that_names_both(tmp_path: Path) -> None:
    path = tmp_path / "rival.py"
    path.write_text(
        "from backlog_pipeline.plugins import metric\n"
        "@metric(unit='items')\ndef births(known):\n    return 1\n"
    )
    with pytest.raises(PluginError, match="two metrics are named 'births'"):
        plugins.build_metrics(files=[str(path)])


def test_metrics_are_built_without_the_tables_of_the_scorer() -> None:
    program = (
        "import sys; from backlog_pipeline import plugins; "
        "plugins.build_metrics(); print('pandas' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"
