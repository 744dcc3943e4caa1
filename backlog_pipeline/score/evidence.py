"""What is known of an item and which estimate it moves: one small function for each kind of evidence.

Each function gives steps with their reasons; ``estimate`` applies them. What strangers wrote (an
issue's body, a comment on it) is no evidence: wording and labels count only for the sources that
the table trusts.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from backlog_pipeline.model.finding import Severity
from backlog_pipeline.model.item import Item
from backlog_pipeline.score import deadline
from backlog_pipeline.score.defaults import EstimateTable, Numbers, amount_of


class Effect(StrEnum):
    """What a step does to a component."""

    VALUE = "value"
    NOTCHES = "notches"
    AT_LEAST = "at_least"


@dataclass(frozen=True, slots=True)
class Step:
    """One piece of evidence at work on one component."""

    component: str
    effect: Effect
    amount: int
    reason: str


@dataclass(frozen=True, slots=True)
class Context:
    """What evidence may use beside the item: how often files changed, the day, the table."""

    changes_last_year: Mapping[str, int]
    as_of: date
    table: EstimateTable


Evidence = Callable[[Item, Context], Iterator[Step]]


def severity(item: Item, context: Context) -> Iterator[Step]:
    """How bad a hole is: the CVSS score where there is one, else the severity word."""
    if item.item_type.value not in context.table.severity_types:
        return
    score = deadline.cvss_score(item)
    if score is not None and (risk := amount_of(context.table.cvss, score)):
        yield Step("risk_reduction", Effect.VALUE, risk, f"CVSS {score:g}")
        return
    words = f"severity {item.severity.value.lower()}"
    if item.fact("confidence").upper() == Severity.LOW:
        yield Step("risk_reduction", Effect.NOTCHES, -1, "the scanner is not sure")
    yield from _values(context.table.severity.get(item.severity.value, {}), words)


def exploitation(item: Item, context: Context) -> Iterator[Step]:
    """Attacks that happen, and those that are likely soon."""
    if not deadline.has_advisory(item):
        return
    if deadline.is_known_exploited(item):
        for name, value in context.table.known_exploited.items():
            yield Step(name, Effect.AT_LEAST, value, "known to be exploited")
    probability = _number(item.fact("epss"))
    if notches := amount_of(context.table.epss, probability):
        reason = f"{probability:.0%} likely to be exploited within 30 days"
        yield Step("risk_reduction", Effect.NOTCHES, notches, reason)


def security_deadline(item: Item, context: Context) -> Iterator[Step]:
    """The time that a vulnerability allows gives time criticality its shape."""
    due = deadline.security(item, context.table)
    if due is None:
        return
    value = context.table.security_criticality[due.allowed_days]
    yield Step("time_criticality", Effect.VALUE, value, due.reason)
    if context.as_of > due.on:
        notches = context.table.overdue_notches
        yield Step("time_criticality", Effect.NOTCHES, notches, f"overdue since {due.on}")


def due_date(item: Item, context: Context) -> Iterator[Step]:
    """A date that people wrote down."""
    due = deadline.agreed(item)
    if due is None:
        return
    left = (due.on - context.as_of).days
    value = next((value for days, value in context.table.due if left <= days), 0)
    if value:
        reason = f"due {due.on}" if left >= 0 else f"was due {due.on}"
        yield Step("time_criticality", Effect.AT_LEAST, value, reason)


def wording(item: Item, context: Context) -> Iterator[Step]:
    """What the committers' own words say; per component the first entry that matches counts."""
    if item.source not in context.table.trusted_wording:
        return
    text = words_of(item)
    moved: set[str] = set()
    for entry in context.table.wording:
        if entry.component in moved:
            continue
        if found := entry.pattern.search(text):
            moved.add(entry.component)
            yield Step(entry.component, Effect.NOTCHES, entry.notches, f'{entry.reason} ("{found[0]}")')


def says_nothing(item: Item, context: Context) -> Iterator[Step]:
    """A bare marker: somebody meant something, and nobody can tell what."""
    if item.source == "code_comments" and says_too_little(item, context.table):
        yield Step("business_value", Effect.NOTCHES, context.table.says_nothing, "does not say what to do")


def says_too_little(item: Item, table: EstimateTable) -> bool:
    """Whether the text of every place has too few letters to say anything."""
    texts = [place.text for place in item.places]
    letters = max((sum(c.isalpha() for c in text) for text in texts), default=table.says_nothing_below)
    return letters < table.says_nothing_below


def role(item: Item, context: Context) -> Iterator[Step]:
    """Tests, examples and documents weigh less than the product."""
    weight = context.table.roles.get(item.role)
    if weight is None:
        return
    is_security = item.item_type.value in context.table.severity_types
    is_weak_spot = is_security and not deadline.has_advisory(item)
    for component, notches in (weight.weak_spot if is_weak_spot else weight.notches).items():
        yield Step(component, Effect.NOTCHES, notches, weight.reason)


def hotspot(item: Item, context: Context) -> Iterator[Step]:
    """How busy its busiest file is; nothing where the history is not known."""
    known = [n for f in item.files if (n := context.changes_last_year.get(f)) is not None]
    if (
        not context.changes_last_year
        or not item.files
        or item.item_type.value in context.table.hotspot_except
    ):
        return
    most = max(known, default=0)
    if notches := amount_of(context.table.hotspot, most):
        reason = f"file changed {most} times in a year" if most else "file not changed for a year"
        yield Step("business_value", Effect.NOTCHES, notches, reason)


def ticket(item: Item, context: Context) -> Iterator[Step]:
    """Somebody wanted it enough to write a ticket; an owner's name alone says who, not how much."""
    if item.source in context.table.trusted_wording and (number := item.fact("ticket")):
        yield Step("business_value", Effect.NOTCHES, 1, f"has a ticket, {number}")


def places(item: Item, context: Context) -> Iterator[Step]:
    """The more places, the more work."""
    if notches := amount_of(context.table.places, item.place_count):
        yield Step("job_size", Effect.NOTCHES, notches, f"{item.place_count} places")


def fix(item: Item, context: Context) -> Iterator[Step]:
    """Whether a version without the hole exists."""
    if not deadline.has_advisory(item):
        return
    version = item.fact("fix_version")
    if version:
        yield Step("job_size", Effect.NOTCHES, context.table.fix_available, f"fix available, {version}")
    else:
        yield Step("job_size", Effect.NOTCHES, context.table.fix_missing, "no fixed version known")


def labels(item: Item, context: Context) -> Iterator[Step]:
    """Labels of maintainers, last: where they say a number, it is theirs."""
    if item.source not in context.table.trusted_labels:
        return
    words = f"{item.fact('labels')},{item.fact('label')}".replace(" ", ",").casefold().split(",")
    for word in dict.fromkeys(words):
        entry = context.table.labels.get(word)
        if entry and entry.value:
            yield Step(entry.component, Effect.VALUE, entry.value, f"label {word}")
        elif entry:
            yield Step(entry.component, Effect.NOTCHES, entry.notches, f"label {word}")


EVIDENCE: tuple[Evidence, ...] = (
    severity, security_deadline, labels, exploitation, due_date, wording, says_nothing, role, hotspot,
    ticket, places, fix,
)  # fmt: skip


def words_of(item: Item) -> str:
    """The text of an item: of its places where it has some, else its title and description."""
    texts = [place.text for place in item.places if place.text]
    return "\n".join(texts[:20] or [item.title, item.description])


def _values(numbers: Numbers, reason: str) -> Iterator[Step]:
    for name, value in numbers.items():
        yield Step(name, Effect.VALUE, value, reason)


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return 0.0
    return number if 0 <= number <= 1 else 0.0
