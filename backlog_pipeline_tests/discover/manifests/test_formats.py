import codecs
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlog_pipeline.discover.manifests import lock, pipfile, pyproject, requirements, setuptools
from backlog_pipeline.discover.manifests.manifest import (
    FROM_ADDRESS,
    NO_EXACT_VERSION,
    NOT_UNDERSTOOD,
    Loose,
    Manifest,
    Pin,
)

READERS = [
    requirements.read, pyproject.read, lock.read, pipfile.read, pipfile.read_lock, setuptools.read_cfg,
    setuptools.read_setup_py,
]  # fmt: skip


def text(value: str) -> bytes:
    return textwrap.dedent(value).lstrip("\n").encode()


def pins(manifest: Manifest) -> list[tuple[str, str, int]]:
    return [(p.name, p.version, p.line) for p in manifest.pins]


def loose(manifest: Manifest) -> list[tuple[str, str]]:
    return [(r.name, r.reason) for r in manifest.loose]


def requirement(line: str) -> Pin | Loose | None:
    manifest = requirements.read("requirements.txt", line.encode())
    return next(iter([*manifest.pins, *manifest.loose]), None)


@pytest.mark.parametrize(
    ("line", "name", "version"),
    [
        ("Jinja2==2.11.2", "jinja2", "2.11.2"),
        ("zope.interface == 5.0", "zope-interface", "5.0"),
        ("requests[security,socks]==2.19.0", "requests", "2.19.0"),
        ("flask==1.0 ; python_version < '3.8'", "flask", "1.0"),
        ("flask==1.0; sys_platform == 'win32'  # why", "flask", "1.0"),
        ("flask==1.0 --hash=sha256:abc --hash=sha256:def", "flask", "1.0"),
        ("flask (==1.0)", "flask", "1.0"),
        ("flask===1.0", "flask", "1.0"),
        ("flask>=0.5,==1.0", "flask", "1.0"),
        ("torch==2.0.1+cu118", "torch", "2.0.1"),
        ("x==1!2.0rc1", "x", "1!2.0rc1"),
    ],
)
def test_an_exact_version_is_a_pin(line: str, name: str, version: str):
    found = requirement(line)
    assert isinstance(found, Pin)
    assert (found.name, found.version) == (name, version)


@pytest.mark.parametrize(
    ("line", "name", "reason"),
    [
        ("flask", "flask", NO_EXACT_VERSION),
        ("flask>=1.0", "flask", NO_EXACT_VERSION),
        ("flask==1.*", "flask", NO_EXACT_VERSION),
        ("flask~=1.0", "flask", NO_EXACT_VERSION),
        ("flask===what ever", "", NOT_UNDERSTOOD),
        ("flask @ https://user:secret@example.org/flask.zip", "flask", FROM_ADDRESS),
        ("git+https://user:secret@example.org/flask.git#egg=Flask", "flask", FROM_ADDRESS),
        ("-e git+ssh://git@example.org/flask.git", "", FROM_ADDRESS),
        ("--editable=../elsewhere", "", FROM_ADDRESS),
        ("https://example.org/flask-1.0.whl", "", FROM_ADDRESS),
        ("flask-1.0-py3-none-any.whl", "", FROM_ADDRESS),
        ("flask==${VERSION}", "", "it depends on an environment variable"),
        ("-r ../../outside.txt", "", "it includes a file outside of the repository"),
        ("-r https://user:secret@example.org/r.txt", "", "it includes a file outside of the repository"),
        ("flask==1.0; $(touch /tmp/x) `id` | sh", "", NOT_UNDERSTOOD),
        ("\0", "", NOT_UNDERSTOOD),
    ],
)
def test_everything_else_is_loose_and_says_why(line: str, name: str, reason: str):
    found = requirement(line)
    assert isinstance(found, Loose)
    assert (found.name, found.reason) == (name, reason)
    assert "secret" not in repr(found)


@pytest.mark.parametrize(
    "line",
    [
        "", "# flask==1.0", "   # flask==1.0", "-e .", "-e .[test]", ".", "./libs/own", "--pre", "--no-index",
        "--index-url https://user:secret@example.org/simple", "-i https://user:secret@example.org/simple",
        "--extra-index-url=https://user:secret@example.org/simple", "--trusted-host example.org",
    ],
)  # fmt: skip
def test_options_comments_and_the_repositorys_own_code_require_nothing(line: str):
    assert requirements.read("requirements.txt", line.encode()) == Manifest("requirements.txt")


def test_continued_lines_count_from_their_first():
    source = "a==1.0 \\\n    --hash=sha256:x \\\n    --hash=sha256:y\n# c \\\nb==2.0\nc==\\\n3.0"
    assert pins(requirements.read("r.txt", source.encode())) == [
        ("a", "1.0", 1),
        ("b", "2.0", 5),
        ("c", "3.0", 6),
    ]


def test_included_files_are_named_relative_to_the_repository():
    source = (
        "-r base.txt\n-rother.txt\n--requirement=../top.txt\n-c constraints.txt\n--constraint ./more.txt\n"
    )
    manifest = requirements.read("requirements/dev.txt", source.encode())
    assert manifest.includes == ("requirements/base.txt", "requirements/other.txt", "top.txt")
    assert manifest.constraints == ("requirements/constraints.txt", "requirements/more.txt")


@pytest.mark.parametrize(
    "data",
    [
        codecs.BOM_UTF8 + b"flask==1.0",
        codecs.BOM_UTF16_LE + "flask==1.0\r\n".encode("utf-16-le"),
        codecs.BOM_UTF16_BE + "flask==1.0".encode("utf-16-be"),
    ],
)
def test_files_written_by_windows_tools_are_read(data: bytes):
    assert pins(requirements.read("requirements.txt", data)) == [("flask", "1.0", 1)]


def test_a_file_that_is_no_text_says_so():
    assert requirements.read("requirements.txt", b"flask==1.0 # \xff").problem == "it is not text in UTF-8"


def test_pyproject_gives_dependencies_extras_and_groups():
    manifest = pyproject.read(
        "pyproject.toml",
        text("""
        [project]
        name = "shop"
        dependencies = [
            "flask==1.0",
            "jinja2>=2",  # a range
            "private @ https://user:secret@example.org/p.zip",
        ]
        [project.optional-dependencies]
        all = ["shop[dev]", "click==8.1.3; python_version > '3'"]
        [dependency-groups]
        dev = [{include-group = "test"}, "pytest==7.0"]
        test = ["coverage"]
        """),
    )
    assert pins(manifest) == [("flask", "1.0", 4), ("click", "8.1.3", 9), ("pytest", "7.0", 11)]
    assert loose(manifest) == [
        ("jinja2", NO_EXACT_VERSION),
        ("private", FROM_ADDRESS),
        ("coverage", NO_EXACT_VERSION),
    ]
    assert "secret" not in repr(manifest)


def test_poetry_tables_give_exact_versions_without_a_sign():
    manifest = pyproject.read(
        "pyproject.toml",
        text("""
        [tool.poetry.dependencies]
        python = "3.11"
        Flask = "1.0"
        jinja2 = "^2.11"
        click = { version = "==8.1.3", extras = ["x"] }
        own = { path = "../own" }
        other = { git = "https://user:secret@example.org/x.git" }
        every = "*"
        [tool.poetry.group.dev.dependencies]
        pytest = "7.0.1"
        """),
    )
    assert pins(manifest) == [("flask", "1.0", 3), ("click", "8.1.3", 5), ("pytest", "7.0.1", 10)]
    assert loose(manifest) == [
        ("jinja2", NO_EXACT_VERSION),
        ("other", FROM_ADDRESS),
        ("every", NO_EXACT_VERSION),
    ]


def test_computed_dependencies_are_a_problem_unless_a_file_holds_them():
    dynamic = '[project]\nname = "x"\ndynamic = ["dependencies"]\n'
    held = dynamic + '[tool.setuptools.dynamic]\ndependencies = { file = ["deps.in"] }\n'
    assert pyproject.read("a/pyproject.toml", dynamic.encode()).problem
    manifest = pyproject.read("a/pyproject.toml", held.encode())
    assert (manifest.problem, manifest.includes) == ("", ("a/deps.in",))


UV = """
version = 1

[[package]]
name = "jinja2"
version = "2.11.2"
source = { registry = "https://pypi.org/simple" }
dependencies = [{ name = "markupsafe" }]

[[package]]
name = "shop"
source = { editable = "." }

[package.metadata]
requires-dist = [{ name = "jinja2" }]

[[package]]
name = "fork"
version = "1.0"
source = { git = "https://user:secret@example.org/fork?rev=1" }
"""

POETRY = """
[[package]]
name = "Jinja2"
version = "2.11.2"
description = "[[package]]"
files = [{file = "x.whl", hash = "sha256:0"}]

[package.dependencies]
MarkupSafe = ">=0.23"

[[package]]
name = "inner"
version = "1.0"

[package.source]
type = "legacy"
url = "https://user:secret@example.org/simple"

[[package]]
name = "fork"
version = "1.0"
[package.source]
type = "git"
url = "https://user:secret@example.org/fork"
"""

PYLOCK = """
lock-version = "1.0"
[[packages]]
name = "jinja2"
version = "2.11.2"
index = "https://pypi.org/simple"
[[packages.wheels]]
name = "x.whl"
[[packages]]
name = "fork"
vcs = { type = "git", url = "https://user:secret@example.org/fork" }
[[packages]]
name = "own"
directory = { path = "." }
"""


@pytest.mark.parametrize(
    ("path", "source", "expected"),
    [
        ("uv.lock", UV, [("jinja2", "2.11.2", 5)]),
        ("poetry.lock", POETRY, [("jinja2", "2.11.2", 3), ("inner", "1.0", 12)]),
        ("pylock.toml", PYLOCK, [("jinja2", "2.11.2", 4)]),
    ],
)
def test_locks_give_every_version_with_its_line(path: str, source: str, expected: list[tuple[str, str, int]]):
    manifest = lock.read(path, text(source))
    assert pins(manifest) == expected
    assert loose(manifest) == [("fork", FROM_ADDRESS)]
    assert manifest.is_lock
    assert "secret" not in repr(manifest)


def test_a_pin_of_a_lock_is_told_by_its_name_and_version():
    assert lock.read("uv.lock", text(UV)).pins[0].needle == 'name = "jinja2"\nversion = "2.11.2"'


def test_pipenv_gives_default_and_develop():
    source = text("""
        {
            "_meta": {},
            "default": {
                "jinja2": {
                    "hashes": ["sha256:0"],
                    "version": "==2.11.2"
                },
                "own": {"editable": true, "path": "."},
                "fork": {"git": "https://user:secret@example.org/x"}
            },
            "develop": {
                "pytest": {
                    "version": "==7.0"
                }
            }
        }
        """)
    manifest = pipfile.read_lock("Pipfile.lock", source)
    assert pins(manifest) == [("jinja2", "2.11.2", 6), ("pytest", "7.0", 13)]
    assert loose(manifest) == [("fork", FROM_ADDRESS)]


def test_a_pipfile_gives_what_it_asks_for():
    source = text("""
        [[source]]
        url = "https://user:secret@example.org/simple"
        [packages]
        flask = "==1.0"
        jinja2 = "*"
        own = { path = ".", editable = true }
        [dev-packages]
        pytest = { version = "==7.0" }
        """)
    manifest = pipfile.read("Pipfile", source)
    assert pins(manifest) == [("flask", "1.0", 4), ("pytest", "7.0", 8)]
    assert loose(manifest) == [("jinja2", NO_EXACT_VERSION)]


def test_setup_cfg_is_read_as_data():
    source = text("""
        [options]
        install_requires =
            flask==1.0
            # jinja2==1
            jinja2>=2; python_version > "3"
        [options.extras_require]
        dev = pytest==7.0; coverage
        more = file: more.txt, other.txt
        """)
    manifest = setuptools.read_cfg("a/setup.cfg", source)
    assert pins(manifest) == [("flask", "1.0", 3), ("pytest", "7.0", 7)]
    assert loose(manifest) == [("jinja2", NO_EXACT_VERSION), ("coverage", NO_EXACT_VERSION)]
    assert manifest.includes == ("a/more.txt", "a/other.txt")


def test_setup_py_is_never_run_and_names_what_it_requires():
    source = text("""
        from setuptools import setup
        open("/tmp/ran", "w")
        needs = ["flask==1.0", "jinja2>=2"]
        setup(name="shop", install_requires=needs, extras_require={"security": ["click==8.1.3"]})
        """)
    manifest = setuptools.read_setup_py("setup.py", source)
    assert manifest.pins == ()
    assert loose(manifest) == [(n, setuptools.A_PROGRAM) for n in ("flask", "jinja2", "click")]
    assert not manifest.problem


def test_setup_py_that_computes_its_requirements_says_so():
    source = b"setup(install_requires=open('requirements.txt').read().split())"
    assert setuptools.read_setup_py("setup.py", source).problem == "it computes its requirements"


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "data",
    [
        b"", b"\0\0", b"\xff\xfe\xff", b"[" * 100_000, b"{" * 100_000, b"(" * 100_000,
        b"a = " + b"[" * 5000, b"-" * 90_000,
    ],
    ids=["empty", "nul", "binary", "brackets", "braces", "parentheses", "nested", "minus"],
)  # fmt: skip
def test_hostile_files_end_in_a_manifest(reader, data: bytes):
    manifest = reader("a/file", data)
    assert manifest.pins == ()


@given(st.sampled_from(READERS), st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_end_in_a_manifest(reader, data: bytes):
    assert reader("a/file", data).path == "a/file"


@given(st.lists(st.sampled_from(["a==1.0", "b>=2", "# c", "-e .", "d==3 \\", "  --hash=x"]), max_size=8))
def test_every_line_of_requirements_is_a_pin_loose_or_nothing(lines: list[str]):
    manifest = requirements.read("r.txt", "\n".join(lines).encode())
    assert all(1 <= r.line <= max(1, len(lines)) for r in (*manifest.pins, *manifest.loose))
