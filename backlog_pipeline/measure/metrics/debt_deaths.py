"""How many notes of debt went from the code on the day.

## What it tells

Whether debt that was written down gets paid, or at least deleted.

## Definition

What the multiset of the comments of the day before (tag and text, see `debt_births`) has more than that
of the day. An edited text is one death and one birth; a comment that only moved is neither. `n` is the
number of comments of the day before, `coverage` the smaller share of files read of the two trees.

## Window

The day.

## What it is not

A comment that was deleted is not proof that its work was done. It sees the ends of days only.
"""

from backlog_pipeline.measure.comment_change import told_of_change
from backlog_pipeline.measure.interface import Known
from backlog_pipeline.model.metric import Measurement


class DebtDeaths:
    """Tagged comments that are gone on the day."""

    name = "debt_deaths"
    version = 1
    unit = "comments"

    def measure(self, known: Known) -> Measurement:
        """A number."""
        return told_of_change(self, known, lambda change: (change.deaths, change.before))
