"""The published JSON Schema of a metrics snapshot, and the check that a file passes before it is written."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from backlog_pipeline.errors import ReportError

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

SCHEMA_VERSION = 1
SCHEMA_FILE = "metrics-snapshot.schema.json"
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def schema_text() -> str:
    """The schema as it is published."""
    return files("backlog_pipeline.report").joinpath(SCHEMA_FILE).read_text("utf-8")


def check(document: Mapping[str, Any]) -> None:
    """Check a snapshot, as JSON values, against the schema.

    Raises:
        ReportError: it is not what the schema says; the message names the place and the rule.
    """
    validator = _validator()
    if validator.is_valid(document):
        return
    from jsonschema.exceptions import best_match

    error = best_match(validator.iter_errors(document))
    place = error.json_path if error else "$"
    rule = error.message if error else "the schema"
    raise ReportError(
        f"the snapshot of {document.get('day')} is not what its schema says, so it was not written: "
        f"{place}: {_short(rule)}",
        next_step="mend the metric that measures it; a guest's metric can be uninstalled meanwhile",
    )


def _short(text: str) -> str:
    return text if len(text) <= 240 else f"{text[:120]} ... {text[-110:]}"


@cache
def _validator() -> "Validator":
    """Built once in a process, and only where a snapshot is made: importing jsonschema takes time."""
    from jsonschema import Draft202012Validator, FormatChecker
    from jsonschema.validators import extend

    formats = FormatChecker(formats=["date"])
    formats.checks("date-time", raises=ValueError)(_is_instant)
    every = Draft202012Validator.VALIDATORS["items"]

    def items(validator: "Validator", of: object, found: object, schema: object) -> object:
        """Its own rule for ``items``, but lists of text at once: a day has hundreds of ids."""
        if of == {"type": "string"} and isinstance(found, list) and all(isinstance(v, str) for v in found):
            return ()
        return every(validator, of, found, schema)

    ours: type[Validator] = extend(Draft202012Validator, {"items": items})  # type: ignore[no-untyped-call]
    return ours(json.loads(schema_text()), format_checker=formats)


def _is_instant(value: object) -> bool:
    """Whether it is a moment that exists, in UTC, to the second."""
    if not isinstance(value, str):
        return True
    return bool(_INSTANT.fullmatch(value)) and datetime.fromisoformat(value) is not None
