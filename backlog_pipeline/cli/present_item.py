"""One item in full: what it is, where it stands, each term of its score, and what holds it."""

from collections.abc import Iterable, Mapping
from typing import Any

from backlog_pipeline.assembly.item_links import Said
from backlog_pipeline.cli import present_links, words
from backlog_pipeline.cli.ranked import Ranked
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.link import Assertion
from backlog_pipeline.model.plan import Planned, Term, Verdict
from backlog_pipeline.score import explain

_PLACES_SHOWN = 20
_NONE: Mapping[Any, Any] = {}


def as_lines(
    row: Ranked, others: Mapping[str, Item] = _NONE, said: Mapping[Assertion, Said] = _NONE
) -> list[str]:
    """The item as text, in paragraphs with headings; a part that is empty is left out.

    Args:
        others: the items of the repository, by id.
        said: when each of its links was said.
    """
    item = row.item
    standing = [*_standing(row), *present_links.merged_lines(row, said)]
    parts = [
        [f"{item.id}  {words.plain(item.title)}", *(f"  {line}" for line in standing)],
        _part("Stands for", present_links.stands_for(row, others, said)),
        _part("What it says", [words.plain(item.description)] if item.description else []),
        _part("Where", _places(item)),
        _part("Why this score", waterfall(row)),
        _part("May it be worked on", _verdict(row.planned)),
        _part("Done when", [f"- {words.plain(text)}" for text in item.acceptance_criteria]),
        _part("Evidence", [words.plain(text) for text in item.evidence]),
        _part("Links", _links(row, others, said)),
    ]
    return [line for part in parts if part for line in (*part, "")][:-1]


def _links(row: Ranked, others: Mapping[str, Item], said: Mapping[Assertion, Said]) -> list[str]:
    told = present_links.linked(row, others, said)
    return [*(words.plain(text) for text in row.item.links if not any(text in line for line in told)), *told]


def waterfall(row: Ranked) -> list[str]:
    """The terms of the score in a column, each with its origin and reason, and the score below them."""
    if row.terms:
        return [_one_line(line) for line in explain.lines(row.terms)]
    return ["no score: an estimate is missing"] if row.item.is_open else []


def terms_as_json(terms: Iterable[Term]) -> list[dict[str, object]]:
    """The waterfall for programs: each term's name, number, operation, reason and origin."""
    return [
        {"name": t.name, "value": t.value, "operation": t.operation, "reason": t.reason, "origin": t.origin}
        for t in terms
    ]


def _standing(row: Ranked) -> list[str]:
    item = row.item
    kind = item.item_type.value.replace("_", " ")
    age = words.age(row.scores.age_days, is_at_least=item.birth.is_at_least)
    days = f" ({age})" if item.is_open else ""
    lines = [
        f"{item.standing}, {kind}, risk {item.risk_tier.value.lower()}",
        f"born {item.created_at.isoformat()}{days}, asked for by {item.source}{_seen_by(item)}",
    ]
    if row.planned:
        bounds = (
            f"between {row.planned.best_rank} and {row.planned.worst_rank} if the estimates are one notch off"
        )
        lines.append(f"rank {row.planned.rank}" + (f" ({bounds})" if row.planned.worst_rank else ""))
    if item.blocked_reason:
        lines.append(f"blocked: {words.plain(item.blocked_reason)}")
    if item.dismissed_reason and not item.merged_into:
        lines.append(f"dismissed: {words.plain(item.dismissed_reason)}")
    if item.completed_at:
        lines.append(f"done on {item.completed_at.isoformat()} by {words.plain(item.closed_by) or 'unknown'}")
    if item.pins:
        lines.append(f"set by hand: {', '.join(sorted(name for name, _ in item.pins))}")
    return lines


def _seen_by(item: Item) -> str:
    """The sources that see it beside the one that asked for it."""
    others = [source for source in item.attributed_by if source != item.source]
    return f", seen by {words.listed(others)}, too" if others else ""


def _places(item: Item) -> list[str]:
    shown = [words.plain(f"{place}  {place.detail}".rstrip()) for place in item.places[:_PLACES_SHOWN]]
    more = len(item.places) - len(shown)
    return [*shown, f"and {more:,} more"] if more else shown


def _verdict(planned: Planned | None) -> list[str]:
    if planned is None:
        return []
    match planned.verdict:
        case Verdict.NOW:
            first = "yes, now"
        case Verdict.PERSON:
            first = "by a person"
        case Verdict.HELD:
            first = "not now"
    lines = [f"{first}: {words.plain(planned.reason)} ({planned.rule})"]
    others = [rule for rule in planned.held_by if rule != planned.rule]
    return [*lines, f"also held by: {', '.join(others)}"] if others else lines


def _one_line(text: str) -> str:
    """A line of a column: made safe to print, with its blanks kept."""
    return text if text.isprintable() else words.plain(text)


def _part(heading: str, lines: list[str]) -> list[str]:
    return [heading, *(f"  {line}" for line in lines)] if lines else []
