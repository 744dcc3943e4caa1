"""``backlog doctor``: check this installation, and say the next step where something is off."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from backlog_pipeline.cli import options, output, typed, words

if TYPE_CHECKING:
    from backlog_pipeline.cli.checks import Check


@options.command("doctor", example="backlog doctor --repo ~/src/project")
@options.repo_option
@options.json_option
def command(repo: Path | None, is_json: bool) -> int:
    """Check this installation, and say the next step where something is off."""
    from backlog_pipeline.cli import checks  # the settings and plugins: not for --help

    found = []
    for check in checks.every(repo):
        found.append(check)
        if not is_json:
            click.echo(_line(check))
    if is_json:
        output.data([_as_json(check) for check in found])
    return 1 if any(check.level is checks.Level.FAIL for check in found) else 0


def _line(check: "Check") -> str:
    said = f"{check.level.value:<4}  {check.name}: {words.plain(check.said)}"
    return (
        f"{said.rstrip('.')}. Next: {words.plain(typed.with_program(check.next_step))}"
        if check.next_step
        else said
    )


def _as_json(check: "Check") -> dict[str, object]:
    return {"name": check.name, "level": check.level.value, "said": check.said, "next_step": check.next_step}
