"""TOML with line numbers for what we look for: the standard reader gives values without places."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from packaging.utils import canonicalize_name

_HEADER = re.compile(r"\s*\[")
_PACKAGE = re.compile(r"\s*\[\[\s*packages?\s*\]\]\s*(?:#.*)?$")
_VERSION = re.compile(r"\s*version\s*=")


class NotToml(Exception):
    """A file that is no TOML, or nested without end; the message says where."""


def parse(data: bytes) -> tuple[dict[str, Any], list[str]]:
    """The values and the lines of a file. Raises ``NotToml``."""
    try:
        text = data.decode("utf-8-sig")
        return tomllib.loads(text), text.splitlines()
    except UnicodeDecodeError as error:
        raise NotToml("it is not text in UTF-8") from error
    except (tomllib.TOMLDecodeError, ValueError) as error:
        raise NotToml(f"it is no TOML: {error}") from error
    except RecursionError as error:
        raise NotToml("it is nested too deeply") from error


def line_of(lines: list[str], text: str, *, after: int = 0) -> int:
    """The first line (from 1) after line ``after`` that holds ``text``; 1 where none does."""
    return next((n for n, line in enumerate(lines, start=1) if n > after and text in line), 1)


def key_line(lines: list[str], name: str) -> int:
    """The first line that gives the key ``name`` (any spelling of a package's name); 1 where none does."""
    wanted = canonicalize_name(name)
    for number, line in enumerate(lines, start=1):
        key = line.partition("=")[0].strip().strip("\"'")
        if "=" in line and key and canonicalize_name(key) == wanted:
            return number
    return 1


def package_blocks(lines: list[str]) -> Iterator[tuple[int, str]]:
    """For each ``[[package]]`` or ``[[packages]]``: the line of its version, and name and version as text."""
    starts = [n for n, line in enumerate(lines) if _PACKAGE.match(line)]
    for start in starts:
        head = []
        for number in range(start + 1, len(lines)):
            if _HEADER.match(lines[number]):
                break
            head.append(lines[number])
            if _VERSION.match(lines[number]):
                break
        yield start + 1 + len(head), "\n".join(head)


def tables(value: object) -> list[Mapping[str, Any]]:
    """The tables of an array; what is none is left out."""
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []


def table(value: object, *keys: str) -> Mapping[str, Any]:
    """The table at ``keys``, or an empty one."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def strings(value: object) -> list[str]:
    """The texts of an array; what is none is left out."""
    return [v for v in value if isinstance(v, str)] if isinstance(value, list) else []
