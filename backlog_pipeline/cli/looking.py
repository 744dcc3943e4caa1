"""One look at a repository: nothing where nothing has changed, else one run of the pipeline.

Whether anything has changed is decided with git and one row of the state, without Dagster.
"""

import gc
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from backlog_pipeline import plugins
from backlog_pipeline.assembly import freshness, repositories
from backlog_pipeline.assembly.freshness import LastRun
from backlog_pipeline.assembly.standing import Standing, standing_of, still_holds
from backlog_pipeline.cli.output import Progress
from backlog_pipeline.model.run import RunStep, RunSummary, StepState
from backlog_pipeline.settings import Settings
from backlog_pipeline.store.ledger import Ledger
from backlog_pipeline.store.registry import Registry
from backlog_pipeline.system import clock
from backlog_pipeline.system.git import Git

if TYPE_CHECKING:
    from backlog_pipeline.pipeline import Parts

_STARTING = "starting"
_LABELS = {
    "repository_state": "looking at the repository",
    "backlog": "merging",
    "scored_backlog": "scoring",
    "execution_plan": "planning",
}


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A run now would find what the last one found.

    ``standing`` is what it left of the repository called ``name``, ``None`` where the ledger was
    written since, and all of it has to be read.
    """

    last: LastRun
    name: str
    standing: Standing | None


def look(settings: Settings, path: Path, progress: Progress) -> RunSummary | Unchanged:
    """Run the pipeline on the repository at ``path``, unless nothing has changed since the last run."""
    listed = plugins.sources(settings.plugin_files)
    plugins.check_names(settings.sources, listed, "backlog.toml [sources]")
    unchanged = _unchanged(settings, path)
    return unchanged or _run(settings, path, progress, may_write_repository=True)


def rehearse(settings: Settings, path: Path, progress: Progress) -> RunSummary:
    """A run on a copy of the state in a temporary folder: nothing else is written anywhere."""
    with _copied_state(settings, path) as elsewhere:
        return _run(elsewhere, path, progress, may_write_repository=False)


def _unchanged(settings: Settings, path: Path) -> Unchanged | None:
    ledger = Ledger.open(settings.ledger_url, is_read_only=True)
    try:
        now, known = clock.now(), repositories.entry_for(settings, path)
        inputs = freshness.inputs_now(settings, path, now)
        last = freshness.unchanged_run(Registry.of(ledger), known.key, inputs, now)
        if last is None:
            return None
        found = last.standing
        return Unchanged(last, known.name, found if found and still_holds(found, ledger, known.key) else None)
    finally:
        ledger.close()


def _run(settings: Settings, path: Path, progress: Progress, *, may_write_repository: bool) -> RunSummary:
    progress(_STARTING, 0, 0)
    with without_collection():
        from backlog_pipeline.assembly.parts import build_parts
        from backlog_pipeline.orchestration import launch

    parts = build_parts(settings, progress=progress, may_write_repository=may_write_repository)
    try:
        key = repositories.register(settings, parts.registry, path).key
        before = freshness.surroundings(settings, path, clock.now())
        command = ["backlog", *sys.argv[1:]]
        summary = launch.run_once(parts, key, command=command, on_step=_Steps(progress))
        _remember(parts, path, summary, before)
        return summary
    finally:
        parts.close()


@contextmanager
def without_collection() -> Iterator[None]:
    """Let nobody look for garbage while modules are imported: they stay, and there are thousands."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


class _Steps:
    """Tells progress of each step."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def __call__(self, step: RunStep) -> None:
        self._progress(_STARTING, 1, 1)
        if step.state is StepState.STARTED and step.name in _LABELS:
            self._progress(_LABELS[step.name], 0, 0)
        if step.state is StepState.DONE:
            self._progress(_LABELS.get(step.name, step.name.rpartition("/")[2]), 1, 1)


def _remember(parts: "Parts", path: Path, summary: RunSummary, before: str) -> None:
    """Note the run, unless it was a preview or a commit came in between: then the next run looks.

    What it depended on are the surroundings ``before`` it and the file that its merge left: an edit
    of ``backlog.yml`` after the merge was not seen by it.
    """
    is_same_commit = Git(path).find("rev-parse", "HEAD") == summary.state.revision
    if is_same_commit and not summary.state.is_preview:
        freshness.remember(
            parts.registry,
            summary.state.key,
            freshness.inputs_digest(before, summary.backlog.file_digest),
            summary.backlog.certificates,
            settings=parts.settings,
            now=clock.now(),
            run_id=summary.run_id,
            standing=standing_of(summary, parts.ledger),
        )


@contextmanager
def _copied_state(settings: Settings, path: Path) -> Iterator[Settings]:
    """Settings with a state folder that will be gone, holding this repository's part of the ledger."""
    with tempfile.TemporaryDirectory(prefix="backlog-dry-run-") as folder, _caches_in(folder):
        home = Path(folder)
        url = f"sqlite:///{home / 'ledger.db'}"
        key = repositories.entry_for(settings, path).key
        source = Ledger.open(settings.ledger_url, is_read_only=True)
        copy = Ledger.open(url)
        try:
            for learned_at, entries in groupby(source.entries(key), key=lambda entry: entry.learned_at):
                copy.append(key, [entry.event for entry in entries], learned_at=learned_at)
        finally:
            source.close()
            copy.close()
        yield replace(settings, home=home, ledger_url=url, storage=str(home / "storage"))


@contextmanager
def _caches_in(folder: str) -> Iterator[None]:
    """Let libraries that scanners use keep their caches in ``folder``, ours and those of children."""
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = folder
    try:
        yield
    finally:
        os.environ.pop("XDG_CACHE_HOME")
        if before is not None:
            os.environ["XDG_CACHE_HOME"] = before
