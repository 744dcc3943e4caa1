"""A backlog like a real one comes out in an order that its maintainers would nod at."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from backlog_pipeline.model.finding import Birth, Severity
from backlog_pipeline.model.item import Item, Place
from backlog_pipeline.model.kinds import ItemType, RiskTier, Tier
from backlog_pipeline.score.estimate import estimate
from backlog_pipeline.score.table import ScoreSettings, score, to_table
from backlog_pipeline_tests.score.items import TODAY, advisory, comment

CHURN = {"src/hot.py": 41, "src/warm.py": 12, "src/calm.py": 3}
FILES = ("src/hot.py", "src/warm.py", "src/calm.py", "src/dead.py")
TEXTS = (
    "use the other interface", "maybe cache this one day", "remove after the release", "support ipv6 too",
    "this is broken on windows", "race between reader and writer", "rewrite this in rust", "unused argument",
)  # fmt: skip
OLD = Birth(TODAY - timedelta(days=2000))


def born(days: int) -> Birth:
    return Birth(TODAY - timedelta(days=days))


def marked(kind: str, number: int, **changes: object) -> Item:
    types = {"BUG": ItemType.BUG_FIX, "FIXME": ItemType.BUG_FIX, "HACK": ItemType.REFACTORING}
    levels = {"BUG": Severity.HIGH, "FIXME": Severity.MEDIUM}
    level = levels.get(kind, Severity.LOW)
    return comment(
        TEXTS[number % len(TEXTS)],
        path=changes.pop("path", FILES[number % len(FILES)]),
        rule=kind,
        item_type=types.get(kind, ItemType.TECHNICAL_DEBT),
        severity=level,
        risk_tier=RiskTier(level.value),
        **({"id": f"bl-{kind}-{number:03}", "birth": born(40 + 37 * number)} | changes),
    )


def weak(number: int, severity: Severity, count: int, role: str = "product") -> Item:
    places = tuple(Place("sast_findings", f"B{number}", "x", FILES[n % 4], n + 1) for n in range(count))
    is_high = severity is Severity.HIGH
    kind = ItemType.SECURITY_VULNERABILITY if is_high else ItemType.SECURITY_ENHANCEMENT
    return comment(
        "", id=f"bl-weak-{number}", item_type=kind, source="sast_findings", rule=f"B{number}",
        severity=severity, risk_tier=RiskTier(severity.value), places=places, role=role, birth=OLD,
    )  # fmt: skip


def backlog() -> list[Item]:
    items = [marked("TODO", n) for n in range(60)]
    items += [marked("TODO", n, id=f"bl-docs-{n}", role="docs", path="docs/a.md") for n in range(60, 80)]
    items += [marked("FIXME", n) for n in range(8)] + [marked("HACK", n) for n in range(4)]
    items += [marked("BUG", n) for n in range(3)]
    items += [weak(600 + n, Severity.MEDIUM, 1 + 7 * n) for n in range(4)]
    items += [weak(700, Severity.HIGH, 1), weak(701, Severity.HIGH, 1, "tests")]
    exploited = (*advisory().facts, ("kev", "yes"), ("cvss", "9.8"))
    items += [
        advisory(id="bl-kev", severity=Severity.CRITICAL, facts=exploited),
        advisory(id="bl-high", severity=Severity.HIGH, birth=born(30)),
        advisory(id="bl-dev", severity=Severity.LOW, role="docs", birth=born(30)),
    ]
    return [replace(i, estimates=estimate(i, changes_last_year=CHURN, as_of=TODAY)) for i in items]


SCORED = score(to_table(backlog(), TODAY), ScoreSettings()).set_index("id")
RANK = SCORED["rank"]


def worst(names: Sequence[str]) -> int:
    return int(RANK[list(names)].max())


def best(names: Sequence[str]) -> int:
    return int(RANK[list(names)].min())


def named(test: Callable[[str], bool]) -> list[str]:
    return [name for name in RANK.index if test(name)]


def test_the_exploited_hole_is_first_of_all() -> None:
    assert RANK["bl-kev"] == 1


def test_critical_upgrades_and_bugs_come_before_every_plain_note() -> None:
    bugs = named(lambda name: name.startswith("bl-BUG"))
    notes = named(lambda name: name.startswith(("bl-TODO", "bl-docs")))
    assert worst(["bl-kev", "bl-high", *bugs]) < best(notes)


@pytest.mark.parametrize("kind", ["BUG", "FIXME", "TODO"])
def test_the_same_work_matters_more_in_a_busy_file(kind: str) -> None:
    twins = [marked(kind, 0, id=f"bl-{n}", path=path, birth=OLD) for n, path in enumerate(FILES)]
    twins = [replace(i, estimates=estimate(i, changes_last_year=CHURN, as_of=TODAY)) for i in twins]
    scores = score(to_table(twins, TODAY), ScoreSettings()).set_index("id")["wsjf_score"]
    hot, warm, calm, dead = (scores[f"bl-{n}"] for n in range(4))
    assert hot >= warm > calm > dead


def test_notes_in_the_documents_are_in_the_lower_half_and_most_of_the_last_quarter() -> None:
    ranked = list(RANK.sort_values().index)
    docs = set(named(lambda name: name.startswith("bl-docs")))
    assert len(docs & set(ranked[: len(ranked) // 2])) <= 4
    assert len(docs & set(ranked[-len(ranked) // 4 :])) >= 13


def test_a_weak_spot_in_the_tests_comes_after_one_in_the_product() -> None:
    assert RANK["bl-weak-700"] < RANK["bl-weak-701"]


@pytest.mark.parametrize("tier", [Tier.CRITICAL, Tier.HIGH, Tier.MEDIUM])
def test_every_tier_is_used_and_none_swallows_the_backlog(tier: Tier) -> None:
    share = float((SCORED["tier"] == tier.value).mean())
    assert 0.02 < share < 0.6


def test_scores_spread() -> None:
    assert SCORED["wsjf_base"].nunique() >= 20
    assert SCORED["wsjf_base"].value_counts().iloc[0] <= len(SCORED) / 4
