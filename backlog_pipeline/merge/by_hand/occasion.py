"""One reading of a person's file: what events say about when, where and by whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath

from backlog_pipeline.merge.backlog_file import FileItem
from backlog_pipeline.merge.backlog_text.keys import FieldValue
from backlog_pipeline.merge.backlog_text.values import number_text
from backlog_pipeline.merge.fields import list_text
from backlog_pipeline.merge.state import LedgerState
from backlog_pipeline.merge.yaml_text.quote import clean
from backlog_pipeline.model.backlog import Problem
from backlog_pipeline.model.event import Event, EventKind

PERSON = "person"
BLOCKED_WITHOUT_REASON = "set to BLOCKED by hand in backlog.yml"


@dataclass(frozen=True, slots=True)
class Occasion:
    """The state before, and what every event of this reading has in common."""

    state: LedgerState
    file_name: str
    repository: str
    now: datetime

    def event(
        self, kind: EventKind, item: FileItem, data: Mapping[str, object], at: datetime | None = None
    ) -> Event:
        """An event by the person, with the line of the file as evidence."""
        return Event(self.repository, kind, at or self.now, item.id, PERSON, data, self.evidence(item))

    def evidence(self, item: FileItem) -> dict[str, object]:
        """Where in the file the person said it."""
        return {"file": PurePath(self.file_name).name, "line": item.line}

    def problem(self, item: FileItem, message: str, key: str = "id") -> Problem:
        """A problem of an item, at the line of one of its keys."""
        line = item.own[key][0].line if key in item.own else item.line
        return Problem(f"{item.id}: {message}", line, item.id)

    def was_ours(self, item_id: str, name: str, value: FieldValue) -> bool:
        """Whether we ever wrote this value into this field of this item."""
        written = self.state.written.get((item_id, name), frozenset())
        text = value_text(value)
        return text in written or any(clean(known) == text for known in written)


def value_text(value: FieldValue) -> str:
    """A value as the text in which events and the ledger's state hold it."""
    match value:
        case tuple():
            return list_text(value)
        case date():
            return value.isoformat()
        case str():
            return value
        case _:
            return f"{value:g}" if float(f"{value:g}") == value else number_text(value)
