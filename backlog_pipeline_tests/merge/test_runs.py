"""Equal texts are told apart by the lines around them: the longest equal run wins, a tie wins nothing."""

from hypothesis import given
from hypothesis import strategies as st

from backlog_pipeline.merge.runs import equal_lines, longest_runs
from backlog_pipeline.model.finding import Anchor
from backlog_pipeline.model.fingerprint import anchor

ABOVE = ["import os", "def f(x):", "    y = x + 1"]
BELOW = ["    return y", "def g(x):", "    z = x + 2"]


def at(above: list[str], below: list[str]) -> Anchor:
    return anchor([*above, "# TODO", *below], len(above) + 1)


def test_all_six_lines_around_agree() -> None:
    assert equal_lines(at(ABOVE, BELOW), at(["more", *ABOVE], [*BELOW, "more"])) == 6


def test_an_inserted_line_breaks_no_more_than_one_line_of_the_run() -> None:
    assert equal_lines(at(ABOVE, BELOW), at(ABOVE, ["new", *BELOW])) == 5


def test_lines_in_another_order_are_no_run() -> None:
    assert equal_lines(at(ABOVE, []), at(ABOVE[::-1], [])) == 1


def test_an_anchor_from_before_there_were_single_lines_counts_whole_sides() -> None:
    old = Anchor("l", at(ABOVE, BELOW).before, "other")
    assert equal_lines(old, at(ABOVE, BELOW)) == 3
    assert equal_lines(Anchor("l", "", ""), at(ABOVE, BELOW)) == 0


def test_the_longest_run_wins() -> None:
    near, far = at(ABOVE, BELOW), at(["other", *ABOVE[1:]], ["x"])
    assert longest_runs([("a", at(ABOVE, ["q"]))], [("b", far), ("c", near)], 2) == [(0, 1)]


def test_of_equal_runs_the_path_that_ends_alike_wins() -> None:
    here = [("new/lib/a.py", at(ABOVE, BELOW)), ("new/lib/b.py", at(ABOVE, BELOW))]
    there = [("lib/b.py", at(ABOVE, BELOW)), ("lib/a.py", at(ABOVE, BELOW))]
    assert longest_runs(here, there, 2) == [(0, 1), (1, 0)]


def test_a_tie_is_no_match() -> None:
    one = at(ABOVE, BELOW)
    assert longest_runs([("x.py", one)], [("a.py", one), ("b.py", one)], 2) == []
    assert longest_runs([("x.py", one), ("y.py", one)], [("a.py", one)], 2) == []


def test_too_short_a_run_is_no_match() -> None:
    assert longest_runs([("a", at(ABOVE[2:], []))], [("b", at(ABOVE[2:], ["w"]))], 2) == []


stands = st.lists(
    st.tuples(
        st.sampled_from(("a.py", "lib/a.py", "lib/b.py")),
        st.builds(
            at,
            st.lists(st.sampled_from("uvwxyz"), max_size=4),
            st.lists(st.sampled_from("uvwxyz"), max_size=4),
        ),
    ),
    max_size=6,
)


@given(stands, stands, st.randoms(use_true_random=False))
def test_pairs_are_one_to_one_and_do_not_depend_on_the_order(
    here: list[tuple[str, Anchor | None]], there: list[tuple[str, Anchor | None]], random: object
) -> None:
    pairs = longest_runs(here, there, 2)
    assert len({f for f, _ in pairs}) == len({p for _, p in pairs}) == len(pairs)
    shuffled = list(range(len(there)))
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    again = longest_runs(here[::-1], [there[i] for i in shuffled], 2)
    assert sorted((len(here) - 1 - f, shuffled[p]) for f, p in again) == pairs


@given(stands)
def test_a_run_is_as_long_from_either_side(here: list[tuple[str, Anchor]]) -> None:
    for _, one in here:
        for _, other in here:
            assert equal_lines(one, other) == equal_lines(other, one)
            assert 0 <= equal_lines(one, other) <= 6
