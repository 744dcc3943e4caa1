"""Paths that only a person changes are found however they are spelt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlog_pipeline.policy.patterns import PatternError, compile_patterns, normalise
from backlog_pipeline.policy.restricted import ALWAYS_RESTRICTED, restricted_by
from backlog_pipeline.policy.scope import AutomationScope

OPEN = AutomationScope()
SCOPE = AutomationScope(restricted_paths=("./docs/**", "!docs/free.md", "/Infra/", "*.KEY", "a[0-9].txt"))


@pytest.mark.parametrize(
    "path",
    [
        ".automation-scope.yaml", "backlog.toml", ".gitattributes", ".gitmodules", "pkg/.gitignore",
        ".github/workflows/ci.yml", ".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab-ci.yml",
        "AGENTS.md", "pkg/AGENTS.md", "CLAUDE.md", ".cursorrules", ".cursor/rules/a.mdc",
        ".github/copilot-instructions.md", ".vscode/tasks.json", ".pre-commit-config.yaml",
        ".husky/pre-commit", "Jenkinsfile", ".circleci/config.yml", ".mcp.json",
        ".devcontainer/devcontainer.json",
    ],
)  # fmt: skip
def test_some_files_are_always_restricted(path: str) -> None:
    assert "always restricted" in restricted_by([path], OPEN)
    allowing = AutomationScope(restricted_paths=("!*", f"!{path}"))
    assert "always restricted" in restricted_by([path], allowing)


@pytest.mark.parametrize(
    "spelt",
    [
        ".GitHub/Workflows/ci.yml", "./.github/workflows/ci.yml", "src/../.github/workflows/ci.yml",
        ".github//workflows/ci.yml", ".git /config", ".git./config", ".gi\u200ct/config", ".g\u00adit/x",
        "git~1/config", ".git::$INDEX_ALLOCATION/config", ".github\\workflows\\ci.yml", "claude.MD",
    ],
)  # fmt: skip
def test_another_spelling_of_the_same_file_is_restricted_too(spelt: str) -> None:
    assert "always restricted" in restricted_by([spelt], OPEN)


@pytest.mark.parametrize("path", ["../x", "a/../../x", "/etc/passwd", "C:\\Windows\\x", "a\\..\\..\\x", ".."])
def test_a_path_that_leaves_the_repository_is_restricted(path: str) -> None:
    assert restricted_by([path], OPEN) == f"{path} lies outside the repository"


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("docs/a.md", "./docs/**"),
        ("DOCS/deep/a.md", "./docs/**"),
        ("infra/main.tf", "/Infra/"),
        ("deep/server.key", "*.KEY"),
        ("a7.txt", "a[0-9].txt"),
    ],
)
def test_the_scopes_own_patterns_restrict_without_case(path: str, pattern: str) -> None:
    assert restricted_by(["src/a.py", path], SCOPE) == f"{path} matches {pattern} of restricted_paths"


@pytest.mark.parametrize(
    "path", ["src/a.py", "docs/free.md", "deep/infra/x", "akey", "ab.txt", "github/x.md"]
)
def test_what_no_pattern_names_is_free(path: str) -> None:
    assert restricted_by([path], SCOPE) == ""


def test_no_paths_no_restriction() -> None:
    assert restricted_by([], SCOPE) == ""


def test_the_reason_does_not_depend_on_the_order_of_paths() -> None:
    paths = ["docs/b.md", "docs/a.md", ".gitignore"]
    assert restricted_by(paths, SCOPE) == restricted_by(paths[::-1], SCOPE)


def test_accents_typed_in_two_ways_are_one_path() -> None:
    scope = AutomationScope(restricted_paths=("caf\u00e9/",))
    assert restricted_by(["cafe\u0301/menu.txt"], scope)


def test_an_unreadable_pattern_is_refused_and_not_skipped() -> None:
    for pattern in ("", "#comment", "/", "\u200b"):
        with pytest.raises(PatternError, match="matches nothing"):
            compile_patterns([pattern])


@given(st.lists(st.sampled_from(["a", "B.", "..", ".", " c ", "", "d\u200c"]), max_size=6).map("/".join))
def test_normalising_twice_changes_nothing(path: str) -> None:
    assert normalise(normalise(path)) == normalise(path)


def test_the_fixed_list_can_be_read() -> None:
    compile_patterns(ALWAYS_RESTRICTED)
