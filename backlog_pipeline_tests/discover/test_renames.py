"""Files that moved are known, also where too much of their content changed for git to see it."""

from pathlib import Path

from backlog_pipeline.discover.renames import renames_between
from backlog_pipeline.system.git import Git
from backlog_pipeline_tests.git_repository import GitRepository

FIFTY = "".join(f"# one more line, number {n}\n" for n in range(50))


def _renames(repository: GitRepository, base: str) -> dict[str, str]:
    found = renames_between(Git(repository.path), base, repository.head())
    assert list(found) == sorted(found, key=lambda r: r.old)
    return {r.old: r.new for r in found}


def _grow(repository: GitRepository, *paths: str) -> None:
    for path in paths:
        repository.write(path, FIFTY.encode() + repository.read(path))


def _five_lines(name: str) -> str:
    return "".join(f"{name}_{n} = {n}\n" for n in range(5))


def test_nothing_moved_where_nothing_changed(repository: GitRepository) -> None:
    repository.write("a.py", "1\n")
    base = repository.commit()
    assert _renames(repository, base) == {}
    assert _renames(repository, "") == {}


def test_a_moved_file_is_a_rename(repository: GitRepository) -> None:
    repository.write("a.py", _five_lines("a"))
    base = repository.commit()
    repository.move("a.py", "src/b.py")
    repository.commit()
    assert _renames(repository, base) == {"a.py": "src/b.py"}


def test_a_folder_of_short_files_renamed_under_fifty_new_lines_each_is_still_the_same_folder(
    repository: GitRepository,
) -> None:
    old = [
        "app/a.py",
        "app/b.py",
        "app/sub/a.py",
        "app/sub/deep/x.py",
        "app/__init__.py",
        "app/sub/__init__.py",
    ]
    for path in old:
        repository.write(path, _five_lines(path.replace("/", "_")) if "init" not in path else "")
    repository.write("other/z.py", _five_lines("z"))
    base = repository.commit()
    _grow(repository, *old, "other/z.py")
    repository.move("app", "application")
    repository.commit()
    assert _renames(repository, base) == {path: path.replace("app/", "application/") for path in old}


def test_one_short_file_in_a_renamed_folder_is_found_by_its_lines(repository: GitRepository) -> None:
    repository.write("old/tool.py", _five_lines("tool"))
    repository.write("rest.py", "x\n")
    base = repository.commit()
    _grow(repository, "old/tool.py")
    repository.move("old", "new")
    repository.commit()
    assert _renames(repository, base) == {"old/tool.py": "new/tool.py"}


def test_two_folders_of_files_with_the_same_names_are_not_mixed_up(repository: GitRepository) -> None:
    names = ["__init__.py", "models.py", "views.py"]
    for app in ("shop", "blog"):
        for name in names:
            repository.write(f"{app}/{name}", "" if "init" in name else _five_lines(f"{app}_{name[:-3]}"))
    base = repository.commit()
    _grow(repository, *(f"{app}/{name}" for app in ("shop", "blog") for name in names))
    repository.move("shop", "apps/shop")
    repository.move("blog", "apps/blog")
    repository.commit()
    assert _renames(repository, base) == {
        f"{a}/{n}": f"apps/{a}/{n}" for a in ("shop", "blog") for n in names
    }


def test_files_with_one_content_follow_their_folders(repository: GitRepository) -> None:
    for app in ("one", "two", "three"):
        repository.write(f"{app}/__init__.py", "# the same license header\n" * 5)
        repository.write(f"{app}/code.py", _five_lines(app))
    base = repository.commit()
    for app in ("one", "two", "three"):
        repository.move(app, f"x{app}")
    repository.commit()
    expected = {f"{a}/{n}": f"x{a}/{n}" for a in ("one", "two", "three") for n in ("__init__.py", "code.py")}
    assert _renames(repository, base) == expected


def test_a_package_moved_into_src_is_found_though_other_files_went_away(repository: GitRepository) -> None:
    for n in range(4):
        repository.write(f"pkg/m{n}.py", _five_lines(f"m{n}"))
    for n in range(9):
        repository.write(f"junk/j{n}.py", _five_lines(f"j{n}"))
    base = repository.commit()
    _grow(repository, *(f"pkg/m{n}.py" for n in range(4)))
    repository.move("pkg", "src/pkg")
    repository.remove("junk")
    repository.commit()
    assert _renames(repository, base) == {f"pkg/m{n}.py": f"src/pkg/m{n}.py" for n in range(4)}


def test_a_file_that_left_a_moved_folder_for_elsewhere_is_followed_there(repository: GitRepository) -> None:
    for n in range(4):
        repository.write(f"old/m{n}.py", _five_lines(f"m{n}"))
    base = repository.commit()
    repository.move("old/m0.py", "tools/renamed.py")
    repository.move("old", "new")
    repository.commit()
    expected = {f"old/m{n}.py": f"new/m{n}.py" for n in (1, 2, 3)} | {"old/m0.py": "tools/renamed.py"}
    assert _renames(repository, base) == expected


def test_an_unrelated_file_of_the_same_name_is_no_rename(repository: GitRepository) -> None:
    repository.write("a/util.py", _five_lines("a"))
    repository.write("keep.py", "k\n")
    base = repository.commit()
    repository.remove("a/util.py")
    repository.write("b/util.py", _five_lines("quite_different"))
    repository.commit()
    assert _renames(repository, base) == {}


def test_where_two_files_hold_the_old_lines_equally_none_is_chosen(repository: GitRepository) -> None:
    repository.write("a/util.py", "one\ntwo\n")
    base = repository.commit()
    repository.remove("a/util.py")
    repository.write("b/util.py", FIFTY + "one\ntwo\n")
    repository.write("c/util.py", FIFTY + FIFTY + "one\ntwo\n")
    repository.commit()
    assert _renames(repository, base) == {}


def test_paths_that_are_not_utf_8_are_followed(repository: GitRepository) -> None:
    repository.write(b"caf\xe9/one.py", _five_lines("one"))
    base = repository.commit()
    repository.git("mv", "caf\udce9", "coffee")
    repository.commit()
    assert _renames(repository, base) == {"caf\udce9/one.py": "coffee/one.py"}


def test_after_history_was_rewritten_the_old_commit_still_tells_what_moved(repository: GitRepository) -> None:
    repository.write("a/x.py", _five_lines("x"))
    base = repository.commit()
    repository.git("checkout", "-q", "--orphan", "fresh")
    repository.move("a", "b")
    repository.commit()
    assert _renames(repository, base) == {"a/x.py": "b/x.py"}


def test_a_base_that_is_gone_tells_nothing(repository: GitRepository) -> None:
    repository.write("a.py", "1\n")
    repository.commit()
    assert renames_between(Git(repository.path), "f" * 40, repository.head()) == ()


def test_no_file_is_renamed_twice_and_none_receives_two(repository: GitRepository) -> None:
    for app in ("a", "b"):
        for n in range(3):
            repository.write(f"{app}/m{n}.py", _five_lines(f"m{n}"))
    base = repository.commit()
    repository.move("a", "c")
    repository.remove("b")
    repository.commit()
    found = renames_between(Git(repository.path), base, repository.head())
    assert len({r.new for r in found}) == len(found) == 3


def test_in_a_clone_without_old_blobs_unchanged_files_and_their_folders_are_followed(
    repository: GitRepository, tmp_path: Path
) -> None:
    for n in range(3):
        repository.write(f"old/m{n}.py", _five_lines(f"m{n}"))
    base = repository.commit()
    _grow(repository, "old/m1.py")
    repository.move("old", "new")
    repository.commit()
    repository.git("config", "uploadpack.allowFilter", "true")
    repository.git("clone", "-q", "--filter=blob:none", f"file://{repository.path}", str(tmp_path / "clone"))
    clone = GitRepository(tmp_path / "clone")
    clone.git("remote", "set-url", "origin", "file:///nowhere")
    assert _renames(clone, base) == {f"old/m{n}.py": f"new/m{n}.py" for n in range(3)}
