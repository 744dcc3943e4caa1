"""What holds for every merge of two branches, whatever was done on them."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from backlog_pipeline.errors import BacklogFileError
from backlog_pipeline.merge.backlog_file import read
from backlog_pipeline.merge.backlog_text.keys import KEYS, SCORE_KEYS
from backlog_pipeline.merge.three_way.lines import joined_lines, merged_lines
from backlog_pipeline.merge.three_way.merged import Merged, merged
from backlog_pipeline.merge.three_way.order import merged_order, union
from backlog_pipeline.merge.three_way.standing import STANDING, is_same
from backlog_pipeline_tests.merge.branches import Branches, branches, merge, values
from backlog_pipeline_tests.merge.dialect_files import DIALECTS
from backlog_pipeline_tests.merge.file_world import nasty_texts
from backlog_pipeline_tests.merge.other_tool import OtherTool

MARKER = re.compile(rb"^(<<<<<<<|=======|>>>>>>>|\|\|\|\|\|\|\|)", re.MULTILINE)
TEXTS = ("title", "description")
names = st.lists(st.sampled_from("abcdef"), unique=True)


@settings(max_examples=60, deadline=None)
@given(branches())
def test_no_marker_no_problem_and_each_id_once(found: Branches):
    data = merge(found)
    assert MARKER.search(data) is None
    file = read(data, "f")
    assert file.problems == ()
    ids = [i.id for i in file.items]
    assert len(ids) == len(set(ids))
    assert set(ids) == set(values(found.ours)) | set(values(found.theirs))


@settings(max_examples=60, deadline=None)
@given(branches())
def test_a_field_that_one_side_changed_keeps_that_value(found: Branches):
    base, ours, theirs, after = (values(d) for d in (found.base, found.ours, found.theirs, merge(found)))
    for name in base:
        for key in set(KEYS) - set(STANDING):
            old, mine, other = base[name].get(key), ours[name].get(key), theirs[name].get(key)
            if is_same(key, mine, old):
                assert is_same(key, after[name].get(key), other), (name, key)
            elif is_same(key, other, old):
                assert is_same(key, after[name].get(key), mine), (name, key)


@settings(max_examples=60, deadline=None)
@given(branches())
def test_where_an_item_stands_comes_from_a_side_that_moved_it_with_its_reason(found: Branches):
    base, ours, theirs, after = (values(d) for d in (found.base, found.ours, found.theirs, merge(found)))
    for name in base:
        sides = [[side[name].get(key) for key in STANDING] for side in (base, ours, theirs, after)]
        if sides[1] == sides[0] or sides[2] == sides[0]:
            assert sides[3] == (sides[2] if sides[1] == sides[0] else sides[1])
        elif sides[1][0] != sides[2][0]:
            assert sides[3] in sides[1:3]


@settings(max_examples=60, deadline=None)
@given(branches())
def test_values_are_the_same_whichever_side_is_ours_but_for_texts(found: Branches):
    one, other = values(merge(found)), values(merge(found.swapped))
    assert set(one) == set(other)
    for name, fields in one.items():
        for key in (set(fields) | set(other[name])) - set(TEXTS):
            assert fields.get(key) == other[name].get(key), (name, key)


@settings(max_examples=60, deadline=None)
@given(branches(["ours", "annotated"]))
def test_comments_of_both_sides_survive(found: Branches):
    plain = merge(found).decode()
    assert [c for side in found.comments for c in side if c not in plain] == []


@settings(max_examples=60, deadline=None)
@given(branches())
def test_a_title_that_is_not_taken_stands_beside_the_one_that_is(found: Branches):
    base, ours, theirs, text = (
        values(found.base),
        values(found.ours),
        values(found.theirs),
        merge(found).decode(),
    )
    for name in set(ours) & set(theirs):
        old, mine, other = (side.get(name, {}).get("title") for side in (base, ours, theirs))
        if mine != other and old not in (mine, other):
            assert values(text.encode())[name]["title"] == mine
            assert f"# merge, not taken: title: {other}" in text or f"title of {name}: {other}" in text


@settings(max_examples=40, deadline=None)
@given(branches())
def test_one_side_alone_is_that_side_byte_for_byte(found: Branches):
    assert merge(Branches(found.base, found.ours, found.base, ((), ()))) == found.ours
    assert merge(Branches(found.base, found.base, found.theirs, ((), ()))) == found.theirs
    assert merge(Branches(found.base, found.ours, found.ours, ((), ()))) == found.ours


@settings(max_examples=40, deadline=None)
@given(branches())
def test_merging_the_same_once_more_changes_no_value(found: Branches):
    once = merge(found)
    again = merge(Branches(found.theirs, once, found.theirs, ((), ())))
    assert again == once
    assert values(merge(Branches(found.base, once, found.theirs, ((), ())))).keys() == values(once).keys()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([*sorted(DIALECTS), "other tool"]), st.data())
def test_files_of_other_tools_are_merged_or_left_and_never_marked(seed: int, form: str, data: st.DataObject):
    base = OtherTool(seed).text() if form == "other tool" else DIALECTS[form]
    sides = [
        _edited(base, data.draw(st.lists(st.integers(0, 80), max_size=6)), word)
        for word in ("ours", "theirs")
    ]
    try:
        before = [values(side) for side in sides]
    except BacklogFileError:
        return
    found = merged(base.encode(), *sides, "backlog.yml")
    if isinstance(found, Merged):
        assert MARKER.search(found.data) is None
        after = values(found.data)
        assert set(after) == {*before[0], *before[1]}
        old = values(base.encode())
        for name in set(old) & set(before[0]) & set(before[1]):
            for key in set(KEYS) - {*STANDING, *SCORE_KEYS}:
                mine, other = before[0][name].get(key), before[1][name].get(key)
                if is_same(key, mine, old[name].get(key)):
                    assert is_same(key, after[name].get(key), other), (name, key)


def _edited(text: str, places: list[int], word: str) -> bytes:
    """The text with some values of a person's, or comments, at those lines."""
    lines = text.split("\n")
    for at in places:
        line = lines[at % len(lines)]
        found = re.fullmatch(
            r"(\s*(?:- )?(?:title|owner|notes|impact): ).*|(\s*(?:effort|value|job_size): ).*", line
        )
        if found:
            lines[at % len(lines)] = (
                f"{found[1]}{word} {at % 2}" if found[1] else f"{found[2]}{3 + at % 2 + len(word)}"
            )
    return "\n".join(lines).encode()


@given(names, names, names)
def test_a_union_has_what_either_side_has_without_what_one_side_removed(base, ours, theirs):
    found = union(base, ours, theirs)
    assert set(found) == (set(ours) | set(theirs)) - ({*base} - ({*ours} & {*theirs}))
    assert len(found) == len(set(found))
    assert list(merged_order(base, ours, ours)) == ours
    assert union(base, base, theirs) == theirs


@given(st.lists(nasty_texts), st.lists(nasty_texts), st.lists(nasty_texts))
def test_lines_of_one_side_are_that_side_and_joined_lines_lose_nothing_new(base, ours, theirs):
    assert merged_lines(base, ours, base) == ours
    assert merged_lines(base, base, theirs) == theirs
    assert merged_lines(base, ours, ours) == ours
    joined = joined_lines(base, ours, theirs)
    assert [line for line in [*ours, *theirs] if line not in base and line not in joined] == []


@settings(deadline=None)
@given(st.binary(max_size=40), st.binary(max_size=40), st.binary(max_size=40))
def test_any_bytes_are_merged_or_said_not_to_be(base: bytes, ours: bytes, theirs: bytes):
    found = merged(base, ours, theirs, "f")
    assert found.data is not None if isinstance(found, Merged) else found.reason
