"""Run Bandit's own tests over one file's bytes: the same results as ``bandit -r``, for less work.

Bandit's tests, test set, contexts, and the order in which it walks a tree are used as they are.
Left out is what is not asked for here: metrics, scores per node, debug messages, the look for a
module's name on disk (no test of Bandit's reads it), contexts of nodes that no test looks at, and
the tokenizer, unless the file can hold a ``nosec`` comment. ``benchmarks/bandit.py`` shows that the
results are equal.
"""

import ast
import io
import logging
import re
import tokenize
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from bandit.core import config as bandit_config
from bandit.core import context as bandit_context
from bandit.core import docs_utils, node_visitor, tester, utils
from bandit.core import test_set as bandit_test_set

from backlog_pipeline.model import fingerprint
from backlog_pipeline.scanners.bandit import BanditFile, BanditResult
from backlog_pipeline.scanners.bandit_code import code_of, masked

_Tests = dict[str, list[tuple[Callable[..., Any], tuple[Any, ...]]]]
_ASCII_COOKIE = re.compile(rb"coding[:=]\s*(utf-?8|ascii|us-ascii|latin-?1|iso-?8859-?1)\b", re.IGNORECASE)
_LINE_END = re.compile(r"\r\n|\r|\n")
_WITHOUT_CHILDREN = (ast.expr_context, ast.boolop, ast.operator, ast.unaryop, ast.cmpop)


class Engine:
    """Bandit with its default configuration: every test that is installed, nothing skipped."""

    def __init__(self) -> None:
        logging.getLogger("bandit").setLevel(logging.CRITICAL)
        warnings.simplefilter("ignore")
        test_set = bandit_test_set.BanditTestSet(bandit_config.BanditConfig())
        self.tests: _Tests = {
            kind: [(test, (test._config,) if hasattr(test, "_config") else ()) for test in tests]
            for kind, tests in test_set.tests.items()
        }

    def check(self, path: str, data: bytes) -> BanditFile:
        """Bandit's results for a file, or why it cannot be read."""
        try:
            nosec = _nosec_lines(data)
            tree = ast.parse(data)
            visitor = _Visitor(path, data, self.tests, nosec)
            visitor.walk(tree)
        except SyntaxError as error:
            return BanditFile(unread=f"not valid Python: {error.msg} (line {error.lineno})")
        except (RecursionError, MemoryError):
            return BanditFile(unread="nested more deeply than Bandit can follow")
        except Exception as error:  # noqa: BLE001  a stranger's file; what went wrong is recorded
            return BanditFile(unread=f"Bandit cannot read it: {type(error).__name__}: {error}")
        return visitor.outcome()


def _nosec_lines(data: bytes) -> dict[int, set[str]]:
    """The tests that a comment switches off, by line; an empty set switches off all of them."""
    head = b"\n".join(data.split(b"\n", 2)[:2])
    if b"nosec" not in data and (b"coding" not in head or _ASCII_COOKIE.search(head)):
        return {}
    from bandit.core import manager  # it loads rich; few files need it

    found: dict[int, set[str]] = {}
    try:
        for kind, text, (line, _), _, _ in tokenize.tokenize(io.BytesIO(data).readline):
            if kind == tokenize.COMMENT:
                found[line] = manager._parse_nosec_comment(text)
    except tokenize.TokenError:
        pass  # as Bandit does: what was found so far counts, and the parser has the last word
    return found


class _Tester(tester.BanditTester):  # type: ignore[misc]  # Bandit has no types
    """Bandit's tester without scores and debug messages; it remembers the node of each result."""

    def __init__(self, tests: _Tests, nosec_lines: dict[int, set[str]]) -> None:
        super().__init__(None, False, nosec_lines, None)
        self.tests = tests
        self.nosec = 0
        self.crashes: list[str] = []

    def run_tests(self, raw_context: dict[str, Any], checktype: str) -> None:
        """Run the tests for one kind of node and keep what they report."""
        for test, config in self.tests.get(checktype, ()):
            values = dict(raw_context)
            context = bandit_context.Context(values)
            try:
                result = test(context, *config)
            except RecursionError:
                raise
            except Exception as error:  # noqa: BLE001  as Bandit does, but it is not lost
                self.crashes.append(f"{test.__name__} on line {values['lineno']}: {type(error).__name__}")
                continue
            if result is not None:
                self._keep(result, values, test)

    def _keep(self, result: Any, values: dict[str, Any], test: Any) -> None:
        skipped = self._get_nosecs_from_contexts(values, test_result=result)
        if result.lineno is None:
            result.lineno = values["lineno"]
        if result.linerange == []:
            result.linerange = values["linerange"]
        result.test = test.__name__
        if result.test_id == "":
            result.test_id = test._test_id
        if skipped is not None and (not skipped or result.test_id in skipped):
            self.nosec += 1
            return
        self.results.append((result, values.get("node")))


class _Visitor(node_visitor.BanditNodeVisitor):  # type: ignore[misc]  # Bandit has no types
    """Bandit's visitor: the same nodes in the same order, contexts only where a test looks."""

    def __init__(self, path: str, data: bytes, tests: _Tests, nosec_lines: dict[int, set[str]]) -> None:
        self.fname = path
        self.data = data
        self.fdata = io.BytesIO(data)
        self.debug = False
        self.imports: set[str] = set()
        self.import_aliases: dict[str, str] = {}
        self.namespace = ""
        self.tester = _Tester(tests, nosec_lines)
        self.tests = tests

    def update_scores(self, scores: object) -> None:
        """Scores are not asked for."""

    def walk(self, tree: ast.AST) -> None:
        """Visit every node, then run the tests that look at the file as a whole."""
        self.descend(tree)
        self.context = {"file_data": self.fdata, "filename": self.fname}
        self.context |= {"lineno": 0, "linerange": [0, 1], "col_offset": 0}
        self.tester.run_tests(self.context, "File")

    def descend(self, parent: ast.AST) -> None:
        """Visit the nodes below ``parent``, each before its own children.

        One frame of the stack for each level, as Bandit: what is too deep for it is too deep here.
        """
        for node, sibling in _children(parent):
            kind = node.__class__.__name__
            if isinstance(node, _WITHOUT_CHILDREN) and kind not in self.tests:
                continue
            node._bandit_sibling = sibling
            node._bandit_parent = parent
            visit = getattr(self, "visit_" + kind, None)
            if visit is not None:
                self.context = self.context_of(node)
                visit(node)
            elif kind in self.tests:
                self.context = self.context_of(node)
                self.tester.run_tests(self.context, kind)
            self.descend(node)
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                self.namespace = utils.namespace_path_split(self.namespace)[0]

    def context_of(self, node: Any) -> dict[str, Any]:
        """What a test may ask about a node."""
        context: dict[str, Any] = {"imports": self.imports, "import_aliases": self.import_aliases}
        for name in ("lineno", "col_offset", "end_col_offset"):
            if hasattr(node, name):
                context[name] = getattr(node, name)
        context["node"] = node
        context["linerange"] = utils.linerange(node)
        context["filename"] = self.fname
        context["file_data"] = self.fdata
        return context

    def outcome(self) -> BanditFile:
        """The results as values, in Bandit's order."""
        lines = _LINE_END.split(self.data.decode("utf-8", "replace"))
        results = tuple(_result(raw, node, lines) for raw, node in self.tester.results)
        crashes = self.tester.crashes
        unread = f"a test of Bandit's failed: {crashes[0]} ({len(crashes)} in all)" if crashes else ""
        return BanditFile(results, unread, self.tester.nosec)


def _children(parent: ast.AST) -> Iterator[tuple[Any, object]]:
    """The nodes right below ``parent`` in the order of its fields, each with the next in its list."""
    for name in parent._fields:
        value = getattr(parent, name, None)
        if isinstance(value, ast.AST):
            yield value, None
        elif isinstance(value, list):
            last = len(value) - 1
            for index, node in enumerate(value):
                if isinstance(node, ast.AST):
                    yield node, value[index + 1] if index < last else None


def _result(raw: Any, node: ast.AST | None, lines: list[str]) -> BanditResult:
    code = code_of(node, lines, raw.lineno)
    message, code = masked(raw.test_id, raw.text, code)
    return BanditResult(
        test_id=raw.test_id,
        test_name=raw.test,
        severity=raw.severity,
        confidence=raw.confidence,
        line=raw.lineno,
        end_line=max(raw.linerange, default=raw.lineno),
        message=message,
        cwe=raw.cwe.id,
        more_info=docs_utils.get_url(raw.test_id),
        code=code,
        anchor=fingerprint.anchor(lines, max(1, raw.lineno)),
    )
