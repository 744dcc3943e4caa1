"""How many notes of debt appeared in the code on the day.

## What it tells

Whether new debt is written down faster than old debt is paid.

## Definition

Each tagged comment of a tree is its tag and text (see `debt_by_kind`); the tree of a day is that of its
last commit. Births are what the multiset of this day's comments has more than that of the day before: a
text that stands three times and stood once before counts two. On the day of the first commit everything
is born. An edited text is one death and one birth; a comment that only moved, also to another file, is
neither. `n` is the number of comments of the day, `coverage` the smaller share of files read of the two
trees. Undefined where the tree of either day cannot be had: a source that failed, or a shallow clone that
does not reach back to the day before.

## Window

The day.

## What it is not

It is not the number of items opened (`births`): it needs no ledger and has no bar. It sees the ends of
days: what was written and removed in between leaves no trace.
"""

from backlog_pipeline.measure.comment_change import told_of_change
from backlog_pipeline.measure.interface import Known
from backlog_pipeline.model.metric import Measurement


class DebtBirths:
    """Tagged comments that are new on the day."""

    name = "debt_births"
    version = 1
    unit = "comments"

    def measure(self, known: Known) -> Measurement:
        """A number."""
        return told_of_change(self, known, lambda change: (change.births, change.now))
