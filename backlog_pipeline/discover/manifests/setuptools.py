"""``setup.cfg``, which is data, and ``setup.py``, which is a program and is not run."""

import ast
import configparser
from collections.abc import Iterator

from backlog_pipeline.discover.manifests.manifest import Loose, Manifest, Pin, required, split
from backlog_pipeline.discover.manifests.requirements import beside
from backlog_pipeline.discover.manifests.toml_text import line_of

A_PROGRAM = "a program, which is not run"
_KEYWORDS = {"install_requires", "extras_require", "setup_requires", "tests_require"}
_LITERALS = (ast.List, ast.Tuple, ast.Dict)
_FILE = "file:"


def read_cfg(path: str, data: bytes) -> Manifest:
    """The ``setup.cfg`` at ``path`` with this content."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        text = data.decode("utf-8-sig")
        parser.read_string(text)
    except (UnicodeDecodeError, configparser.Error):
        return Manifest(path, problem="it cannot be read as an INI file")
    rows: list[Pin | Loose] = []
    included: list[str] = []
    lines = text.splitlines()
    for value in _values(parser):
        if value.strip().startswith(_FILE):
            included += value.strip()[len(_FILE) :].replace(",", " ").split()
            continue
        entries = value.splitlines() if "\n" in value else value.split(";")
        wanted = [e.strip() for e in entries if e.strip() and not e.strip().startswith("#")]
        rows += [required(w, line_of(lines, w)) for w in wanted]
    pins, loose = split(rows)
    return Manifest(path, pins, loose, includes=tuple(filter(None, (beside(path, f) for f in included))))


def _values(parser: configparser.ConfigParser) -> Iterator[str]:
    if parser.has_option("options", "install_requires"):
        yield parser.get("options", "install_requires")
    if parser.has_section("options.extras_require"):
        yield from (value for _, value in parser.items("options.extras_require"))


def read_setup_py(path: str, data: bytes) -> Manifest:
    """The ``setup.py`` at ``path``: the packages that it requires by name, none of them audited.

    Read are texts in the arguments that hold requirements, or in a list that they name, so that a
    package which moves here is known to be still there. What is computed stays unknown.
    """
    try:
        tree = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Manifest(path, problem="it cannot be parsed as Python")
    arguments = [k.value for k in ast.walk(tree) if isinstance(k, ast.keyword) and k.arg in _KEYWORDS]
    named = {a.id for a in arguments if isinstance(a, ast.Name)}
    values = [a for a in arguments if isinstance(a, _LITERALS)] + list(_assigned(tree, named))
    loose = sorted(
        {Loose(n, line, A_PROGRAM) for v in values for n, line in _names(v)}, key=lambda r: (r.line, r.name)
    )
    is_computed = len(values) < len(arguments)
    return Manifest(path, loose=tuple(loose), problem="it computes its requirements" if is_computed else "")


def _assigned(tree: ast.AST, names: set[str]) -> Iterator[ast.AST]:
    """The lists that are assigned to these names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, _LITERALS):
            targets = {t.id for t in node.targets if isinstance(t, ast.Name)}
            yield from [node.value] if targets & names else []


def _names(value: ast.AST) -> Iterator[tuple[str, int]]:
    requirements = value.values if isinstance(value, ast.Dict) else [value]  # keys name extras
    for node in (n for r in requirements for n in ast.walk(r)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            wanted = required(node.value, node.lineno)
            if wanted.name:
                yield wanted.name, node.lineno
