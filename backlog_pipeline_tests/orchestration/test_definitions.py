"""The shape of the graph is a visible diff, and the code location loads without a warning."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import dagster as dg
import pytest
import yaml

from backlog_pipeline.orchestration import instance, origin
from backlog_pipeline.orchestration.build import build_defs

PROJECT = Path(__file__).parent.parent.parent
SNAPSHOT = Path(__file__).parent / "graph.json"
SOURCES = ("code_comments", "dependency_vulnerabilities", "sast_findings")


def partitions_of(found: dg.PartitionsDefinition[str] | None) -> object:
    """The name of a partition, or of days what tells them apart."""
    if isinstance(found, dg.MultiPartitionsDefinition):
        return {
            dimension.name: partitions_of(dimension.partitions_def) for dimension in found.partitions_defs
        }
    if isinstance(found, dg.DailyPartitionsDefinition):
        return f"{found.start:%Y-%m-%d} in {found.timezone}"
    return getattr(found, "name", None)


def graph_of(definitions: dg.Definitions) -> dict[str, object]:
    """Assets, checks, jobs, schedules and sensors with what matters of each, as plain data."""
    checks = [check for assets in definitions.assets or () for check in assets.check_specs]  # type: ignore[union-attr]  # all of them are definitions
    specs = sorted(definitions.resolve_all_asset_specs(), key=lambda spec: spec.key)
    repository = definitions.get_repository_def()
    return {
        "assets": {
            spec.key.to_user_string(): {
                "group": spec.group_name,
                "deps": sorted(dep.asset_key.to_user_string() for dep in spec.deps),
                "partitions": partitions_of(spec.partitions_def),
                "happens_by_itself": spec.automation_condition is not None,
            }
            for spec in specs
        },
        "checks": sorted(f"{check.asset_key.to_user_string()}: {check.name}" for check in checks),
        "jobs": sorted(job.name for job in repository.get_all_jobs() if not job.name.startswith("__")),
        "schedules": {
            schedule.name: [
                schedule.cron_schedule,
                schedule.execution_timezone,
                schedule.default_status.value,
            ]
            for schedule in repository.schedule_defs
        },
        "sensors": {sensor.name: sensor.default_status.value for sensor in repository.sensor_defs},
    }


def test_the_graph_is_as_it_was_agreed() -> None:
    now = graph_of(build_defs(source_names=SOURCES))
    agreed = json.loads(SNAPSHOT.read_text())
    assert now == agreed, f"if the change is meant, write this to {SNAPSHOT}:\n{json.dumps(now, indent=1)}"


def test_a_new_source_brings_its_asset_by_itself() -> None:
    graph = graph_of(build_defs(source_names=(*SOURCES, "a_guest")))
    assets = graph["assets"]
    assert isinstance(assets, dict)
    assert "findings/a_guest" in assets
    assert "findings/a_guest" in assets["backlog"]["deps"]


def test_every_installed_source_is_an_asset() -> None:
    assert set(SOURCES) <= {
        spec.key.path[-1] for spec in build_defs().resolve_all_asset_specs() if spec.key.path[0] == "findings"
    }


def test_settings_that_cannot_be_read_do_not_keep_the_location_from_loading(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WSJF_THRESHOLD", "many")
    assert graph_of(build_defs(source_names=SOURCES)) == json.loads(SNAPSHOT.read_text())


def test_the_location_loads_without_a_warning(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", "from backlog_pipeline.definitions import defs"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_dagster_finds_nothing_to_object_to(tmp_path: Path) -> None:
    (tmp_path / "dagster.yaml").write_bytes(instance.packaged("dagster.yaml"))
    ended = subprocess.run(
        [sys.executable, "-m", "dagster", "definitions", "validate", "-w", str(PROJECT / "workspace.yaml")],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=os.environ | {"DAGSTER_HOME": str(tmp_path)},
    )
    assert ended.returncode == 0, ended.stderr
    assert "Validation successful for code location backlog_pipeline" in ended.stdout
    assert "WARNING" not in ended.stdout


@pytest.mark.parametrize("name", [instance.CONFIG_FILE, instance.WORKSPACE_FILE])
def test_the_packaged_copy_is_the_file_at_the_top(name: str) -> None:
    assert (PROJECT / name).read_bytes() == instance.packaged(name)


def test_the_code_location_has_one_name_everywhere() -> None:
    workspace = yaml.safe_load((PROJECT / "workspace.yaml").read_text())["load_from"][0]["python_module"]
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["dg"]["project"]
    assert workspace["location_name"] == project["code_location_name"] == origin.LOCATION_NAME
    assert workspace["module_name"] == project["code_location_target_module"]


def test_no_module_of_the_room_delays_its_annotations() -> None:
    room = PROJECT / "backlog_pipeline" / "orchestration"
    late = [
        p.name
        for p in room.glob("*.py")
        if re.search(r"^from __future__ import annotations", p.read_text(), re.M)
    ]
    assert late == []


def test_private_names_of_dagster_stay_in_four_modules() -> None:
    room = PROJECT / "backlog_pipeline" / "orchestration"
    private = {p.name for p in room.glob("*.py") if re.search(r"(import|from) dagster\._", p.read_text())}
    assert private <= {"origin.py", "instance.py", "event_log.py", "failures.py"}


def test_a_configuration_that_an_operator_wrote_is_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / "dagster" / "dagster.yaml"
    mine.parent.mkdir()
    mine.write_text("telemetry: {enabled: false}\n")
    instance.folder(tmp_path)
    assert mine.read_text() == "telemetry: {enabled: false}\n"
