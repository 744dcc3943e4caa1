"""The last part of a report: for each number what it was computed from, and by which definition."""

from collections.abc import Iterator

from backlog_pipeline.model.metric import Measurement
from backlog_pipeline.report.amounts import amount, number
from backlog_pipeline.report.facts import Facts, anchor
from backlog_pipeline.report.snapshot import file_name
from backlog_pipeline.report.words import code, prose

SHOWN = 20
"""How many pieces of evidence the report names; the JSON file names as many."""


def evidence(facts: Facts) -> Iterator[str]:
    """The section's lines, one part a measurement, by name."""
    yield from ("## Evidence", "")
    yield f"All of this, for programs: [`{file_name(facts.snapshot)}`]({file_name(facts.snapshot)})."
    for name in sorted(facts.measured):
        yield from ("", f"### {anchor(name).replace('-', ' ').capitalize()}", "")
        yield from _about(name, facts.measured[name])


def _about(name: str, measured: Measurement) -> Iterator[str]:
    if measured.value is None:
        yield f"- Not known: {prose(measured.reason_undefined)}"
    else:
        shown = amount(measured.value, measured.unit)
        yield f"- Value: {shown} (exactly: `measurements.{name}` of the JSON file)"
        yield f"- Computed from {measured.n} ({_window(measured)}), {_coverage(measured)}"
    yield f"- Definition: {_definition(measured)}"
    if measured.evidence:
        shown = ", ".join(code(piece) for piece in sorted(measured.evidence)[:SHOWN])
        left = len(measured.evidence) - SHOWN
        yield f"- From: {shown}" + (f" and {left} more" if left > 0 else "")


def _definition(measured: Measurement) -> str:
    name, _, version = measured.definition.partition("@")
    if version == "0":
        return "none yet"
    return f"`{measured.definition}`, reference page `metrics/{name}`"


def _window(measured: Measurement) -> str:
    first, _, last = measured.window.partition("/")
    return f"from {first} to {last}" if last else "at the end of the day"


def _coverage(measured: Measurement) -> str:
    if measured.coverage is None:
        return "coverage not known"
    return f"coverage {number(measured.coverage * 100, ceiling=100)} %"
