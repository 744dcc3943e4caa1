"""``backlog doctor``: check this installation, and say the next step where something is off."""

import os
from collections.abc import Iterator
from pathlib import Path

import click

from backlog_pipeline import settings as all_settings
from backlog_pipeline.cli import checks, options, output, target, words
from backlog_pipeline.cli.checks import Check, Level
from backlog_pipeline.errors import SettingError
from backlog_pipeline.settings import Settings


@options.command("doctor", example="backlog doctor --repo ~/src/project")
@options.repo_option
@options.json_option
def command(repo: Path | None, is_json: bool) -> int:
    """Check this installation, and say the next step where something is off."""
    found = []
    for check in _all(repo):
        found.append(check)
        if not is_json:
            click.echo(_line(check))
    if is_json:
        output.data([_as_json(check) for check in found])
    return 1 if any(check.level is Level.FAIL for check in found) else 0


def _all(repo: Path | None) -> Iterator[Check]:
    yield from checks.machine()
    try:
        settings = target.settings_for(repo)
    except SettingError as error:
        yield Check("settings", Level.FAIL, error.message, error.next_step)
        return
    yield Check("settings", Level.OK, f"{_said(settings)} (see `backlog config`)")
    yield from checks.misspelled(os.environ)
    yield from checks.repository(settings)
    yield from checks.state_folder(settings.home)
    yield from checks.plugged_in(settings)
    yield from checks.ledger(settings)
    yield from checks.services(settings)
    yield from checks.leftover_runs(settings.home)


def _said(settings: Settings) -> str:
    told = [o for o in settings.origins.values() if o.kind is not all_settings.OriginKind.DEFAULT]
    return f"{words.count(len(told), 'value')} not at the default"


def _line(check: Check) -> str:
    said = f"{check.level.value:<4}  {check.name}: {words.plain(check.said)}"
    return f"{said.rstrip('.')}. Next: {words.plain(check.next_step)}" if check.next_step else said


def _as_json(check: Check) -> dict[str, object]:
    return {"name": check.name, "level": check.level.value, "said": check.said, "next_step": check.next_step}
