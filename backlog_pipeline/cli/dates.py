"""A day as a person types it: the same words for every command that takes one."""

import re
from datetime import date
from typing import Any

import click

from backlog_pipeline.errors import UsageError

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Day(click.ParamType[date]):
    """A calendar day, written as ``example`` is; it arrives as a ``date``."""

    name = "day"

    def __init__(self, example: str) -> None:
        self.example = example

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day. Raises ``UsageError`` where there is no such day, also for words like "yesterday"."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value if _DAY.fullmatch(value) else "")
        except ValueError:
            raise UsageError(f"{value!r} is no date", next_step=f"write it as {self.example}") from None
