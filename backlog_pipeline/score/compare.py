"""What puts one item above another, and the smallest change of one estimate that turns it round."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from backlog_pipeline.model.item import COMPONENTS, Item
from backlog_pipeline.model.plan import ADD, DIVIDE, MULTIPLY, Term
from backlog_pipeline.score import wsjf
from backlog_pipeline.score.deadline import deadline
from backlog_pipeline.score.explain import combine


@dataclass(frozen=True, slots=True)
class Standing:
    """An item with its rank and the terms of its score."""

    item: Item
    rank: int
    terms: tuple[Term, ...]

    @property
    def score(self) -> float:
        """The score that the terms make."""
        return combine(self.terms)


@dataclass(frozen=True, slots=True)
class Flip:
    """A change of one estimate of one item that turns the order round, in notches of the scale."""

    id: str
    component: str
    before: float
    after: float
    notches: int

    def __str__(self) -> str:
        name = self.component.replace("_", " ")
        return f"{name} of {self.id} from {self.before:g} to {self.after:g}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """``reasons`` say what puts ``above`` over ``below``, the weightiest first; ``flip`` turns it round."""

    above: str
    below: str
    reasons: tuple[str, ...]
    flip: Flip | None
    flip_sentence: str


def why(one: Standing, other: Standing) -> Comparison:
    """What puts one of two ranked items above the other, whichever is asked for first.

    Raises:
        ValueError: one of them is not ranked.
    """
    if not (one.rank and other.rank and one.terms and other.terms):
        raise ValueError("only items that are ranked can be compared")
    above, below = sorted((one, other), key=lambda s: s.rank)
    if above.score < below.score:
        reason = f"{below.item.id} scores more, but waits for work that comes before it"
        sentence = "no estimate changes that: the link in blocked_by decides"
        return Comparison(above.item.id, below.item.id, (reason,), None, sentence)
    reasons = _differences(above, below) if above.score > below.score else (_tie_break(above, below),)
    flip = smallest_flip(above, below)
    sentence = f"the order turns round with {flip}" if flip else "no single estimate turns the order round"
    return Comparison(above.item.id, below.item.id, reasons, flip, sentence)


def smallest_flip(above: Standing, below: Standing) -> Flip | None:
    """The change by the fewest notches after which ``below`` scores more; a tie names the first found.

    Tried are, in this order, raising what ``below`` is worth or lowering its size, then the
    opposite for ``above``.
    """
    flips = [*_flips(below, above.score, is_rising=True), *_flips(above, below.score, is_rising=False)]
    return min(flips, key=lambda f: f.notches, default=None)


def _flips(moving: Standing, fixed: float, *, is_rising: bool) -> Iterator[Flip]:
    for name in COMPONENTS:
        goes_up = is_rising != (name == "job_size")
        step = wsjf.notch_up if goes_up else wsjf.notch_down
        before = value = next(t.value for t in moving.terms if t.name == name)
        for notches in range(1, len(wsjf.SCALE) + 1):
            value, last = step(value), value
            if value == last:
                break
            score = combine(_with(moving.terms, name, value))
            if (score > fixed) if is_rising else (score < fixed):
                yield Flip(moving.item.id, name, before, value, notches)
                break


def _with(terms: Sequence[Term], name: str, value: float) -> tuple[Term, ...]:
    return tuple(replace(term, value=value) if term.name == name else term for term in terms)


def _differences(above: Standing, below: Standing) -> tuple[str, ...]:
    """One sentence for each term that speaks for ``above``, by how much it changes the score."""
    ours, theirs = ({t.name: t for t in s.terms} for s in (above, below))
    found: list[tuple[float, str]] = []
    for name in {t.name: None for s in (above, below) for t in s.terms}:
        mine, other = _value(ours, theirs, name)
        weight = above.score - combine(_with(above.terms, name, other)) if name in ours else 0.0
        if name not in ours:
            weight = combine(_with(below.terms, name, mine)) - below.score
        if weight > 0:
            found.append(
                (-weight, f"{name.replace('_', ' ')} {mine:g} against {other:g}{_because(ours.get(name))}")
            )
    return tuple(sentence for _, sentence in sorted(found))


def _value(ours: dict[str, Term], theirs: dict[str, Term], name: str) -> tuple[float, float]:
    """The numbers of a term on both sides; a side without it has what changes nothing."""
    operation = (ours.get(name) or theirs[name]).operation
    nothing = {ADD: 0.0, MULTIPLY: 1.0, DIVIDE: 1.0}[operation]
    return (
        ours[name].value if name in ours else nothing,
        theirs[name].value if name in theirs else nothing,
    )


def _because(term: Term | None) -> str:
    return f" ({term.reason})" if term and term.reason and term.origin != "default" else ""


def _tie_break(above: Standing, below: Standing) -> str:
    """Which of the rules for equal scores decided, in their order."""
    first, second = above.item, below.item
    due, other_due = (deadline(item) for item in (first, second))
    size, other_size = (next(t.value for t in s.terms if t.name == "job_size") for s in (above, below))
    if first.risk_tier.level > second.risk_tier.level:
        decided = f"its risk is {first.risk_tier.value} against {second.risk_tier.value}"
    elif (due.on if due else date.max) < (other_due.on if other_due else date.max):
        decided = f"it is due {due.on if due else ''}"
    elif size < other_size:
        decided = f"it is the smaller job, {size:g} against {other_size:g}"
    elif first.created_at < second.created_at:
        decided = f"it is older, from {first.created_at} against {second.created_at}"
    else:
        decided = "its id comes first"
    return f"the scores are equal; {decided}"
