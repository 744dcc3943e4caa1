"""What a scoring rule may not do is found out."""

import numpy as np
import pandas as pd
import pytest

from backlog_pipeline.score.promises import broken_promises
from backlog_pipeline.score.rules.security_boost import SecurityBoost
from backlog_pipeline.score.table import to_table
from backlog_pipeline_tests.score.items import TODAY, item

TABLE = to_table([item("bl-a"), item("bl-b", (1, 2, 3, 5)), item("bl-c", None)], TODAY)


class Rule:
    """A rule that keeps every promise; the tests break one each."""

    name, operation, reason = "good", "multiply", "to show how"

    def terms(self, table: pd.DataFrame) -> "pd.Series[float]":
        return pd.Series(1.0, index=table.index)


class Meddler(Rule):
    def terms(self, table: pd.DataFrame) -> "pd.Series[float]":
        table["job_size"] = 1.0
        return super().terms(table)


class Moody(Rule):
    calls = 0

    def terms(self, table: pd.DataFrame) -> "pd.Series[float]":
        self.calls += 1
        return pd.Series(float(self.calls), index=table.index)


class Positional(Rule):
    def terms(self, table: pd.DataFrame) -> "pd.Series[float]":
        return pd.Series(np.arange(1.0, len(table) + 1), index=table.index)


def test_a_good_rule_breaks_nothing() -> None:
    assert broken_promises(Rule(), TABLE.copy()) == ()
    assert broken_promises(SecurityBoost(), TABLE.copy()) == ()


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (Meddler(), "changed the table"),
        (Moody(), "for the same table"),
        (Positional(), "other order of the rows"),
    ],
)
def test_a_broken_promise_is_named(rule: Rule, said: str) -> None:
    assert any(said in text for text in broken_promises(rule, TABLE.copy()))


@pytest.mark.parametrize(
    ("attribute", "value", "said"),
    [
        ("name", "Not A Name", "lower_snake_case"),
        ("operation", "divide", "operation"),
        ("reason", " ", "no reason"),
    ],
)
def test_name_operation_and_reason_are_held_to_their_form(attribute: str, value: str, said: str) -> None:
    rule = Rule()
    setattr(rule, attribute, value)
    assert any(said in text for text in broken_promises(rule, TABLE.copy()))
