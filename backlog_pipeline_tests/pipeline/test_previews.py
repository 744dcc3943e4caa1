"""A run that must not record writes neither an event nor a byte."""

from collections.abc import Callable

from backlog_pipeline_tests.pipeline.house import House, Made


def untouched(house: House, act: Callable[[], Made]) -> Made:
    """What ``act`` made, after checking that it wrote neither an event nor a byte."""
    file, entries = house.file.read_bytes(), house.entries()
    made = act()
    assert made.backlog.preview_reason
    assert made.backlog.events_written == 0
    assert house.entries() == entries
    assert house.file.read_bytes() == file
    return made


def test_a_run_on_another_branch_is_a_preview_and_writes_nothing(kept: House) -> None:
    kept.repository.git("checkout", "-q", "-b", "try")
    kept.repository.write("src/files.py", "# TODO: something else\n")
    kept.repository.commit("try")
    made = untouched(kept, kept.run)
    assert "branch try, and main is the one that is recorded" in made.backlog.preview_reason
    assert len(made.backlog.changes.opened) == 1
    assert len(made.backlog.changes.resolved) == 1


def test_a_commit_older_than_the_recorded_one_is_a_preview(kept: House) -> None:
    kept.repository.write(".git/info/exclude", "backlog.yml\n")
    kept.repository.write("src/more.py", "# TODO: one more\n")
    kept.repository.commit("more")
    kept.run()
    kept.repository.git("checkout", "-q", "--detach", "HEAD~1")
    made = untouched(kept, kept.run)
    assert "older than" in made.backlog.preview_reason


def test_a_commit_on_no_branch_is_a_preview(kept: House) -> None:
    kept.repository.git("checkout", "-q", "--detach")
    kept.repository.write("src/more.py", "# TODO: one more\n")
    kept.repository.commit("more")
    made = untouched(kept, kept.run)
    assert "its commit is not on main" in made.backlog.preview_reason


def test_a_detached_head_on_the_tracked_branch_is_recorded(kept: House) -> None:
    kept.repository.write("src/more.py", "# TODO: one more\n")
    kept.repository.commit("more")
    kept.repository.git("checkout", "-q", "--detach")
    made = kept.run()
    assert made.backlog.preview_reason == ""
    assert made.item("one more").id in kept.file.read_text()


def test_a_dry_run_leaves_the_file_alone(kept: House) -> None:
    kept.repository.write("src/more.py", "# TODO: one more\n")
    kept.repository.commit("more")
    before = kept.file.read_bytes()
    kept.run(may_write_repository=False)
    assert kept.file.read_bytes() == before
