"""A tree full of what breaks tools, in a shallow clone with a detached HEAD: looked at and told honestly."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from backlog_pipeline_tests.bad_input.place import OFFLINE, QUICK, Ended, Place
from backlog_pipeline_tests.cli.command import backlog
from backlog_pipeline_tests.git_repository import HERMETIC, GitRepository

SHELL = "import subprocess\nsubprocess.call(input(), shell=True)\n"
ODD_NAME = os.fsdecode(b"src/caf\xe9.py")
BIG = b"# TODO: in a big file\n" * 45_000 * 10


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, Ended]:
    """The clone after its first run, with a ``backlog.yml``; tests that use it only read."""
    folder = tmp_path_factory.mktemp("odd")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in HERMETIC.items():
            patch.setenv(name, value)
        place = Place(folder / "home", shallow_clone(folder))
        place.home.mkdir()
        (place.home / "backlog.toml").write_text(OFFLINE)
        return place, place.backlog("run")


def shallow_clone(folder: Path) -> GitRepository:
    module = GitRepository(folder / "module")
    module.write("inside.py", "# TODO: inside a submodule\n")
    module.commit()
    origin = GitRepository(folder / "origin")
    origin.write("old.py", "# TODO: split the parser\n")
    origin.commit("first")
    origin.commit("second")
    fill(origin)
    origin.git("submodule", "add", "-q", str(module.path), "module")
    origin.commit("odd")
    clone = folder / "clone"
    subprocess.run(["git", "clone", "-q", "--depth", "2", f"file://{origin.path}", clone], check=True)
    made = GitRepository(clone)
    made.git("checkout", "-q", "--detach")
    return made


def fill(origin: GitRepository) -> None:
    """Every kind of file that breaks tools."""
    origin.write("backlog.yml", "# ours\nmetadata: {}\n")
    origin.write("src/latin.py", b"# -*- coding: latin-1 -*-\n# TODO: caf\xe9 is closed\n")
    origin.write("src/broken.py", b"# FIXME: not UTF-8 \xff\xfe here\n")
    origin.write("src/nul.py", b"# TODO: in a binary\n\0")
    origin.write(b"src/caf\xe9.py", f"# FIXME: in a name that is no text\n{SHELL}")
    origin.write("src/es\x1b[31mc.py", "# HACK: in a name that steers\n")
    with (origin.path / "src/big.py").open("wb") as stream:
        for _ in range(21):
            stream.write(BIG)
    for name, target in (("a", "b"), ("b", "a"), ("self", "self"), ("src/up", "..")):
        (origin.path / name).symlink_to(target)


def titled(rows: list[dict[str, object]], words: str) -> dict[str, object]:
    (found,) = [row for row in rows if words in str(row["title"])]
    return found


def test_the_run_ends_well_and_says_what_it_could_not_look_at(looked: tuple[Place, Ended]) -> None:
    place, ended = looked
    assert ended.code == 0, ended.err
    assert (place.repository.path / "src/big.py").stat().st_size > 200_000_000
    assert ended.out.startswith("clone (detached HEAD, ")
    assert "6 open items, 6 new" in ended.out
    assert "Not looked at: 1 submodule." in ended.out
    assert "2 files that may hold comments could not be read" in " ".join(ended.out.split())
    assert len(place.entries()) > 6


def test_markers_are_found_in_files_that_are_not_utf_8(looked: tuple[Place, Ended]) -> None:
    rows = looked[0].items()
    assert titled(rows, "caf\u00e9 is closed")["files"] == ["src/latin.py"]
    assert titled(rows, "not UTF-8")["files"] == ["src/broken.py"]


def test_each_file_that_was_not_read_has_its_reason(looked: tuple[Place, Ended]) -> None:
    place, _ = looked
    certificates = [e.event.data["certificate"] for e in place.entries() if e.event.kind == "scan_recorded"]
    unread = {
        row["path"]: row["reason"]
        for made in certificates
        for row in made.get("unread", ())  # type: ignore[attr-defined]
    }
    assert "NUL" in unread["src/nul.py"]
    assert "200" in unread["src/big.py"] or "large" in unread["src/big.py"]
    assert "submodule" in unread["module/"]
    assert all("symbolic link" in unread[name] for name in ("a", "b", "self", "src/up"))


def test_nothing_of_the_big_file_the_binary_or_the_submodule_is_an_item(looked: tuple[Place, Ended]) -> None:
    titles = " ".join(str(row["title"]) for row in looked[0].items())
    assert not [word for word in ("big file", "binary", "inside a submodule") if word in titles]


# Shallow


def test_ages_that_history_does_not_tell_are_at_least(looked: tuple[Place, Ended]) -> None:
    place, ended = looked
    row = titled(place.items(), "split the parser")
    assert "This clone has no full history, so ages are at least what is shown." in ended.out
    assert "old.py:1, at least " in ended.out
    (line,) = [line for line in place.backlog("list").out.splitlines() if "old.py:1" in line]
    assert re.search(r" \d+\+ months$", line.rstrip())
    shown = place.backlog("show", str(row["id"])).out
    assert f"born {row['created_at']} (at least " in shown
    assert "waiting for at least " in shown
    assert "history:cut off, so it is older" in row["evidence"]


def test_ages_that_history_tells_are_exact(looked: tuple[Place, Ended]) -> None:
    place, _ = looked
    row = titled(place.items(), "in a name that is no text")
    assert "at least" not in place.backlog("show", str(row["id"])).out
    assert "history:cut off, so it is older" not in row["evidence"]


def test_findings_as_json_say_which_are_older(looked: tuple[Place, Ended]) -> None:
    rows = json.loads(looked[0].backlog("findings", "--json").out)
    assert {row["path"] for row in rows if row["is_older"]} == {"old.py"}


# A name that is no text


def test_a_name_that_is_no_text_survives_in_the_ledger_and_in_json(looked: tuple[Place, Ended]) -> None:
    place, _ = looked
    row = titled(place.items(), "in a name that is no text")
    assert row["files"] == [ODD_NAME]
    assert (place.repository.path / str(row["files"][0])).exists()  # type: ignore[index]
    findings = json.loads(place.backlog("findings", "--json").out)
    assert {f["source"] for f in findings if f["path"] == ODD_NAME} == {"code_comments", "sast_findings"}


def test_a_name_that_is_no_text_is_shown_and_steers_nothing(looked: tuple[Place, Ended]) -> None:
    place, ended = looked
    id_ = str(titled(place.items(), "in a name that is no text")["id"])
    for out in (ended.out, place.backlog("list").out, place.backlog("show", id_).out):
        assert "src/caf\\xe9.py:1" in out
        assert "\x1b" not in out


def test_the_saved_file_is_utf_8_and_yaml(looked: tuple[Place, Ended]) -> None:
    place, _ = looked
    text = place.file.read_bytes().decode("utf-8")
    assert text.startswith("# ours\n")
    saved = [item for rows in yaml.safe_load(text).values() if isinstance(rows, list) for item in rows]
    assert {item["id"] for item in saved} == {row["id"] for row in place.items()}
    written = place.repository.git("status", "--porcelain").split()
    assert written in (["M", "backlog.yml"], ["M", "backlog.yml", "??", "docs/"])  # yesterday's, once a day


def test_looking_again_finds_no_edit_of_a_person_and_no_news(looked: tuple[Place, Ended]) -> None:
    place, _ = looked
    before, file = place.entries(), place.file.read_bytes()
    ended = place.backlog("run", AGING_MULTIPLIER_MAX="1.9")
    assert ended.code == 0, ended.err
    assert "6 open items, nothing new" in ended.out
    assert "Problems in backlog.yml" not in ended.out
    assert place.entries() == before
    assert place.file.read_bytes() == file


def test_a_repository_in_a_folder_whose_name_is_no_text_is_looked_at(tmp_path: Path) -> None:
    repository = GitRepository(tmp_path / os.fsdecode(b"proj\xe9t"))
    repository.write("a.py", "# TODO: split the parser\n")
    repository.commit()
    home = tmp_path / "home"
    home.mkdir()
    (home / "backlog.toml").write_text(QUICK)
    ended = backlog("run", "--repo", str(repository.path), home=home, PYTHONIOENCODING="utf-8:strict")
    assert ended.code == 0, ended.err
    assert "1 open item, 1 new" in ended.out
    listed = json.loads(backlog("list", "--json", home=home, cwd=repository.path).out)
    assert [row["files"] for row in listed] == [["a.py"]]
