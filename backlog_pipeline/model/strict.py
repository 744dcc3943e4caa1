"""JSON data read step by step, so that what does not fit is named: ``places[0].text: expected str``.

Slow on purpose: the path grows on the way up. ``codec`` reads with this only what its quick way
refused, so that a long ledger is read quickly and a broken one is still explained.
"""

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, Union

_Reader = Callable[[object], Any]


class MisfitError(Exception):
    """Data that do not fit; ``path`` says where, and grows on the way up."""

    def __init__(self, reason: str, path: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.path = path

    def under(self, step: str) -> "MisfitError":
        """The same, one step further out."""
        return MisfitError(self.reason, step + self.path)


def reader(kind: Any) -> _Reader:
    """How data become a value of ``kind``; the function raises ``MisfitError``."""
    return _reader(kind)


@cache
def _reader(kind: Any) -> _Reader:
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (Union, types.UnionType):
        (inner,) = (a for a in args if a is not type(None))
        return _optional(reader(inner))
    if origin is tuple:
        return _array(reader(args[0])) if args[1:] == (Ellipsis,) else _row([reader(a) for a in args])
    if origin is not None and issubclass(origin, Mapping):
        return lambda data: dict(_expect(dict, data))
    if dataclasses.is_dataclass(kind):
        return _object(typing.cast(type, kind))
    return _scalar(kind)


def read_fields(kind: type, row: object) -> dict[str, Any]:
    """The fields of the dataclass ``kind`` that an object holds, by name. Raises ``MisfitError``."""
    readers = _readers(kind)
    values = {}
    for name, value in _expect(dict, row).items():
        if name not in readers:
            raise MisfitError(f"unknown field {name!r}")
        try:
            values[name] = readers[name](value)
        except MisfitError as error:
            raise error.under(f".{name}") from None
    return values


@cache
def _readers(kind: type) -> Mapping[str, _Reader]:
    return {name: reader(hint) for name, hint in typing.get_type_hints(kind).items()}


def _optional(inner: _Reader) -> _Reader:
    return lambda data: None if data is None else inner(data)


def _array(inner: _Reader) -> _Reader:
    return lambda data: tuple(_read_at(n, inner, v) for n, v in enumerate(_expect(list, data)))


def _read_at(number: int, inner: _Reader, value: object) -> object:
    try:
        return inner(value)
    except MisfitError as error:
        raise error.under(f"[{number}]") from None


def _row(readers: list[_Reader]) -> _Reader:
    def read(data: object) -> object:
        rows = _expect(list, data)
        if len(rows) != len(readers):
            raise MisfitError(f"expected {len(readers)} values, got {len(rows)}")
        return tuple(_read_at(n, inner, rows[n]) for n, inner in enumerate(readers))

    return read


def _object(kind: type) -> _Reader:
    def read(data: object) -> object:
        values = read_fields(kind, data)
        try:
            return kind(**values)
        except TypeError as error:
            raise MisfitError(str(error)) from error

    return read


def _scalar(kind: Any) -> _Reader:
    if kind is object or kind is Any:
        return lambda data: data
    if kind is datetime or kind is date:
        return lambda data: _translated(kind.fromisoformat, _expect(str, data))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return lambda data: _translated(kind, data)
    if kind is float:
        return lambda data: float(data) if type(data) is int else _expect(float, data)
    return lambda data: _expect(kind, data)


def _translated(make: Callable[[Any], object], data: object) -> object:
    try:
        return make(data)
    except ValueError as error:
        raise MisfitError(str(error)) from error


def _expect(kind: Any, data: object) -> Any:
    if not isinstance(data, kind) or (kind is int and isinstance(data, bool)):
        raise MisfitError(f"expected {kind.__name__}, got {type(data).__name__}")
    return data
