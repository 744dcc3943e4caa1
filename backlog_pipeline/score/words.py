"""Why an item stands where it stands, in a few words that need no glossary."""

import re
from collections.abc import Sequence

from backlog_pipeline.model.finding import Severity
from backlog_pipeline.model.item import COMPONENTS, Item
from backlog_pipeline.model.kinds import ItemType
from backlog_pipeline.model.plan import Term
from backlog_pipeline.score.deadline import has_advisory, is_known_exploited
from backlog_pipeline.score.defaults import packaged

_EFFECT = re.compile(r" \(\d+(?: to \d+)?\)$|^label |^severity | \(\".*\"\)")
_DULL = (
    "default for ",
    "CVSS",
    "severity ",
    "fix available",
    "no fixed version",
    "known to be exploited",
)
_MARKERS = {
    "BUG": "marked as a bug",
    "FIXME": "marked as broken",
    "HACK": "a workaround",
    "XXX": "an open question",
    "TODO": "to-do note",
}
_SMALL, _LARGE = 2.0, 8.0
_OLD_DAYS = 365


def few_words(item: Item, terms: Sequence[Term], limit: int = 72) -> str:
    """What the item is and what moved it most, in at most ``limit`` characters.

    Example: ``known hole, fix available``; ``marked as a bug, file changed 41 times in a year``.
    """
    if not terms:
        return "cannot be ranked yet"
    words = ""
    parts = (*_what(item), *_where(item), *_set_by_hand(terms), *_moved(terms), *_effort_and_age(item, terms))
    for part in dict.fromkeys(parts):
        longer = f"{words}, {part}" if words else part
        if len(longer) <= limit:
            words = longer
    return words


def _what(item: Item) -> tuple[str, ...]:
    if has_advisory(item):
        attacked = ("attacks are known",) if is_known_exploited(item) else ()
        fix = "fix available" if item.fact("fix_version") else "no fix yet"
        return (f"{_badness(item)}known hole", *attacked, fix)
    if item.item_type in (ItemType.SECURITY_VULNERABILITY, ItemType.SECURITY_ENHANCEMENT):
        return (f"{_badness(item)}weak spot in the code",)
    return (_MARKERS.get(item.rule, item.item_type.value.replace("_", " ")),)


def _badness(item: Item) -> str:
    return {Severity.CRITICAL: "critical ", Severity.HIGH: "serious "}.get(item.severity, "")


def _where(item: Item) -> tuple[str, ...]:
    """Said even where it moved no number, because it tells how much the work matters."""
    weight = packaged().roles.get(item.role)
    return (weight.reason,) if weight else ()


def _set_by_hand(terms: Sequence[Term]) -> tuple[str, ...]:
    return ("set by a person",) if any(t.origin == "pinned" for t in terms) else ()


def _moved(terms: Sequence[Term]) -> tuple[str, ...]:
    """The reasons of estimates and rules, each once, without numbers and jargon."""
    order = {name: place for place, name in enumerate(("time_criticality", "risk_reduction", "inherited"))}
    telling = sorted(
        (t for t in terms if t.origin in ("estimated", "rule", "link") and t.name != "job_size"),
        key=lambda t: order.get(t.name, len(COMPONENTS)),
    )
    reasons = [reason for term in telling for reason in term.reason.split("; ")]
    plain = (_EFFECT.sub("", reason) for reason in reasons if not reason.startswith(_DULL))
    return tuple(dict.fromkeys(_plain_deadline(reason) for reason in plain))


def _plain_deadline(reason: str) -> str:
    found = re.match(r"a hole like this should be closed within .*, by (.*)", reason)
    return f"due {found[1]}" if found else reason


def _effort_and_age(item: Item, terms: Sequence[Term]) -> tuple[str, ...]:
    size = next(t.value for t in terms if t.name == "job_size")
    effort = ("small job",) if size <= _SMALL else ("large job",) if size >= _LARGE else ()
    places = (f"{len(item.places)} places",) if len(item.places) > 1 else ()
    days = next((t.reason for t in terms if t.origin == "age"), "")
    found = re.search(r"(\d+) day", days)
    years = int(found[1]) // _OLD_DAYS if found else 0
    age = (f"{years} year{'s' if years > 1 else ''} old",) if years else ()
    return (*places, *effort, *age)
