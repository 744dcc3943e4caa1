"""Ids that ``backlog.yml`` gives to work which this ledger has not met yet: another ledger opened it.

An id comes from the content as it was when the work was first seen. Where the text was reworded since, a
ledger that begins today would give it another id, and the file would hold the work twice. So new work that
stands in a file under the same source, in the same place, with the same words takes the id it has there.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from backlog_pipeline.merge.backlog_file import BacklogFile, FileItem
from backlog_pipeline.merge.backlog_text.keys import FieldValue
from backlog_pipeline.model.finding import Finding


@dataclass(frozen=True, slots=True)
class Claim:
    """An item of the file: its id, who sees it, where, and in which words."""

    id: str
    source: str
    paths: frozenset[str]
    title: str
    description: str

    def fits(self, lead: Finding, findings: Iterable[Finding]) -> bool:
        """Whether they are that work: same source, a file in common, and the same title or description."""
        if lead.source != self.source or not self.paths & {f.path for f in findings}:
            return False
        return self.title == lead.work.title or (bool(lead.detail) and self.description == lead.detail)


def claims_of(file: BacklogFile | None, known: Container[str]) -> tuple[Claim, ...]:
    """The items of a file that the ledger does not know."""
    return tuple(_claim(item) for item in file.items if item.id not in known) if file else ()


def claimed(claims: Iterable[Claim], lead: Finding, findings: Sequence[Finding]) -> str:
    """The one id that these findings have in the file; "" where there is none, or more than one fits."""
    fitting = [claim.id for claim in claims if claim.fits(lead, findings)]
    return fitting[0] if len(fitting) == 1 else ""


def _claim(item: FileItem) -> Claim:
    def text(key: str) -> str:
        return str(item.values.get(key, ""))

    return Claim(
        item.id, text("source"), _paths(item.values.get("files")), text("title"), text("description")
    )


def _paths(value: FieldValue | None) -> frozenset[str]:
    return frozenset(value) if isinstance(value, tuple) else frozenset()
