"""A day's report for people: Markdown with its pictures beside it.

Every number leads to the section of evidence, and from there to the JSON file. What a repository's
people wrote (titles, reasons, paths) is shown as text and can be nothing else.
"""

from collections.abc import Iterator, Mapping

from backlog_pipeline.model.metric import Snapshot
from backlog_pipeline.report.charts import draw
from backlog_pipeline.report.evidence import evidence
from backlog_pipeline.report.facts import Facts
from backlog_pipeline.report.seal import Kind, seal
from backlog_pipeline.report.sections import SECTIONS, names
from backlog_pipeline.report.snapshot import file_name, instant
from backlog_pipeline.report.words import code


def report_stem(snapshot: Snapshot) -> str:
    """``autonomous-development-report-YYYY-MM-DD``, with which the names of a day's files begin."""
    return f"autonomous-development-report-{snapshot.day.isoformat()}"


def to_markdown(snapshot: Snapshot) -> Mapping[str, bytes]:
    """The report and its pictures, file name to bytes, each sealed. Same snapshot, same bytes."""
    stem = report_stem(snapshot)
    drawn = draw(snapshot, stem)
    text = "\n".join(_lines(snapshot, {chart: name for chart, (name, _) in drawn.items()})) + "\n"
    report = {f"{stem}.md": seal(text.encode(), Kind.MARKDOWN)}
    return report | dict(drawn.values())


def _lines(snapshot: Snapshot, charts: Mapping[str, str]) -> Iterator[str]:
    facts = Facts.of(snapshot, names())
    yield from (f"# Development report of {snapshot.day.isoformat()}", "")
    day_end = code(instant(snapshot.closes_at))
    yield f"Repository {code(snapshot.name)} as it was at {day_end}, {_commit(snapshot)}. Every number"
    yield f"leads to its evidence; programs read [`{file_name(snapshot)}`]({file_name(snapshot)})."
    for section in SECTIONS:
        yield ""
        yield from section.lines(facts, charts)
    yield ""
    yield from evidence(facts)
    yield ""


def _commit(snapshot: Snapshot) -> str:
    return f"commit {code(snapshot.revision[:12])}" if snapshot.revision else "before the first commit"
