"""``backlog add``: note work that no scan can see."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from backlog_pipeline.cli import options

if TYPE_CHECKING:
    from backlog_pipeline.cli.ranked import Ranked
    from backlog_pipeline.merge.by_hand.deeds import Deed, Hand
    from backlog_pipeline.pipeline.by_hand import Noted

_WHAT = "What it is"
_WORTH = "What it is worth (1 2 3 5 8 13; estimated where you say nothing)"


@options.command("add", example='backlog add "Call the customer" --type investigation --job-size 1')
@click.argument("title", metavar="TITLE")
@options.option(
    "--type", "type_", metavar="WORD", situation=_WHAT, help="bug_fix, ...; default: enhancement."
)
@options.option("--risk-tier", metavar="WORD", situation=_WHAT, help="LOW to CRITICAL; default: MEDIUM.")
@options.option("--description", metavar="TEXT", situation=_WHAT, help="More words about it.")
@options.option(
    "--file", "files", multiple=True, type=click.Path(path_type=Path), situation=_WHAT,
    help="A file it is about; may be given again.",
)  # fmt: skip
@options.option(
    "--criterion", "criteria", multiple=True, metavar="TEXT", situation=_WHAT,
    help="When it is done; may be given again.",
)  # fmt: skip
@options.option(
    "--link", "links", multiple=True, metavar="TEXT", situation=_WHAT,
    help="Other work, such as ticket:#12; may be given again.",
)  # fmt: skip
@options.option("--business-value", metavar="NUMBER", situation=_WORTH, help="What users gain.")
@options.option("--time-criticality", metavar="NUMBER", situation=_WORTH, help="What waiting costs.")
@options.option("--risk-reduction", metavar="NUMBER", situation=_WORTH, help="What cannot go wrong after it.")
@options.option("--job-size", metavar="NUMBER", situation=_WORTH, help="How much work it is.")
@options.option(
    "--again", "is_again", is_flag=True, situation="Where it is known",
    help="A second item with the title of another one.",
)  # fmt: skip
@options.repo_option
@options.json_option
def command(
    title: str, *, type_: str | None, files: tuple[Path, ...], criteria: tuple[str, ...],
    links: tuple[str, ...], is_again: bool, repo: Path | None, is_json: bool, **single: str | None,
) -> None:  # fmt: skip
    """Note work of your own, which no scan can see."""
    from backlog_pipeline.cli import by_hand, paths
    from backlog_pipeline.merge.by_hand import deeds

    given = {"title": title, "type": type_, **single}
    pairs = [(name, text) for name, text in given.items() if text is not None]
    pairs += [("acceptance_criteria", text) for text in criteria] + [("links", text) for text in links]
    pairs += [("files", path) for path in paths.inside(repo, files, may_be_new=True)]

    def decide(hand: "Hand") -> "Deed":
        return deeds.add(hand, pairs, is_again=is_again)

    texts = [text for _, text in pairs]
    by_hand.act(repo, "add", decide, _sentence, typed=texts, is_json=is_json, is_new=True)


def _sentence(row: "Ranked", noted: "Noted") -> str:
    from backlog_pipeline.cli import by_hand

    return f"{row.item.id} is added: {row.item.title} ({by_hand.standing(row)})."
