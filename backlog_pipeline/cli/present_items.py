"""Items as JSON with exactly the keys of ``backlog.yml``, as a table, and as the ten of a first run."""

from collections.abc import Iterable, Sequence

from backlog_pipeline.cli import words
from backlog_pipeline.cli.columns import Column, Columns
from backlog_pipeline.cli.ranked import AGING, Ranked
from backlog_pipeline.model.item import Estimate
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.link import Assertion
from backlog_pipeline.score.words import few_words

_INDENT = " " * 13
_LEAST_PLACE = 18
_COLUMNS = (
    Column("rank", is_right=True),
    Column("score", is_right=True, leaves=4),
    Column("status", leaves=3),
    Column("id"),
    Column("what", least=14, share=3),
    Column("where", least=14, share=2, leaves=1, cut=words.cut_middle),
    Column("age", is_right=True, leaves=2),
)


def as_json(row: Ranked) -> dict[str, object]:
    """One item with the keys of ``backlog.yml`` in their order, and what it is the same as.

    Numbers that nobody knows are null.
    """
    item, scores = row.item, row.scores
    data: dict[str, object] = {
        "id": item.id,
        "title": item.title,
        "type": item.item_type.value,
        "status": item.status.value,
        "risk_tier": item.risk_tier.value,
        "created_at": item.created_at.isoformat(),
        "description": item.description,
        "files": list(item.files),
        "business_value": _number(item.estimates.business_value),
        "time_criticality": _number(item.estimates.time_criticality),
        "risk_reduction": _number(item.estimates.risk_reduction),
        "job_size": _number(item.estimates.job_size),
        "wsjf_base": _rounded(scores.base),
        "wsjf_score": _rounded(scores.score),
        "aging_days": scores.age_days,
        "aging_multiplier": _rounded(scores.multiplier),
        "acceptance_criteria": list(item.acceptance_criteria),
        "links": list(item.links),
        "source": item.source,
        "evidence": [
            *item.evidence,
            *(["history:cut off, so it is older"] if item.birth.is_at_least else []),
        ],
        "attributed_by": list(item.attributed_by),
        "merged_into": item.merged_into or None,
        "merged": list(item.merged),
        "assertions": [_link(said) for said in row.assertions],
    }
    if item.status.is_terminal:
        data["completed_at"] = item.completed_at.isoformat() if item.completed_at else None
    if item.status is Status.BLOCKED:
        data["blocked_reason"] = item.blocked_reason
    return data


def _link(said: Assertion) -> dict[str, str]:
    return {
        "type": said.type.value,
        "subject": said.subject,
        "target": said.target,
        "asserter": said.asserter,
    }


def as_table(rows: Iterable[Ranked]) -> Columns:
    """Rank, score, status, id, what, where and age; what and where give way on a narrow terminal."""
    return Columns(_COLUMNS, [_cells(row) for row in rows])


def as_lines(rows: Sequence[Ranked], width: int) -> list[str]:
    """Two lines an item: rank, score, what it is and its id; below it where, how old, and why."""
    lines = ["rank  score  what to do"]
    for row in rows:
        lines += [_first_line(row, width), _second_line(row, width)]
    return lines


def _first_line(row: Ranked, width: int) -> str:
    room = width - len(_INDENT) - len(row.item.id) - 2
    title = words.cut(words.plain(row.item.title), room)
    return f"{_rank(row):>4}  {_score(row):>5}  {title:<{room}}  {row.item.id}"


def _second_line(row: Ranked, width: int) -> str:
    """Place and reason share what the age leaves; of a long path the end stays."""
    age = words.age(row.scores.age_days, is_at_least=row.item.birth.is_at_least)
    age = f", {age}{'' if age == 'today' else ' old'}: "
    place, terms = words.where(row.item), [term for term in row.terms if term.name != AGING]
    room = width - len(_INDENT) - len(age)
    reason = few_words(row.item, terms, limit=max(room - len(place), room - min(_LEAST_PLACE, room // 2)))
    place = words.cut_front(place, room - len(reason))
    return f"{_INDENT}{place}{age}{words.plain(reason)}"


def _cells(row: Ranked) -> tuple[str, ...]:
    item = row.item
    return (
        _rank(row),
        _score(row),
        item.standing,
        item.id,
        words.plain(item.title),
        f"in {item.merged_into}" if item.merged_into else words.where(item),
        _age(row) if item.is_open else "closed",
    )


def _age(row: Ranked) -> str:
    """``5 months``; where history is cut off ``5+ months``, as there is no room for more."""
    age = words.age(row.scores.age_days)
    return age.replace(" ", "+ ", 1) if row.item.birth.is_at_least else age


def _rank(row: Ranked) -> str:
    return str(row.planned.rank) if row.planned else "-"


def _score(row: Ranked) -> str:
    return "-" if row.scores.score is None else f"{row.scores.score:.1f}"


def _number(estimate: Estimate | None) -> float | int | None:
    if estimate is None:
        return None
    return int(estimate.value) if estimate.value == int(estimate.value) else estimate.value


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
