"""Dagster's own state: one persistent instance in ``BACKLOG_HOME/dagster``, for command line and UI."""

import os
from importlib import resources
from pathlib import Path

import dagster as dg
from dagster._core.instance.ref import InstanceRef
from dagster._serdes import serialize_value

from backlog_pipeline.orchestration import event_log
from backlog_pipeline.system import files
from backlog_pipeline.system.liveness import one_at_a_time

CONFIG_FILE = "dagster.yaml"
WORKSPACE_FILE = "workspace.yaml"

_NO_OUTPUT_COPIES = {
    "module": "dagster._core.storage.noop_compute_log_manager",
    "class": "NoOpComputeLogManager",
}
_AT_ONCE = {"module": "dagster._core.run_coordinator", "class": "DefaultRunCoordinator"}


def folder(home: Path) -> Path:
    """Where Dagster keeps runs and events; made, with its configuration, where it is missing.

    A ``dagster.yaml`` that is there is left as it is: it is the operator's.
    """
    path = home / "dagster"
    if not (path / CONFIG_FILE).exists():
        files.write_atomic(path / CONFIG_FILE, packaged(CONFIG_FILE))
    return path


def packaged(name: str) -> bytes:
    """One of the configuration files that come with the package."""
    return resources.files(__package__).joinpath(name).read_bytes()


def for_command_line(home: Path) -> dg.DagsterInstance:
    """The instance for runs inside this process: it does not copy what steps print into files.

    (Those copies start two processes a run; progress goes to the person's screen instead.) Where the
    operator has not chosen a storage, its event log is kept open during the run.
    """
    path = str(folder(home))
    kept_open = event_log.configuration(InstanceRef.from_dir(path), path)
    return _open(home, {"compute_logs": _NO_OUTPUT_COPIES, **kept_open})


def for_showing(home: Path, *, has_daemon: bool) -> dg.DagsterInstance:
    """The instance for a web server.

    Without a daemon nobody would take a run from the queue, so a run that a person starts in the
    UI is started at once; with it, the limits in ``dagster.yaml`` hold.
    """
    return _open(home, {} if has_daemon else {"run_coordinator": _AT_ONCE, "concurrency": {}})


def workspace_file(home: Path) -> Path:
    """The file that tells Dagster's servers where our code location is; written anew each time."""
    path = folder(home) / WORKSPACE_FILE
    files.write_atomic(path, packaged(WORKSPACE_FILE))
    return path


def reference(dagster: dg.DagsterInstance) -> str:
    """The instance as text, for a child process to open the same one."""
    return serialize_value(dagster.get_ref())


def _open(home: Path, overrides: dict[str, object]) -> dg.DagsterInstance:
    """Open it, one process at a time.

    Two processes that open a new one at once both make its databases, and leave them with two
    versions of the schema, which Dagster then never opens again.
    """
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "1")
    path = folder(home)
    with one_at_a_time(path / "opening.lock"):
        return dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(path), overrides=overrides))
