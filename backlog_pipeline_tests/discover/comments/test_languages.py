"""Which language a file is in."""

import pytest

from backlog_pipeline.discover.comments.languages import (
    LANGUAGES,
    language_of_content,
    language_of_path,
    may_say_by_itself,
)

NAMES = """
Python: a/b.py a.PY setup.py.in urls.py-tpl
JavaScript: a.jsx
TypeScript: a.mts
TSX: a.tsx
Go: a.go
Rust: a.rs
C: a.h
C++: a.hpp
Java: A.java
Ruby: Gemfile a.gemspec
Shell: .bashrc
YAML: a.yml ci.yaml.j2
TOML: Pipfile
SQL: a.sql
HTML: a.htm index.html.erb
Component: a.vue
CSS: a.css
SCSS: a.less
Dockerfile: Dockerfile x/Dockerfile.dev web.Dockerfile
Makefile: Makefile.am GNUmakefile a.mk
Requirements: requirements-dev.txt
Environment file: .env.local
Ignore file: .gitignore
JSON with comments: tsconfig.json
CMake: CMakeLists.txt
Terraform: x.tf
Markdown: README.md
"""
ROWS = [
    (path, row.split(": ")[0]) for row in NAMES.strip().splitlines() for path in row.split(": ")[1].split()
]


@pytest.mark.parametrize(("path", "name"), ROWS)
def test_a_name_tells_the_language(path: str, name: str) -> None:
    language = language_of_path(path)
    assert language is not None
    assert language.name == name


@pytest.mark.parametrize(
    "path", ["a.txt", "a.rst", "a.png", "a.json", "LICENSE", "a.pyc", "py", ".py", "a.", "notes.po"]
)
def test_other_names_tell_none(path: str) -> None:
    assert language_of_path(path) is None


@pytest.mark.parametrize(
    ("first", "name"),
    [
        (b"#!/bin/sh", "Shell"),
        (b"#!/usr/bin/env python3.11", "Python"),
        (b"#! /usr/bin/env -S node --x", "JavaScript"),
        (b"#!/usr/bin/env A=b ruby", "Ruby"),
        (b"#!/usr/bin/perl -w", "Perl"),
    ],
)
def test_a_first_line_tells_the_language_of_a_file_without_extension(first: bytes, name: str) -> None:
    language = language_of_content(first + b"\n")
    assert language is not None
    assert language.name == name
    assert may_say_by_itself("bin/tool")
    assert not may_say_by_itself("bin/tool.x")


@pytest.mark.parametrize("first", [b"", b"#!", b"#!/bin/unknown", b"import x", b"\xff\xfe#!/bin/sh"])
def test_other_first_lines_tell_none(first: bytes) -> None:
    assert language_of_content(first) is None


def test_no_extension_and_no_name_is_claimed_twice() -> None:
    for claimed in ("extensions", "names", "interpreters"):
        every = [name for language in LANGUAGES for name in getattr(language, claimed)]
        assert len(every) == len(set(every)), claimed
