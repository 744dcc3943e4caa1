"""add, dismiss, set and release as a person types them."""

import json
import resource
import sqlite3
from pathlib import Path

import pytest

from backlog_pipeline_tests.bad_input.place import QUICK, Place
from backlog_pipeline_tests.cli.command import Ended
from backlog_pipeline_tests.git_repository import GitRepository


@pytest.fixture(scope="module")
def looked_at(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A repository with two markers that was looked at once."""
    home = tmp_path_factory.mktemp("home")
    (home / "backlog.toml").write_text(QUICK)
    repository = GitRepository(tmp_path_factory.mktemp("work") / "shop")
    repository.write("src/a.py", "# TODO: split the parser\nx = 1\n")
    repository.write("src/b.py", "# FIXME: leaks a handle\ny = 1\n")
    repository.commit("start")
    place = Place(home, repository)
    assert place.backlog("run").code == 0
    return place


def error(ended: Ended, code: int = 2) -> str:
    """The only line of an error; nothing is printed as data."""
    assert (ended.code, ended.out) == (code, "")
    (line,) = ended.err.splitlines()
    assert line.startswith("error: ")
    assert "Next: " in line
    return line


def id_of(place: Place, words: str) -> str:
    (found,) = [item["id"] for item in place.items("--all") if words in item["title"]]
    return str(found)


def test_added_work_is_said_in_one_sentence_and_the_next_run_ranks_it(looked_at: Place):
    assert "nothing has changed" in looked_at.backlog("run").out
    ended = looked_at.backlog("add", "Call the customer", "--job-size", "1", "--criterion", "We know")
    new = id_of(looked_at, "Call the customer")
    assert (ended.code, ended.out) == (0, f"{new} is added: Call the customer (READY, score 5.0).\n")
    assert ended.err == "Next: `backlog run` ranks it.\n"
    again = looked_at.backlog("run")
    assert "nothing has changed" not in again.out
    assert new in again.out


def test_json_is_the_item_as_list_prints_it(looked_at: Place):
    words = ("--type", "bug_fix", "--risk-tier", "HIGH", "--link", "ticket:#12", "--file", "src/a.py")
    ended = looked_at.backlog("add", "Mend the till", *words, "--description", "two\nlines", "--json")
    (said,) = json.loads(ended.out)
    assert ended.code == 0
    assert [said] == [item for item in looked_at.items() if item["title"] == "Mend the till"]
    assert (said["type"], said["risk_tier"], said["links"]) == ("bug_fix", "HIGH", ["ticket:#12"])
    assert (said["files"], said["description"], said["source"]) == (["src/a.py"], "two\nlines", "person")


def test_the_same_title_again_names_the_first_one(looked_at: Place):
    looked_at.backlog("add", "Write to the press")
    first = id_of(looked_at, "Write to the press")
    said = error(looked_at.backlog("add", "write to the press."))
    assert f"{first} has this title already" in said
    assert looked_at.backlog("add", "Write to the press", "--again").out.startswith(f"{first}-2 is added")


def test_a_dismissal_is_kept_by_the_next_run_and_taken_back_by_a_person(looked_at: Place):
    one = id_of(looked_at, "leaks")
    ended = looked_at.backlog("dismiss", one[3:8], "--reason", "it does not", "--until", "2999-01-01")
    assert ended.out == f"{one} is dismissed until 2999-01-01: it does not\n"
    assert looked_at.backlog("run").code == 0
    assert one not in {item["id"] for item in looked_at.items()}
    assert (
        "as before"
        in looked_at.backlog("dismiss", one, "--reason", "it does not", "--until", "2999-01-01").out
    )
    assert "DISMISSED to NEW" in looked_at.backlog("set", one, "status=NEW").out
    assert one in {item["id"] for item in looked_at.items()}


def test_set_and_release_say_what_is_now(looked_at: Place):
    one = id_of(looked_at, "split")
    said = looked_at.backlog("set", one, "job_size=13", "risk-tier=low").out
    assert said.startswith(f"{one} is READY, score ")
    assert said.endswith(" now: risk_tier set to LOW; job_size set to 13.\n")
    assert "nothing was changed" in looked_at.backlog("set", one, "job_size=13").out
    assert "set by hand: job_size, risk_tier" in looked_at.backlog("show", one).out
    assert "job_size given back, to be estimated again" in looked_at.backlog("release", one, "job_size").out
    assert [i["job_size"] for i in looked_at.items() if i["id"] == one] != [13]
    looked_at.backlog("release", one)
    assert looked_at.backlog("release", one).out == f"Nothing of {one} is set by hand; nothing was changed.\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", ""), "the title is empty"),
        (("add", "a\nb"), "the title holds a line break"),
        (("add", "ok", "--file", "../x"), "is no file of"),
        (("add", "ok", "--file", "/etc/passwd"), "is no file of"),
        (("add", "ok", "--type", "bugfixx"), "did you mean bug_fix?"),
        (("add", "ok", "--job-size", "0"), "must be above 0"),
        (("add", "see hunter22secret"), "holds a secret of this environment"),
        (("dismiss", "zzzzzzzz", "--reason", "x"), "there is no item 'zzzzzzzz'"),
        (("dismiss", "bl"), "a dismissal needs a reason. Next: add --reason TEXT"),
        (("dismiss", "bl", "--reason", "x", "--until", "soon"), "'soon' is no date. Next: write it as 2027"),
        (("dismiss", "bl", "--reason", "x", "--until", "2027-02-30"), "'2027-02-30' is no date"),
        (("set", "bl", "job_size"), "'job_size' is no FIELD=VALUE. Next: write job_size=VALUE"),
        (("set", "bl", "colour"), "there is no field 'colour'"),
        (("set", "bl"), "Missing argument 'FIELD=VALUE...'"),
        (("release", "zzzzzzzz"), "there is no item 'zzzzzzzz'"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, tuple) else "",
)  # fmt: skip
def test_what_cannot_be_done_is_one_line_with_the_next_step(
    looked_at: Place, words: tuple[str, ...], said: str
):
    line = error(looked_at.backlog(*words, MY_PASSWORD="hunter22secret"))
    assert said in line
    assert "hunter22secret" not in line


def test_several_items_that_begin_so_are_named(looked_at: Place):
    assert "items begin with 'bl'. Next: write more of one of bl-" in error(
        looked_at.backlog("dismiss", "bl", "--reason", "x")
    )


def test_found_work_is_not_done_by_word(looked_at: Place):
    one = id_of(looked_at, "split")
    assert "code_comments still sees it in src/a.py:1" in error(looked_at.backlog("set", one, "status=DONE"))


def test_a_file_is_named_from_the_current_folder(looked_at: Place):
    from backlog_pipeline_tests.cli.command import backlog

    here = looked_at.repository.path / "src"
    ended = backlog("add", "From below", "--file", "a.py", "--file", "new.py", home=looked_at.home, cwd=here)
    assert ended.code == 0
    assert "note: new.py is not there (yet)\n" in ended.err
    (item,) = [item for item in looked_at.items() if item["title"] == "From below"]
    assert item["files"] == ["src/a.py", "src/new.py"]


def test_a_repository_that_was_never_looked_at_gets_no_state(tmp_path: Path):
    repository = GitRepository(tmp_path / "other")
    repository.write("a.py", "x = 1\n")
    repository.commit("start")
    home = tmp_path / "home"
    home.mkdir()
    for words in (("add", "x"), ("set", "x", "title=y"), ("release", "x"), ("dismiss", "x", "--reason", "y")):
        line = error(Place(home, repository).backlog(*words), 5)
        assert "has not been looked at yet. Next: run `backlog run --repo" in line
    assert list(home.iterdir()) == []


def test_adding_takes_less_than_a_second_of_the_processor(looked_at: Place):
    assert min(cpu_seconds(looked_at, f"Be quick {n}") for n in range(3)) < 1


def cpu_seconds(place: Place, title: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert place.backlog("add", title).code == 0
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_a_damaged_ledger_is_reported_and_left_as_it_is(looked_at: Place, tmp_path: Path):
    home = tmp_path / "home"
    home.mkdir()
    copy = home / "ledger.db"
    with sqlite3.connect(looked_at.home / "ledger.db") as source, sqlite3.connect(copy) as target:
        source.backup(target)
        target.execute("UPDATE entries SET event = replace(event, 'split', 'SPLIT')")
    target.close()
    before = copy.read_bytes()
    ended = Place(home, looked_at.repository).backlog("add", "Call")
    assert ended.code == 5
    assert "was edited" in ended.err
    assert copy.read_bytes() == before


def test_commands_that_come_at_once_are_all_done_and_the_file_holds_each(tmp_path: Path):
    repository = GitRepository(tmp_path / "shop")
    repository.write("a.py", "# TODO: split the parser\nx = 1\n")
    repository.commit("start")
    home = tmp_path / "home"
    home.mkdir()
    (home / "backlog.toml").write_text(QUICK)
    place = Place(home, repository)
    place.backlog("run")
    assert place.backlog("init").code == 0
    started = [place.start("add", f"Work number {number}") for number in range(4)]
    assert [process.wait(timeout=60) for process in started] == [0, 0, 0, 0]
    for process in started:
        process.communicate()
    text = place.file.read_text()
    assert all(f"title: Work number {number}\n" in text for number in range(4))
    assert place.backlog("audit", "verify").code == 0
