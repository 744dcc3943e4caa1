"""``backlog ui`` and ``backlog up``: Dagster's web server, and its daemon, as children of this process.

The server listens on loopback only: it has no authentication, and whoever reaches it can start runs.
"""

import logging
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import dagster as dg

from backlog_pipeline.assembly import repositories
from backlog_pipeline.errors import ToolError
from backlog_pipeline.orchestration import instance, lost_runs, partitions
from backlog_pipeline.settings import Settings
from backlog_pipeline.store.ledger import Ledger
from backlog_pipeline.store.registry import Registry
from backlog_pipeline.system.service import Service, answers, loopback_port, stopping_on_signals

FIRST_PORT = 3000
_HOST = "127.0.0.1"
_NOT_WITH_DAGSTER = "PYTHONSAFEPATH"  # Dagster drops sys.path[0], whatever it is, when it loads a module
_START_SECONDS = 90.0
_LOOK_SECONDS = 0.5
_LOOKS_BETWEEN_CLEANING = 10

Say = Callable[[str], None]


def _to_the_log(problem: str) -> None:
    logging.getLogger(__name__).warning(problem)


def serve(
    settings: Settings,
    *,
    has_daemon: bool,
    port: int | None,
    on_ready: Say,
    on_problem: Say = _to_the_log,
) -> None:
    """Show the UI until this process is told to stop (TERM, INT or HUP), then stop all children.

    Args:
        has_daemon: also run schedules, sensors and the queue of runs (``backlog up``). Without it
            nothing starts by itself; a run that a person starts in the UI begins at once.
        port: the one to use; ``None`` takes the first free one from 3000 on.
        on_ready: is told the address once the UI answers.
        on_problem: is told of each configured repository that cannot be looked at.

    Raises:
        UsageError: the port is taken.
        ToolError: a child ended by itself; names its log.
    """
    with stopping_on_signals(), instance.for_showing(settings.home, has_daemon=has_daemon) as dagster:
        chosen = loopback_port(port, first=FIRST_PORT)
        _make_partitions(dagster, settings, on_problem)
        services: list[Service] = []
        try:
            for name, argv in _commands(dagster, settings.home, chosen, has_daemon=has_daemon):
                services.append(_start(name, argv, settings.home))
            url = f"http://{_HOST}:{chosen}"
            _wait_until_ready(url, services)
            on_ready(url)
            _watch(dagster, settings.home, services)
        except KeyboardInterrupt:
            pass
        finally:
            for service in services:
                service.stop()


def _make_partitions(dagster: dg.DagsterInstance, settings: Settings, on_problem: Say) -> None:
    """A partition for each repository that the settings or earlier runs name."""
    ledger = Ledger.open(settings.ledger_url)
    try:
        registry = Registry.of(ledger)
        for error in repositories.register_configured(settings, registry):
            on_problem(str(error))
        partitions.add_keys(dagster, [known.key for known in registry.all()])
    finally:
        ledger.close()


def _commands(
    dagster: dg.DagsterInstance, home: Path, port: int, *, has_daemon: bool
) -> list[tuple[str, list[str]]]:
    place = ["--instance-ref", instance.reference(dagster), "--workspace", str(instance.workspace_file(home))]
    web = ["dagster_webserver", "--host", _HOST, "--port", str(port), *place]
    daemon = ["dagster._daemon", "run", *place]
    return [("webserver", web), ("daemon", daemon)] if has_daemon else [("webserver", web)]


def _start(name: str, module: Sequence[str], home: Path) -> Service:
    folder = instance.folder(home)
    ours = {"BACKLOG_HOME": str(home), "DAGSTER_HOME": str(folder)}
    inherited = {name: value for name, value in os.environ.items() if name != _NOT_WITH_DAGSTER}
    return Service(
        name,
        [sys.executable, "-m", *module],
        cwd=folder,
        env=inherited | ours,
        log=folder / "logs" / f"{name}.log",
    )


def _wait_until_ready(url: str, services: Sequence[Service]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not answers(f"{url}/server_info"):
        _check_alive(services)
        if time.monotonic() > deadline:
            raise ToolError(
                f"the UI did not answer within {_START_SECONDS:g} s",
                next_step=f"see {services[0].log}",
            )
        time.sleep(_LOOK_SECONDS)


def _watch(dagster: dg.DagsterInstance, home: Path, services: Sequence[Service]) -> None:
    while True:
        lost_runs.end_lost_runs(dagster, home)
        for _ in range(_LOOKS_BETWEEN_CLEANING):
            time.sleep(_LOOK_SECONDS)
            _check_alive(services)


def _check_alive(services: Sequence[Service]) -> None:
    for service in services:
        if service.exit_code is not None:
            raise ToolError(
                f"Dagster's {service.name} ended by itself with {service.exit_code}",
                next_step=f"see {service.log}, then start again",
            )
