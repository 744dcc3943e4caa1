"""What the numbers recommend, by rules that anybody can check: nothing is recommended without a number.

Each rule looks at measurements that are known; one that cannot be told recommends nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from backlog_pipeline.report.amounts import amount, number
from backlog_pipeline.report.facts import Facts

LONG_WAIT_DAYS = 90
TOO_MUCH_AT_ONCE = 5
MONTH_DAYS = 30
_GRAVE = ("CRITICAL", "HIGH")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: ``when`` is its condition in words, ``advice`` the sentence, or "" where it does not hold."""

    name: str
    when: str
    advice: Callable[[Facts], str]


def recommendations(facts: Facts) -> Iterator[str]:
    """The lines of those rules that hold, each with the rule's name."""
    for rule in RULES:
        advice = rule.advice(facts)
        if advice:
            yield f"- {advice} (rule `{rule.name}`)"


def _conservation(facts: Facts) -> str:
    if not facts.total("conservation"):
        return ""
    lost = facts.number("conservation")
    return f"Find out what happened to {lost} that are not accounted for: `backlog audit verify`."


def _coverage(facts: Facts) -> str:
    coverage = facts.measurement("backlog_size_by_status").coverage
    if coverage is None or coverage == 1:
        return ""
    seen = facts.link("backlog_size_by_status", f"{number(coverage * 100, ceiling=100)} %")
    return f"Let every source look everywhere: only {seen} of what was to be looked at is proven."


def _security(facts: Facts) -> str:
    value = facts.value("security_posture")
    parts = (
        [part for part in value.values() if isinstance(part, Mapping)] if isinstance(value, Mapping) else []
    )
    counts = {name: sum(part.get(name) or 0 for part in parts) for name in _GRAVE}
    if not any(counts.values()):
        return ""
    said = " and ".join(
        f"{facts.link('security_posture', str(count))} {name}" for name, count in counts.items() if count
    )
    return f"Look at the open security findings first: {said}."


def _blocked(facts: Facts) -> str:
    waiting = [row for row in facts.rows("blocked_items") if row.get("kind") == "item"]
    if not waiting:
        return ""
    return (
        f"Free what waits for a person: {facts.link('blocked_items', amount(len(waiting), 'items'))} blocked."
    )


def _debt(facts: Facts) -> str:
    known = facts.lately("comment_debt", MONTH_DAYS)
    if len(known) < 2 or known[-1] <= known[0]:
        return ""
    grew = facts.link("debt_by_kind", f"from {number(known[0])} to {number(known[-1])} comments")
    return f"Pay debt as fast as it is written down: in a month it grew {grew}."


def _growing(facts: Facts) -> str:
    born, died = sum(facts.lately("births", MONTH_DAYS)), sum(facts.lately("deaths", MONTH_DAYS))
    if born <= died:
        return ""
    came, went = facts.link("births", number(born)), facts.link("deaths", number(died))
    return f"Close or dismiss more than comes in: in a month {came} items came and {went} went."


def _old(facts: Facts) -> str:
    median = facts.parts("open_item_age_days").get("median")
    if median is None or median <= LONG_WAIT_DAYS:
        return ""
    age = facts.number("open_item_age_days", "median")
    return f"Decide about old items, or dismiss them: half of the open ones are older than {age} days."


def _too_much_at_once(facts: Facts) -> str:
    at_once = facts.total("work_in_progress")
    if at_once is None or at_once <= TOO_MUCH_AT_ONCE:
        return ""
    return f"Finish before you begin: {facts.number('work_in_progress')} are being worked on at once."


def _nothing_done(facts: Facts) -> str:
    ready = facts.parts("backlog_size_by_status").get("READY")
    if not ready or facts.total("throughput") != 0:
        return ""
    waiting = facts.number("backlog_size_by_status", "READY")
    return (
        f"Begin with the best item: {waiting} are ready, and {facts.link('throughput', 'none was closed')}."
    )


RULES = (
    Rule("balance-the-books", "`conservation` is not 0", _conservation),
    Rule("look-everywhere", "the coverage of `backlog_size_by_status` is below 1", _coverage),
    Rule("security-first", "`security_posture` has CRITICAL or HIGH findings", _security),
    Rule("free-the-blocked", "`blocked_items` names an item", _blocked),
    Rule("pay-debt", f"the trend of `comment_debt` ends higher than it was {MONTH_DAYS} days ago", _debt),
    Rule("close-more-than-comes", f"more `births` than `deaths` in {MONTH_DAYS} days", _growing),
    Rule("decide-the-old", f"the median of `open_item_age_days` is above {LONG_WAIT_DAYS}", _old),
    Rule("finish-first", f"`work_in_progress` is above {TOO_MUCH_AT_ONCE}", _too_much_at_once),
    Rule("begin", "`throughput` is 0 and items are READY", _nothing_done),
)
"""In the order of the report."""
