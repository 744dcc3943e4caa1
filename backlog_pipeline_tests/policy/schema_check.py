"""Just enough of JSON Schema 2020-12 for our own schema; a keyword it does not know is an error."""

import re
from collections.abc import Callable
from typing import Any

_ANNOTATIONS = {"$schema", "$defs", "title", "description", "default"}
_TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "number": (int, float)}


def is_valid(value: Any, schema: dict[str, Any], root: dict[str, Any]) -> bool:
    """Whether a JSON value is what the schema describes."""
    if "$ref" in schema:
        schema = schema | root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    known = {"$ref", *_ANNOTATIONS, *_CHECKS}
    assert schema.keys() <= known, f"the schema uses {schema.keys() - known}, unknown to this check"
    assert schema.get("additionalProperties", False) is False
    if not all(check(value, schema[name]) for name, check in _CHECKS.items() if name in schema):
        return False
    if isinstance(value, dict):
        inner = schema.get("properties", {})
        return all(is_valid(v, inner[k], root) if k in inner else False for k, v in value.items())
    return not isinstance(value, list) or all(is_valid(v, schema.get("items", {}), root) for v in value)


def _is_type(value: Any, name: str) -> bool:
    if name == "integer":
        return _is_type(value, "number") and float(value).is_integer()
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, _TYPES[name])


_CHECKS: dict[str, Callable[[Any, Any], bool]] = {
    "type": _is_type,
    "properties": lambda value, wanted: True,
    "additionalProperties": lambda value, wanted: True,
    "items": lambda value, wanted: True,
    "pattern": lambda value, wanted: not isinstance(value, str) or bool(re.search(wanted, value)),
    "minimum": lambda value, wanted: not _is_type(value, "number") or value >= wanted,
    "maximum": lambda value, wanted: not _is_type(value, "number") or value <= wanted,
}
"""What is checked here, and what ``is_valid`` does itself because it goes on inside."""
