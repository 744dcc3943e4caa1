"""The page about events speaks of every kind."""

import re
from pathlib import Path

from backlog_pipeline.merge.fields import PINNABLE
from backlog_pipeline.merge.fold import CHANGEABLE
from backlog_pipeline.model.event import EventKind
from backlog_pipeline.model.kinds import Status

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "events.md"


def test_the_page_has_one_row_for_each_kind_of_event() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", PAGE.read_text(), re.MULTILINE)
    assert rows == [kind.value for kind in EventKind]


def test_the_page_names_every_field_that_may_change_or_be_pinned() -> None:
    text = PAGE.read_text()
    row = next(line for line in text.splitlines() if line.startswith("| `item_changed`"))
    named = set(re.findall(r"`(\w+)`", row)) - {"item_changed"}
    assert named == CHANGEABLE
    assert all(f"`{name}`" in text for name in PINNABLE)


def test_every_status_has_its_row() -> None:
    text = (PAGE.parent / "statuses.md").read_text()
    assert re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) == [status.value for status in Status]
