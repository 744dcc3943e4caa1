"""Every registered scoring rule keeps the promises of a rule."""

import pandas as pd
import pytest

from backlog_pipeline import plugins, testing

NAMES = [plugin.name for plugin in plugins.scoring_rules()]


@pytest.mark.parametrize("name", NAMES)
def test_a_registered_rule_keeps_its_promises(name: str) -> None:
    (rule,) = plugins.build_rules([name])
    testing.check_rule(rule, testing.sample_table())


def test_our_rule_is_registered() -> None:
    assert "security_boost" in NAMES


class NegativeRule:
    """Breaks the promise of a multiplier: it is negative."""

    name = "negative"
    operation = "multiply"
    reason = "to be caught"

    def terms(self, table: pd.DataFrame) -> pd.Series:
        return pd.Series(-1.0, index=table.index)


def test_a_negative_multiplier_is_caught() -> None:
    with pytest.raises(AssertionError, match="not positive"):
        testing.check_rule(NegativeRule(), testing.sample_table())
