"""A ``backlog.yml`` that is off: what is no YAML stops the run, one bad item stops only itself."""

import re
from pathlib import Path

import pytest

from backlog_pipeline_tests.bad_input.place import QUICK, Place, build, the_error

NO_YAML = "# ours\nmetadata: {}\nitems:\n  - id: mine-1\n    title: 'not closed\n"
PROBLEMS = """\
# what a person wrote
metadata: {}
critical_items:
  - id: mine-1
    title: Unknown status
    status: SOMEDAY
  - id: mine-2
    title: Bad date
    created_at: '2026-02-30'
  - id: mine-3
    title: First of two
  - id: mine-3
    title: Second of two
  - id: mine-4
    title: No size
    business_value: 5
    time_criticality: 3
    risk_reduction: 2
    job_size: 0
  - id: mine-5
    title: A good one
    business_value: 13
    time_criticality: 13
    risk_reduction: 13
    job_size: 1
"""
MEDDLER = """
from pathlib import Path
from backlog_pipeline.plugins import source

@source
def meddler(look):
    file = Path(look.repository.path, "backlog.yml")
    text = file.read_text()
    if "edited" not in text:
        file.write_text(text.replace("title: Mine", "title: Mine, edited  # by hand"))
    return []
"""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return build(tmp_path)


def test_a_file_that_is_no_yaml_stops_the_run_with_line_and_column(place: Place) -> None:
    place.file.write_text(NO_YAML)
    said = the_error(place.backlog("run"), 4)
    assert said.startswith(str(place.file))
    assert re.search(r"line \d+, column \d+", said)
    assert "code_comments ..." not in said
    assert place.file.read_text() == NO_YAML
    assert place.entries() == ()
    assert list(place.runs().values()) == ["FAILURE"]


def test_each_bad_item_is_a_problem_with_its_line_and_stays_as_it_is(place: Place) -> None:
    place.file.write_text(PROBLEMS)
    ended = place.backlog("run")
    assert ended.code == 0, ended.err
    said = " ".join(ended.out.split())
    heading = "About backlog.yml:"
    assert heading in said
    told = said[said.index(heading) :]
    for line, words in ((6, "SOMEDAY"), (9, "2026-02-30"), (12, "mine-3"), (19, "job_size")):
        assert re.search(rf"line {line}: [^:]*{words}|line {line}: .*?{words}", told), (line, words, told)
    text = place.file.read_text()
    for lines in PROBLEMS.split("  - id: ")[1:5]:
        assert lines in text
    assert text.startswith("# what a person wrote\n")
    titles = [str(row["title"]) for row in place.items()]
    assert "A good one" in titles
    assert "TODO: split the parser" in titles
    assert "FIXME: leaks a handle" in titles
    place.entries()


def test_an_edit_during_the_run_is_taken_and_nothing_found_is_lost(tmp_path: Path) -> None:
    meddler = tmp_path / "ours.py"
    meddler.write_text(MEDDLER)
    place = build(tmp_path / "place", f"{QUICK}[plugins]\nfiles = ['{meddler}']\n")
    place.file.write_text("metadata: {}\ncritical_items:\n  - id: mine-1\n    title: Mine\n")
    ended = place.backlog("run")
    assert ended.code == 0, ended.err
    text = place.file.read_text()
    assert "title: Mine, edited  # by hand" in text
    titles = [str(row["title"]) for row in place.items()]
    assert sorted(titles) == ["FIXME: leaks a handle", "Mine, edited", "TODO: split the parser"]
    assert all(str(row["id"]) in text for row in place.items())
