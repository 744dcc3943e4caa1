"""What a scoring rule is given and what it promises."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pandas as pd


class ScoringRule(Protocol):
    """A custom rule: reads the table of items and returns one named multiplier or addend per item.

    Promises (``score.promises.broken_promises`` holds a rule to them, and so does every run): the
    result is a series of floats with the table's index; every number is finite; a multiplier is
    positive, an addend not negative (so that more cost of delay never lowers a rank); the table is
    not changed; the same table gives the same result, and an item's term does not depend on the
    order of the rows. Its term appears in the waterfall of every item that it changes, as ``name``.
    """

    @property
    def name(self) -> str:
        """The name of its term (lower_snake_case); its column is ``rule_`` and this name."""
        ...

    @property
    def operation(self) -> str:
        """``multiply`` (onto the score) or ``add`` (to the cost of delay)."""
        ...

    @property
    def reason(self) -> str:
        """Why a term differs from doing nothing, in a few words."""
        ...

    def terms(self, table: "pd.DataFrame") -> "pd.Series":
        """One number per row of ``table`` (columns: ``score.table.to_table``); 1.0 or 0.0 does nothing."""
        ...
