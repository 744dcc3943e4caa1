"""Git is read without trusting, changing or waiting for anything."""

import os
from pathlib import Path

import pytest

from backlog_pipeline.errors import RepositoryError, ToolError
from backlog_pipeline.system.git import Git, top_level
from backlog_pipeline_tests.git_repository import GitRepository


def test_a_tree_lists_files_links_and_submodules_sorted(repository: GitRepository, tmp_path: Path) -> None:
    inner = GitRepository(tmp_path / "inner")
    inner.commit()
    repository.git("submodule", "-q", "add", str(inner.path), "sub")
    repository.write("b.py", "12345")
    repository.write("a/z.sh", "")
    (repository.path / "a/z.sh").chmod(0o755)
    (repository.path / "link").symlink_to("b.py")
    repository.commit()
    entries = {e.path: e for e in Git(repository.path).tree("HEAD")}
    assert list(entries) == [".gitmodules", "a/z.sh", "b.py", "link", "sub"]
    assert [e.mode for e in entries.values()] == ["100644", "100755", "100644", "120000", "160000"]
    assert [e.is_file for e in entries.values()] == [True, True, True, False, False]
    assert (entries["b.py"].size, entries["link"].size, entries["sub"].size) == (5, 4, 0)


def test_blobs_come_in_the_order_asked_for_whatever_they_hold(repository: GitRepository) -> None:
    contents = [b"", b"a\n", b"\x00\xff\n\nblob 3\n", b"no newline", b"a\n"]
    ids = [repository.git("hash-object", "-w", "--stdin", stdin=data) for data in contents]
    assert [data for _, data in Git(repository.path).blobs(ids)] == contents
    assert [blob for blob, _ in Git(repository.path).blobs(ids)] == ids
    assert list(Git(repository.path).blobs([])) == []


def test_more_blobs_than_one_batch_all_come(
    repository: GitRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backlog_pipeline.system.git._BATCH", 3)
    ids = [repository.git("hash-object", "-w", "--stdin", stdin=b"%d" % n) for n in range(8)]
    assert [data for _, data in Git(repository.path).blobs(ids)] == [b"%d" % n for n in range(8)]


def test_a_missing_blob_is_an_error_and_has_no_size(repository: GitRepository) -> None:
    blob = repository.git("hash-object", "-w", "--stdin", stdin=b"12345")
    git = Git(repository.path)
    with pytest.raises(ToolError, match=r"git has no object f{40}"):
        list(git.blobs(["f" * 40]))
    assert git.sizes([blob, "f" * 40]) == {blob: 5}
    assert git.sizes([]) == {}


def test_ancestors_and_missing_commits_are_told(repository: GitRepository) -> None:
    first, second = repository.commit("1"), repository.commit("2")
    git = Git(repository.path)
    assert git.is_ancestor(first, second)
    assert not git.is_ancestor(second, first)
    assert git.has_commit(first)
    assert not git.has_commit("f" * 40)
    assert not git.has_commit("")
    assert git.committed_at(second).isoformat() == "2026-01-06T12:00:00+00:00"


def test_a_failed_command_says_what_and_what_next(repository: GitRepository) -> None:
    with pytest.raises(ToolError) as caught:
        Git(repository.path).text("rev-parse", "--verify", "nowhere")
    assert "nowhere" in str(caught.value) or "Needed a single revision" in str(caught.value)
    assert "Next: " in str(caught.value)
    assert Git(repository.path).find("rev-parse", "--verify", "-q", "nowhere") == ""


def test_the_callers_git_variables_do_not_lead_elsewhere(
    repository: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = repository.commit()
    other = GitRepository(tmp_path / "other")
    other.commit("another")
    monkeypatch.setenv("GIT_DIR", str(other.path / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.path))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    assert Git(repository.path).text("rev-parse", "HEAD") == head
    assert top_level(repository.path) == repository.path


def test_settings_for_one_command_may_have_any_name(repository: GitRepository) -> None:
    ended = Git(repository.path).run(
        "config", "--get", "filter.a=b.clean", config={"filter.a=b.clean": "x y"}
    )
    assert ended.stdout == b"x y\n"
    assert Git(repository.path).find("config", "--get", "init.defaultBranch") == "main"


def test_no_transport_is_allowed(repository: GitRepository, tmp_path: Path) -> None:
    repository.commit()
    ended = Git(repository.path).run("clone", f"file://{repository.path}", str(tmp_path / "copy"))
    assert ended.code != 0
    assert "not allowed" in ended.error_tail


def test_the_common_folder_of_a_linked_work_tree_is_found(repository: GitRepository, tmp_path: Path) -> None:
    repository.commit()
    repository.git("worktree", "add", "-q", str(tmp_path / "linked"))
    assert Git(tmp_path / "linked").folder.resolve() == (repository.path / ".git").resolve()
    assert top_level(tmp_path / "linked") == tmp_path / "linked"


def test_a_folder_inside_gits_own_is_no_work_tree(repository: GitRepository) -> None:
    repository.commit()
    with pytest.raises(RepositoryError, match="is a folder of git itself"):
        top_level(repository.path / ".git")


def test_a_repository_that_git_cannot_open_is_no_missing_one(repository: GitRepository) -> None:
    repository.commit()
    (repository.path / ".git/config").write_text("[core\nbroken")
    with pytest.raises(RepositoryError, match=r"git cannot open the repository at .*bad config"):
        top_level(repository.path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may enter every folder")
def test_a_folder_that_may_not_be_entered_is_refused(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o000)
    with pytest.raises(RepositoryError, match="may not be entered"):
        top_level(tmp_path / "closed")
