"""Read YAML nodes with their lines, so that a refusal can say where; strict about kinds of values."""

import difflib
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import yaml

Reader = Callable[[yaml.Node, str], Any]
"""Reads a node, whose place in the file is named by the text; raises ``ScopeProblem``."""

_MOST_CHARS = 100_000
_TAG = "tag:yaml.org,2002:"
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9]\d*)(?:\.\d*)?(?:[eE][-+]?\d+)?")


class ScopeProblem(ValueError):
    """What is wrong, and on which line (0: the whole file)."""

    def __init__(self, message: str, line: int = 0) -> None:
        self.line = line
        super().__init__(message)


def root_of(text: str) -> yaml.Node | None:
    """The top node of YAML text; ``None`` for a text that says nothing."""
    if len(text) > _MOST_CHARS:
        raise ScopeProblem("is larger than 100,000 characters")
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise ScopeProblem(f"is not YAML: {error.problem or error.context}", line) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise ScopeProblem(f"is not YAML: {str(error).splitlines()[0]}") from error
    return None if root is None or root.tag == f"{_TAG}null" else root


def fields_of(node: yaml.Node, where: str, readers: Mapping[str, Reader]) -> dict[str, Any]:
    """The values of a mapping whose keys are all known; each key at most once."""
    if not isinstance(node, yaml.MappingNode) or node.tag != f"{_TAG}map":
        raise ScopeProblem(f"{_name(where)} must hold keys, not {_shown(node)}", _line(node))
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = _key(key_node, where, readers)
        if key in found:
            raise ScopeProblem(f"the key {_name(where, key)} appears twice", _line(key_node))
        found[key] = readers[key](value_node, _name(where, key))
    return found


def boolean(node: yaml.Node, where: str) -> bool:
    """``true`` or ``false``."""
    word = _scalar(node, ("bool",), where, "true or false").lower()
    if word not in yaml.SafeLoader.bool_values:
        raise ScopeProblem(f"{where} must be true or false, not {_shown(node)}", _line(node))
    return bool(yaml.SafeLoader.bool_values[word])


def number(minimum: float, maximum: float = math.inf) -> Reader:
    """A reader of numbers within bounds."""

    def read(node: yaml.Node, where: str) -> float:
        expected = f"a number {_bounds(minimum, maximum)}"
        value = _decimal(node, where, expected)
        if not minimum <= value <= maximum or not math.isfinite(value):
            raise ScopeProblem(f"{where} must be {expected}, not {_shown(node)}", _line(node))
        return value

    return read


def whole(minimum: int) -> Reader:
    """A reader of whole numbers from a minimum on."""

    def read(node: yaml.Node, where: str) -> int:
        expected = f"a whole number {_bounds(minimum, math.inf)}"
        value = _decimal(node, where, expected)
        if value < minimum or not value.is_integer():
            raise ScopeProblem(f"{where} must be {expected}, not {_shown(node)}", _line(node))
        return int(value)

    return read


def texts(node: yaml.Node, where: str) -> tuple[str, ...]:
    """A list of texts, none of them empty; an empty list is fine."""
    if not isinstance(node, yaml.SequenceNode) or node.tag != f"{_TAG}seq":
        raise ScopeProblem(f"{where} must be a list of texts, not {_shown(node)}", _line(node))
    values = tuple(_scalar(child, ("str",), where, "a list of texts") for child in node.value)
    if not all(value.strip() for value in values):
        raise ScopeProblem(f"{where} has an empty text", _line(node))
    return values


def _key(node: yaml.Node, where: str, known: Mapping[str, Reader]) -> str:
    key = node.value if isinstance(node, yaml.ScalarNode) else ""
    if key in known:
        return str(key)
    near = difflib.get_close_matches(str(key), known, n=1, cutoff=0.0)
    listed = ", ".join(known)
    raise ScopeProblem(
        f"unknown key {_name(where, str(key) or _shown(node))}; the nearest known one is"
        f" {_name(where, near[0])} (known here: {listed})",
        _line(node),
    )


def _scalar(node: yaml.Node, kinds: tuple[str, ...], where: str, expected: str) -> str:
    if not isinstance(node, yaml.ScalarNode) or node.tag.removeprefix(_TAG) not in kinds:
        raise ScopeProblem(f"{where} must be {expected}, not {_shown(node)}", _line(node))
    return str(node.value)


def _decimal(node: yaml.Node, where: str, expected: str) -> float:
    """A plain decimal number; YAML's octal (010) and sexagesimal (1:30) are not what was meant."""
    text = _scalar(node, ("int", "float"), where, expected)
    if not _DECIMAL.fullmatch(text):
        raise ScopeProblem(f"{where} must be {expected}, not {_shown(node)}", _line(node))
    return float(text)


def _bounds(minimum: float, maximum: float) -> str:
    return f"of at least {minimum:g}" if maximum == math.inf else f"from {minimum:g} to {maximum:g}"


def _name(where: str, key: str = "") -> str:
    return ".".join(part for part in (where, key) if part) or "the file"


def _shown(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return "nothing" if node.tag == f"{_TAG}null" else repr(node.value)
    return "a list" if isinstance(node, yaml.SequenceNode) else "keys of its own"


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
