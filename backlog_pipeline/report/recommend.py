"""What the numbers recommend, by rules that anybody can check: nothing is recommended without a number.

Each rule looks at measurements that are known; one that cannot be told recommends nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from backlog_pipeline.report.amounts import number
from backlog_pipeline.report.facts import Facts

LONG_WAIT_DAYS = 90
TOO_MUCH_AT_ONCE = 5
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
    if facts.claim("conservation") is not False:
        return ""
    return f"Find the items that are missing: {facts.link('conservation', 'the books do not balance')}."


def _coverage(facts: Facts) -> str:
    parts = {n: m.coverage for n, m in facts.measured.items() if m.coverage is not None and m.coverage < 1}
    if not parts:
        return ""
    least = min(sorted(parts), key=lambda name: parts[name])
    seen = facts.link(least, f"{number(parts[least] * 100, ceiling=100)} %")
    return f"Let every source look everywhere: for `{least}` only {seen} was looked at."


def _security(facts: Facts) -> str:
    parts = facts.parts("security_posture")
    grave = [name for name in _GRAVE if parts.get(name)]
    if not grave:
        return ""
    numbers = " and ".join(f"{facts.number('security_posture', name)} {name}" for name in grave)
    return f"Look at the open security findings first: {numbers}."


def _blocked(facts: Facts) -> str:
    if not facts.rows("blocked_items"):
        return ""
    return f"Free what waits for a person: {facts.number('blocked_items')} blocked."


def _debt(facts: Facts) -> str:
    born, died = facts.total("debt_births"), facts.total("debt_deaths")
    if born is None or died is None or born <= died:
        return ""
    numbers = f"{facts.number('debt_births')} were written and {facts.number('debt_deaths')} went"
    return f"Resolve debt comments as fast as they are written: {numbers}."


def _growing(facts: Facts) -> str:
    born, died = facts.total("births"), facts.total("deaths")
    if born is None or died is None or born <= died:
        return ""
    return (
        f"Close or dismiss more than comes in: {facts.number('births')} came, {facts.number('deaths')} went."
    )


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
    Rule("balance-the-books", "`conservation` does not hold", _conservation),
    Rule("look-everywhere", "the coverage of a measurement is below 1", _coverage),
    Rule("security-first", "`security_posture` has CRITICAL or HIGH findings", _security),
    Rule("free-the-blocked", "`blocked_items` names an item", _blocked),
    Rule("pay-debt", "`debt_births` is more than `debt_deaths`", _debt),
    Rule("close-more-than-comes", "`births` is more than `deaths`", _growing),
    Rule("decide-the-old", f"the median of `open_item_age_days` is above {LONG_WAIT_DAYS}", _old),
    Rule("finish-first", f"`work_in_progress` is above {TOO_MUCH_AT_ONCE}", _too_much_at_once),
    Rule("begin", "`throughput` is 0 and items are READY", _nothing_done),
)
"""In the order of the report."""
