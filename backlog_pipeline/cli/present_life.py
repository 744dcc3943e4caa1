"""The life of an item as lines and as JSON; what git tells and what the ledger recorded stay apart."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from backlog_pipeline.cli import words
from backlog_pipeline.merge.recorded import Recorded
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.life import Deed, Life, LifeStep, Signed
from backlog_pipeline.pipeline.lived import ItemLife, LivedPlace

_COMMIT_CHARS = 12
_PLACES_SHOWN = 20
_NO_PLACE = "Nothing: it stands in no line of a file. Who wrote it down is below."


def as_lines(life: ItemLife) -> list[str]:
    """Who opened and closed it, then the two records, each in the order in which things happened."""
    item = life.item
    until = f"until commit {life.until[:_COMMIT_CHARS]} of {life.until_at:%Y-%m-%d}"
    parts = [
        [f"{item.id}  {words.plain(item.title)}", *(f"  {line}" for line in _standing(life))],
        [f"What git's history tells, {until}", *(f"  {line}" for line in _by_git(life))],
        ["What the ledger recorded (UTC)", *(f"  {line}" for line in _by_ledger(life.recorded))],
    ]
    return [line for part in parts for line in (*part, "")][:-1]


def as_json(life: ItemLife) -> dict[str, object]:
    """The same for programs."""
    item = life.item
    return {
        "id": item.id,
        "title": item.title,
        "status": item.status.value,
        "source": item.source,
        "merged_into": item.merged_into or None,
        "merged": list(item.merged),
        "created_at": item.created_at.isoformat(),
        "recurrences": item.recurrences,
        "opened": _commit_as_json(life, life.opened_by),
        "removed": _commit_as_json(life, life.removed_by),
        "seen_gone_at": _commit_as_json(life, item.closed_by),
        "git": {
            "until": life.until,
            "until_at": life.until_at.isoformat(),
            "places": [_place_as_json(life, place) for place in life.places],
        },
        "ledger": [_recorded_as_json(row) for row in life.recorded],
    }


def _standing(life: ItemLife) -> Iterator[str]:
    item = life.item
    yield f"{item.standing}; born {item.created_at.isoformat()}, asked for by {item.source}"
    if item.merged_into:
        yield f"merged into {item.merged_into}"
    if item.merged:
        yield f"stands for {words.listed(item.merged)}"
    if life.opened_by:
        in_other_words = ", in other words" if any(len(p.wordings) > 1 for p in life.places) else ""
        yield f"opened by {_who(life, life.opened_by)}{in_other_words}"
    if life.removed_by:
        yield f"removed by {_who(life, life.removed_by)}"
    if item.status is Status.DONE and item.closed_by:
        yield f"seen gone at {_who(life, item.closed_by)}"
    returns = max(item.recurrences, life.returns)
    if returns:
        yield f"came back {'once' if returns == 1 else f'{returns} times'}"


def _by_git(life: ItemLife) -> Iterator[str]:
    if not life.places:
        yield _NO_PLACE
    has_headings = len(life.places) > 1
    for place in life.places[:_PLACES_SHOWN]:
        if has_headings:
            yield words.plain(str(place.place))
        for line in _lines_of(life, place):
            yield f"  {line}" if has_headings else line
    if len(life.places) > _PLACES_SHOWN:
        yield f"and {len(life.places) - _PLACES_SHOWN:,} more places (all with --json)"


def _lines_of(life: ItemLife, place: LivedPlace) -> Iterator[str]:
    if place.reason:
        yield words.plain(place.reason)
    text = place.wordings[0].text if place.wordings else ""
    for wording, step in place.steps():
        deed = "reworded" if step.deed is Deed.WRITTEN and wording.text != text else step.deed.value
        text = wording.text
        day = _day(life.signed.get(step.commit))
        where = words.plain(f"{step.path}:{step.line}" if step.line else step.path)
        yield f"{day}  {deed:12}  {where}  {_how(life, step)}"
        if deed == "reworded" or (wording is place.wordings[0] and len(place.wordings) > 1):
            yield f"            {'':12}  {words.plain(text)}"
    if place.wordings and (last := place.wordings[-1]).stands_in:
        where = f"{last.stands_in}:{last.line}" if last.line else last.stands_in
        yield f"{life.until_at:%Y-%m-%d}  {'stands':12}  {words.plain(where)}"


def _how(life: ItemLife, step: LifeStep) -> str:
    parts = [f"by {_who(life, step.commit, with_day=False)}"]
    parts += [f"from {words.plain(step.came_from)}"] * bool(step.came_from and step.came_from != step.path)
    parts += [f"merged by {step.merged_by[:_COMMIT_CHARS]}"] * bool(step.merged_by)
    parts += ["or earlier: the history is cut off there"] * step.is_at_least
    return ", ".join(parts)


def _by_ledger(rows: Sequence[Recorded]) -> Iterator[str]:
    has_others = len({row.item for row in rows}) > 1
    for row in rows:
        of = f"{row.item}  " if has_others else ""
        at = f" (at commit {row.commit[:_COMMIT_CHARS]})" if row.commit else ""
        yield f"{row.learned_at:%Y-%m-%d %H:%M}  {row.actor:6}  {of}{words.plain(row.what)}{at}"


def _who(life: ItemLife, commit: str, *, with_day: bool = True) -> str:
    """``Ana Example in 1a2b3c4d5e6f of 2026-01-05``."""
    known = life.signed.get(commit)
    name = words.plain(known.author) if known else "a commit that is not here any more:"
    day = f" of {_day(known)}" if with_day and known else ""
    return f"{name} in {commit[:_COMMIT_CHARS]}{day}" if known else f"{name} {commit[:_COMMIT_CHARS]}"


def _day(signed: Signed | None) -> str:
    return f"{signed.at:%Y-%m-%d}" if signed else "unknown   "


def _commit_as_json(life: ItemLife, commit: str) -> dict[str, object] | None:
    if not commit:
        return None
    known = life.signed.get(commit)
    return {
        "commit": commit,
        "author": known.author if known else None,
        "at": _time(known.at if known else None),
    }


def _place_as_json(life: ItemLife, place: LivedPlace) -> dict[str, object]:
    last = place.wordings[-1] if place.wordings else None
    return {
        "path": place.place.path,
        "line": place.place.line,
        "reason": place.reason,
        "stands_in": (last.stands_in or None) if last else None,
        "stands_in_line": (last.line or None) if last else None,
        "steps": [_step_as_json(life, wording, step) for wording, step in place.steps()],
    }


def _step_as_json(life: ItemLife, wording: Life, step: LifeStep) -> dict[str, object]:
    known = life.signed.get(step.commit)
    return {
        "deed": step.deed.value,
        "commit": step.commit,
        "at": _time(known.at if known else None),
        "author": known.author if known else None,
        "path": step.path,
        "line": step.line or None,
        "came_from": step.came_from or None,
        "merged_by": step.merged_by or None,
        "is_at_least": step.is_at_least,
        "text": wording.text,
    }


def _recorded_as_json(row: Recorded) -> dict[str, object]:
    return {
        "number": row.number,
        "item": row.item,
        "happened_at": row.happened_at.isoformat(),
        "learned_at": row.learned_at.isoformat(),
        "actor": row.actor,
        "kind": row.kind,
        "what": row.what,
        "commit": row.commit or None,
    }


def _time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
