"""Our reading of git's patterns is git's own."""

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backlog_pipeline.discover.ignored import Ignored
from backlog_pipeline_tests.git_repository import GitRepository

_PIECES = [
    "a",
    "b",
    "ab",
    "*",
    "**",
    "?",
    "[ab]",
    "[!a]",
    "[a-c]",
    "\\*",
    "[[:alpha:]]",
    ".x",
    "-",
    "[]]",
    "[",
]
# "**" is a part of its own here: git cuts off literal beginnings, so "a**/b" means something else.
_PART = st.just("**") | st.lists(st.sampled_from(_PIECES), min_size=1, max_size=3).map("".join).filter(
    lambda part: "**" not in part
)
_PATTERN = st.builds(
    lambda no, root, parts, folder: no + root + "/".join(parts) + folder,
    st.sampled_from(["", "", "", "!"]),
    st.sampled_from(["", "/"]),
    st.lists(_PART, min_size=1, max_size=3),
    st.sampled_from(["", "", "/", " "]),
)
_NAME = st.sampled_from(["a", "b", "c", "ab", "aab", "a.x", "b.x", "-", "a*", "]", "a]", "*"])
_PATH = st.lists(_NAME, min_size=1, max_size=4).map("/".join).filter(lambda p: p != "a")  # "a" is a folder


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> GitRepository:
    return GitRepository(tmp_path_factory.mktemp("ignored") / "repository")


def _git_says(repository: GitRepository, texts: dict[str, str], paths: list[str]) -> list[str]:
    for folder, text in texts.items():
        repository.write(f"{folder}/.gitignore" if folder else ".gitignore", text)
    ended = subprocess.run(
        ["git", "check-ignore", "--no-index", "--stdin", "-z", "-v", "-n"],
        cwd=repository.path,
        input=b"\0".join(p.encode() for p in paths) + b"\0",
        capture_output=True,
        check=False,
    )
    assert not ended.stderr
    fields = ended.stdout.decode().split("\0")
    rows = zip(fields[2::4], fields[3::4], strict=False)
    return [path for pattern, path in rows if pattern and not pattern.startswith("!")]


@settings(max_examples=150)
@given(
    root=st.lists(_PATTERN, max_size=5),
    inner=st.lists(_PATTERN, max_size=3),
    paths=st.lists(_PATH, min_size=1),
)
def test_a_file_is_hidden_exactly_when_git_hides_it(
    empty: GitRepository, root: list[str], inner: list[str], paths: list[str]
) -> None:
    texts = {"": "\n".join(root), "a": "\n".join(inner)}
    for child in [*empty.path.iterdir()]:
        if child.name != ".git":
            empty.remove(child.name)
    ignored = Ignored(texts)
    expected = _git_says(empty, texts, paths)
    assert [p for p in paths if ignored.hides(p)] == expected


@pytest.mark.parametrize(
    ("text", "hidden", "seen"),
    [
        ("*.log\n!keep.log\n", ["a.log", "x/b.log"], ["keep.log", "x/keep.log"]),
        ("/build/\n", ["build/a.py", "build/x/a.py"], ["src/build/a.py", "build2/a.py"]),
        ("docs/**/out\n", ["docs/out", "docs/a/b/out", "docs/a/out/x"], ["out", "a/docs/out"]),
        ("# comment\n\\#name\n\r\n", ["#name"], ["comment"]),
        ("temp   \nkept\\ \n", ["temp", "kept "], ["kept", "temp   "]),
        ("build\n!build/keep.py\n", ["build/keep.py"], []),
    ],
)
def test_rules_that_people_write_mean_what_git_says(text: str, hidden: list[str], seen: list[str]) -> None:
    ignored = Ignored({"": text})
    assert [p for p in hidden + seen if ignored.hides(p)] == hidden


def test_a_rule_file_counts_only_below_its_folder() -> None:
    ignored = Ignored({"web": "*.js\n", "web/kept": "!*.js\n"})
    assert ignored.hides("web/a.js")
    assert not ignored.hides("web/kept/a.js")
    assert not ignored.hides("a.js")
