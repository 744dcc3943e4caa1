"""How many notes of debt stand in the code, by kind.

## What it tells

How much the authors themselves have marked as unfinished, provisional or broken.

## Definition

The number of comments with a tag (TODO, FIXME, HACK, XXX, BUG) in the tree of the last commit of the
day, by tag, as `code_comments` counts them: product code, tests, examples and docs alike, also those
that are too vague or too small to become items. `n` is their sum, `coverage` the share of files read of
those that should have been. A tree without any has an empty object.

## Window

The state at the last commit of the day. It needs no ledger: it is counted from the tree itself, for any
day since the first commit.

## What it is not

It is not all debt, only what somebody wrote down; and it counts texts, not the work behind them.
"""

from collections import Counter

from backlog_pipeline.measure.answer import told, untold
from backlog_pipeline.measure.interface import Known
from backlog_pipeline.measure.looked import CODE_COMMENTS, census_of
from backlog_pipeline.model.metric import Measurement


class DebtByKind:
    """Tagged comments by tag."""

    name = "debt_by_kind"
    version = 1
    unit = "comments"

    def measure(self, known: Known) -> Measurement:
        """``{tag: comments}``."""
        census = census_of(known, known.day, CODE_COMMENTS)
        if isinstance(census, str):
            return untold(self, census)
        counts: Counter[str] = Counter()
        for counted in census.counted:
            counts[counted.rule] += counted.count
        return told(
            self,
            dict(sorted(counts.items())),
            n=counts.total(),
            coverage=census.coverage,
            evidence=[f"{CODE_COMMENTS}@{census.revision[:12]}"],
        )
