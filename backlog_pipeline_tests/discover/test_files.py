"""What of a tree may be looked at, and why the rest is not."""

import os
import time
from pathlib import Path

import pytest

from backlog_pipeline.discover.attributes import Attribute, Attributes
from backlog_pipeline.discover.files import Survey, reason_not_to_read, role_of, survey
from backlog_pipeline.model.finding import Role
from backlog_pipeline.model.scan import Unread
from backlog_pipeline.system.git import Git
from backlog_pipeline_tests.git_repository import GitRepository


def _survey(repository: GitRepository, *paths: str, max_bytes: int = 2_000_000) -> Survey:
    for path in paths:
        repository.write(path, "x\n")
    repository.commit()
    return survey(Git(repository.path), repository.head(), max_bytes=max_bytes)


def _seen(found: Survey) -> list[str]:
    return [file.path for file in found.files]


def _reasons(found: Survey) -> dict[str, str]:
    return {unread.path: unread.reason for unread in found.unread}


def test_every_plain_file_is_looked_at_with_its_blob_size_and_role(repository: GitRepository) -> None:
    found = _survey(repository, "src/a.py", "tests/test_a.py", "docs/index.md")
    assert _seen(found) == ["docs/index.md", "src/a.py", "tests/test_a.py"]
    assert [f.role for f in found.files] == [Role.DOCS, Role.PRODUCT, Role.TESTS]
    assert {(f.blob, f.size) for f in found.files} == {(repository.git("rev-parse", "HEAD:src/a.py"), 2)}
    assert found.unread == ()
    assert found.revision == repository.head()


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        ("vendor/lib/a.go", "vendor/"),
        ("src/pkg/_vendor/six.py", "src/pkg/_vendor/"),
        ("web/node_modules/x/index.js", "web/node_modules/"),
        ("Third_Party/x.c", "Third_Party/"),
        ("node_modules/a/vendor/b.js", "node_modules/"),
        ("docs/status/report.md", "docs/status/"),
    ],
)
def test_a_folder_of_others_is_one_entry(repository: GitRepository, path: str, folder: str) -> None:
    found = _survey(repository, path, f"{path}.more", "a.py")
    assert _seen(found) == ["a.py"]
    assert [u.path for u in found.unread] == [folder]
    assert found.unread[0].covers(path)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("package-lock.json", "generated: a lock file"),
        ("sub/poetry.lock", "generated: a lock file"),
        ("go.sum", "generated: a lock file"),
        ("api/user_pb2.py", "generated: from a protocol buffer"),
        ("api/user_pb2_grpc.pyi", "generated: from a protocol buffer"),
        ("api/user.pb.go", "generated: from a protocol buffer"),
        ("static/app.min.js", "generated: minified"),
        ("static/app.js.map", "generated: a source map"),
        ("dist/app.js", "generated: a build's output"),
        ("pkg/zz_generated.deepcopy.go", "generated: by a code generator"),
        ("static/js/jquery.js", "vendored: a published library"),
        ("jquery-3.7.1.js", "vendored: a published library"),
        ("gradlew", "vendored: a build tool's wrapper"),
        ("backlog.yml", "written by the backlog itself"),
        (".automation-scope.yaml", "settings of the backlog itself"),
    ],
)
def test_a_file_that_is_not_looked_at_says_why(repository: GitRepository, path: str, reason: str) -> None:
    found = _survey(repository, path, "kept.py")
    assert _seen(found) == ["kept.py"]
    assert _reasons(found) == {path: reason}


@pytest.mark.parametrize(
    "path",
    [
        "src/vendors.py", "lib/vendor.py", "src/build/env.py", "dist/tool.py", "sub/backlog.yml",
        "docs/status.md", "other/docs/status/a.md", "admin/js/jquery.init.js", "src/jquery.js", "minify.js",
        "admin.js", "lockfile.py", "src/react.js", "my_pb2.txt",
    ],
)  # fmt: skip
def test_a_file_that_only_sounds_like_it_is_looked_at(repository: GitRepository, path: str) -> None:
    assert _seen(_survey(repository, path)) == [path]


def test_what_gitattributes_says_wins_over_the_tables(repository: GitRepository) -> None:
    repository.write(
        ".gitattributes",
        "lib/** linguist-vendored\n*.tpl.py linguist-generated=true\n"
        "vendor/ours/** -linguist-vendored\n*.lock linguist-generated=false\n",
    )
    found = _survey(
        repository, "lib/x/a.py", "b.tpl.py", "vendor/ours/c.py", "vendor/theirs/d.py", "uv.lock", "e.py"
    )
    assert _seen(found) == [".gitattributes", "e.py", "uv.lock", "vendor/ours/c.py"]
    assert _reasons(found) == {
        "lib/x/a.py": "vendored: .gitattributes says so",
        "b.tpl.py": "generated: .gitattributes says so",
        "vendor/theirs/d.py": "vendored: code of others",
    }


@pytest.mark.parametrize(
    "path", ["a.js", "web/a.js", "web/b.js", "web/deep/a.js", "gen/x", "gen/y/z", "c d.js"]
)
def test_gitattributes_are_read_as_git_reads_them(repository: GitRepository, path: str) -> None:
    root = (
        "a.js linguist-vendored\n/web/*.js linguist-generated\n"
        '"c d.js" linguist-vendored\ngen/** linguist-generated\n'
    )
    repository.write(".gitattributes", root)
    inner = "# linguist-generated\nb.js -linguist-generated\na.js linguist-vendored=false\n"
    repository.write("web/.gitattributes", inner)
    said = Attributes({"": root, "web": inner}).of(path)
    answer = repository.git("check-attr", "linguist-vendored", "linguist-generated", "--", path).splitlines()
    values = [line.rpartition(": ")[2] for line in answer]
    ours = [{None: "unspecified", True: "set", False: "unset"}[said.get(kind)] for kind in Attribute]
    assert ours == [{"false": "unset", "true": "set"}.get(value, value) for value in values]


def test_a_tracked_file_that_gitignore_hides_is_not_looked_at(repository: GitRepository) -> None:
    repository.write("build/out.py", "x\n")
    repository.write("keep.log", "x\n")
    repository.commit()
    repository.write(".gitignore", "/build/\n*.log\n!keep.log\n")
    found = _survey(repository)
    assert _seen(found) == [".gitignore", "keep.log"]
    assert _reasons(found) == {"build/out.py": "ignored: .gitignore hides it"}


def test_the_same_commit_gives_the_same_survey_whatever_lies_on_disk(repository: GitRepository) -> None:
    before = _survey(repository, "a.py", "b.log")
    repository.write(".gitignore", "*\n")
    repository.write(".gitattributes", "* linguist-vendored\n")
    (repository.path / ".git/info/exclude").write_text("*.log\n")
    assert survey(Git(repository.path), repository.head()) == before


def test_links_and_submodules_are_named_and_not_followed(repository: GitRepository, tmp_path: Path) -> None:
    inner = GitRepository(tmp_path / "inner")
    inner.write("a.py")
    inner.commit()
    repository.git("submodule", "-q", "add", str(inner.path), "libs/inner")
    (repository.path / "loop").symlink_to("loop")
    (repository.path / "up").symlink_to("..")
    found = _survey(repository, "a.py")
    assert _seen(found) == [".gitmodules", "a.py"]
    assert [u.path for u in found.unread] == ["libs/inner/", "loop", "up"]
    assert found.unread[0].covers("libs/inner/a.py")


def test_a_file_over_the_limit_is_not_looked_at(repository: GitRepository) -> None:
    repository.write("big.py", "x" * 101)
    found = _survey(repository, "small.py", max_bytes=100)
    assert _reasons(found) == {"big.py": "too large: over 0.0001 MB"}


def test_two_hundred_megabytes_cost_nothing_since_they_are_never_read(repository: GitRepository) -> None:
    with (repository.path / "huge.py").open("wb") as stream:
        stream.truncate(200_000_000)
    repository.git("config", "core.compression", "0")
    found = _survey(repository, "a.py")
    assert found.unread == (Unread("huge.py", "too large: over 2 MB"),)
    start = time.process_time()
    survey(Git(repository.path), repository.head())
    assert time.process_time() - start < 0.2


def test_paths_that_are_not_utf_8_survive(repository: GitRepository) -> None:
    repository.write(b"caf\xe9/\xff.py", "x\n")
    found = _survey(repository)
    assert [os.fsencode(path) for path in _seen(found)] == [b"caf\xe9/\xff.py"]


def test_an_empty_tree_has_an_empty_survey(repository: GitRepository) -> None:
    assert _survey(repository) == Survey(repository.head())


HEADER = "generated: its header says so"


@pytest.mark.parametrize(
    ("path", "data", "reason"),
    [
        ("a.py", b"x = 1\n\x00", "binary: it holds a NUL byte"),
        ("a.py", b"# @generated by a tool\n", HEADER),
        ("a.go", b"// Code generated by protoc-gen-go. DO NOT EDIT.\npackage a\n", HEADER),
        ("a.py", b"#!/usr/bin/env python\n# This file was automatically generated by SWIG\n", HEADER),
        ("a.py", b"# DO NOT EDIT: this is generated\n", HEADER),
        ("a.c", b"/*\n * @generated SignedSource<<1>>\n */\n", HEADER),
        ("configure", b"#! /bin/sh\n# Generated by GNU Autoconf 2.69.\n", HEADER),
        ("a.js", b"var a=1;" * 500, "generated: minified"),
        ("a.py", b"x = 1;" * 500, ""),
        ("a.py", b"PATTERN = '@generated'\n", ""),
        ("a.py", b"# how reports are generated\nx = 1\n", ""),
        ("a.py", b"# Generated by Django 5.0 on 2026-01-01\n", ""),
        ("a.py", b"x = 1\n" * 500 + b"# @generated\n", ""),
        ("a.py", b"caf\xe9\n", ""),
        ("a.py", b"", ""),
    ],
)  # fmt: skip
def test_what_a_content_says_of_itself_is_believed(path: str, data: bytes, reason: str) -> None:
    assert reason_not_to_read(path, data) == reason


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("src/flask/app.py", Role.PRODUCT),
        ("src/flask/testing.py", Role.PRODUCT),
        ("django/test/client.py", Role.PRODUCT),
        ("django/test/test_client.py", Role.TESTS),
        ("requirements.txt", Role.PRODUCT),
        ("Makefile", Role.PRODUCT),
        ("tests/conftest.py", Role.TESTS),
        ("test/app.all.js", Role.TESTS),
        ("pkg/server_test.go", Role.TESTS),
        ("src/test/java/AppTest.java", Role.TESTS),
        ("lib/deep/test/x.js", Role.TESTS),
        ("src/Button.spec.tsx", Role.TESTS),
        ("conftest.py", Role.TESTS),
        ("pkg/sub/tests/data.py", Role.TESTS),
        ("benchmarks/speed.py", Role.TESTS),
        ("examples/tutorial/tests/test_auth.py", Role.EXAMPLES),
        ("Samples/a.c", Role.EXAMPLES),
        ("docs/examples/a.py", Role.DOCS),
        ("doc/conf.py", Role.DOCS),
        ("README.md", Role.DOCS),
        ("src/pkg/notes.rst", Role.DOCS),
    ],
)
def test_a_path_tells_its_role(path: str, role: Role) -> None:
    assert role_of(path) is role


def test_seven_thousand_entries_are_sorted_out_in_a_moment(repository: GitRepository) -> None:
    blob = repository.git("hash-object", "-w", "--stdin", stdin=b"x\n")
    names = [f"pkg{n % 90}/sub{n % 7}/module_{n}.py" for n in range(7_000)]
    rows = "".join(f"100644 {blob}\t{name}\n" for name in names)
    repository.git("update-index", "--add", "--index-info", stdin=rows.encode())
    git, head = (
        Git(repository.path),
        repository.git("commit-tree", "-m", "many", repository.git("write-tree")),
    )
    entries = git.tree(head)
    start = time.process_time()
    found = survey(git, head)
    assert time.process_time() - start < 0.5
    assert len(found.files) == len(entries) == 7_000
