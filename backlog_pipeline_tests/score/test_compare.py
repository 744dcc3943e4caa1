"""Why one item is above another, and the smallest change that turns it round."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given

from backlog_pipeline.model.item import COMPONENTS, Item
from backlog_pipeline.score import wsjf
from backlog_pipeline.score.compare import Comparison, Standing, smallest_flip, why
from backlog_pipeline.score.explain import combine, waterfalls
from backlog_pipeline.score.table import ScoreSettings, score, to_table
from backlog_pipeline_tests.score.items import TODAY, backlogs, estimates, few, item


def standings(items: Sequence[Item]) -> dict[str, Standing]:
    scored = score(to_table(items, TODAY), ScoreSettings())
    terms = waterfalls(items, scored, ())
    rank = dict(zip(scored["id"], scored["rank"], strict=True))
    return {i.id: Standing(i, int(rank[i.id]), terms.get(i.id, ())) for i in items}


def compared(*items: Item) -> Comparison:
    first, second = standings(items).values()
    return why(first, second)


def test_the_weightiest_difference_comes_first() -> None:
    found = compared(item("bl-a", (13, 2, 3, 5)), item("bl-b", (1, 1, 3, 5)))
    assert (found.above, found.below) == ("bl-a", "bl-b")
    assert found.reasons == (
        "business value 13 against 1 (a reason)",
        "time criticality 2 against 1 (a reason)",
    )


def test_the_order_of_asking_does_not_matter() -> None:
    one, other = item("bl-a", (13, 2, 3, 5)), item("bl-b", (1, 1, 3, 5))
    assert compared(one, other) == compared(other, one)


def test_the_smallest_change_is_named() -> None:
    found = compared(item("bl-a", (3, 2, 3, 5)), item("bl-b", (2, 2, 3, 5)))
    assert found.flip is not None
    assert found.flip.notches == 1
    assert found.flip_sentence == "the order turns round with risk reduction of bl-b from 3 to 5"


def test_where_no_single_estimate_is_enough_that_is_said() -> None:
    found = compared(item("bl-a", (13, 13, 13, 1)), item("bl-b", (1, 1, 1, 13)))
    assert found.flip is None
    assert found.flip_sentence == "no single estimate turns the order round"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"estimates": estimates(2, 2, 2, 3)}, "it is the smaller job, 3 against 6"),
        ({}, "its id comes first"),
    ],
)
def test_equal_scores_name_what_decided(change: dict[str, object], said: str) -> None:
    first = replace(item("bl-a", (4, 4, 4, 6)), **change)  # type: ignore[arg-type]
    assert compared(first, item("bl-b", (4, 4, 4, 6))).reasons == (f"the scores are equal; {said}",)


def test_a_link_that_decides_is_named() -> None:
    found = compared(item("bl-a", (13, 1, 1, 1), blocked_by=("bl-b",)), item("bl-b", (1, 1, 1, 13)))
    assert (found.above, found.below, found.flip) == ("bl-b", "bl-a", None)
    assert "waits" in found.reasons[0]


def test_items_that_are_not_ranked_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="ranked"):
        compared(item("bl-a"), item("bl-b", None))


@few
@given(backlogs(most=5, with_links=False))
def test_a_flip_turns_the_order_round_and_no_smaller_one_does(items: list[Item]) -> None:
    ranked = sorted((s for s in standings(items).values() if s.rank), key=lambda s: s.rank)
    for above, below in itertools.pairwise(ranked):
        flip = smallest_flip(above, below)
        found = by_hand(above, below)
        assert (flip.notches if flip else None) == min(found, default=None)
        if flip:
            changed = below if flip.id == below.item.id else above
            after = score_with(changed, flip.component, flip.after)
            assert after > above.score if changed is below else after < below.score


def by_hand(above: Standing, below: Standing) -> list[int]:
    """The notches of every change of one estimate that turns the order round."""
    found = []
    for moving in (above, below):
        for name in COMPONENTS:
            for step in (wsjf.notch_up, wsjf.notch_down):
                value = next(t.value for t in moving.terms if t.name == name)
                for notches in range(1, 8):
                    value = step(value)
                    after = score_with(moving, name, value)
                    if (after > above.score) if moving is below else (after < below.score):
                        found.append(notches)
    return found


def score_with(standing: Standing, name: str, value: float) -> float:
    return combine(replace(t, value=value) if t.name == name else t for t in standing.terms)
