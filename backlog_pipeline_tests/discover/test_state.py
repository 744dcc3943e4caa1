"""Which commit is looked at, when a run is only a preview, and what cannot be looked at at all."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backlog_pipeline.discover.state import look_at
from backlog_pipeline.errors import RepositoryError
from backlog_pipeline.model.repository import CiHealth, Rename
from backlog_pipeline_tests.git_repository import GitRepository


def _clone(repository: GitRepository, where: Path, *options: str) -> GitRepository:
    repository.git("clone", "-q", *options, f"file://{repository.path}", str(where))
    return GitRepository(where)


def _grown(repository: GitRepository, commits: int = 3) -> list[str]:
    shas = []
    for n in range(commits):
        repository.write("a.py", f"{n}\n")
        shas.append(repository.commit(f"change {n}"))
    return shas


def test_the_commit_at_head_is_looked_at(repository: GitRepository) -> None:
    *_, last = _grown(repository)
    state = look_at(repository.path, key="repository-1", name="Shop")
    assert (state.key, state.name, state.path) == ("repository-1", "Shop", str(repository.path))
    assert (state.revision, state.branch, state.tracked_branch) == (last, "main", "main")
    assert state.committed_at == "2026-01-07T12:00:00+00:00"
    assert (state.preview_reason, state.is_shallow, state.dirty_paths, state.remote) == ("", False, 0, "")


def test_a_path_inside_the_repository_gives_the_repository(repository: GitRepository) -> None:
    repository.write("src/a.py", "1\n")
    repository.commit()
    assert look_at(repository.path / "src", key="k").path == str(repository.path)
    assert look_at(repository.path / "src" / "a.py", key="k").path == str(repository.path)


def test_uncommitted_changes_are_counted_and_left_alone(repository: GitRepository) -> None:
    repository.write("a.py", "1\n")
    repository.write("b.py", "1\n")
    repository.commit()
    repository.write("a.py", "2\n")
    repository.remove("b.py")
    repository.write("new/c.py", "3\n")
    repository.write("new/d.py", "3\n")
    index = (repository.path / ".git" / "index").read_bytes()
    assert look_at(repository.path, key="k").dirty_paths == 3
    assert (repository.path / ".git" / "index").read_bytes() == index


def test_our_own_file_is_no_uncommitted_change_but_one_of_its_name_elsewhere_is(
    repository: GitRepository,
) -> None:
    repository.write("a.py", "1\n")
    repository.write("sub/a.py", "1\n")
    repository.commit()
    repository.write("backlog.yml", "new\n")
    assert look_at(repository.path, key="k").dirty_paths == 0
    repository.commit()
    repository.write("backlog.yml", "changed\n")
    assert look_at(repository.path, key="k").dirty_paths == 0
    repository.write("sub/backlog.yml", "not ours\n")
    assert look_at(repository.path, key="k").dirty_paths == 1


def test_the_files_of_days_are_no_uncommitted_change_but_others_beside_them_are(
    repository: GitRepository,
) -> None:
    repository.write("a.py", "1\n")
    repository.commit()
    repository.write("docs/status/metrics-snapshot-2026-05-31.json", "{}\n")
    repository.write("docs/status/autonomous-development-report-2026-05-31.md", "# Report\n")
    assert look_at(repository.path, key="k").dirty_paths == 0
    repository.write("docs/status/notes.md", "mine\n")
    assert look_at(repository.path, key="k").dirty_paths == 1


def test_the_branch_of_the_first_run_is_tracked_where_nothing_else_says_so(repository: GitRepository) -> None:
    repository.git("checkout", "-q", "-b", "work")
    _grown(repository)
    assert look_at(repository.path, key="k").tracked_branch == "work"


def test_the_default_branch_of_the_remote_is_tracked_before_that(
    repository: GitRepository, tmp_path: Path
) -> None:
    _grown(repository)
    clone = _clone(repository, tmp_path / "clone")
    clone.git("checkout", "-q", "-b", "feature")
    state = look_at(clone.path, key="k")
    assert state.tracked_branch == "main"
    assert state.preview_reason == "this is branch feature, and main is the one that is recorded"
    assert look_at(clone.path, key="k", tracked_branch="feature").preview_reason == ""


def test_a_detached_head_on_the_tracked_branch_is_recorded(repository: GitRepository) -> None:
    _, second, _ = _grown(repository)
    repository.git("checkout", "-q", second)
    state = look_at(repository.path, key="k", tracked_branch="main")
    assert (state.branch, state.preview_reason) == ("", "")
    assert look_at(repository.path, key="k").tracked_branch == "main"


def test_a_detached_head_on_the_fetched_branch_is_recorded(repository: GitRepository, tmp_path: Path) -> None:
    _grown(repository)
    clone = _clone(repository, tmp_path / "clone")
    clone.git("checkout", "-q", "--detach")
    clone.git("branch", "-q", "-D", "main")
    assert look_at(clone.path, key="k").preview_reason == ""


def test_a_detached_head_elsewhere_is_a_preview(repository: GitRepository) -> None:
    _grown(repository)
    repository.git("checkout", "-q", "--detach")
    repository.commit("aside")
    state = look_at(repository.path, key="k", tracked_branch="main")
    assert state.preview_reason == "HEAD is detached, and its commit is not on main"


def test_a_detached_head_on_no_branch_at_all_is_a_preview(repository: GitRepository) -> None:
    _grown(repository)
    repository.git("branch", "-q", "-m", "main", "one")
    repository.git("checkout", "-q", "--detach")
    assert look_at(repository.path, key="k").tracked_branch == "one"
    repository.commit("aside")
    assert "no branch contains this commit" in look_at(repository.path, key="k").preview_reason


def test_a_commit_older_than_the_last_recorded_one_is_a_preview(repository: GitRepository) -> None:
    first, _, last = _grown(repository)
    repository.git("checkout", "-q", first)
    state = look_at(repository.path, key="k", tracked_branch="main", base=last)
    assert state.preview_reason == f"this commit is older than {last[:10]}, the last one recorded"
    assert look_at(repository.path, key="k", tracked_branch="main", base=first).preview_reason == ""


def test_after_a_rewrite_the_run_is_recorded_and_renames_are_still_seen(repository: GitRepository) -> None:
    repository.write("old/a.py", "a = 1\nb = 2\n")
    repository.commit("first")
    repository.write("x.py", "x\n")
    base = repository.commit("to be rewritten")
    repository.git("reset", "-q", "--hard", "HEAD~1")
    repository.move("old", "new")
    repository.commit("instead")
    state = look_at(repository.path, key="k", base=base)
    assert state.preview_reason == ""
    assert state.renames == (Rename("old/a.py", "new/a.py"),)


def test_a_recorded_commit_that_is_gone_stops_nothing(repository: GitRepository) -> None:
    _grown(repository)
    state = look_at(repository.path, key="k", base="f" * 40)
    assert (state.preview_reason, state.renames, state.base) == ("", (), "f" * 40)


def test_a_shallow_clone_is_said_and_its_first_commit_counts_as_no_change(
    repository: GitRepository, tmp_path: Path
) -> None:
    _grown(repository, 5)
    repository.write("other.py", "1\n")
    repository.commit()
    clone = _clone(repository, tmp_path / "clone", "--depth", "2")
    state = look_at(clone.path, key="k")
    assert state.is_shallow
    assert state.changes_last_year == {"other.py": 1}


def test_changes_are_counted_for_the_year_before_the_commit(repository: GitRepository) -> None:
    start = datetime(2024, 1, 1, tzinfo=UTC)
    for days in (0, 300, 500, 600):
        repository.write("a.py", f"{days}\n")
        repository.write(f"b{days}.py", "b\n")
        repository.commit(when=start + timedelta(days=days))
    repository.remove("b500.py")
    repository.commit(when=start + timedelta(days=601))
    assert look_at(repository.path, key="k").changes_last_year == {"a.py": 3, "b300.py": 1, "b600.py": 1}


def test_a_merge_counts_as_the_commits_it_brings(repository: GitRepository) -> None:
    _grown(repository, 1)
    repository.git("checkout", "-q", "-b", "side")
    repository.write("side.py", "1\n")
    repository.commit()
    repository.git("checkout", "-q", "main")
    repository.merge("side")
    assert look_at(repository.path, key="k").changes_last_year == {"a.py": 1, "side.py": 1}


def test_submodules_are_named_and_not_entered(repository: GitRepository, tmp_path: Path) -> None:
    inner = GitRepository(tmp_path / "inner")
    _grown(inner)
    repository.git("submodule", "-q", "add", str(inner.path), "libs/inner")
    repository.commit()
    (repository.path / "libs/inner/a.py").write_text("changed\n")
    state = look_at(repository.path, key="k")
    assert state.submodules == ("libs/inner",)
    assert state.dirty_paths == 0


def test_the_scope_is_read_from_the_commit_and_not_from_the_disk(repository: GitRepository) -> None:
    repository.write(".automation-scope.yaml", "restricted_paths: [a]\n")
    repository.commit()
    repository.write(".automation-scope.yaml", "restricted_paths: []\n")
    assert look_at(repository.path, key="k").scope_text == "restricted_paths: [a]\n"


def test_a_scope_too_large_to_read_is_no_empty_scope(repository: GitRepository) -> None:
    repository.write(".automation-scope.yaml", "# long\n" * 200_000)
    repository.commit()
    with pytest.raises(RepositoryError, match="what it forbids is not known"):
        look_at(repository.path, key="k")


def test_the_name_comes_from_the_forge_and_no_credentials_come_with_it(repository: GitRepository) -> None:
    _grown(repository)
    repository.git("remote", "add", "origin", "https://ana:ghp_secret@github.com/acme/shop.git")
    state = look_at(repository.path, key="k")
    assert (state.name, state.remote) == ("shop", "acme/shop")
    assert "ghp_secret" not in repr(state)


def test_the_forge_is_asked_about_the_tracked_branch(repository: GitRepository) -> None:
    _grown(repository)
    repository.git("remote", "add", "origin", "git@github.com:acme/shop.git")
    asked = []

    def ask(remote: str, branch: str) -> CiHealth:
        asked.append((remote, branch))
        return CiHealth(20, 2, reason="")

    assert look_at(repository.path, key="k", ask_ci=ask).ci.failure_rate == 0.1
    assert asked == [("acme/shop", "main")]
    assert look_at(repository.path, key="k").ci == CiHealth()


def test_paths_that_are_not_utf_8_and_a_colon_in_front_survive(repository: GitRepository) -> None:
    repository.write(b"caf\xe9.py", "1\n")
    repository.write(":100644 odd.py", "1\n")
    repository.commit()
    assert look_at(repository.path, key="k").changes_last_year == {":100644 odd.py": 1, "caf\udce9.py": 1}


def test_links_that_loop_are_only_entries(repository: GitRepository) -> None:
    (repository.path / "loop").symlink_to("loop")
    (repository.path / "here").symlink_to(".")
    repository.write("a.py", "1\n")
    repository.commit()
    assert look_at(repository.path, key="k").dirty_paths == 0


def test_no_program_of_the_repository_is_run(repository: GitRepository, tmp_path: Path) -> None:
    proof = tmp_path / "ran"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {proof}\ncat\n")
    program.chmod(0o755)
    repository.write(".gitattributes", "*.py filter=a=b\n*.txt diff=evil\n")
    repository.write("a.py", "1\n")
    repository.write("a.txt", "1\n")
    repository.commit()
    for setting in (
        "filter.a=b.clean",
        "filter.a=b.process",
        "core.fsmonitor",
        "diff.evil.textconv",
        "core.pager",
    ):
        repository.git("config", setting, str(program))
    repository.git("config", "filter.a=b.required", "true")
    (repository.path / ".git/hooks/post-index-change").symlink_to(program)
    repository.write("a.py", "2\n")
    repository.write("a.txt", "2\n")
    assert look_at(repository.path, key="k", base=repository.head()).dirty_paths == 2
    assert not proof.exists()


def test_a_repository_without_a_commit_is_refused(repository: GitRepository) -> None:
    with pytest.raises(RepositoryError, match=r"no commit yet on main\. Next: commit something"):
        look_at(repository.path, key="k")


def test_a_bare_repository_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RepositoryError, match=r"is a bare repository\. Next: clone it"):
        look_at(GitRepository(tmp_path / "bare.git", bare=True).path, key="k")


def test_a_folder_without_a_repository_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    (tmp_path / "plain").mkdir()
    with pytest.raises(RepositoryError, match="is not in a git repository"):
        look_at(tmp_path / "plain", key="k")


@pytest.mark.parametrize("name", ["nowhere", "nowhere/deep", "loop"])
def test_a_path_that_does_not_exist_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(RepositoryError, match=r"does not exist\. Next: give the path"):
        look_at(tmp_path / name, key="k")


def test_a_repository_of_another_user_is_refused(
    repository: GitRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    _grown(repository)
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(RepositoryError, match=r"belongs to another user\. Next: if you trust it"):
        look_at(repository.path, key="k")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_given_to_another_user_is_refused(repository: GitRepository) -> None:
    _grown(repository)
    for folder in (repository.path, repository.path / ".git"):
        os.chown(folder, 12345, 12345)
    with pytest.raises(RepositoryError, match="belongs to another user"):
        look_at(repository.path, key="k")


def test_a_head_that_cannot_be_read_is_refused(repository: GitRepository) -> None:
    sha = _grown(repository)[-1]
    (repository.path / ".git/objects" / sha[:2] / sha[2:]).unlink()
    with pytest.raises(RepositoryError, match=r"cannot be read\. Next: run `git fsck`"):
        look_at(repository.path, key="k")
