"""A scoring rule that is broken fails the scoring; a merge that needs no rule goes on."""

import pandas as pd
import pytest

from backlog_pipeline import pipeline
from backlog_pipeline.errors import PluginError
from backlog_pipeline.model.plan import MULTIPLY
from backlog_pipeline_tests.pipeline.house import House


class Broken:
    """Gives no number."""

    name = "broken"
    operation = MULTIPLY
    reason = "it is broken"

    def terms(self, table: pd.DataFrame) -> "pd.Series[float]":
        return pd.Series(float("nan"), index=table.index)


RULES = (Broken(),)


def more(house: House) -> None:
    house.repository.write("src/more.py", "# TODO: one more\n")
    house.repository.commit("more")


def test_the_merge_is_recorded_and_saved_and_the_scoring_names_the_rule(kept: House) -> None:
    more(kept)
    with kept.parts(rules=RULES) as parts:
        key = parts.ledger.repositories()[0]
        state = pipeline.look_at_repository(parts, key)
        backlog = pipeline.merge_backlog(parts, state, [kept.look("code_comments", state)])
        with pytest.raises(PluginError, match=r"the scoring rule broken .*Next: "):
            pipeline.score_backlog(parts, backlog)
    (item,) = [item for item in backlog.items if "one more" in item.title]
    assert item.id in kept.file.read_text()


def test_where_the_file_carries_what_the_rule_makes_nothing_is_recorded(kept: House) -> None:
    kept.file.write_text(kept.file.read_text().replace("    wsjf_base:", "    wsjf_score: 1\n    wsjf_base:"))
    kept.run()
    more(kept)
    before, file = kept.entries(), kept.file.read_bytes()
    with pytest.raises(PluginError, match="the scoring rule broken"):
        kept.run(rules=RULES)
    assert kept.entries() == before
    assert kept.file.read_bytes() == file
    made = kept.run()
    assert f"wsjf_score: {made.planned('one more').wsjf_score:g}" in kept.file.read_text()
