"""The Python scanner sees the comments that ``tokenize`` sees, and the docstrings that ``ast`` sees."""

import ast
import io
import re
import sysconfig
import tokenize
from pathlib import Path

import pytest

from backlog_pipeline.discover.comments.python import PYTHON
from backlog_pipeline.discover.comments.reading import decode
from backlog_pipeline.discover.comments.scanner import Scanner, Style

_LIBRARY = Path(sysconfig.get_paths()["stdlib"])
_PACKAGES = ("json", "email", "logging", "asyncio", "unittest", "xml/dom", "concurrent/futures", "importlib")
FILES = sorted(p for name in _PACKAGES for p in (_LIBRARY / name).glob("*.py"))
FILES += [
    _LIBRARY / f"{name}.py"
    for name in ("argparse", "typing", "inspect", "tokenize", "dataclasses", "enum", "ast")
]
_DEFINITIONS = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def test_there_is_something_to_compare() -> None:
    assert len(FILES) > 100


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_comments_and_docstrings_are_those_of_python(path: Path) -> None:
    text, _ = decode(path.read_bytes())
    marked = text.replace("The ", "TODO ").replace("Return", "FIXME ")  # only such docstrings are kept
    scanner = Scanner(marked).run(PYTHON)
    assert scanner.lost == []
    assert {_line(marked, c.start) for c in scanner.comments if c.style is Style.LINE} == _comments(marked)
    assert {_line(marked, c.start) for c in scanner.comments if c.style is Style.DOC} == _docstrings(marked)


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _comments(text: str) -> set[int]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return {token.start[0] for token in tokens if token.type == tokenize.COMMENT}


def _docstrings(text: str) -> set[int]:
    found = set()
    for node in ast.walk(ast.parse(text)):
        written = ast.get_docstring(node, clean=False) if isinstance(node, _DEFINITIONS) else None
        if written and re.search("TODO|FIXME|HACK|XXX|BUG", written):
            found.add(node.body[0].lineno)
    return found
