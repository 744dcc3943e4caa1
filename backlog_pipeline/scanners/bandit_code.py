"""The code that a Bandit result is about, as text that survives reformatting and holds no secret.

Written back from the syntax tree, so that line breaks, quotes and trailing commas make no difference.
Functions, handlers and other blocks are told by their head: a change inside them is no new finding.
"""

import ast
from collections.abc import Sequence

_MOST_CHARS = 300
_HIDDEN = "***"
_QUOTING = "Possible hardcoded password: "
"""How Bandit begins the messages in which it quotes a password."""
_HEADS = (ast.stmt, ast.ExceptHandler, ast.match_case)


def code_of(node: ast.AST | None, lines: Sequence[str], line: int) -> str:
    """The code of the node that Bandit reported, or its line where there is no node.

    Args:
        node: with Bandit's ``_bandit_parent`` on it and on everything above it.
        lines: of the file; ``line`` counts from 1.
    """
    fallback = lines[line - 1].strip() if 0 < line <= len(lines) else ""
    if node is None:
        return fallback[:_MOST_CHARS]
    try:
        return ast.unparse(_told_by(node)).strip().splitlines()[0][:_MOST_CHARS]
    except (RecursionError, ValueError, IndexError, AttributeError):
        return fallback[:_MOST_CHARS]


def masked(rule: str, message: str, code: str) -> tuple[str, str]:
    """Message and code of a result without the password that it is about."""
    if not message.startswith(_QUOTING):
        return message, code
    value = message.removeprefix(_QUOTING)[1:-1]
    hidden = code.replace(repr(value), repr(_HIDDEN))
    if value and value in hidden:
        hidden = f"{rule} in {hidden.split(value)[0].rstrip()}"
    return _QUOTING + repr(_HIDDEN), hidden


def _told_by(node: ast.AST) -> ast.AST:
    """The node whose code tells the result: a call or a block itself, a string by its statement."""
    if not isinstance(node, ast.Constant):
        return node
    below: ast.AST = node
    above: ast.AST = node._bandit_parent  # type: ignore[attr-defined]  # set by the visitor
    while not isinstance(above, _HEADS):
        below, above = above, above._bandit_parent  # type: ignore[attr-defined]
    return below if hasattr(above, "body") else above
