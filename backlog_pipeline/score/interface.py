"""What a scoring rule is given and what it promises."""

from typing import Protocol

import pandas as pd


class ScoringRule(Protocol):
    """A custom rule: reads the table of items and returns one named multiplier or addend per item.

    Promises (``backlog_pipeline.testing.check_rule`` holds a rule to them): the result has the
    table's index, is finite, and a multiplier is positive; the table is not changed; the same
    table gives the same result. Its term appears in every waterfall under ``name``.
    """

    @property
    def name(self) -> str:
        """The name of its column and its term (lower_snake_case)."""
        ...

    @property
    def operation(self) -> str:
        """``multiply`` (onto the score) or ``add`` (to the cost of delay)."""
        ...

    @property
    def reason(self) -> str:
        """Why a term differs from doing nothing, in a few words."""
        ...

    def terms(self, table: pd.DataFrame) -> pd.Series:
        """One number per row of ``table`` (columns as in ``score.table``); 1.0 or 0.0 does nothing."""
        ...
