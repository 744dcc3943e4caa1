"""Files in the forms of other tools are read: every item, under any name, in any container."""

from datetime import date

import pytest

from backlog_pipeline.errors import BacklogFileError
from backlog_pipeline.merge.backlog_file import BacklogFile, read
from backlog_pipeline_tests.merge.dialect_files import DIALECTS


def file_of(text: str) -> BacklogFile:
    file = read(text.encode(), "backlog.yml")
    assert file.problems == ()
    return file


def where(text: str) -> dict[str, str]:
    return {item.id: item.section for item in file_of(text).items}


def values(text: str, item_id: str) -> dict[str, object]:
    return next(dict(item.values) for item in file_of(text).items if item.id == item_id)


@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_every_dialect_is_read_without_a_problem_and_is_not_taken_for_ours(name: str) -> None:
    file = file_of(DIALECTS[name])
    assert file.items
    assert not file.contents.shape.is_ours


def test_items_are_found_wherever_other_tools_keep_them() -> None:
    assert where(DIALECTS["status lists"]) == {
        "dependency_upgrades": "backlog.ready",
        "sensor_drift": "backlog.doing",
    }
    assert where(DIALECTS["tasks"]) == {
        "task_7": "items", "task_8": "items", "task_9": "blocked_items", "task_10": "new_items",
        "task_1": "completed",
    }  # fmt: skip
    assert where(DIALECTS["grouped"]) == {"G-1": "backlog.items", "G-2": "backlog.items"}
    assert set(where(DIALECTS["our sections"]).values()) == {
        "critical_items", "high_priority", "completed_recent",
    }  # fmt: skip


def test_other_names_of_our_keys_are_read() -> None:
    found = values(DIALECTS["tasks"], "task_8")
    assert found == {
        "id": "task_8", "title": "Compare with last year", "type": "documentation", "business_value": 8.0,
        "time_criticality": 0.0, "risk_reduction": 2.0, "job_size": 2.5, "status": "DOING",
        "acceptance_criteria": ("A table per year",), "created_at": date(2026, 10, 20),
    }  # fmt: skip
    assert values(DIALECTS["tasks"], "task_9")["blocked_reason"] == "a lawyer reads it"
    assert values(DIALECTS["one list"], "WEB-3")["risk_reduction"] == 0.5


def test_components_in_a_group_are_read_in_lines_and_in_braces() -> None:
    for item_id, numbers in {"G-1": (8, 3, 2, 5, 2.6), "G-2": (3, 1, 1, 2, 2.5)}.items():
        found = values(DIALECTS["grouped"], item_id)
        keys = ("business_value", "time_criticality", "risk_reduction", "job_size", "wsjf_base")
        assert tuple(found[key] for key in keys) == numbers


def test_beside_a_final_score_the_other_one_is_without_aging() -> None:
    text = DIALECTS["items and records"].replace("final_score: 1.83", "final_score: 3.66")
    found = values(text, "file-speed")
    assert (found["wsjf_base"], found["wsjf_score"], found["aging_days"]) == (1.83, 3.66, 0)


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("Feature", "feature_request"), ("Bug", "bug_fix"), ("Refactor", "refactoring"),
        ("Doc", "documentation"),
        ("Test", "testing"), ("Tech_Debt", "technical_debt"), ("tech-debt", "technical_debt"),
        ("Technical Debt", "technical_debt"), ("security", "security_enhancement"),
        ("architecture", "refactoring"), ("maintenance", "technical_debt"),
        ("code-quality", "technical_debt"),
        ("build-system", "devops_improvement"), ("deployment", "devops_improvement"),
        ("environment", "infrastructure"), ("improvement", "enhancement"), ("devops_bug", "bug_fix"),
        ("CI/CD", "devops_improvement"), ("feature_enhancement", "enhancement"), ("test-coverage", "testing"),
        ("ui feature", "feature_request"), ("performance", "performance"),
    ],
)  # fmt: skip
def test_other_words_for_a_type_are_read_as_the_nearest_of_ours(word: str, meant: str) -> None:
    assert values(f"items:\n- id: a\n  type: {word}\n", "a")["type"] == meant


def test_a_status_that_is_not_said_is_the_containers() -> None:
    assert values(DIALECTS["tasks"], "task_1")["status"] == "DONE"
    assert values(DIALECTS["tasks"], "task_9")["status"] == "BLOCKED"
    assert values("backlog:\n  pr_review:\n  - id: a\n", "a")["status"] == "PR"
    assert "status" not in values("completed_items:\n- id: a\nlow_priority: []\n", "a")


def test_a_record_of_something_done_gives_its_day_and_is_no_second_item() -> None:
    text = DIALECTS["items and records"]
    assert where(text) == {
        "tool-calls": "backlog_items", "file-speed": "backlog_items", "leaking-handles": "completed_items",
    }  # fmt: skip
    assert values(text, "tool-calls")["completed_at"] == date(2026, 8, 26)
    before, after = text.split("completed_items:\n", 1)
    after, metrics = after.split("metrics:")
    turned = f"completed_items:\n{after}{before}metrics:{metrics}"
    assert values(turned, "tool-calls")["files"] == ("lab/backend.py:40-42",)


def test_a_note_about_something_that_is_open_again_is_history() -> None:
    text = DIALECTS["items and records"].replace('status: "DONE"', 'status: "READY"')
    found = values(text, "tool-calls")
    assert found["status"] == "READY"
    assert "completed_at" not in found


def test_a_second_item_that_says_more_than_that_it_is_done_is_a_problem() -> None:
    text = DIALECTS["items and records"].replace('status: "DONE"', 'status: "READY"')
    text = text.replace('    completion_date: "2026-08-26"\n', "    effort: 3\n")
    (problem,) = read(text.encode(), "f").problems
    assert problem.item == "tool-calls"
    assert "stands on line" in problem.message


def test_our_name_wins_and_the_other_key_is_the_persons() -> None:
    text = "items:\n- id: a\n  value: x\n  business_value: 3\n- id: b\n  effort: 2\n"
    assert values(text, "a") == {"id": "a", "business_value": 3.0}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("effort: big", "bad: effort is no number above 0 ('big')"),
        ("effort: 0", "effort is '0', and must be above 0"),
        ("value: -1", "value is no number of 0 or more ('-1')"),
        ("created_date: soon", "created_date is no date"),
        ("task_type: wishful", "task_type is 'wishful', which is not known"),
        ("status: nearly", "status is 'nearly'"),
        ("effort: 3\n  effort: 5", "the key effort stands twice"),
        ("wsjf:\n    job_duration: huge", "job_duration is no number above 0"),
    ],
)
def test_one_bad_item_is_one_problem_in_the_files_own_words(body: str, said: str) -> None:
    lines = body.replace("\n", "\n  ")
    text = f"backlog:\n  items:\n  - id: good\n  - id: bad\n    {lines}\n  - id: last\n"
    file = read(text.encode(), "f")
    assert [item.id for item in file.items] == ["good", "last"]
    (problem,) = file.problems
    assert said in problem.message
    assert problem.line >= 4


@pytest.mark.parametrize("nothing", ["None", "null", "''", "~"])
def test_nothing_is_said_in_many_ways(nothing: str) -> None:
    text = f"items:\n- id: a\n  completed_at: {nothing}\n  effort: {nothing}\n"
    assert values(text, "a") == {"id": "a"}


def test_several_documents_are_refused() -> None:
    with pytest.raises(BacklogFileError, match="line 4, column 1: a second YAML document begins"):
        read(b"---\nitems:\n- id: a\n---\nitems: []\n", "backlog.yml")


@pytest.mark.parametrize(
    "text",
    [
        "done: true\nblocked: 3\ncompleted: no\nitems: many\nlow_priority: []\n",
        "items: *x\n",
        "backlog: {a: 1}\n",
    ],
)
def test_a_key_of_that_name_that_holds_no_list_is_the_persons(text: str) -> None:
    if "*x" in text:
        text = "x: &x [{id: a}]\n" + text
    assert read(text.encode(), "f").items == ()
