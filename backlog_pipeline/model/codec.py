"""Values to JSON and back, by their type hints: the one place where JSON becomes a value.

Dataclasses become objects (fields at their default are left out), enums their value, dates and
times ISO 8601, tuples arrays. ``decode`` raises ``ValueError`` naming the field that is off.
"""

import dataclasses
import json
import types
import typing
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union

T = TypeVar("T")


def encode(value: object) -> Any:
    """A value as plain JSON data (dict, list, str, int, float, bool, None)."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            f.name: encode(v)
            for f in dataclasses.fields(value)
            if not _is_default(f, v := getattr(value, f.name))
        }
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(k): encode(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [encode(v) for v in value]
    return value


def decode(kind: type[T], data: object) -> T:
    """JSON data as a value of ``kind``. Raises ``ValueError`` when it does not fit."""
    return typing.cast(T, _decode(kind, data, kind.__name__))


def dumps(value: object) -> str:
    """A value as JSON text: keys sorted, one line, the same bytes for the same value."""
    return json.dumps(encode(value), sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def loads(kind: type[T], text: str) -> T:
    """JSON text as a value of ``kind``. Raises ``ValueError`` when it is no JSON or does not fit."""
    return decode(kind, json.loads(text))


def decode_fields(kind: type, data: Mapping[str, object]) -> dict[str, Any]:
    """Some fields of the dataclass ``kind`` by name, for ``replace``. Raises ``ValueError``."""
    hints = _hints(kind)
    unknown = sorted(set(data) - set(hints))
    if unknown:
        raise ValueError(f"{kind.__name__}: unknown field {unknown[0]!r}")
    return {k: _decode(hints[k], v, f"{kind.__name__}.{k}") for k, v in data.items()}


def _is_default(spec: dataclasses.Field[Any], value: object) -> bool:
    if spec.default is not dataclasses.MISSING:
        return bool(value == spec.default)
    if spec.default_factory is not dataclasses.MISSING:
        return bool(value == spec.default_factory())
    return False


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _decode(kind: Any, data: object, where: str) -> object:
    origin = typing.get_origin(kind)
    if origin in (Union, types.UnionType):
        return _decode_optional(kind, data, where)
    if origin is tuple:
        return _decode_tuple(typing.get_args(kind), data, where)
    if origin is not None and issubclass(origin, Mapping):
        return dict(_expect(dict, data, where))
    if dataclasses.is_dataclass(kind):
        return _decode_dataclass(typing.cast(type, kind), data, where)
    return _decode_scalar(kind, data, where)


def _decode_optional(kind: Any, data: object, where: str) -> object:
    if data is None:
        return None
    (inner,) = (a for a in typing.get_args(kind) if a is not type(None))
    return _decode(inner, data, where)


def _decode_tuple(args: tuple[Any, ...], data: object, where: str) -> tuple[object, ...]:
    rows = _expect(list, data, where)
    if len(args) == 2 and args[1] is Ellipsis:
        return tuple(_decode(args[0], v, f"{where}[{n}]") for n, v in enumerate(rows))
    if len(args) != len(rows):
        raise ValueError(f"{where}: expected {len(args)} values, got {len(rows)}")
    return tuple(_decode(a, v, f"{where}[{n}]") for n, (a, v) in enumerate(zip(args, rows, strict=True)))


def _decode_dataclass(kind: type, data: object, where: str) -> object:
    row = _expect(dict, data, where)
    hints = _hints(kind)
    unknown = sorted(set(row) - set(hints))
    if unknown:
        raise ValueError(f"{where}: unknown field {unknown[0]!r}")
    try:
        return kind(**{k: _decode(hints[k], v, f"{where}.{k}") for k, v in row.items()})
    except TypeError as error:
        raise ValueError(f"{where}: {error}") from error


def _decode_scalar(kind: Any, data: object, where: str) -> object:
    try:
        if kind is datetime or kind is date:
            return kind.fromisoformat(_expect(str, data, where))
        if isinstance(kind, type) and issubclass(kind, Enum):
            return kind(data)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from error
    if kind is object or kind is Any:
        return data
    if kind is float and isinstance(data, int) and not isinstance(data, bool):
        return float(data)
    return _expect(kind, data, where)


def _expect(kind: Any, data: object, where: str) -> Any:
    if not isinstance(data, kind) or (kind is int and isinstance(data, bool)):
        raise ValueError(f"{where}: expected {kind.__name__}, got {type(data).__name__}")
    return data
