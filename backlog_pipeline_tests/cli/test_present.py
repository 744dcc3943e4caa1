"""What is printed, made of values and of nothing else."""

import json
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from rich.cells import cell_len
from rich.console import Console

from backlog_pipeline.cli import present_findings, present_item, present_items, present_run
from backlog_pipeline.cli.present_run import Surroundings
from backlog_pipeline.cli.ranked import Ranked, Scores
from backlog_pipeline.model.backlog import Backlog, Changes, Problem
from backlog_pipeline.model.finding import Birth, Location
from backlog_pipeline.model.item import Estimate, Estimates, Place
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.repository import RepositoryState
from backlog_pipeline.model.scan import ScanStatus, Unread
from backlog_pipeline_tests.cli.examples import (
    UNREAD,
    certificate,
    estimates,
    finding,
    item,
    planned,
    row,
    scan,
)

KEYS = [
    "id", "title", "type", "status", "risk_tier", "created_at", "description", "files",
    "business_value", "time_criticality", "risk_reduction", "job_size",
    "wsjf_base", "wsjf_score", "aging_days", "aging_multiplier",
    "acceptance_criteria", "links", "source", "evidence",
    "attributed_by", "merged_into", "merged", "assertions",
]  # fmt: skip
STATE = RepositoryState("key", "flask", "/r", "abcdef0123", "2026-03-01", "main", "main")


def printed(table: object, width: int) -> list[str]:
    stream = StringIO()
    Console(file=stream, width=width).print(table)
    return stream.getvalue().splitlines()


def test_json_of_an_open_item_has_exactly_the_keys_of_the_file_in_their_order():
    data = present_items.as_json(row())
    assert list(data) == KEYS
    assert data["created_at"] == "2026-02-14"
    assert data["files"] == ["src/a.py", "src/b.py"]
    assert data["wsjf_score"] == 12.0
    assert data["business_value"] == 5
    json.dumps(data)


@pytest.mark.parametrize(
    ("changes", "more"),
    [
        ({"status": Status.DONE, "completed_at": date(2026, 2, 3)}, {"completed_at": "2026-02-03"}),
        ({"status": Status.DISMISSED}, {"completed_at": None}),
        ({"status": Status.BLOCKED, "blocked_reason": "no right"}, {"blocked_reason": "no right"}),
    ],
)
def test_json_of_other_items_says_what_ended_or_blocks_them(
    changes: dict[str, object], more: dict[str, object]
):
    data = present_items.as_json(row(**changes))
    assert {k: v for k, v in data.items() if k not in KEYS} == more


def test_json_numbers_that_nobody_knows_are_null():
    unknown = Ranked(item(estimates=Estimates()), None, Scores(None, None, 3, 1.0))
    data = present_items.as_json(unknown)
    assert [data[k] for k in ("business_value", "job_size", "wsjf_base", "wsjf_score")] == [None] * 4


def test_the_table_fits_a_narrow_terminal_and_is_whole_elsewhere():
    long = row(title="word " * 60)
    assert max(map(len, printed(present_items.as_table([long]), 80))) <= 80
    assert "word " * 59 + "word" in "".join(printed(present_items.as_table([long]), 10_000))


@pytest.mark.parametrize("width", [80, 100, 120])
def test_a_narrow_list_cuts_only_what_and_where(width: int):
    place = Place("s", "r", "t", "src/" + "deeply/nested/" * 9 + "file.py", 120)
    long = row(title="word " * 60, places=(place, place), birth=Birth(date(2025, 9, 1), is_at_least=True))
    head, line = printed(present_items.as_table([long]), width)
    assert head.split() == ["rank", "score", "status", "id", "what", "where", "age"]
    assert line.split()[:4] == ["1", "16.0", "READY", "bl-00000001"]
    assert line.endswith("/file.py:120 +1  6+ months")
    assert len(line) == width
    assert line.count("…") == 2


def test_a_list_without_room_leaves_out_columns_by_their_order():
    table = present_items.as_table([row(title="word " * 60, birth=Birth(date(2025, 9, 1)))])
    heads = [printed(table, width)[0].split() for width in (60, 50, 40, 34)]
    assert heads == [
        ["rank", "score", "status", "id", "what", "age"],
        ["rank", "score", "status", "id", "what"],
        ["rank", "score", "id", "what"],
        ["rank", "id", "what"],
    ]
    assert all("bl-00000001" in printed(table, width)[1] for width in (60, 50, 40, 34))


@pytest.mark.parametrize("width", [80, 100, 120])
def test_a_narrow_list_of_findings_keeps_rule_file_and_line(width: int):
    place = Location("src/" + "deeply/nested/" * 9 + "file.py", 120)
    one = finding(source="dependency_vulnerabilities", location=place, detail="word " * 60)
    head, line = printed(present_findings.as_table([one]), width)
    assert head.split()[-3 if width > 80 else -2 :][:2] == ["where", "what"]
    assert "B602" in line
    assert "HIGH" in line
    assert "/file.py:120" in line
    assert len(line) <= width


def test_signs_of_two_columns_fit_too():
    lines = printed(present_items.as_table([row(title="漢字" * 60), row(title="short")]), 80)
    assert all(cell_len(line) <= 80 for line in lines)
    assert lines[1].index("src/a.py") < lines[2].index("src/a.py")


def test_markup_in_a_title_is_text():
    assert "[bold]no[/bold]" in "".join(printed(present_items.as_table([row(title="[bold]no[/bold]")]), 200))


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("title", ["short", "a very long title " * 20])
@pytest.mark.parametrize("path", ["a.py", "deeply/nested/" * 9 + "file.py", ""])
def test_the_ten_of_a_first_run_fit_the_width(width: int, title: str, path: str):
    place = (Place("s", "r", "t", path, 120),) if path else ()
    lines = present_items.as_lines(
        [row(title=title, places=place, birth=Birth(date(2020, 1, 1), is_at_least=True))], width
    )
    assert max(map(len, lines)) <= width
    assert lines[1].endswith("bl-00000001")
    assert "at least 6 years old: bug fix" in lines[2]


def test_the_ten_say_rank_score_why_file_and_age():
    head, first, second = present_items.as_lines([row()], 80)
    assert head.split() == ["rank", "score", "what", "to", "do"]
    assert first.split() == ["1", "12.0", "Repair", "number", "1", "bl-00000001"]
    assert second.strip() == "src/a.py:10 and 1 more, 15 days old: bug fix, 2 places, small job"


def test_the_item_page_shows_every_term_and_the_score():
    text = "\n".join(present_item.as_lines(row()))
    assert "READY, bug fix, risk high" in text
    assert "rank 1 (between 1 and 4 if the estimates are one notch off)" in text
    assert "business value              5  estimated  file changed 41 times in a year (3 to 5)" in text
    assert "x aging                   1.500  age        waiting for 15 days, since 2026-02-14" in text
    assert "= score                      12  Critical" in text
    assert "not now: nothing can carry it out yet (no_executor)" in text
    assert "also held by: daily_limit" in text
    assert "src/b.py:4" in text
    assert "- The comment is gone" in text


def test_the_item_page_of_finished_work_says_who_closed_it():
    done = row(status=Status.DONE, completed_at=date(2026, 2, 3), closed_by="commit abc")
    text = "\n".join(present_item.as_lines(done))
    assert "done on 2026-02-03 by commit abc" in text
    assert "done work does not age" in text
    assert "May it be worked on" not in text


def test_the_item_page_of_merged_work_says_which_item_ages_in_its_place():
    merged = row(status=Status.DISMISSED, merged_into="bl-leader", dismissed_reason="merged into bl-leader")
    text = "\n".join(present_item.as_lines(merged))
    assert "age        bl-leader stands for it, and ages in its place" in text
    assert "does not age" not in text
    dismissed = row(status=Status.DISMISSED, dismissed_reason="by design")
    assert "dismissed work does not age" in "\n".join(present_item.as_lines(dismissed))


def test_the_item_page_counts_places_that_it_does_not_print():
    many = tuple(Place("s", "r", "t", f"f{n:02}.py", 1) for n in range(25))
    assert "  and 5 more" in present_item.as_lines(row(places=many))


def test_the_item_page_names_what_a_person_set():
    pinned = Estimates(Estimate(13, is_pinned=True), *list(vars_of(estimates()))[1:])
    text = "\n".join(present_item.as_lines(row(estimates=pinned, pins=(("business_value", "13"),))))
    assert "set by hand: business_value" in text


def vars_of(values: Estimates) -> list[Estimate | None]:
    return [values.business_value, values.time_criticality, values.risk_reduction, values.job_size]


def test_findings_say_whether_they_are_items():
    below = finding(is_below_bar=True, bar_reason="an assert in a test")
    text = "\n".join(printed(present_findings.as_table([finding(), below]), 200))
    assert "src/a.py:3" in text
    assert "an assert in a test" in text
    data = present_findings.as_json(below)
    assert (data["path"], data["line"], data["is_below_bar"]) == ("src/a.py", 3, True)
    json.dumps(data)


def test_a_source_is_counted_with_how_far_it_looked():
    (line,) = present_findings.counted([scan(finding(), finding(is_below_bar=True))])
    assert line == "sast_findings: 2 findings, 1 of them too small to be items; looked: everywhere"


def test_a_source_that_reads_some_files_only_did_not_look_everywhere():
    reach = "at nothing, as there is no Python file"
    (line,) = present_findings.counted([scan(reach=reach)])
    assert line == f"sast_findings: 0 findings; looked: {reach}"
    (line,) = present_findings.counted([scan(reach=reach, status=ScanStatus.FAILED)])
    assert line == "sast_findings: 0 findings; looked: failed"


def test_what_could_not_be_looked_at_is_one_line_a_source_with_its_next_step():
    lines = present_findings.not_looked_at(
        [
            certificate("code_comments"),
            certificate("code_comments", unread=UNREAD),
            certificate("sast_findings", ScanStatus.PARTIAL, unread=UNREAD, next_step="repair them"),
            certificate(
                "dependency_vulnerabilities",
                ScanStatus.UNAVAILABLE,
                reason="OSV did not answer.",
                next_step="try again",
            ),
        ]
    )
    assert lines == [
        "sast_findings, all but 1 place: src/broken.py, it is no valid Python (line 3). Next: repair them",
        "dependency_vulnerabilities, not available: OSV did not answer. Next: try again",
    ]


def test_each_place_that_was_not_looked_at_is_named_with_its_reason():
    unread = (*UNREAD, Unread("req.txt", "no exact version", ("pypi:flask",)), Unread("", "no lock", ("a",)))
    one = certificate(unread=unread, notes=("12 files of other languages",))
    assert present_findings.left_out([certificate("code_comments"), one]) == [
        "Not looked at by sast_findings:",
        "  src/broken.py: it is no valid Python (line 3)",
        "  pypi:flask in req.txt: no exact version",
        "  a: no lock",
        "Noted by sast_findings:",
        "  12 files of other languages",
    ]


def test_of_many_places_the_first_are_named_and_the_rest_counted():
    many = certificate(unread=tuple(Unread(f"f{n:02}.py", "too large") for n in range(25)))
    lines = present_findings.left_out([many])
    assert len(lines) == 22
    assert lines[-2:] == ["  f19.py: too large", "  and 5 places more (see them with --all)"]
    assert present_findings.left_out([many], is_all=True)[-1] == "  f24.py: too large"


def backlog(**changes: object) -> Backlog:
    values: dict[str, object] = {
        "repository": "key",
        "revision": "abc",
        "as_of": date(2026, 3, 1),
        "items": (item(),),
    }
    return Backlog(**(values | changes))  # type: ignore[arg-type]


def test_the_headline_says_what_changed():
    changes = Changes(opened=("a", "b"), resolved=("c",))
    assert present_run.headline(STATE, backlog(changes=changes), 3.21) == [
        "flask (main, abcdef0): 1 open item, 2 new, 1 resolved (3.2 s)"
    ]
    assert present_run.headline(STATE, backlog(), 0.5) == [
        "flask (main, abcdef0): 1 open item, nothing new (0.5 s)"
    ]
    assert present_run.headline(STATE, backlog(preview_reason="on branch b"), 0.5) == [
        "flask (main, abcdef0): 1 open item, nothing new (preview, 0.5 s)"
    ]


def test_the_headline_counts_what_is_done_or_dismissed():
    items = (item(), item(2), item(3, status=Status.DONE), item(4, status=Status.DISMISSED))
    (line,) = present_run.headline(STATE, backlog(items=items, changes=Changes(opened=("a",))), 0.5)
    assert line == "flask (main, abcdef0): 2 open items, 1 done, 1 dismissed; 1 new (0.5 s)"
    counts = {"NEW": 1, "BLOCKED": 1, "DONE": 1, "DISMISSED": 1}
    (line,) = present_run.unchanged("flask", counts, datetime(2026, 3, 1, 9, 30, tzinfo=UTC))
    assert line.startswith("flask: 2 open items, 1 done, 1 dismissed; nothing has changed since the run of")


def test_the_headline_tells_what_is_merged_from_what_a_person_dismissed():
    gone = item(3, status=Status.DISMISSED, merged_into="bl-2")
    made = backlog(items=(item(), item(2), gone), changes=Changes(merged=(gone.id,)))
    (line,) = present_run.headline(STATE, made, 0.5)
    assert line == "flask (main, abcdef0): 2 open items, 1 merged; 1 joined to others (0.5 s)"


def test_at_most_ten_items_are_printed():
    rows = [Ranked(item(n), planned(n), Scores(8.0, 8.0, 1, 1.0)) for n in range(1, 15)]
    assert len(present_run.top(rows, 80)) == 1 + 2 * 10
    assert present_run.top([], 80) == ["Nothing was found that is to be done."]


def test_the_end_of_a_run_names_the_state_folder_and_the_next_step():
    lines = present_run.where_next([row()], Surroundings("~/state", "/r", has_backlog_file=False))
    text = "\n".join(lines)
    assert "~/state" in text
    assert "backlog show bl-00000001 --repo /r" in text
    assert "backlog ui" in text
    assert "Nothing was written into the repository." in text
    assert "backlog init --repo /r" in text
    assert "carrying items out is not part of this version" in text
    assert max(map(len, lines)) <= 80


def test_the_end_of_a_run_with_a_file_says_that_it_is_up_to_date():
    text = "\n".join(present_run.where_next([row()], Surroundings("~/state", "", has_backlog_file=True)))
    assert "backlog.yml is up to date" in text
    assert "backlog init" not in text


@pytest.mark.parametrize("has_file", [True, False])
def test_a_preview_says_that_nothing_was_recorded_and_offers_no_item_of_it(has_file: bool):
    around = Surroundings("~/state", "", has_backlog_file=has_file, is_preview=True)
    text = "\n".join(present_run.where_next([row()], around))
    assert text.startswith("Nothing was recorded, and ")
    assert ("backlog.yml was left as it stands" in text) == has_file
    assert "up to date" not in text
    assert "backlog show" not in text
    assert "backlog init" not in text


def test_without_items_none_is_offered():
    text = "\n".join(present_run.where_next([], Surroundings("~/state", "", has_backlog_file=False)))
    assert "backlog list" in text
    assert "backlog show" not in text


def test_a_path_with_a_blank_can_be_typed_as_printed():
    lines = present_run.where_next([], Surroundings("~/state", "/my src", has_backlog_file=False))
    assert any("backlog list --repo '/my src'" in line for line in lines)


def test_long_remarks_are_broken_at_blanks():
    lines = present_run.wrapped(["  one: " + "word " * 30, "", "short"], 40)
    assert max(map(len, lines)) <= 40
    assert lines[1].startswith("    word")
    assert lines[-2:] == ["", "short"]


def test_a_dry_run_says_that_nothing_was_written():
    around = Surroundings("~/state", "", has_backlog_file=True, is_dry_run=True)
    assert present_run.where_next([row()], around) == ["A dry run: nothing was written or recorded anywhere."]


def test_problems_of_the_file_are_named_with_their_line():
    lines = present_run.blind_spots(backlog(problems=(Problem("unknown status 'DNOE'", line=7),)))
    assert lines[-1] == "  line 7: unknown status 'DNOE'"
    assert present_run.blind_spots(backlog()) == []


def test_a_preview_a_shallow_clone_and_uncommitted_changes_are_said():
    state = RepositoryState(
        "k", "n", "/r", "abc", "t", "b", "main", is_shallow=True, dirty_paths=3, submodules=("x",)
    )
    text = "\n".join(present_run.remarks(state, backlog(preview_reason="on branch b, not main")))
    for said in ("a preview, nothing was recorded: on branch b", "3 files", "1 submodule", "at least"):
        assert said in text
