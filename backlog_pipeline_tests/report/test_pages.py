"""The pages name every key, rule, section and picture that there is, and none that is not."""

import json
import re
from pathlib import Path

import pytest

from backlog_pipeline.report.charts import CHARTS
from backlog_pipeline.report.keys import FLAT_KEYS
from backlog_pipeline.report.recommend import RULES
from backlog_pipeline.report.schema import schema_text
from backlog_pipeline.report.sections import SECTIONS, names

REFERENCE = Path(__file__).parents[2] / "docs/reference"
SNAPSHOT_PAGE = (REFERENCE / "metrics-snapshot.md").read_text()
REPORT_PAGE = (REFERENCE / "development-report.md").read_text()
SCHEMA = json.loads(schema_text())


def keys(part: dict, path: str = "") -> list[str]:
    """Every key of the schema by its path, but those inside objects that are described in one row."""
    found = []
    for name, inner in part.get("properties", {}).items():
        found.append(f"{path}{name}")
        found += keys(inner, f"{path}{name}.")
    return found


@pytest.mark.parametrize("key", keys(SCHEMA))
def test_every_key_of_the_schema_is_on_its_page(key: str):
    assert f"`{key}`" in SNAPSHOT_PAGE or f"`{key.rpartition('.')[2]}`" in SNAPSHOT_PAGE


@pytest.mark.parametrize("key", keys(SCHEMA["properties"]["measurements"]["additionalProperties"]))
def test_every_key_of_a_measurement_is_on_its_page(key: str):
    assert f"| `{key}` |" in SNAPSHOT_PAGE


@pytest.mark.parametrize("key", FLAT_KEYS, ids=lambda key: key.path)
def test_every_flat_key_stands_with_its_measurement(key):
    assert f"| `{key.path}` | `{key.measurement}` |" in SNAPSHOT_PAGE


def test_the_page_names_no_flat_key_that_is_not_there():
    rows = re.findall(r"^\| `([\w.]+)` \| `\w+` \|", SNAPSHOT_PAGE, flags=re.MULTILINE)
    assert rows == [key.path for key in FLAT_KEYS]


@pytest.mark.parametrize("name", sorted(names()))
def test_every_measurement_that_the_report_speaks_of_is_on_a_page(name: str):
    assert name in SNAPSHOT_PAGE


def test_the_rules_stand_with_their_conditions():
    rows = re.findall(
        r"^\| `([\w-]+)` \| (.+) \|$", REPORT_PAGE.partition("## Pictures")[0], flags=re.MULTILINE
    )
    assert rows == [(rule.name, rule.when) for rule in RULES]


def test_the_sections_stand_in_their_order():
    rows = re.findall(
        r"^\| ([A-Z][\w ]+) \|", REPORT_PAGE.partition("## Recommendations")[0], flags=re.MULTILINE
    )
    assert rows == [*(section.title for section in SECTIONS), "Evidence"]


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.name)
def test_every_picture_stands_with_its_trends(chart):
    assert f"| `{chart.name}` | {', '.join(f'`{name}`' for name in chart.shows)} |" in REPORT_PAGE
