"""``backlog run``: look at a repository, rank what is to be done, and say what comes next."""

from pathlib import Path

from backlog_pipeline.cli import options
from backlog_pipeline.errors import UsageError

_HOW_FAR = "How far it goes"
_AGAIN = "Again and again"


@options.command("run", example="backlog run --repo ~/src/project")
@options.option(
    "--discover-only",
    "is_discover_only",
    is_flag=True,
    situation=_HOW_FAR,
    help="Stop after the plan; carry nothing out.",
)
@options.option(
    "--dry-run",
    "is_dry_run",
    is_flag=True,
    situation=_HOW_FAR,
    help="On a copy of the state: record and write nothing.",
)
@options.option(
    "--strict",
    "is_strict",
    is_flag=True,
    situation=_HOW_FAR,
    help="End with 7 when a source could not look everywhere.",
)
@options.option(
    "--continuous", "is_continuous", is_flag=True, situation=_AGAIN, help="Look again until stopped."
)
@options.option(
    "--interval",
    type=float,
    metavar="MINUTES",
    situation=_AGAIN,
    help="Minutes between two looks; default 60.",
)
@options.option(
    "--jobs",
    type=int,
    metavar="NUMBER",
    situation="How fast",
    help="How many processors to use; default: all.",
)
@options.repo_option
@options.json_option
def command(
    *,
    is_discover_only: bool, is_dry_run: bool, is_strict: bool, is_continuous: bool,
    interval: float | None, jobs: int | None, repo: Path | None, is_json: bool,
) -> int:  # fmt: skip
    """Look at a repository and rank what is to be done."""
    if interval is not None and not is_continuous:
        raise UsageError("--interval says how often to look", next_step="add --continuous")
    from backlog_pipeline.cli import running, target  # SQLAlchemy: not for --help

    settings = target.settings_for(repo, interval_minutes=interval, jobs=jobs)
    path = target.repository_of(settings)
    asked = running.Asked(settings, path, is_discover_only, is_dry_run, is_strict, is_json)
    return running.again_and_again(asked) if is_continuous else running.once(asked)
