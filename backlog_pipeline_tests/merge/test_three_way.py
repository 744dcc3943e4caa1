"""Two versions of one backlog file become one: rule by rule."""

import json

import pytest

from backlog_pipeline.merge.backlog_file import read
from backlog_pipeline.merge.three_way.lines import merged_lines
from backlog_pipeline.merge.three_way.merged import Merged, NotMerged, merged

BASE = """\
metadata:
  repository: demo
  schema_version: 1

high_priority:
  - id: a-1
    title: Draw the map
    type: enhancement
    status: READY
    risk_tier: LOW
    description: |-
      First the north.
      Then the south.
      Last the sea.
    files:
      - maps/north.py
    business_value: 3
    job_size: 5
    wsjf_base: 1.6
    acceptance_criteria:
      - It is drawn
      - It is printed

  - id: a-2
    title: Print the map
    status: NEW

low_priority: []
blocked_items: []
completed_items: []
"""


def result(ours: str, theirs: str, base: str | None = BASE) -> Merged:
    found = merged(None if base is None else base.encode(), ours.encode(), theirs.encode(), "backlog.yml")
    assert isinstance(found, Merged), found.reason
    assert b"<<<" not in found.data
    return found


def text(ours: str, theirs: str, base: str | None = BASE) -> str:
    return result(ours, theirs, base).data.decode()


def values(content: str, item: str = "a-1") -> dict[str, object]:
    file = read(content.encode(), "f")
    assert file.problems == ()
    return dict({i.id: i for i in file.items}[item].values)


def changed(*pairs: tuple[str, str], base: str = BASE) -> str:
    for old, new in pairs:
        assert old in base
        base = base.replace(old, new, 1)
    return base


def test_what_one_side_changed_comes_from_it_as_it_stands_there():
    ours = changed(("title: Draw the map", 'title:   "Draw it"  # quickly'))
    theirs = changed(("status: READY", "status: DOING"), ("  - id: a-2", "  # for the fair\n  - id: a-2"))
    both = changed(
        ("title: Draw the map", 'title:   "Draw it"  # quickly'),
        ("status: READY", "status: DOING"),
        ("  - id: a-2", "  # for the fair\n  - id: a-2"),
    )
    assert text(ours, theirs) == text(theirs, ours) == both
    assert result(ours, theirs).said == ()


def test_lists_are_joined_and_what_one_side_removed_is_gone():
    ours = changed(("      - It is drawn\n", "      - It is drawn  # in ink\n      - It has a legend\n"))
    theirs = changed(("      - It is printed\n", "      - It is framed\n"))
    after = text(ours, theirs)
    assert values(after)["acceptance_criteria"] == ("It is drawn", "It has a legend", "It is framed")
    assert "      - It is drawn  # in ink\n" in after


@pytest.mark.parametrize(
    ("mine", "other", "expected"),
    [
        ("DOING", "PR", "PR"),
        ("DOING", "BLOCKED\n    blocked_reason: no paper", "BLOCKED"),
        ("PR", "DONE\n    completed_at: '2026-11-20'", "DONE"),
        ("BLOCKED\n    blocked_reason: no paper", "DISMISSED\n    dismissed_reason: too dear", "DISMISSED"),
        ("DONE\n    completed_at: '2026-11-20'", "DISMISSED\n    dismissed_reason: too dear", "DISMISSED"),
        ("REFINED", "DONE\n    completed_at: '2026-11-20'", "DONE"),
    ],
)
def test_a_decision_goes_before_what_happens_by_itself_and_brings_its_reason(
    mine: str, other: str, expected: str
):
    ours, theirs = (changed(("status: READY", f"status: {word}")) for word in (mine, other))
    for after in (text(ours, theirs), text(theirs, ours)):
        found = values(after)
        assert found["status"] == expected
        for key in ("blocked_reason", "dismissed_reason", "completed_at"):
            winner = mine if mine.startswith(expected) else other
            assert (key in found) is (key in winner)


def test_a_status_that_somebody_decided_and_that_does_not_hold_is_kept_as_a_comment():
    ours = changed(("status: READY", "status: BLOCKED\n    blocked_reason: no paper"))
    theirs = changed(("status: READY", "status: DISMISSED\n    dismissed_reason: too dear"))
    assert "    # merge, not taken: status: BLOCKED (no paper)\n" in text(ours, theirs)
    assert "    # merge, not taken: status: BLOCKED (no paper)\n" in text(theirs, ours)
    by_itself = changed(("status: READY", "status: REFINED"))
    assert "not taken" not in text(by_itself, theirs)


def test_the_same_status_with_two_reasons_has_both_and_of_two_days_the_earlier():
    one = changed(
        ("status: READY", "status: DISMISSED\n    dismissed_reason: dear\n    dismissed_until: '2027-02-01'")
    )
    two = changed(
        ("status: READY", "status: DISMISSED\n    dismissed_reason: late\n    dismissed_until: '2027-01-01'")
    )
    for after in (text(one, two), text(two, one)):
        assert values(after)["dismissed_reason"] == "dear; late"
        assert str(values(after)["dismissed_until"]) == "2027-01-01"


def test_a_number_set_by_hand_goes_before_one_estimated_anew_else_the_larger():
    by_hand = changed(("job_size: 5", "job_size: 2"))
    by_run = changed(("job_size: 5", "job_size: 8"), ("wsjf_base: 1.6", "wsjf_base: 1"))
    larger = changed(("job_size: 5", "job_size: 13"))
    for after in (text(by_hand, by_run), text(by_run, by_hand)):
        assert values(after)["job_size"] == 2
        assert "# merge, not taken: job_size: 8" in after
    for after in (text(by_hand, larger), text(larger, by_hand)):
        assert values(after)["job_size"] == 13
        assert "# merge, not taken: job_size: 2" in after


def test_words_and_days_follow_one_rule_in_both_directions():
    one = changed(("type: enhancement", "type: bug_fix"), ("risk_tier: LOW", "risk_tier: HIGH"))
    two = changed(("type: enhancement", "type: testing"), ("risk_tier: LOW", "risk_tier: MEDIUM"))
    for after in (text(one, two), text(two, one)):
        assert (values(after)["type"], values(after)["risk_tier"]) == ("bug_fix", "HIGH")
        assert "# merge, not taken: type: testing" in after
        assert "# merge, not taken: risk_tier: MEDIUM" in after


def test_figures_come_with_the_numbers_that_hold():
    one = changed(("job_size: 5", "job_size: 8"), ("wsjf_base: 1.6", "wsjf_base: 1"))
    two = changed(("wsjf_base: 1.6", "wsjf_base: 1.7"))
    assert values(text(one, two))["wsjf_base"] == values(text(two, one))["wsjf_base"] == 1


def test_a_description_is_merged_by_line_and_where_that_fails_both_stay():
    ours = changed(("      First the north.\n", "      First the far north.\n"))
    theirs = changed(("      Last the sea.\n", "      Last the deep sea.\n"))
    assert (
        values(text(ours, theirs))["description"]
        == "First the far north.\nThen the south.\nLast the deep sea."
    )
    other = changed(("      First the north.\n", "      First the east.\n      Or the west.\n"))
    after = text(ours, other)
    assert values(after)["description"].startswith("First the far north.")  # type: ignore[attr-defined]
    assert "    # merge, not taken: description: First the east.\n    #   Or the west.\n" in after


def test_a_key_that_one_side_deleted_stays_where_the_other_changed_it():
    ours, theirs = changed(("    job_size: 5\n", "")), changed(("job_size: 5", "job_size: 8"))
    assert values(text(ours, theirs))["job_size"] == values(text(theirs, ours))["job_size"] == 8
    assert "job_size" not in values(text(ours, changed(("title: Print", "title: Frame"))))
    assert any("job_size stays" in sentence for sentence in result(ours, theirs).said)


def _without(item: str) -> str:
    start = BASE.index(f"  - id: {item}")
    return BASE[:start].rstrip("\n") + "\n\n" + BASE[BASE.index("low_priority") :]


def test_an_item_that_one_side_took_out_stays_only_where_the_other_changed_it():
    gone = _without("a-2")
    assert "a-2" not in text(gone, changed(("title: Draw", "title: Paint")))
    after = text(gone, changed(("title: Print the map", "title: Frame it")))
    assert values(after, "a-2")["title"] == "Frame it"
    assert (
        "a-2: it stays, taken out on one side and changed on the other"
        in result(changed(("title: Print the map", "title: Frame it")), gone).said
    )


def test_a_figure_that_was_computed_anew_is_no_change_of_an_item_that_went():
    base = changed(("    status: NEW\n", "    status: DONE\n    wsjf_score: 1\n    aging_days: 80\n"))
    gone = _without("a-2")
    aged = changed(("aging_days: 80", "aging_days: 81"), ("job_size: 5", "job_size: 3"), base=base)
    assert "a-2" not in text(gone, aged, base)
    assert "a-2" in text(gone, changed(("wsjf_score: 1", "wsjf_score: 1  # why?"), base=base), base)


def test_an_item_that_was_moved_on_one_side_and_changed_on_the_other_is_moved_and_changed():
    start = BASE.index("  - id: a-2")
    lines = BASE[start : BASE.index("\nlow_priority")]
    moved = _without("a-2").replace(
        "blocked_items: []\n", "blocked_items:\n" + lines.replace("NEW", "BLOCKED")
    )
    for after in (
        text(moved, changed(("Print the", "Frame the"))),
        text(changed(("Print the", "Frame the")), moved),
    ):
        file = read(after.encode(), "f")
        assert [(i.id, i.section) for i in file.items] == [("a-1", "high_priority"), ("a-2", "blocked_items")]
        assert (values(after, "a-2")["title"], values(after, "a-2")["status"]) == ("Frame the map", "BLOCKED")


def test_an_id_that_both_sides_brought_in_is_one_item():
    new = "low_priority:\n  - id: n-1\n    title: {}\n    status: NEW\n    job_size: 3\n"
    ours, theirs = (changed(("low_priority: []\n", new.format(title))) for title in ("Ours", "Theirs"))
    after = text(ours, theirs)
    assert after.count("id: n-1") == 1
    assert values(after, "n-1")["title"] == "Ours"
    assert "# merge, not taken: title: Theirs" in after


def test_a_file_that_both_sides_made_is_one_with_the_items_of_both():
    one = "items:\n  - id: x-1\n    title: One\n"
    two = "items:\n  - id: x-2\n    title: Two\n"
    assert sorted(i.id for i in read(text(one, two, None).encode(), "f").items) == ["x-1", "x-2"]
    assert text(one, two, "") == text(one, two, None)


def test_keys_of_a_person_are_merged_inside_and_both_values_stay_visible():
    base = changed(
        (
            "    title: Print the map\n",
            "    title: Print the map\n    plan: {a: 1}\n    who:\n      - Ana\n    mood: good\n",
        )
    )
    ours = changed(
        ("mood: good", "mood: fine"), ("      - Ana\n", "      - Ana\n      - Ben  # new\n"), base=base
    )
    theirs = changed(
        ("mood: good", "mood: bad"),
        ("      - Ana\n", "      - Ana\n      - Cem\n"),
        ("{a: 1}", "{a: 2}"),
        base=base,
    )
    after = text(ours, theirs, base)
    assert "    plan: {a: 2}\n" in after
    assert "      - Ben  # new\n" in after
    assert "      - Cem\n" in after
    assert "    mood: fine\n    # merge, not taken: mood: bad\n" in after


def test_two_values_of_a_persons_key_in_braces_are_both_kept_or_nothing_is_merged():
    base = "items:\n  - {id: x-1, title: One, mood: good}\n  - id: x-2\n    title: Two\n"
    one, two = base.replace("good", "fine"), base.replace("good", "bad").replace("Two", "Deux")
    assert isinstance(merged(base.encode(), one.encode(), two.encode(), "f"), NotMerged)
    alone = text(base.replace("One", "Uno"), base.replace("good", "bad"), base)
    assert "{id: x-1, title: Uno, mood: bad}" in alone


def test_an_entry_with_a_key_twice_is_merged_by_line_or_not_at_all():
    base = changed(("    status: NEW\n", "    status: NEW\n    status: NEW\n"))
    ours, theirs = changed(("Print the", "Frame the"), base=base), changed(("Draw", "Paint"), base=base)
    assert "Frame the" in text(ours, theirs, base)
    theirs = changed(("    status: NEW\n", "    status: SOON\n"), base=base)
    assert isinstance(merged(base.encode(), ours.encode(), theirs.encode(), "f"), NotMerged)


def test_a_list_from_which_each_side_took_another_entry_is_empty():
    after = text(changed(("      - It is drawn\n", "")), changed(("      - It is printed\n", "")))
    assert "acceptance_criteria" not in values(after)


def test_keys_at_the_top_are_merged_by_key():
    base = BASE + "metrics:\n  sprints: 3\n  team: core\n"
    ours = changed(("sprints: 3", "sprints: 4"), base=base)
    theirs = changed(("team: core", "team: maps"), base=base) + "# the end\nmine: 1\n"
    assert (
        text(ours, theirs, base)
        == changed(("sprints: 3", "sprints: 4"), ("team: core", "team: maps"), base=base)
        + "# the end\nmine: 1\n"
    )


def test_a_comment_behind_a_value_that_the_other_side_changed_stays():
    ours = changed(("job_size: 5", "job_size: 5  # a guess"))
    after = text(ours, changed(("job_size: 5", "job_size: 8")))
    assert values(after)["job_size"] == 8
    assert "# a guess" in after
    assert "not taken" not in after


def test_a_comment_that_one_side_removed_is_gone():
    base = changed(("job_size: 5", "job_size: 5  # a guess"))
    assert "guess" not in text(
        BASE,
        changed(("job_size: 5", "job_size: 8"), base=base).replace("8", "5").replace("Draw", "Paint"),
        base,
    )


@pytest.mark.parametrize("which", [0, 1, 2])
def test_what_is_no_yaml_is_not_merged_and_says_which_of_the_three(which: int):
    sides = [BASE, changed(("Draw", "Paint")), changed(("Print", "Frame"))]
    sides[which] += "a: b: c\n"
    found = merged(*(side.encode() for side in sides), "backlog.yml")
    assert isinstance(found, NotMerged)
    names = ("of the common ancestor", "of this side", "of the other side")
    assert found.reason.startswith(f"backlog.yml {names[which]}, line ")


def test_an_entry_that_could_not_be_read_is_merged_as_text():
    ours = changed(("    status: NEW\n", "    status: SOON\n"))
    after = text(ours, changed(("title: Print the map", "title: Frame it")))
    assert "    title: Frame it\n    status: SOON\n" in after


def test_our_keys_on_one_side_and_another_tools_on_the_other_are_one_key():
    base = "items:\n  - id: t-1\n    title: One\n    effort: 3\n    value: 5\n"
    migrated = "items:\n  - id: t-1\n    title: One\n    job_size: 3\n    business_value: 5\n"
    for ours, theirs in (
        (migrated, base.replace("effort: 3", "effort: 8")),
        (base.replace("effort: 3", "effort: 8"), migrated),
    ):
        after = text(ours, theirs, base)
        assert values(after, "t-1")["job_size"] == 8
        assert "effort" not in after


JSON = """\
{"items": [
  {"id": "J-1", "title": "a", "value": 3, "tags": ["x"]},
  {"id": "J-2", "title": "b"}
], "version": 2}
"""


def test_json_stays_json_with_what_both_sides_changed_on_one_line():
    ours, theirs = (
        JSON.replace('"a"', '"aa"'),
        JSON.replace('"value": 3', '"value": 5').replace('"version": 2', '"version": 3'),
    )
    found = json.loads(text(ours, theirs, JSON))
    assert found["items"][0] == {"id": "J-1", "title": "aa", "value": 5, "tags": ["x"]}
    assert found["version"] == 3


def test_json_has_no_room_for_two_words_so_that_is_not_merged():
    ours, theirs = JSON.replace('"a"', '"aa"'), JSON.replace('"a"', '"ab"')
    found = merged(JSON.encode(), ours.encode(), theirs.encode(), "backlog.yml")
    assert isinstance(found, NotMerged)
    assert "J-1" in found.reason


def test_line_ends_and_the_last_line_are_as_on_the_side_that_changed_them():
    ours = changed(("Draw", "Paint")).replace("\n", "\r\n")
    theirs = changed(("Print", "Frame")).rstrip("\n")
    after = result(ours, theirs).data
    assert after == changed(("Draw", "Paint"), ("Print", "Frame")).rstrip("\n").replace("\n", "\r\n").encode()


def test_a_file_that_one_side_emptied_stays():
    changed_there = changed(("Draw", "Paint"))
    assert text("", changed_there) == text(changed_there, "\n") == changed_there


def test_lines_that_both_changed_are_not_merged():
    assert merged_lines(["a", "b", "c"], ["x", "b", "c"], ["a", "b", "y"]) == ["x", "b", "y"]
    assert merged_lines(["a", "b"], ["a", "x"], ["a", "y"]) is None
