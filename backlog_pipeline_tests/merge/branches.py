"""Two branches of one backlog file, for tests of the merge: what a run and a person did on each."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from backlog_pipeline.merge.backlog_file import read
from backlog_pipeline.merge.backlog_text.keys import FieldValue
from backlog_pipeline.merge.three_way.merged import Merged, merged
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import ItemType, RiskTier, Status
from backlog_pipeline_tests.merge.file_world import TODAY, annotated, estimates, item, place, text_of
from backlog_pipeline_tests.merge.handwriting import Hand

FORMS = ("ours", "by hand", "annotated")


@dataclass(frozen=True)
class Branches:
    """The three contents, and the comments that each branch added."""

    base: bytes
    ours: bytes
    theirs: bytes
    comments: tuple[tuple[str, ...], tuple[str, ...]]

    @property
    def swapped(self) -> "Branches":
        return Branches(self.base, self.theirs, self.ours, self.comments[::-1])


@st.composite
def branches(draw: st.DrawFn, forms: Sequence[str] = FORMS) -> Branches:
    """Any base in any form, and two branches that change, add and annotate items."""
    chance = random.Random(draw(st.integers(0, 10**9)))
    form = draw(st.sampled_from(forms))
    items = [item(n, size=chance.choice((3, 5, 8, 13))) for n in range(draw(st.integers(1, 4)))]
    base = Hand(chance.randrange(10**6)).file(items) if form == "by hand" else text_of(None, items)
    base = _noted(chance, base, "old")[0] if form == "annotated" else base
    sides: list[bytes] = []
    comments: list[tuple[str, ...]] = []
    for side in ("ours", "theirs"):
        now = [_changed(chance, one, side) if chance.random() < 0.5 else one for one in items]
        now += [item(50 if side == "ours" else 60)] * (chance.random() < 0.3)
        now += [item(90, title=f"Brought in by {side}")] * (chance.random() < 0.2)
        text = text_of(base, now)
        text, added = _noted(chance, text, side) if form != "by hand" else (text, ())
        sides.append(text.encode())
        comments.append(added)
    return Branches(base.encode(), sides[0], sides[1], (comments[0], comments[1]))


def _changed(chance: random.Random, one: Item, side: str) -> Item:
    """An item as a run or a person leaves it."""
    status = chance.choice(list(Status)) if chance.random() < 0.4 else one.status
    changes: dict[str, object] = {
        "title": chance.choice((f"Title of {side}", "x # y", "[a]: b")),
        "description": f"first\nsecond of {side}\nthird",
        "item_type": chance.choice(list(ItemType)),
        "risk_tier": chance.choice(list(RiskTier)),
        "estimates": estimates(*(chance.choice((1, 2, 3, 5, 8)) for _ in range(4))),
        "acceptance_criteria": chance.choice((("The comment is gone",), (f"as {side} says", "Tests pass"))),
        "links": (f"docs/{side}.md", "docs/both.md"),
        "places": (place(f"src/{side}.py"),),
    }
    kept = {name: value for name, value in changes.items() if chance.random() < 0.25}
    return replace(
        one,
        **kept,  # type: ignore[arg-type]
        status=status,
        blocked_reason=f"{side} waits" if status is Status.BLOCKED else "",
        dismissed_reason=f"{side} says no" if status is Status.DISMISSED else "",
        completed_at=TODAY if status is Status.DONE else None,
    )


def _noted(chance: random.Random, text: str, whose: str) -> tuple[str, tuple[str, ...]]:
    """The text with comments and keys of somebody, named so that nobody else's are called the same."""
    noted, comments, _keys = annotated(text, chance.randrange(10**6))
    words = [
        (f"{mark}{word}", f"{mark}{whose}_{word}") for word in ("own_", "top_") for mark in ("    ", "\n")
    ]
    for old, new in (
        *words,
        ("# note ", f"# {whose} "),
        ("# of mine ", f"# of {whose} "),
        ("&a", f"&{whose}"),
    ):
        noted = noted.replace(old, new)
        comments = [comment.replace(old, new) for comment in comments]
    return noted, tuple(comments)


def merge(found: Branches) -> bytes:
    """The merge of two branches, which is expected to work."""
    result = merged(found.base, found.ours, found.theirs, "backlog.yml")
    assert isinstance(result, Merged), result.reason
    return result.data


def values(data: bytes) -> dict[str, dict[str, FieldValue]]:
    """What a file says of each item; lists without their order."""
    return {
        found.id: {n: tuple(sorted(v)) if isinstance(v, tuple) else v for n, v in found.values.items()}
        for found in read(data, "f").items
    }
