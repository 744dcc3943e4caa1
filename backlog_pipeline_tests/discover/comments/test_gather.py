"""Reading the markers of a commit: only what is new, and only what may hold one."""

from dataclasses import dataclass, field

import pytest

from backlog_pipeline.discover.comments import gather as gathering
from backlog_pipeline.discover.comments.gather import gather, markers
from backlog_pipeline.discover.files import survey
from backlog_pipeline.system.git import Git
from backlog_pipeline_tests.discover.sources.looking import KeptInMemory
from backlog_pipeline_tests.git_repository import GitRepository


@dataclass
class Counted:
    """How often git was asked to read blobs and to search, through a ``Git`` that counts."""

    blobs: list[str] = field(default_factory=list)
    searches: int = 0

    def git(self, repository: GitRepository) -> Git:
        counted = self

        class CountingGit(Git):
            def blobs(self, ids):  # type: ignore[no-untyped-def]
                wanted = list(ids)
                counted.blobs += wanted
                return super().blobs(wanted)

            def run(self, *arguments, **options):  # type: ignore[no-untyped-def]
                counted.searches += arguments[0] == "grep"
                return super().run(*arguments, **options)

        return CountingGit(repository.path)


def texts(
    repository: GitRepository, cache: KeptInMemory, counted: Counted | None = None
) -> dict[str, list[str]]:
    git = (counted or Counted()).git(repository)
    revision = repository.head()
    found = gather(git, revision, survey(git, revision).files, cache)
    return {path: [m.text for m in kept.reading.markers] for path, kept in found.by_path.items()}


def many_files(repository: GitRepository) -> None:
    for number in range(320):
        repository.write(f"pkg/m{number}.py", f"x = {number}\n")
    repository.write("pkg/a.py", "# TODO: a\n")
    repository.write("pkg/b [1].py", "# TODO: b\n")
    repository.write("tool", "#!/bin/sh\n# TODO: c\n")
    repository.write("data", "# TODO: no language\n")
    repository.write("wide.py", b"\xff\xfe" + "# TODO: d\n".encode("utf-16-le"))
    repository.write("notes.txt", "# TODO: not in scope\n")
    repository.write("pkg/x_TODO_y.py", "TODO_X = 1\n")
    repository.commit("many files")


def test_of_many_new_files_only_those_with_a_word_are_read(repository: GitRepository) -> None:
    many_files(repository)
    counted = Counted()
    found = texts(repository, KeptInMemory(), counted)
    assert found == {"pkg/a.py": ["a"], "pkg/b [1].py": ["b"], "tool": ["c"], "wide.py": []}
    assert len(counted.blobs) == 5
    assert counted.searches == 1


def test_git_without_perl_expressions_finds_the_same(
    repository: GitRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    many_files(repository)
    fast = texts(repository, KeptInMemory())
    monkeypatch.setattr(gathering, "_PATTERN", "(")  # refused, as by a git without them
    assert texts(repository, KeptInMemory()) == fast


@pytest.mark.parametrize("most", [0, 1_000])
def test_what_is_unread_does_not_depend_on_how_it_was_looked_for(
    repository: GitRepository, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    repository.write("zeros.c", b"int a;\0\n")
    repository.write("made.py", "# @generated\nx = 1\n")
    repository.write("told.py", "# @generated\nx = 1  # TODO: a\n")
    repository.commit("three that are not read as code")
    monkeypatch.setattr(gathering, "_READ_DIRECTLY", most)
    git, revision = Git(repository.path), repository.head()
    found = gather(git, revision, survey(git, revision).files, KeptInMemory())
    assert {path: kept.unread for path, kept in found.by_path.items()} == {
        "told.py": "generated: its header says so",
        "zeros.c": "binary: it holds a NUL byte",
    }


def test_a_second_look_reads_nothing(repository: GitRepository) -> None:
    many_files(repository)
    cache = KeptInMemory()
    first = texts(repository, cache)
    counted, writes = Counted(), cache.writes
    assert texts(repository, cache, counted) == first
    assert (counted.blobs, counted.searches, cache.writes) == ([], 0, writes)


def test_one_changed_file_is_the_only_one_read(repository: GitRepository) -> None:
    many_files(repository)
    cache = KeptInMemory()
    texts(repository, cache)
    repository.write("pkg/m7.py", "# FIXME: new\n")
    repository.commit("change one file")
    counted = Counted()
    assert texts(repository, cache, counted)["pkg/m7.py"] == ["new"]
    assert len(counted.blobs) == 1
    assert counted.searches == 0


def test_the_same_content_under_another_name_is_another_language(repository: GitRepository) -> None:
    repository.write("a.py", "x = 1 // TODO: a\n# TODO: b\n")
    repository.write("a.js", "x = 1 // TODO: a\n# TODO: b\n")
    repository.commit("one content, two languages")
    assert texts(repository, KeptInMemory()) == {"a.js": ["a"], "a.py": ["b"]}


def test_markers_gives_the_texts_of_findings_for_births() -> None:
    assert markers("a.py", b"# TODO(ana): a\nx = '# TODO: no'\n") == ["a"]
    assert markers("tool", b"#!/bin/sh\n# TODO: b\n") == ["b"]
    assert markers("a.txt", b"# TODO: c\n") == []
    assert markers("a.py", b"# TODO: d\0\n") == []
