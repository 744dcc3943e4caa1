"""``backlog dismiss``: decide against work, for good or for a time."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from backlog_pipeline.cli import dates, options
from backlog_pipeline.errors import UsageError

if TYPE_CHECKING:
    from backlog_pipeline.cli.ranked import Ranked
    from backlog_pipeline.merge.by_hand.deeds import Deed, Hand
    from backlog_pipeline.pipeline.by_hand import Noted

_WHY = "Why, and for how long"


@options.command("dismiss", example='backlog dismiss bl-4kq2 --reason "risk accepted" --until 2027-01-31')
@click.argument("id_", metavar="ID")
@options.option(
    "--reason", metavar="TEXT", situation=_WHY, help="Why it is not to be done; kept with your decision."
)
@options.option(
    "--until", type=dates.Day("2027-01-31"), metavar="DATE", situation=_WHY,
    help="The last day; it is back on the next. Default: for good.",
)  # fmt: skip
@options.repo_option
@options.json_option
def command(id_: str, reason: str | None, until: date | None, repo: Path | None, is_json: bool) -> None:
    """Decide against an item, for good or until a day; no scan undoes it."""
    from backlog_pipeline.cli import by_hand
    from backlog_pipeline.merge.by_hand import deeds

    if reason is None:
        raise UsageError("a dismissal needs a reason", next_step="add --reason TEXT")

    def decide(hand: "Hand") -> "Deed":
        return deeds.dismiss(hand, id_, reason=reason, until=until)

    by_hand.act(repo, "dismiss", decide, _sentence, typed=[reason], is_json=is_json)


def _sentence(row: "Ranked", noted: "Noted") -> str:
    item = row.item
    until = f"until {item.dismissed_until}" if item.dismissed_until else "for good"
    already = "" if noted.events else ", as before"
    return f"{item.id} is dismissed {until}{already}: {item.dismissed_reason}"
