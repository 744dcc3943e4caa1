"""The fixture that other tests stand on does what it says."""

from backlog_pipeline_tests.git_repository import GitRepository


def test_the_same_content_gives_the_same_commit_on_every_machine(repository: GitRepository) -> None:
    repository.write("a.txt", "one\n")
    assert repository.commit("first")[:12] == "f9bcf72a7636"


def test_a_move_and_a_removal_are_committed(repository: GitRepository) -> None:
    repository.write("a/one.txt", "one\n")
    repository.write("two.txt", b"\xff\x00")
    repository.commit()
    repository.move("a", "b/c")
    repository.remove("two.txt")
    repository.commit()
    assert repository.git("ls-files") == "b/c/one.txt"
    assert repository.git("branch", "--show-current") == "main"
