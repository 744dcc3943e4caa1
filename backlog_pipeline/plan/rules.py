"""The rules that keep an item from running unattended now: one small function each, in one table.

A rule answers with its reason as a sentence, or "" where it does not hold the item. All rules are
asked; the first that holds decides the verdict, and all that hold are listed. What a rule cannot
know it holds. ``docs/reference/policy.md`` describes each by its name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from backlog_pipeline.model.item import Item, blockers_of
from backlog_pipeline.model.kinds import ItemType, Status
from backlog_pipeline.model.plan import Verdict
from backlog_pipeline.model.repository import RepositoryState
from backlog_pipeline.model.scan import Certificate
from backlog_pipeline.plan.settings import PlanSettings
from backlog_pipeline.policy.restricted import restricted_by
from backlog_pipeline.policy.scope import AutomationScope

PERSON_SOURCE = "person"


@dataclass(frozen=True, slots=True)
class World:
    """What the rules may look at beside the item. ``scope`` is ``None`` where it cannot be read."""

    settings: PlanSettings
    repository: RepositoryState
    scope: AutomationScope | None
    scope_problem: str
    preview_reason: str
    items: Mapping[str, Item]
    certificates: Mapping[str, Certificate]


@dataclass(frozen=True, slots=True)
class Case:
    """One open item with its score; ``problem`` says why it has none."""

    item: Item
    score: float
    problem: str
    world: World


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its name (a key everywhere), the verdict when it decides, and the check."""

    name: str
    verdict: Verdict
    holds: Callable[[Case], str]


def preview(case: Case) -> str:
    """The run only shows what it would do."""
    return case.world.preview_reason


def scope_unreadable(case: Case) -> str:
    """The scope file cannot be read, so nobody knows what is allowed."""
    return case.world.scope_problem


def in_progress(case: Case) -> str:
    """Somebody is at it."""
    status = case.item.status
    return f"it is being worked on ({status.value})" if status in (Status.DOING, Status.PR) else ""


def blocked(case: Case) -> str:
    """Somebody, or a failed attempt, blocked it."""
    if case.item.status is not Status.BLOCKED:
        return ""
    return case.item.blocked_reason or "it is blocked, and nobody wrote down why"


def scan_unproven(case: Case) -> str:
    """Its source could not look where it stands, so nobody could tell whether a fix worked."""
    sources = {place.source for place in case.item.places} or {case.item.source}
    for source in sorted(sources - {PERSON_SOURCE}):
        certificate = case.world.certificates.get(source)
        if certificate is None:
            return f"{source} did not look in this run"
        if not certificate.status.has_looked:
            reason = f": {certificate.reason}" if certificate.reason else ""
            return f"{source} could not look ({certificate.status.value}){reason}"
        for path in case.item.files:
            if not certificate.proves_absence(path, case.item.label):
                return f"{source} could not look at all of {path}"
    return ""


def not_observed(case: Case) -> str:
    """The last scan did not see it and could not prove that it is gone."""
    return "" if case.item.is_observed else "the last scan did not see it, and did not prove that it is gone"


def no_score(case: Case) -> str:
    """It cannot be scored."""
    return case.problem


def below_threshold(case: Case) -> str:
    """Its score is below ``WSJF_THRESHOLD``; at the threshold it may run."""
    limit = case.world.settings.threshold
    if case.problem or case.score >= limit:
        return ""
    return f"its score {case.score:.2f} is below {limit:g}"


def blocked_by(case: Case) -> str:
    """It waits for other work."""
    for name in blockers_of(case.item, case.world.items):
        blocker = case.world.items.get(name)
        if blocker is None:
            return f"it waits for {name}, which is not in this backlog"
        if blocker.is_open:
            return f"it waits for {name}"
    return ""


def ci_breaker(case: Case) -> str:
    """Too many runs of continuous integration fail; only what mends them may start."""
    ci, settings = case.world.repository.ci, case.world.settings
    rate = ci.failure_rate
    if rate is None or ci.completed < settings.ci_minimum_runs or rate <= settings.ci_failure_threshold:
        return ""
    if mends_ci(case.item):
        return ""
    return (
        f"{ci.failed} of the last {ci.completed} runs failed, more than"
        f" {settings.ci_failure_threshold:.0%}; only fixes of them may start"
    )


def mends_ci(item: Item) -> bool:
    """Whether an item is about a failing run: a strong key names a run's job or a test."""
    return any(key.startswith(("ci:", "test:")) for key in item.keys)


def restricted_path(case: Case) -> str:
    """It stands in a file that only a person changes."""
    return restricted_by(case.item.files, case.world.scope) if case.world.scope else ""


def needs_person(case: Case) -> str:
    """Its kind or its size is more than may be done unattended."""
    if case.item.item_type is ItemType.INVESTIGATION:
        return "an investigation ends in a person's judgement"
    size, limit = case.item.estimates.job_size, case.world.settings.large_job_size
    if size is not None and size.value >= limit:
        return f"its job size {size.value:g} means more than 200 changed lines"
    return ""


def security_updates_off(case: Case) -> str:
    """Upgrades of vulnerable dependencies need a person until ``ENABLE_AUTO_SECURITY_UPDATES`` is on."""
    has_advisory = any(key.startswith("advisory:") for key in case.item.keys)
    if case.world.settings.auto_security_updates or not has_advisory:
        return ""
    return "ENABLE_AUTO_SECURITY_UPDATES is off, so a person decides on the upgrade"


def no_criteria(case: Case) -> str:
    """Nobody said when it is done."""
    return "" if case.item.acceptance_criteria else "a person has to write its acceptance criteria"


def not_ready(case: Case) -> str:
    """It has not come to READY yet."""
    status = case.item.status
    return f"it is {status.value}, not READY" if status in (Status.NEW, Status.REFINED) else ""


RULES: tuple[Rule, ...] = (
    Rule("preview", Verdict.HELD, preview),
    Rule("scope_unreadable", Verdict.HELD, scope_unreadable),
    Rule("in_progress", Verdict.HELD, in_progress),
    Rule("blocked", Verdict.HELD, blocked),
    Rule("scan_unproven", Verdict.HELD, scan_unproven),
    Rule("not_observed", Verdict.HELD, not_observed),
    Rule("no_score", Verdict.HELD, no_score),
    Rule("blocked_by", Verdict.HELD, blocked_by),
    Rule("below_threshold", Verdict.HELD, below_threshold),
    Rule("ci_breaker", Verdict.HELD, ci_breaker),
    Rule("restricted_path", Verdict.PERSON, restricted_path),
    Rule("needs_person", Verdict.PERSON, needs_person),
    Rule("security_updates_off", Verdict.PERSON, security_updates_off),
    Rule("no_criteria", Verdict.PERSON, no_criteria),
    Rule("not_ready", Verdict.HELD, not_ready),
)
"""In the order in which they decide; ``daily_limit`` comes after them, among what may run."""

DAILY_LIMIT = "daily_limit"
NEXT_BY_RANK = "next_by_rank"
OLDEST = "oldest"
"""The three names that slots give: no start left, a start by rank, the start kept for the oldest."""
