"""Values between assets survive the way through files, on a disk and on any file system."""

from pathlib import Path

import dagster as dg
import pandas as pd
import pytest

from backlog_pipeline.errors import StateError
from backlog_pipeline.model.backlog import Backlog
from backlog_pipeline.model.plan import Plan
from backlog_pipeline.orchestration.io import Values
from backlog_pipeline.store.values import ValueStore
from backlog_pipeline_tests.orchestration.world import NOW

VALUES = [
    Backlog("flask-1", "abc", NOW.date()),
    Plan("flask-1", "abc", NOW.date(), notes=("nothing to do",)),
    pd.DataFrame({"id": ["bl-1", "bl-2"], "wsjf_score": [3.5, 0.25]}),
]


def output(repository: str) -> dg.OutputContext:
    return dg.build_output_context(asset_key=dg.AssetKey(["findings", "x"]), partition_key=repository)


def load(manager: Values, kind: type, repository: str) -> object:
    context = dg.build_input_context(
        asset_key=dg.AssetKey(["findings", "x"]),
        partition_key=repository,
        dagster_type=dg.PythonObjectDagsterType(kind),
    )
    return manager.load_input(context)


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("where", ["disk", "memory://backlog-io-test"])
def test_a_value_is_the_same_when_another_process_reads_it(value: object, where: str, tmp_path: Path) -> None:
    storage = str(tmp_path) if where == "disk" else f"{where}/{type(value).__name__}"
    Values(ValueStore(storage), {}).handle_output(output("flask-1"), value)
    read = load(Values(ValueStore(storage), {}), type(value), "flask-1")
    if isinstance(value, pd.DataFrame):
        pd.testing.assert_frame_equal(value, read)  # type: ignore[arg-type]  # a failing test says so
    else:
        assert read == value


def test_repositories_are_kept_apart(tmp_path: Path) -> None:
    manager = Values(ValueStore(str(tmp_path)), {})
    for name in ("flask-1", "click-2"):
        manager.handle_output(output(name), Plan(name, "abc", NOW.date()))
    read = load(Values(ValueStore(str(tmp_path)), {}), Plan, "flask-1")
    assert read == Plan("flask-1", "abc", NOW.date())


def test_a_value_that_was_never_made_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(StateError) as caught:
        load(Values(ValueStore(str(tmp_path)), {}), Plan, "flask-1")
    assert "findings/x/flask-1.json was never made" in caught.value.message
    assert "backlog run" in caught.value.next_step


def test_what_this_process_made_is_handed_on_as_it_is(tmp_path: Path) -> None:
    made: dict[tuple[str, str], object] = {}
    manager = Values(ValueStore(str(tmp_path)), made)
    plan = Plan("flask-1", "abc", NOW.date())
    manager.handle_output(output("flask-1"), plan)
    assert load(manager, Plan, "flask-1") is plan
    assert made == {("findings/x", "flask-1"): plan}
