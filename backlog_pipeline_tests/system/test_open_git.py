"""A git that stays open says what one that is started for each question says."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

import pytest

from backlog_pipeline.errors import ToolError
from backlog_pipeline.system import open_git, process
from backlog_pipeline.system.git import Git
from backlog_pipeline.system.object_reader import GitObject, ObjectReader
from backlog_pipeline.system.open_git import OpenGit
from backlog_pipeline_tests.git_repository import GitRepository


@pytest.fixture
def opened(repository: GitRepository) -> Iterator[OpenGit]:
    with closing(OpenGit(repository.path)) as git:
        yield git


def odd_history(repository: GitRepository) -> list[str]:
    """Commits that hold everything a tree can hold, and change it in every way."""
    repository.write("a.py", "x = 1\n")
    repository.write("a/b/c.py", "x = 1\n")  # "a.py" lies before "a/" for git, as for us
    repository.write("a-b/d.py", "")
    repository.write(b"bytes-\xff\n.py", "x")
    repository.write("grün ☃/\U0001f600.md", "x")
    repository.write("run.sh", "#!/bin/sh\n")
    (repository.path / "run.sh").chmod(0o755)
    (repository.path / "link").symlink_to("a.py")
    first = repository.commit()
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{first},module")
    repository.git("commit", "-q", "-m", "a submodule")
    second = repository.head()
    repository.git("rm", "-q", "--cached", "module")
    repository.move("a", "moved/deep")
    repository.write("twin/c.py", "x = 1\n")
    third = repository.commit()
    for path in ("a.py", "moved", "a-b", "twin", "grün ☃", "run.sh", "link", os.fsdecode(b"bytes-\xff\n.py")):
        repository.remove(path)
    return [first, second, third, repository.commit("nothing is left")]


@pytest.mark.parametrize("most_held", [0, 1_000])
def test_trees_contents_and_times_are_those_of_git(
    repository: GitRepository, opened: OpenGit, monkeypatch: pytest.MonkeyPatch, most_held: int
) -> None:
    monkeypatch.setattr(open_git, "_MOST_HELD", most_held)
    git = Git(repository.path)
    commits = odd_history(repository)
    assert [len(git.tree(commit)) for commit in commits] == [7, 8, 8, 0]
    for commit in [*commits, *commits[::-1], "HEAD", "main~1"]:
        tree = git.tree(commit)
        assert opened.tree(commit) == tree
        assert opened.committed_at(commit) == git.committed_at(commit)
        blobs = [entry.blob for entry in tree if entry.is_file]
        assert list(opened.blobs(blobs)) == list(git.blobs(blobs))


def test_more_contents_than_fit_into_a_pipe_come_in_order(repository: GitRepository, opened: OpenGit) -> None:
    for number in range(350):
        repository.write(f"f{number}", f"{number}\n" * 400)
    repository.commit()
    blobs = [entry.blob for entry in opened.tree("HEAD")] * 2
    assert list(opened.blobs(blobs)) == list(Git(repository.path).blobs(blobs))


def test_contents_that_nobody_takes_spoil_no_other_answer(repository: GitRepository, opened: OpenGit) -> None:
    repository.write("a", "a")
    repository.write("b", "b")
    repository.commit()
    one, other = (entry.blob for entry in opened.tree("HEAD"))
    assert next(opened.blobs([one, other])) == (one, b"a")
    assert next(opened.blobs([other])) == (other, b"b")


def test_a_commit_or_content_that_is_missing_is_an_error_and_the_others_are_there(
    repository: GitRepository, opened: OpenGit
) -> None:
    repository.write("a", "a")
    commit = repository.commit()
    for ask in (opened.tree, opened.committed_at, lambda name: list(opened.blobs([name]))):
        for name in ("0" * 40, "no such name", "two\nlines", ""):
            with pytest.raises(ToolError):
                ask(name)
    assert len(opened.tree(commit)) == 1


def test_a_tree_whose_content_is_gone_is_an_error_that_names_the_file(
    repository: GitRepository, opened: OpenGit
) -> None:
    repository.write("kept", "kept")
    good = repository.commit()
    repository.write("lost", "lost")
    repository.commit()
    blob = repository.git("rev-parse", "HEAD:lost")
    (repository.path / ".git/objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(ToolError, match=rf"git has no object {blob} \(lost\)"):
        opened.tree("HEAD")
    assert [entry.path for entry in opened.tree(good)] == ["kept"]


def test_when_git_ends_it_is_said_and_the_next_question_starts_it_again(repository: GitRepository) -> None:
    repository.write("a", "a" * 200_000)
    repository.commit()
    blob = repository.git("rev-parse", "HEAD:a")
    path = repository.path / ".git/objects" / blob[:2] / blob[2:]
    whole = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(whole[: len(whole) // 2])
    with closing(ObjectReader(repository.path, "--batch")) as reader:
        with pytest.raises(ToolError, match="cat-file"):
            reader.ask([blob])
        path.write_bytes(whole)
        assert reader.ask([blob])[0].size == 200_000


class StoppedOnce(ObjectReader):
    """A reader whose person stops it in the middle of the first answer."""

    is_stopped = False

    def _answer(self, stdout: IO[bytes]) -> GitObject:
        if not self.is_stopped:
            self.is_stopped = True
            stdout.readline()
            raise KeyboardInterrupt
        return super()._answer(stdout)


def test_an_answer_that_was_read_in_half_is_not_taken_for_the_next_one(repository: GitRepository) -> None:
    repository.write("a", "one\n")
    repository.write("b", "other\n")
    repository.commit()
    first, second = (repository.git("rev-parse", f"HEAD:{name}") for name in "ab")
    with closing(StoppedOnce(repository.path, "--batch")) as reader:
        with pytest.raises(KeyboardInterrupt):
            reader.ask([first])
        assert [found.data for found in reader.ask([second])] == [b"other\n"]


def test_git_ends_when_it_is_closed(repository: GitRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    begin = process.begin

    def note(*arguments, **options):  # type: ignore[no-untyped-def]
        started.append(begin(*arguments, **options))
        return started[-1]

    monkeypatch.setattr(process, "begin", note)
    repository.write("a", "a")
    repository.commit()
    git = OpenGit(repository.path)
    git.tree("HEAD")
    assert [one.poll() for one in started] == [None, None]
    git.close()
    assert all(one.poll() is not None for one in started)
    git.close()


def test_a_folder_that_is_gone_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ToolError):
        OpenGit(tmp_path / "gone").tree("HEAD")


def test_a_repository_with_long_ids_is_read_like_any_other(tmp_path: Path) -> None:
    folder = tmp_path / "sha256"
    folder.mkdir()
    made = subprocess.run(["git", "init", "-q", "--object-format=sha256"], cwd=folder, check=False)
    if made.returncode:
        pytest.skip("this git knows no SHA-256")
    place = GitRepository(folder)
    place.write("a/b.py", "x = 1\n")
    place.commit()
    with closing(OpenGit(folder)) as git:
        assert git.tree("HEAD") == Git(folder).tree("HEAD")
        assert len(git.tree("HEAD")[0].blob) == 64
