"""Values to JSON and back, by their type hints: the one place where JSON becomes a value.

Dataclasses become objects (fields at their default are left out), enums their value, dates and
times ISO 8601, tuples arrays. ``decode`` raises ``ValueError`` naming the field that is off. How a
type is read and written is worked out once, so that a long ledger is read quickly.
"""

import dataclasses
import json
import types
import typing
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union

T = TypeVar("T")

_Reader = Callable[[object], Any]
_PLAIN = frozenset({str, int, float, bool, type(None)})


def encode(value: object) -> Any:
    """A value as plain JSON data (dict, list, str, int, float, bool, None)."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if dataclasses.is_dataclass(kind):
        held = ((name, getattr(value, name), default) for name, default in _defaults(kind))
        return {name: encode(v) for name, v, default in held if v != default}
    if isinstance(value, (list, tuple)):
        return [encode(v) for v in value]
    if isinstance(value, Mapping):
        return {str(k): encode(v) for k, v in value.items()}
    return _encode_scalar(value)


def _encode_scalar(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def decode(kind: type[T], data: object) -> T:
    """JSON data as a value of ``kind``. Raises ``ValueError`` when it does not fit."""
    try:
        return typing.cast(T, _reader(typing.cast(type, kind))(data))
    except _MisfitError as error:
        raise ValueError(f"{kind.__name__}{error.path}: {error.reason}") from error


def dumps(value: object) -> str:
    """A value as JSON text: keys sorted, one line, the same bytes for the same value."""
    return json.dumps(encode(value), sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def loads(kind: type[T], text: str) -> T:
    """JSON text as a value of ``kind``. Raises ``ValueError`` when it is no JSON or does not fit."""
    return decode(kind, json.loads(text))


def decode_fields(kind: type, data: Mapping[str, object]) -> dict[str, Any]:
    """Some fields of the dataclass ``kind`` by name, for ``replace``. Raises ``ValueError``."""
    try:
        return _read_fields(_readers(kind), data)
    except _MisfitError as error:
        raise ValueError(f"{kind.__name__}{error.path}: {error.reason}") from error


class _MisfitError(Exception):
    """Data that do not fit; ``path`` grows on the way up, so that reading well costs nothing."""

    def __init__(self, reason: str, path: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.path = path

    def under(self, step: str) -> "_MisfitError":
        return _MisfitError(self.reason, step + self.path)


@cache
def _defaults(kind: type) -> tuple[tuple[str, object], ...]:
    """Each field of a dataclass with its default; ``MISSING``, which equals nothing, where none."""
    return tuple((f.name, _default(f)) for f in dataclasses.fields(kind))


def _default(spec: dataclasses.Field[Any]) -> object:
    if spec.default_factory is not dataclasses.MISSING:
        return spec.default_factory()
    return spec.default


@cache
def _readers(kind: type) -> Mapping[str, _Reader]:
    return {name: _reader(hint) for name, hint in typing.get_type_hints(kind).items()}


@cache
def _reader(kind: Any) -> _Reader:
    """How data become a value of ``kind``."""
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (Union, types.UnionType):
        (inner,) = (a for a in args if a is not type(None))
        return _optional(_reader(inner))
    if origin is tuple:
        return _array(_reader(args[0])) if args[1:] == (Ellipsis,) else _row([_reader(a) for a in args])
    if origin is not None and issubclass(origin, Mapping):
        return lambda data: dict(_expect(dict, data))
    if dataclasses.is_dataclass(kind):
        return _object(typing.cast(type, kind))
    return _scalar(kind)


def _optional(inner: _Reader) -> _Reader:
    return lambda data: None if data is None else inner(data)


def _array(inner: _Reader) -> _Reader:
    return lambda data: tuple(_read_at(n, inner, v) for n, v in enumerate(_expect(list, data)))


def _read_at(number: int, reader: _Reader, value: object) -> object:
    try:
        return reader(value)
    except _MisfitError as error:
        raise error.under(f"[{number}]") from None


def _row(readers: list[_Reader]) -> _Reader:
    def read(data: object) -> object:
        rows = _expect(list, data)
        if len(rows) != len(readers):
            raise _MisfitError(f"expected {len(readers)} values, got {len(rows)}")
        return tuple(_read_at(n, reader, rows[n]) for n, reader in enumerate(readers))

    return read


def _object(kind: type) -> _Reader:
    readers = _readers(kind)

    def read(data: object) -> object:
        values = _read_fields(readers, _expect(dict, data))
        try:
            return kind(**values)
        except TypeError as error:
            raise _MisfitError(str(error)) from error

    return read


def _read_fields(readers: Mapping[str, _Reader], row: Mapping[str, object]) -> dict[str, Any]:
    values = {}
    for name, value in row.items():
        if name not in readers:
            raise _MisfitError(f"unknown field {name!r}")
        try:
            values[name] = readers[name](value)
        except _MisfitError as error:
            raise error.under(f".{name}") from None
    return values


def _scalar(kind: Any) -> _Reader:
    if kind is object or kind is Any:
        return lambda data: data
    if kind is datetime or kind is date:
        return lambda data: _translated(kind.fromisoformat, _expect(str, data))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return lambda data: _translated(kind, data)
    if kind is float:
        return lambda data: float(data) if type(data) is int else _expect(float, data)
    return lambda data: data if type(data) is kind else _expect(kind, data)


def _translated(make: Callable[[Any], object], data: object) -> object:
    try:
        return make(data)
    except ValueError as error:
        raise _MisfitError(str(error)) from error


def _expect(kind: Any, data: object) -> Any:
    if not isinstance(data, kind) or (kind is int and isinstance(data, bool)):
        raise _MisfitError(f"expected {kind.__name__}, got {type(data).__name__}")
    return data
