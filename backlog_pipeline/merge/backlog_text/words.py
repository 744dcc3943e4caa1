"""The words that other tools write for a status, a type or a risk tier, and what they mean here.

Each kind of word is a closed vocabulary (``model.kinds``). A word of another tool is read as the
nearest of ours where that is plain, in any case and with blanks, ``-`` or ``_`` between its parts. A
word of several parts is read by its last part that is known: ``devops_bug`` is a bug.
"""

import re
from collections.abc import Mapping

from backlog_pipeline.model.kinds import ItemType, RiskTier, Status

STATUS_WORDS: Mapping[str, Status] = {
    **{s.value: s for s in Status},
    "COMPLETED": Status.DONE,
    "MERGED": Status.DONE,
    "CLOSED": Status.DONE,
    "BACKLOG": Status.NEW,
    "DISCOVERED": Status.NEW,
    "TODO": Status.NEW,
    "OPEN": Status.NEW,
    "IN_PROGRESS": Status.DOING,
    "PR_REVIEW": Status.PR,
    "IN_REVIEW": Status.PR,
    "ESCALATED": Status.BLOCKED,
}
"""Every status that is understood, in capitals; other tools' words beside ours."""

RISK_WORDS: Mapping[str, RiskTier] = {r.value: r for r in RiskTier}

SAME_TYPES: Mapping[str, ItemType] = {
    **{t.value: t for t in ItemType},
    **dict.fromkeys(("bug", "bugfix", "fix", "hotfix", "defect"), ItemType.BUG_FIX),
    **dict.fromkeys(("tech_debt", "techdebt", "debt"), ItemType.TECHNICAL_DEBT),
    "refactor": ItemType.REFACTORING,
    **dict.fromkeys(("spike", "research"), ItemType.INVESTIGATION),
    **dict.fromkeys(("feature", "story", "user_story"), ItemType.FEATURE_REQUEST),
    **dict.fromkeys(("improvement", "feature_enhancement"), ItemType.ENHANCEMENT),
    **dict.fromkeys(("doc", "docs"), ItemType.DOCUMENTATION),
    **dict.fromkeys(("test", "tests"), ItemType.TESTING),
    "vulnerability": ItemType.SECURITY_VULNERABILITY,
    "infra": ItemType.INFRASTRUCTURE,
    "devops": ItemType.DEVOPS_IMPROVEMENT,
    "perf": ItemType.PERFORMANCE,
}
"""Words for a type that say the same as ours."""

NEAR_TYPES: Mapping[str, ItemType] = {
    **dict.fromkeys(
        ("maintenance", "chore", "cleanup", "code_quality", "dependency", "dependencies"),
        ItemType.TECHNICAL_DEBT,
    ),
    "architecture": ItemType.REFACTORING,
    **dict.fromkeys(("user_experience", "ux", "usability", "task"), ItemType.ENHANCEMENT),
    "epic": ItemType.FEATURE_REQUEST,
    **dict.fromkeys(("example", "examples", "demo"), ItemType.DOCUMENTATION),
    **dict.fromkeys(("test_coverage", "coverage", "quality", "qa"), ItemType.TESTING),
    **dict.fromkeys(("security", "compliance"), ItemType.SECURITY_ENHANCEMENT),
    **dict.fromkeys(("environment", "setup", "config", "configuration"), ItemType.INFRASTRUCTURE),
    **dict.fromkeys(
        ("deployment", "build", "build_system", "ci", "cd", "ci_cd", "cicd", "release", "tooling"),
        ItemType.DEVOPS_IMPROVEMENT,
    ),
    **dict.fromkeys(("optimization", "optimisation"), ItemType.PERFORMANCE),
    **dict.fromkeys(("monitoring", "logging"), ItemType.OBSERVABILITY),
}
"""Words for a type that say more or other than the nearest of ours, which they are read as."""

TYPE_WORDS: Mapping[str, ItemType] = {**SAME_TYPES, **NEAR_TYPES}

_BETWEEN = re.compile(r"[\s/-]+")


def plain_word(text: str) -> str:
    """A word in small letters, its parts joined by ``_``."""
    return _BETWEEN.sub("_", text.strip()).lower()


def type_of(text: str) -> ItemType | None:
    """The type that a word means, or ``None`` where that is not plain."""
    word = plain_word(text)
    found = TYPE_WORDS.get(word)
    if found is not None:
        return found
    known = [TYPE_WORDS[part] for part in word.split("_") if part in TYPE_WORDS]
    return known[-1] if known else None


def is_same_type(text: str) -> bool:
    """Whether a word for a type says the same as ours, so that nothing is lost when ours is written."""
    return plain_word(text) in SAME_TYPES
