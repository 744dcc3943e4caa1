"""``backlog split``: say that items are not the same work, or that one item is two."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from backlog_pipeline.cli import options
from backlog_pipeline.errors import UsageError

if TYPE_CHECKING:
    from backlog_pipeline.cli.ranked import Ranked
    from backlog_pipeline.merge.by_hand.deeds import Deed, Hand
    from backlog_pipeline.pipeline.by_hand import Decide, Noted

_WHAT = "What is not the same"


@options.command("split", example="backlog split bl-9xka")
@click.argument("id_", metavar="ID")
@options.option(
    "--all", "is_all", is_flag=True, situation=_WHAT, help="Of an item that stands for several: all of them."
)
@options.option(
    "--path", "paths", multiple=True, type=click.Path(path_type=Path), situation=_WHAT,
    help="Of shared work: the places in this file or folder become an item of their own; may be given again.",
)  # fmt: skip
@options.repo_option
@options.json_option
def command(id_: str, is_all: bool, paths: tuple[Path, ...], repo: Path | None, is_json: bool) -> None:
    """Take an item out of those that it was merged with; no rule joins them again."""
    from backlog_pipeline.cli import by_hand
    from backlog_pipeline.merge.by_hand import joining

    if paths and is_all:
        raise UsageError("--path and --all are two ways to split", next_step="give one of them")

    def decide(hand: "Hand") -> "Deed":
        return joining.split(hand, id_, is_all=is_all)

    if paths:
        by_hand.act(repo, "split", _by_places(id_, paths, repo), _of_places, typed=(), is_json=is_json)
        return
    by_hand.act(repo, "split", decide, _sentence, typed=(), is_json=is_json)


def _by_places(id_: str, paths: tuple[Path, ...], repo: Path | None) -> "Decide":
    from backlog_pipeline.assembly import read, repositories
    from backlog_pipeline.cli import target
    from backlog_pipeline.cli.paths import inside
    from backlog_pipeline.merge.by_hand import parting

    settings = target.settings_for(repo)
    key = repositories.entry_for(settings, target.repository_of(settings)).key
    findings = [finding for scan in read.last_scans(settings, key) for finding in scan.findings]
    wanted = list(inside(repo, paths))

    def decide(hand: "Hand") -> "Deed":
        return parting.split_places(hand, id_, wanted, findings)

    return decide


def _of_places(row: "Ranked", noted: "Noted") -> str:
    from backlog_pipeline.cli import by_hand, output, words

    item = row.item
    output.say(f"Both have one title; `backlog set {item.id} title=TEXT` tells them apart.")
    places = words.count(len(item.places), "place")
    return f"{item.id} is a new item of {places}: {item.title} ({by_hand.standing(row)})."


def _sentence(row: "Ranked", noted: "Noted") -> str:
    from backlog_pipeline.cli import by_hand, words

    item = row.item
    if not noted.events:
        return f"{item.id} stands for itself alone already; nothing was changed."
    with_ = f", with {words.listed(item.merged)}" if item.merged else ""
    into = f" (merged into {item.merged_into})" if item.merged_into else ""
    return f"{item.id} stands for itself{with_}{into} now: {item.title} ({by_hand.standing(row)})."
