"""``backlog metrics``: the numbers of days, and measuring days again."""

from datetime import date
from pathlib import Path

from backlog_pipeline.cli import dates, options, output

_DAY = dates.Day("2026-05-31")


@options.group("metrics", example="backlog metrics show --date 2026-05-31")
def command() -> None:
    """Show what was measured of a day, and measure days of the past."""


@command.command("show", cls=options.Command, example="backlog metrics show --date 2026-05-31 --json")
@options.option(
    "--date", "day", type=_DAY, metavar="DAY", situation="Which day",
    help="The day, as 2026-05-31; default: the newest that was measured.",
)  # fmt: skip
@options.repo_option
@options.json_option
def show(day: date | None, repo: Path | None, *, is_json: bool) -> None:
    """Show the metrics of a day, with what each was made of, or why it is undefined."""
    from backlog_pipeline.cli import measured, present_metrics, target  # SQLAlchemy: not for --help
    from backlog_pipeline.measure import window
    from backlog_pipeline.system import clock

    settings = target.settings_for(repo)
    today = window.day_of(clock.now(), settings.time_zone)
    document = measured.read_day(settings, target.repository_of(settings), day, today=today)
    if is_json:
        output.data(document)
        return
    output.lines(present_metrics.headline(document))
    output.table(present_metrics.as_table(document))
    output.lines(present_metrics.undefined(document, output.width()))
    for line in present_metrics.remarks(document):
        output.say(line)


@command.command(
    "backfill", cls=options.Command, example="backlog metrics backfill --from 2026-01-01 --to 2026-03-31"
)
@options.option(
    "--from", "first", type=_DAY, metavar="DAY", required=True, situation="Which days",
    help="The first day, as 2026-01-01.",
)  # fmt: skip
@options.option(
    "--to", "last", type=_DAY, metavar="DAY", situation="Which days",
    help="The last day; default: yesterday.",
)  # fmt: skip
@options.option(
    "--write", "is_writing", is_flag=True, situation="Where it is kept",
    help="Write the files into docs/status of the repository, too.",
)  # fmt: skip
@options.repo_option
@options.json_option
def backfill(first: date, last: date | None, repo: Path | None, *, is_writing: bool, is_json: bool) -> None:
    """Measure days of the past, from the ledger and from git's history."""
    from backlog_pipeline.cli import (
        cache_news,
        measuring,
        present_metrics,
        target,
    )  # SQLAlchemy: not for --help

    settings = target.settings_for(repo)
    path = target.repository_of(settings)
    asked = measuring.Asked(first, last, is_writing=is_writing)
    with cache_news.said_at_the_end(settings.home), output.progress() as progress:
        done = measuring.measure(settings, path, asked, progress)
    if is_json:
        output.data(present_metrics.summary_as_json(done))
    else:
        output.lines(present_metrics.summary(done))
    for line in present_metrics.kept(done):
        output.say(line)
