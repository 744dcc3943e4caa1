"""Items as lines of a report: what somebody else wrote stands in code spans, and lists do not get long."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from backlog_pipeline.report.amounts import amount
from backlog_pipeline.report.facts import Facts
from backlog_pipeline.report.words import code, prose

LISTED = 10
"""How many entries a list names; it says how many more there are."""


Entry = TypeVar("Entry")


def listed(facts: Facts, name: str, entries: Sequence[Entry], say: Callable[[Entry], str]) -> Iterator[str]:
    """The first entries of a list as lines, how many more there are, or why it is not known."""
    if facts.value(name) is None:
        yield f"- {facts.number(name)}: {prose(facts.measurement(name).reason_undefined)}"
        return
    if not entries:
        yield f"- {facts.link(name, 'none')}"
    yield from (f"- {say(entry)}" for entry in entries[:LISTED])
    if len(entries) > LISTED:
        yield f"- and {facts.link(name, f'{len(entries) - LISTED} more')}"


def entries_of(value: object) -> Sequence[object]:
    """The entries of a list; none where it is something else."""
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def blocked(row: Mapping[str, object]) -> str:
    """What waits for a person, with the reason."""
    return f"{_named(row)}: {prose(str(row.get('reason', '')))}"


def item(row: Mapping[str, object]) -> str:
    """One item of the ranking: id, title, score, status."""
    score = row.get("wsjf_score")
    shown = code(f"{amount(score)}") if score is not None else "not scored"
    return f"{_named(row)}: {shown}, {prose(str(row.get('status')))}"


def _named(row: Mapping[str, object]) -> str:
    return f"{code(str(row.get('id', '')))} {code(str(row.get('title', '')))}"
