"""The promises of a scoring rule as checks: what a run and ``backlog_pipeline.testing`` hold it to."""

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from backlog_pipeline.model.plan import ADD, MULTIPLY
from backlog_pipeline.score.interface import ScoringRule

_NAME = re.compile(r"[a-z][a-z0-9_]*")


def broken_terms(rule: ScoringRule, table: pd.DataFrame, terms: object) -> str:
    """What is wrong with the numbers a rule returned for ``table``, or ""."""
    if not isinstance(terms, pd.Series):
        return f"returned {type(terms).__name__}, not a series"
    if not terms.index.equals(table.index):
        return "returned other rows than the table has"
    if not pd.api.types.is_numeric_dtype(terms.dtype):
        return f"returned {terms.dtype}, not numbers"
    return _broken_numbers(rule.operation, terms.to_numpy(dtype="float64", na_value=np.nan))


def _broken_numbers(operation: str, values: npt.NDArray[np.float64]) -> str:
    if not np.isfinite(values).all():
        return "returned a number that is not finite"
    if operation == MULTIPLY and not (values > 0).all():
        return "returned a multiplier that is not positive"
    if operation == ADD and not (values >= 0).all():
        return "returned an addend that is negative"
    return "" if operation in (MULTIPLY, ADD) else f"has the operation {operation!r}"


def broken_promises(rule: ScoringRule, table: pd.DataFrame) -> tuple[str, ...]:
    """Every promise that ``rule`` breaks on ``table``; () when it keeps them all."""
    broken = [*_broken_words(rule)]
    before = table.copy(deep=True)
    first = rule.terms(table)
    if not before.equals(table):
        broken.append("changed the table")
    if wrong := broken_terms(rule, before, first):
        return (*broken, wrong)
    again = rule.terms(before.copy(deep=True))
    if not isinstance(again, pd.Series) or not again.equals(first):
        broken.append("gave other numbers for the same table")
    backwards = rule.terms(before.iloc[::-1])
    if not isinstance(backwards, pd.Series) or not backwards.iloc[::-1].equals(first):
        broken.append("gave other numbers for other order of the rows")
    return tuple(broken)


def _broken_words(rule: ScoringRule) -> list[str]:
    broken = []
    if not _NAME.fullmatch(rule.name):
        broken.append(f"its name {rule.name!r} is not lower_snake_case")
    if rule.operation not in (MULTIPLY, ADD):
        broken.append(f"its operation is {rule.operation!r}, not 'multiply' or 'add'")
    if not rule.reason.strip():
        broken.append("it gives no reason")
    return broken
