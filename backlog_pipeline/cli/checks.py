"""What ``backlog doctor`` looks at: each check says what it saw, and the next step where it is off."""

import difflib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import cast

from backlog_pipeline import plugins
from backlog_pipeline.cli import present_settings, target
from backlog_pipeline.cli.words import count
from backlog_pipeline.discover.interface import Source
from backlog_pipeline.errors import BacklogError, SettingError, ToolError
from backlog_pipeline.plugins import Broken, Plugin
from backlog_pipeline.settings import SETTINGS, Origin, OriginKind, Settings

_LITTLE_BYTES = 1_000_000_000
_TOO_LITTLE_BYTES = 50_000_000
_DEFAULT = Origin(OriginKind.DEFAULT)
_OLDEST_GIT = (2, 25)


class Level(StrEnum):
    """How a check ended; one that fails makes ``backlog doctor`` end with 1."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One line: what was looked at, how it stands, and what to do about it."""

    name: str
    level: Level
    said: str
    next_step: str = ""


def every(repo: Path | None) -> Iterator[Check]:
    """Every check, in the order in which one thing needs the other."""
    yield from machine()
    try:
        settings = target.settings_for(repo)
    except SettingError as error:
        yield Check("settings", Level.FAIL, error.message, error.next_step)
        return
    yield Check("settings", Level.OK, f"{_said(settings)} (see `backlog config`)")
    yield from misspelled(os.environ)
    yield from repository(settings)
    yield from state_folder(settings.home)
    yield from plugged_in(settings)
    yield from ledger(settings)
    yield from services(settings)
    yield from leftover_runs(settings.home)


def machine() -> Iterator[Check]:
    """What has to be there before anything else: Python, git, a fast YAML loader."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Check("python", Level.OK, f"{version}, {sys.executable}")
    yield _git()
    yield _yaml()


def repository(settings: Settings) -> Iterator[Check]:
    """Whether the repository that the other commands would take can be looked at."""
    from backlog_pipeline.discover.state import head_of
    from backlog_pipeline.system.git import Git

    try:
        found = target.repository_of(settings)
        head_of(Git(found))
        yield Check("repository", Level.OK, str(found))
        yield from merge_driver(found)
    except BacklogError as error:
        yield Check("repository", Level.WARN, error.message, error.next_step)


def merge_driver(repository: Path) -> Iterator[Check]:
    """Where git was told to merge ``backlog.yml`` by our program: whether that is still there."""
    from backlog_pipeline.cli import merging

    missing = merging.missing_program(repository)
    if missing:
        step = "`backlog init --merge-driver` names the one of today, `--no-merge-driver` none"
        yield Check("merge driver", Level.WARN, f"its program {missing} is gone", step)
    elif missing is not None:
        yield Check("merge driver", Level.OK, "git merges backlog.yml by item and field in this clone")


def state_folder(home: Path) -> Iterator[Check]:
    """Whether the state folder can be written and has room."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home) as probe:
            probe.write(b"probe")
        yield Check("state folder", Level.OK, f"{home} can be written")
        free = shutil.disk_usage(home).free
    except OSError as error:
        step = "make it writable, or set BACKLOG_HOME to another folder"
        yield Check("state folder", Level.FAIL, f"{home}: {error.strerror}", step)
        return
    level = Level.OK if free >= _LITTLE_BYTES else Level.WARN if free >= _TOO_LITTLE_BYTES else Level.FAIL
    yield Check(
        "disk space", level, f"{free // 1_000_000:,} MB free", "" if level is Level.OK else "free some"
    )


def plugged_in(settings: Settings) -> Iterator[Check]:
    """Each source that is on, with the options it was given, and each rule that is named, built."""
    try:
        sources = plugins.sources(settings.plugin_files)
        rules = plugins.scoring_rules(settings.plugin_files)
        plugins.check_names(settings.sources, sources, "backlog.toml [sources]")
        plugins.check_names(settings.rules, rules, "backlog.toml [score] rules")
    except BacklogError as error:
        yield Check("plugins", Level.FAIL, error.message, error.next_step)
        return
    for source in sources:
        if settings.source(source.name).is_enabled:
            yield _plugin(source, settings.source(source.name).options)
    yield from (_plugin(rule) for rule in rules if rule.name in settings.rules)


def ledger(settings: Settings) -> Iterator[Check]:
    """Whether every chain of the ledger holds, from the first entry to the last, and no anchor disagrees."""
    from backlog_pipeline.cli import audited

    try:
        audits = audited.audits_of(settings)
    except BacklogError as error:
        yield Check("ledger", Level.FAIL, error.message, error.next_step)
        return
    wrong = audited.disagreement(audits)
    if wrong is None:
        said = (
            f"every entry follows the one before it ({count(len(audits), 'chain')}), and no anchor disagrees"
        )
        yield Check("ledger", Level.OK, said if audits else "no run yet")
    elif audited.is_only_of_snapshots(audits):
        step = "see `backlog audit verify`; with --no-snapshots where another machine's ledger wrote them"
        yield Check("ledger", Level.WARN, wrong.message, step)
    else:
        yield Check("ledger", Level.FAIL, wrong.message, wrong.next_step)


def services(settings: Settings) -> Iterator[Check]:
    """Which network services a run may ask; nothing is asked now."""
    token = "with a token" if settings.github_token else "without a token, so not asked"
    yield Check("github", Level.OK, f"{settings.github_api_url}, {token}")


def leftover_runs(home: Path) -> Iterator[Check]:
    """Runs whose process is gone: they are recorded as failed now, so that none stays "started"."""
    if not (home / "dagster").is_dir():
        yield Check("runs", Level.OK, "no run yet")
        return
    from backlog_pipeline.orchestration import instance, lost_runs

    with instance.for_command_line(home) as dagster:
        lost = lost_runs.end_lost_runs(dagster, home)
    if not lost:
        yield Check("runs", Level.OK, "none was left behind")
        return
    step = "run `backlog run` again; nothing that was recorded is lost"
    yield Check(
        "runs", Level.WARN, f"{count(len(lost), 'run')} ended without a word; now recorded as failed", step
    )


def _git() -> Check:
    from backlog_pipeline.system import process

    try:
        printed = process.check(process.run(("git", "--version")), next_step="reinstall git").decode()
    except ToolError as error:
        return Check("git", Level.FAIL, error.message, error.next_step)
    numbers = tuple(int(part) for part in printed.split()[2].split(".")[:2] if part.isdigit())
    if numbers < _OLDEST_GIT:
        return Check("git", Level.FAIL, printed.strip(), "install git 2.25 or newer")
    return Check("git", Level.OK, printed.strip())


def _yaml() -> Check:
    from backlog_pipeline.merge.backlog_file import HAS_C_LOADER

    if HAS_C_LOADER:
        return Check("yaml", Level.OK, "the fast loader is there")
    step = "install a PyYAML that was built with libyaml; without it a large backlog.yml loads slowly"
    return Check("yaml", Level.WARN, "PyYAML has no C loader", step)


def _plugin(plugin: Plugin, options: Mapping[str, str] | None = None) -> Check:
    """Whether it can be built, and a source whether it has the options that it was given."""
    built = plugins.build(plugin)
    name = f"{plugin.shelf.noun} {plugin.name}"
    if isinstance(built, Broken):
        return Check(name, Level.FAIL, built.reason, f"repair or reinstall {plugin.brought_by}")
    try:
        if options:
            plugins.check_options(cast(Source, built), options)
    except SettingError as error:
        return Check(name, Level.FAIL, error.message, error.next_step)
    return Check(name, Level.OK, plugin.brought_by)


def misspelled(environ: Mapping[str, str]) -> Iterator[Check]:
    """Variables that are no setting, but are named almost like one."""
    known = [row.environment for row in SETTINGS if row.environment]
    for name in sorted(environ):
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.9)
        if near and name not in known:
            yield Check("environment", Level.WARN, f"{name} is no setting", f"did you mean {near[0]}?")


def _said(settings: Settings) -> str:
    told = [row for row in present_settings.rows_of(settings, {}) if row.origin != str(_DEFAULT)]
    return f"{count(len(told), 'value')} not at the default"
