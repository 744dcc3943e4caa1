"""Which part of a repository a file belongs to, told by its path alone.

The outermost folder that says something decides (``examples/tutorial/tests/`` is examples), then
the file's own name. What neither tells is product code.
"""

import re
from functools import lru_cache

from backlog_pipeline.model.finding import Role

_TESTS = (
    "tests test __tests__ spec specs unittests unit_tests testsuite test_suite testdata test-data test_data"
    " __fixtures__ __mocks__ __snapshots__ e2e cypress integration_tests integration-tests functional_tests"
    " benchmarks benchmark asv_bench androidtest"
)
_EXAMPLES = "examples example samples demo demos tutorial tutorials docs_src"
_DOCS = "docs doc documentation manual man"
_FOLDERS: dict[str, Role] = (
    dict.fromkeys(_TESTS.split(), Role.TESTS)
    | dict.fromkeys(_EXAMPLES.split(), Role.EXAMPLES)
    | dict.fromkeys(_DOCS.split(), Role.DOCS)
)
"""Folder names, without case, and what lies in them."""

_IN_PACKAGES = frozenset({"test", "spec", "example", "demo", "manual", "man", "doc"})
"""Names that Python packages use for product code (``django/test/client.py``): there they count only
at the root, or one level below it in ``src``."""

_TEST_NAME = re.compile(
    r"test_.*\.py|.*_tests?\.py|tests?\.py|conftest\.py|.*[._-](?:test|spec)s?\.[cm]?[jt]sx?|.*_test\.(?:go|c|cc|cpp|rs)"
    r"|.*_(?:spec|test)\.rb|.*Tests?\.(?:java|kt|cs|php|swift)|test_.*\.(?:c|cc|cpp|sh|rb)|tests?\.(?:rs|sh)"
)
_DOC_NAME = re.compile(r".*\.(?:md|mdx|markdown|rst|adoc|asciidoc|tex|texi)", re.IGNORECASE)


@lru_cache(maxsize=65536)
def role_of(path: str) -> Role:
    """The role of the file at ``path`` (relative to the repository, with ``/``)."""
    folder, _, name = path.rpartition("/")
    by_folder = _role_of_folder(folder, name.endswith((".py", ".pyi", ".pyx")))
    if by_folder is not None:
        return by_folder
    if _TEST_NAME.fullmatch(name):
        return Role.TESTS
    return Role.DOCS if _DOC_NAME.fullmatch(name) else Role.PRODUCT


@lru_cache(maxsize=65536)
def _role_of_folder(folder: str, is_python: bool) -> Role | None:
    parts = folder.split("/")
    for depth, part in enumerate(parts):
        name = part.lower()
        role = _FOLDERS.get(name)
        is_deep = depth > 1 or (depth == 1 and parts[0] != "src")
        if role and not (is_python and is_deep and name in _IN_PACKAGES):
            return role
    return None
