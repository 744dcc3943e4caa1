"""Reading ``backlog.yml``: what the human meant, and one problem for each bad item."""

from datetime import date

import pytest

from backlog_pipeline.errors import BacklogFileError
from backlog_pipeline.merge.backlog_file import read
from backlog_pipeline_tests.merge.file_world import item, rendered

GOOD = "  - id: good\n    title: fine\n"


def one(body: str) -> dict[str, object]:
    """The values of the one item whose keys ``body`` holds."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    file = read(f"high_priority:\n  - id: a\n{lines}".encode(), "backlog.yml")
    assert file.problems == ()
    return dict(file.items[0].values)


def problem_of(body: str) -> str:
    """The one problem of an item with these keys, between two good ones that load."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    text = f"high_priority:\n{GOOD}  - id: bad\n{lines}  - id: last\n"
    file = read(text.encode(), "backlog.yml")
    assert [i.id for i in file.items] == ["good", "last"]
    assert file.untaken == {"bad"}
    (problem,) = file.problems
    assert problem.item == "bad"
    assert problem.line >= 4
    return problem.message


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("title: NO", "NO"),
        ("title: on", "on"),
        ("title: 12:30", "12:30"),
        ("title: 2026-01-31", "2026-01-31"),
        ("title: 'null'", "null"),
        ("title: [draft] ", "[draft]"),
        ("title: '{{ name }}'", "{{ name }}"),
        ("title: {{ name }}", "{{ name }}"),
        ("title: !!python/object:os.system rm", "rm"),
        ("title: |\n  one\n  two", "one\ntwo"),
        ("title: >-\n  one\n  two", "one two"),
        ("title: &x 007", "007"),
    ],
)
def test_a_text_is_what_the_human_wrote(written: str, meant: str) -> None:
    assert one(written)["title"] == meant


@pytest.mark.parametrize(
    "written",
    [
        "2026-01-31", "'2026-01-31'", "2026-1-31", "2026-01-31T23:59:59Z", "2026-01-31 10:00:00",
        '"2026-01-31T12:00:00.123456+02:00"', "2026-01-31 23:30:00 -00:15", "2026-02-01T01:00:00+02:00",
    ],
)  # fmt: skip
def test_a_date_is_its_utc_day_with_or_without_zone_and_quotes(written: str) -> None:
    assert one(f"created_at: {written}")["created_at"] == date(2026, 1, 31)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("COMPLETED", "DONE"), ("Merged", "DONE"), ("backlog", "NEW"), ("discovered", "NEW"),
        ("in_progress", "DOING"), ("in-progress", "DOING"), ("In Progress", "DOING"),
        ("escalated", "BLOCKED"), ("ready", "READY"), ("'pr'", "PR"),
    ],
)  # fmt: skip
def test_other_words_for_a_status_are_understood_in_any_case(word: str, status: str) -> None:
    assert one(f"status: {word}")["status"] == status


def test_numbers_and_lists_are_read() -> None:
    values = one("job_size: 2.5\nbusiness_value: '8'\nfiles: src/a.py\nlinks: []\nblocked_by: [b, ~]")
    assert values == {
        "id": "a", "job_size": 2.5, "business_value": 8.0, "files": ("src/a.py",), "blocked_by": ("b",)
    }  # fmt: skip


def test_a_list_entry_with_a_colon_is_the_text_that_was_meant() -> None:
    assert one("acceptance_criteria:\n  - Fix: the parser\n  - [x]")["acceptance_criteria"] == (
        "Fix: the parser",
        "[x]",
    )


def test_null_and_nothing_are_no_value() -> None:
    assert one("title:\ndescription: ~\nlinks: null") == {"id": "a"}


def test_aliases_and_merge_keys_bring_values_in() -> None:
    text = (
        "base: &base\n  type: testing\n  title: of base\n"
        "high_priority:\n  - id: a\n    <<: *base\n    title: own\n    files: &f [x.py]\n    links: *f\n"
    )
    (found,) = read(text.encode(), "f").items
    assert dict(found.values) == {
        "id": "a", "type": "testing", "title": "own", "files": ("x.py",), "links": ("x.py",)
    }  # fmt: skip


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("status: REDY", "bad: status is 'REDY', which is not known; did you mean READY?"),
        ("type: wishful", "type is 'wishful'"),
        ("risk_tier: EXTREME", "risk_tier is 'EXTREME'"),
        ("created_at: yesterday", "created_at is no date like 2026-01-31 ('yesterday')"),
        ("created_at: 2026-02-30", "created_at is no date"),
        ("completed_at: '0001-01-01T00:00:00+14:00'", "completed_at is no date"),
        ("job_size: 0", "job_size is '0', and must be above 0"),
        ("job_size: -3", "job_size is no number above 0 ('-3')"),
        ("job_size: big", "job_size is no number above 0 ('big')"),
        ("job_size: .inf", "job_size is no number above 0"),
        ("job_size: " + "9" * 400, "must be above 0 and at most 1000000"),
        ("job_size: [3]", "job_size is several values, and must be one component"),
        ("business_value: 1e999", "business_value is no number"),
        ("title:\n  - a\n  - b", "title is several values, and must be one text"),
        ("files:\n  a: b", "files is a mapping, and must be a list"),
        ("status: DISMISSED", "it is DISMISSED without a reason; add `dismissed_reason`"),
        ("title: a\ntitle: b", "the key title stands twice"),
    ],
)
def test_one_bad_item_is_one_problem_and_the_others_load(body: str, said: str) -> None:
    assert said in problem_of(body)


def test_all_that_is_wrong_with_an_item_is_one_problem() -> None:
    assert problem_of("status: x\njob_size: 0").count(";") >= 1


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("  - just text\n", "the entry is no mapping of keys"),
        ("  -\n", "the entry is no mapping of keys"),
        ("  - [a, b]\n", "the entry is no mapping of keys"),
        ("  - title: no id here\n", "it has no id"),
        ("  - id: ''\n    title: x\n", "it has no id"),
        ("  - id: ~\n", "it has no id"),
    ],
)
def test_an_entry_that_is_no_item_is_a_problem_with_its_line(entry: str, said: str) -> None:
    file = read(f"high_priority:\n{GOOD}{entry}{GOOD.replace('good', 'last')}".encode(), "f")
    assert [i.id for i in file.items] == ["good", "last"]
    (problem,) = file.problems
    assert said in problem.message
    assert problem.line == 4


def test_a_second_item_with_the_same_id_is_not_taken() -> None:
    text = f"high_priority:\n{GOOD}low_priority:\n{GOOD}"
    file = read(text.encode(), "f")
    assert [i.section for i in file.items] == ["high_priority"]
    (problem,) = file.problems
    assert problem.line == 5
    assert problem.message == "good: this id stands on line 2 already; the second one was not taken"


def test_a_figure_that_cannot_be_read_is_ours_to_write_anew() -> None:
    assert one("wsjf_score: n/a\naging_days: {a: 1}") == {"id": "a"}


def test_lists_of_items_elsewhere_are_said_not_to_be_read() -> None:
    text = "tasks:\n  - id: a\nother:\n  ready:\n    - id: b\nnotes: [{why: not}]\n"
    text += "backlog:\n  later:\n  - id: c\n"
    assert [(p.line, p.message.split(" is kept")[0]) for p in read(text.encode(), "f").problems] == [
        (1, "the list under tasks"),
        (3, "the list under other"),
        (8, "the list under backlog.later"),
    ]


def test_a_section_that_stands_twice_is_read_and_reported() -> None:
    text = f"high_priority:\n{GOOD}high_priority:\n  - id: b\n"
    file = read(text.encode(), "f")
    assert [i.id for i in file.items] == ["good", "b"]
    assert file.problems[0].line == 4


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"- id: a\n", "backlog.yml, line 1: the top level is no mapping of sections"),
        (b"just text\n", "the top level is no mapping of sections"),
        (b"ok: 1\nhigh_priority: soon\n", "backlog.yml, line 2: high_priority is no list of items"),
        (b"high_priority: {a: 1}\n", "high_priority is no list of items"),
        (b"x: &x [{id: a}]\nhigh_priority: *x\n", "high_priority is no list of items of its own"),
        (b"a: 1\nb: \xff\xfe\n", "backlog.yml, line 2: not UTF-8"),
        ("a: 1\n".encode("utf-16"), "not UTF-8"),
        (b"\x00\x00", "U+0000 is not allowed"),
        (b" " * (64 * 1024 * 1024 + 1), "64 MiB"),
    ],
)
def test_a_file_that_is_no_backlog_is_refused_with_the_next_step(data: bytes, said: str) -> None:
    with pytest.raises(BacklogFileError) as caught:
        read(data, "backlog.yml")
    assert said in str(caught.value)
    assert " Next: " in str(caught.value)


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"# only words\n", b"---\n", b"--- ~\n", b"{}", b"\xef\xbb\xbf"]
)
def test_an_empty_file_is_an_empty_backlog(data: bytes) -> None:
    assert read(data, "f").items == ()


def test_json_in_a_yml_file_is_read() -> None:
    data = b'{"high_priority": [{"id": "a", "job_size": 3, "links": ["x"], "title": "caf\\u00e9"}]}'
    (found,) = read(data, "f").items
    assert dict(found.values) == {"id": "a", "job_size": 3.0, "links": ("x",), "title": "café"}


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.rstrip("\n"),
        lambda text: "%YAML 1.2\n---\n" + text + "...\n",
        lambda text: text.replace(": ", ":\t"),
    ],
)
def test_line_ends_byte_order_mark_and_document_marks_do_not_matter(change: object) -> None:
    plain = rendered(None, [item(1), item(2)]).decode()
    file = read(change(plain).encode(), "f")  # type: ignore[operator]
    assert [dict(i.values) for i in file.items] == [dict(i.values) for i in read(plain.encode(), "f").items]
