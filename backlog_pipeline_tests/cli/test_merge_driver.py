"""Git merges ``backlog.yml`` with our program where somebody asked for it: real git, real processes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from backlog_pipeline.merge.backlog_file import read
from backlog_pipeline_tests.cli.command import Ended, backlog, environment
from backlog_pipeline_tests.git_repository import GitRepository

FILE = """\
# Ours to edit.
high_priority:
  - id: a-1
    title: Draw the map
    status: NEW
    job_size: 2
    business_value: 3

  - id: a-2
    title: Print the map
    status: NEW
    description: |-
      First the north.
      Then the south.
      Last the sea.

low_priority: []
"""
MARKERS = ("<<<<<<<", ">>>>>>>", "=======")


class Clone:
    """A repository with a backlog file, whose git calls our program."""

    def __init__(self, repository: GitRepository, home: Path) -> None:
        self.repository, self.home = repository, home
        self.path = repository.path
        self.save(FILE, "begin")
        self.main = repository.git("symbolic-ref", "--short", "HEAD").strip()
        assert self.backlog("init", "--merge-driver").code == 0

    def backlog(self, *words: str) -> Ended:
        return backlog(*words, home=self.home, cwd=self.path)

    def git(self, *words: str) -> Ended:
        ended = subprocess.run(
            ["git", *words],
            cwd=self.path,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    def _environment(self) -> dict[str, str]:
        person = {
            f"GIT_{who}_{what}": "ana@example.org"
            for who in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        }
        return environment(self.home) | person | {"GIT_EDITOR": "true"}

    def save(self, text: str, message: str) -> None:
        self.repository.write("backlog.yml", text)
        self.repository.commit(message)

    def edit(self, *changes: tuple[str, str], message: str = "edit") -> None:
        text = self.text
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        self.save(text, message)

    def on_branch(self, *changes: tuple[str, str]) -> None:
        """A branch ``other`` with changes; we are on the main one again."""
        self.git("switch", "-q", "-c", "other")
        self.edit(*changes, message="other")
        self.git("switch", "-q", self.main)

    @property
    def text(self) -> str:
        return (self.path / "backlog.yml").read_text()

    def value(self, item: str, key: str) -> object:
        found = {i.id: i for i in read(self.text.encode(), "f").items}
        return found[item].values.get(key)

    def config(self, name: str) -> str:
        return self.git("config", "--local", "--get", name).out.strip()


@pytest.fixture
def clone(repository: GitRepository, tmp_path: Path) -> Clone:
    home = tmp_path / "home of a person"
    home.mkdir()
    return Clone(repository, home)


NEIGHBOURS = [("title: Draw the map", "title: Draw the whole map")], [("status: NEW", "status: DOING")]


def test_a_merge_takes_neighbouring_lines_of_both_sides(clone: Clone):
    clone.on_branch(*NEIGHBOURS[0])
    clone.edit(*NEIGHBOURS[1])
    ended = clone.git("merge", "--no-edit", "other")
    assert ended.code == 0, ended.err
    assert (clone.value("a-1", "title"), clone.value("a-1", "status")) == ("Draw the whole map", "DOING")
    assert clone.git("status", "--porcelain", "--untracked-files=no").out == ""


@pytest.mark.parametrize("words", [("rebase", "other"), ("cherry-pick", "other")], ids=" ".join)
def test_a_rebase_and_a_cherry_pick_do_so_too(clone: Clone, words: tuple[str, ...]):
    clone.on_branch(*NEIGHBOURS[0])
    clone.edit(*NEIGHBOURS[1])
    ended = clone.git(*words)
    assert ended.code == 0, ended.err
    assert (clone.value("a-1", "title"), clone.value("a-1", "status")) == ("Draw the whole map", "DOING")


def test_a_stash_that_comes_back_does_so_too(clone: Clone):
    clone.repository.write("backlog.yml", FILE.replace(*NEIGHBOURS[0][0]))
    assert clone.git("stash").code == 0
    clone.edit(*NEIGHBOURS[1])
    assert clone.git("stash", "pop").code == 0
    assert (clone.value("a-1", "title"), clone.value("a-1", "status")) == ("Draw the whole map", "DOING")


def test_what_was_decided_is_said_and_kept_beside_the_value(clone: Clone):
    clone.on_branch(("Draw the map", "Draw all of it"))
    clone.edit(("Draw the map", "Draw it"))
    ended = clone.git("merge", "--no-edit", "other")
    assert ended.code == 0
    assert (
        "a-1: title is 'Draw it', and 'Draw all of it' stands beside it as a comment" in ended.out + ended.err
    )
    assert "    title: Draw it\n    # merge, not taken: title: Draw all of it\n" in clone.text


@pytest.mark.parametrize("is_here", [True, False], ids=["here", "there"])
def test_a_broken_file_is_a_conflict_without_markers_that_says_where_the_other_side_is(
    clone: Clone, is_here: bool
):
    broken, sound = [("title: Draw the map", "title: Draw: the: [map")], [("job_size: 2", "job_size: 5")]
    clone.on_branch(*(sound if is_here else broken))
    clone.edit(*(broken if is_here else sound))
    before = clone.text
    ended = clone.git("merge", "--no-edit", "other")
    assert ended.code == 1
    assert clone.text == before
    assert "git show :3:backlog.yml" in ended.out + ended.err
    assert (
        "backlog.yml was not merged and is as it was on this side: backlog.yml of " in ended.out + ended.err
    )
    assert clone.git("status", "--porcelain", "backlog.yml").out == "UU backlog.yml\n"
    assert ("[map" in clone.git("show", ":3:backlog.yml").out) is not is_here


def test_without_asking_git_merges_as_ever(repository: GitRepository, tmp_path: Path):
    repository.write("backlog.yml", FILE)
    repository.commit("begin")
    assert backlog("init", "--dry-run", home=tmp_path, cwd=repository.path).code == 0
    assert "merge.backlog" not in repository.git("config", "--local", "--list")
    assert not (repository.path / ".git/info/attributes").exists()


def test_registering_says_what_it_did_and_twice_that_nothing_is_to_be_done(clone: Clone):
    attributes = clone.path / ".git/info/attributes"
    assert attributes.read_text() == "/backlog.yml merge=backlog\n"
    assert clone.config("merge.backlog.name") == "backlog.yml by item and field"
    assert clone.config("merge.backlog.driver").endswith(" merge-driver %O %A %B %P")
    again = clone.backlog("init", "--merge-driver")
    assert (again.code, again.err) == (
        0,
        "git merges backlog.yml by item and field already; nothing to do.\n",
    )
    assert attributes.read_text() == "/backlog.yml merge=backlog\n"
    assert clone.git("status", "--porcelain").out == ""


def test_it_is_taken_back_and_what_stood_there_stays(clone: Clone):
    attributes = clone.path / ".git/info/attributes"
    attributes.write_text("*.png binary\n/backlog.yml merge=backlog\n")
    back = clone.backlog("init", "--no-merge-driver")
    assert (back.code, back.err) == (0, "git merges backlog.yml by lines again.\n")
    assert attributes.read_text() == "*.png binary\n"
    assert "merge.backlog" not in clone.git("config", "--local", "--list").out
    again = clone.backlog("init", "--no-merge-driver")
    assert (again.code, again.err) == (0, "git merges backlog.yml by lines already; nothing to do.\n")


def test_a_linked_work_tree_merges_so_too(clone: Clone, tmp_path: Path):
    clone.on_branch(*NEIGHBOURS[0])
    tree = tmp_path / "linked tree"
    assert clone.git("worktree", "add", "-q", "-b", "third", str(tree)).code == 0
    said = backlog("init", "--merge-driver", home=clone.home, cwd=tree)
    assert said.err == "git merges backlog.yml by item and field already; nothing to do.\n"
    clone.path = clone.repository.path = tree
    clone.edit(*NEIGHBOURS[1])
    assert clone.git("merge", "--no-edit", "other").code == 0
    assert (clone.value("a-1", "title"), clone.value("a-1", "status")) == ("Draw the whole map", "DOING")


def test_a_program_that_is_gone_is_a_conflict_without_markers_and_the_doctor_says_so(clone: Clone):
    clone.git("config", "merge.backlog.driver", "'/no such/backlog' merge-driver %O %A %B %P")
    clone.on_branch(*NEIGHBOURS[0])
    clone.edit(*NEIGHBOURS[1])
    before = clone.text
    ended = clone.git("merge", "--no-edit", "other")
    assert ended.code == 1
    assert "/no such/backlog" in ended.err
    assert clone.text == before
    assert "warn  merge driver: its program /no such/backlog is gone" in clone.backlog("doctor").out
    assert clone.backlog("init", "--merge-driver").err.startswith(
        "git merges backlog.yml by item and field now"
    )
    assert "ok    merge driver: git merges backlog.yml by item" in clone.backlog("doctor").out


def test_a_program_in_a_folder_with_signs_of_the_shell_is_found(clone: Clone, tmp_path: Path):
    folder = tmp_path / "a b's 100%A $(x)"
    folder.mkdir()
    program = folder / "backlog"
    code = "from backlog_pipeline.cli.main import run_and_exit; run_and_exit()"
    program.write_text(f"#!{sys.executable}\n{code}\n")
    program.chmod(0o755)
    registered = subprocess.run(
        [program, "init", "--merge-driver"],
        cwd=clone.path,
        env=environment(clone.home, PYTHONPATH=os.pathsep.join(sys.path)),
        check=True,
        capture_output=True,
        text=True,
    )
    assert registered.stderr.startswith("git merges backlog.yml by item and field now")
    clone.on_branch(*NEIGHBOURS[0])
    clone.edit(*NEIGHBOURS[1])
    ended = clone.git("merge", "--no-edit", "other")
    assert ended.code == 0, ended.err
    assert clone.value("a-1", "title") == "Draw the whole map"


def test_code_that_lies_in_the_repository_is_not_run(clone: Clone):
    clone.repository.write("yaml.py", "raise SystemExit('run from the repository')\n")
    clone.repository.write("click.py", "raise SystemExit('run from the repository')\n")
    clone.repository.commit("trap")
    clone.on_branch(*NEIGHBOURS[0])
    clone.edit(*NEIGHBOURS[1])
    assert clone.git("merge", "--no-edit", "other").code == 0


def test_a_dry_run_registers_nothing(clone: Clone):
    clone.backlog("init", "--no-merge-driver")
    assert clone.backlog("init", "--merge-driver", "--dry-run").code == 0
    assert clone.config("merge.backlog.driver") == ""


def test_the_driver_needs_no_repository_no_ledger_and_little_time(tmp_path: Path):
    for name, text in (
        ("O", FILE),
        ("A", FILE.replace("Draw", "Paint")),
        ("B", FILE.replace("job_size: 2", "job_size: 3")),
    ):
        (tmp_path / name).write_text(text)
    heavy = ("dagster", "pandas", "sqlalchemy", "rich")
    code = (
        "import sys; from backlog_pipeline.cli.main import backlog\n"
        "backlog.main(['merge-driver', 'O', 'A', 'B', 'backlog.yml'], standalone_mode=False)\n"
        f"assert not [name for name in {heavy} if name in sys.modules]"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment(tmp_path / "home"), check=True)
    text = (tmp_path / "A").read_text()
    assert "title: Paint the map" in text
    assert "job_size: 3" in text
    assert sorted(p.name for p in tmp_path.iterdir()) == ["A", "B", "O"]
    assert not any(marker in text for marker in MARKERS)


def test_a_file_that_git_does_not_give_is_an_error_and_nothing_is_written(tmp_path: Path):
    ended = backlog("merge-driver", "O", "A", "B", "backlog.yml", home=tmp_path)
    assert ended.code == 5
    assert "could not be read" in ended.err
    assert list(tmp_path.iterdir()) == []


def test_the_command_is_listed_apart_and_on_the_reference_page(tmp_path: Path):
    helped = backlog("--help", home=tmp_path).out
    assert "Called by git:\n  merge-driver" in helped
    page = Path(__file__).parents[2] / "docs/reference/commands.md"
    assert "\n## backlog merge-driver\n" in page.read_text()
    assert backlog("merge-drivr", home=tmp_path).code == 2
