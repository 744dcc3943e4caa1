"""Values to JSON and back, by their type hints: the one place where JSON becomes a value.

Dataclasses become objects (fields at their default are left out), enums their value, dates and
times ISO 8601, tuples arrays. ``decode`` raises ``ValueError`` naming the field that is off. How a
type is read and written is worked out once, and what fits is read without looking back: a ledger
has tens of thousands of entries. What does not fit is read once more by ``strict``, which names it.
"""

import dataclasses
import json
import types
import typing
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar, Union

from backlog_pipeline.model import strict

T = TypeVar("T")

_Reader = Callable[[Any], Any]
_Writer = Callable[[Any], Any]
_PLAIN = frozenset({str, int, float, bool, type(None)})
_MISFITS = (KeyError, TypeError, ValueError)
_ONLY_TEXT = frozenset({str})


def encode(value: object) -> Any:
    """A value as plain JSON data (dict, list, str, int, float, bool, None)."""
    kind = type(value)
    return value if kind in _PLAIN else _writer(kind)(value)


def decode(kind: type[T], data: object) -> T:
    """JSON data as a value of ``kind``. Raises ``ValueError`` when it does not fit."""
    try:
        return typing.cast(T, _reader(kind)(data))
    except _MISFITS:
        return typing.cast(T, _named(kind, strict.reader(kind), data))


def dumps(value: object) -> str:
    """A value as JSON text: keys sorted, one line, the same bytes for the same value."""
    return json.dumps(encode(value), sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def loads(kind: type[T], text: str) -> T:
    """JSON text as a value of ``kind``. Raises ``ValueError`` when it is no JSON or does not fit."""
    return decode(kind, json.loads(text))


def decode_fields(kind: type, data: Mapping[str, object]) -> dict[str, Any]:
    """Some fields of the dataclass ``kind`` by name, for ``replace``. Raises ``ValueError``."""
    try:
        return _read_fields(_fields(kind), data)
    except _MISFITS:
        return typing.cast(
            dict[str, Any], _named(kind, lambda row: strict.read_fields(kind, row), dict(data))
        )


def _named(kind: type, read: Callable[[object], object], data: object) -> object:
    try:
        return read(data)
    except strict.MisfitError as error:
        raise ValueError(f"{kind.__name__}{error.path}: {error.reason}") from error


# Writing


def _make_writer(kind: Any) -> _Writer:
    """How values of exactly this type become data."""
    if dataclasses.is_dataclass(kind):
        return _object_writer(kind)
    if issubclass(kind, (list, tuple)):
        return lambda value: [encode(v) for v in value]
    if issubclass(kind, Mapping):
        return lambda value: {str(k): encode(v) for k, v in value.items()}
    if issubclass(kind, Enum):
        return lambda value: value.value
    if issubclass(kind, date):
        return lambda value: value.isoformat()
    return lambda value: value


_writer: Callable[[Any], _Writer] = cache(_make_writer)


def _object_writer(kind: Any) -> _Writer:
    names = tuple(f.name for f in dataclasses.fields(kind))
    defaults = tuple(_default(f) for f in dataclasses.fields(kind))
    held: Callable[[Any], tuple[Any, ...]] = (
        attrgetter(*names) if len(names) > 1 else lambda value: tuple(getattr(value, n) for n in names)
    )

    def write(value: object) -> dict[str, Any]:
        data = {}
        for name, v, default in zip(names, held(value), defaults, strict=True):
            if v is default or v == default:
                continue
            data[name] = v if type(v) in _PLAIN else _writer(type(v))(v)
        return data

    return write


def _default(spec: dataclasses.Field[Any]) -> object:
    """A field's default; ``MISSING``, which equals nothing, where it has none."""
    if spec.default_factory is not dataclasses.MISSING:
        return spec.default_factory()
    return spec.default


# Reading what fits


def _make_reader(kind: Any) -> _Reader:
    """How data become a value of ``kind``; raises one of ``_MISFITS`` where they do not fit."""
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (Union, types.UnionType):
        (inner,) = (_reader(a) for a in args if a is not type(None))
        return lambda data: None if data is None else inner(data)
    if origin is tuple:
        return _array(args[0]) if args[1:] == (Ellipsis,) else _row(args)
    if origin is not None and issubclass(origin, Mapping):
        return lambda data: dict(_exactly(dict, data))
    if dataclasses.is_dataclass(kind):
        return _object(typing.cast(type, kind))
    return _scalar(kind)


_reader: Callable[[Any], _Reader] = cache(_make_reader)


def _make_fields(kind: Any) -> Mapping[str, tuple[type | None, _Reader]]:
    """By field the type of data that is taken as it is, if there is one, and how others are read."""
    hints = typing.get_type_hints(kind)
    return {name: (hint if hint in _PLAIN else None, _reader(hint)) for name, hint in hints.items()}


_fields: Callable[[Any], Mapping[str, tuple[type | None, _Reader]]] = cache(_make_fields)


def _read_fields(
    fields: Mapping[str, tuple[type | None, _Reader]], row: Mapping[str, object]
) -> dict[str, Any]:
    values = {}
    for name, value in row.items():
        plain, read = fields[name]
        values[name] = value if type(value) is plain else read(value)
    return values


def _object(kind: type) -> _Reader:
    fields = _fields(kind)
    return lambda data: kind(**_read_fields(fields, _exactly(dict, data)))


def _array(item: Any) -> _Reader:
    read = _reader(item)

    def read_all(data: object) -> tuple[Any, ...]:
        return tuple([read(v) for v in _exactly(list, data)])

    def read_texts(data: object) -> tuple[Any, ...]:
        rows = _exactly(list, data)
        if not _ONLY_TEXT.issuperset(map(type, rows)):
            raise TypeError
        return tuple(rows)

    return read_texts if item is str else read_all


def _row(items: tuple[Any, ...]) -> _Reader:
    readers = tuple(_reader(item) for item in items)
    return lambda data: tuple([r(v) for r, v in zip(readers, _exactly(list, data), strict=True)])


def _scalar(kind: Any) -> _Reader:
    if kind is object or kind is Any:
        return lambda data: data
    if kind is datetime or kind is date:
        return typing.cast(_Reader, kind.fromisoformat)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {member.value: member for member in kind}.__getitem__
    if kind is float:
        return lambda data: float(_exactly(int, data)) if type(data) is not float else data
    return lambda data: _exactly(kind, data)


def _exactly(kind: type, data: Any) -> Any:
    if type(data) is not kind:
        raise TypeError
    return data
