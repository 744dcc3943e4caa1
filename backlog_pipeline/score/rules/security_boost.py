"""Multiply the score of security work.

## What it changes

Items of type `security_vulnerability` and `security_enhancement` have their score multiplied by
1.5; every other item keeps its score.

## Why it matters

The risk that a security item reduces is already one of its four components. A team that wants
security before equally valuable work, whatever the numbers say, says so with this rule, openly:
the boost is a term of its own in each explanation, and no estimate is bent for it.

## Example

An item of cost of delay 8 and size 5 scores 1.6; with the boost 2.4, "Critical" instead of "High".

## Options

None. The rule is off unless it is enabled by name.

## Known limits

It looks at the type only. A `bug_fix` that happens to close a hole is not boosted until a person
gives it a security type.
"""

import numpy as np
import pandas as pd

from backlog_pipeline.model.kinds import ItemType

FACTOR = 1.5
_SECURITY = (ItemType.SECURITY_VULNERABILITY.value, ItemType.SECURITY_ENHANCEMENT.value)


class SecurityBoost:
    """1.5 for security work, 1.0 for the rest."""

    name = "security_boost"
    operation = "multiply"
    reason = "security work comes first in this team"

    def terms(self, table: pd.DataFrame) -> pd.Series:
        """One multiplier per row, from the column ``item_type``."""
        factors = np.where(table["item_type"].isin(_SECURITY), FACTOR, 1.0)
        return pd.Series(factors, index=table.index)
