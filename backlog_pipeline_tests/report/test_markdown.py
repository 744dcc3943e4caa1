"""The report: every number leads to its evidence, what is not known is said, and titles are only text."""

import re
import time

import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt

from backlog_pipeline.report.markdown import to_markdown
from backlog_pipeline.report.seal import is_ours
from backlog_pipeline.report.sections import SECTIONS
from backlog_pipeline.report.snapshot import file_name, to_json
from backlog_pipeline_tests.report.snapshots import (
    blocked,
    known,
    measurements,
    ranked,
    series,
    snapshot,
    unknown,
)
from backlog_pipeline_tests.report.test_words import anything, kinds

READER = MarkdownIt("commonmark").enable(["table"])
STEM = "autonomous-development-report-2026-03-14"
DATES = re.compile(r"\d{4}-\d\d-\d\d")


def report(day=None) -> str:
    return to_markdown(day or snapshot())[f"{STEM}.md"].decode()


def sections(text: str) -> dict[str, str]:
    parts = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def slug(heading: str) -> str:
    """The anchor that forges and site builders give a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_the_sections_are_those_of_earlier_reports_and_the_evidence():
    assert list(sections(report())) == [
        "Executive Summary", "Backlog Completion Status", "WSJF", "DORA and Flow", "Quality Metrics",
        "Platform Readiness", "Risks and Blocks", "Recommendations", "Development Velocity", "Evidence",
    ]  # fmt: skip
    assert [section.title for section in SECTIONS] == list(sections(report()))[:-1]


def test_all_names_begin_with_the_report_and_its_date():
    files = to_markdown(snapshot())
    assert set(files) == {f"{STEM}.md", *(f"{STEM}-{c}.svg" for c in ("backlog", "debt", "flow", "security"))}


def test_every_file_is_sealed_and_the_same_every_time():
    assert to_markdown(snapshot()) == to_markdown(snapshot())
    assert all(is_ours(data) for data in to_markdown(snapshot()).values())


@pytest.mark.parametrize("day", [snapshot(), snapshot(measurements={}, trends=())], ids=["full", "empty"])
def test_every_link_leads_somewhere(day):
    text = report(day)
    anchors = {slug(heading) for heading in re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)}
    files = {*to_markdown(day), file_name(day)}
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert links
    assert [link for link in links if link.removeprefix("#") not in anchors | files] == []


def test_every_picture_is_shown_once():
    text, files = report(), to_markdown(snapshot())
    for name in files:
        if name.endswith(".svg"):
            assert len(re.findall(rf"!\[[^\]]+\]\({re.escape(name)}\)", text)) == 1


def test_every_number_of_ours_is_a_link_to_its_evidence():
    text = report().partition("## Evidence")[0].partition("## Executive Summary")[2]
    for token in READER.parse(text):
        depth = 0
        for child in token.children or []:
            depth += (child.type == "link_open") - (child.type == "link_close")
            if child.type == "text" and not depth:
                assert not re.search(r"\d", DATES.sub("", child.content)), child.content


@pytest.mark.parametrize("name", sorted(measurements()))
def test_every_measurement_is_in_a_section_and_has_its_evidence(name: str):
    text, _, evidence = report().partition("## Evidence")
    listed = {"completed_ids", "wsjf_snapshot"}
    assert f"](#evidence-of-{name})" in text or name in listed
    assert f"### Evidence of {name}\n" in evidence


@pytest.mark.parametrize("name", sorted(measurements()))
def test_what_is_not_known_is_said_with_its_reason_and_never_a_number(name: str):
    text = report(snapshot({name: unknown(name, "items", "nobody looked *there* yet")}, trends=()))
    above, _, evidence = text.partition("## Evidence")
    assert f"(#evidence-of-{name})" in above
    assert "nobody looked \\*there\\* yet" in above
    part = evidence.partition(f"### Evidence of {name}\n")[2].partition("###")[0]
    assert "Not known: nobody looked" in part
    assert not re.search(r"Value: ", part)


def test_the_evidence_names_what_a_number_was_computed_from():
    measured = known("births", 57, "items", n=57, coverage=0.99999, window="2026-03-14/2026-03-14",
                     evidence=tuple(f"BL-{n:04d}" for n in range(57)))  # fmt: skip
    part = report(snapshot({"births": measured})).partition("### Evidence of births\n")[2].partition("###")[0]
    assert "- Value: 57 items (exactly: `measurements.births` of the JSON file)" in part
    assert "- Computed from 57 (from 2026-03-14 to 2026-03-14), coverage 99.9 %" in part
    assert "- Definition: `births@1`, reference page `metrics/births`" in part
    assert "- From: `BL-0000`, " in part
    assert "`BL-0019` and 37 more" in part


def test_a_metric_of_a_guest_is_shown_too():
    text = report(snapshot({"coffee_cups": known("coffee_cups", 7, "cups")}))
    assert "- **coffee cups:** [7 cups](#evidence-of-coffee_cups)" in sections(text)["Quality Metrics"]


def test_the_checks_behind_a_claim_are_listed_with_their_results():
    text = sections(report())["Platform Readiness"]
    assert (
        "- **Production ready:** [no](#evidence-of-production_ready)\n    - [ci\\_is\\_green: not told"
        in text
    )


def test_a_note_is_in_the_summary():
    assert "- **Note:** the history was rewritten" in report(snapshot(notes=("the history was rewritten",)))


def test_a_day_before_the_first_commit_is_a_report_too():
    assert "before the first commit" in report(snapshot(revision="", measurements={}, trends=()))


def test_long_lists_are_cut_and_say_so():
    text = sections(report())["Backlog Completion Status"]
    assert text.count("`BL-00") >= 10
    assert "- and [10 more](#evidence-of-completed_ids)" in text


def with_text(text: str, *, is_reason_ours: str = "r"):
    return snapshot(
        {
            "wsjf_snapshot": known("wsjf_snapshot", ranked(text or "x"), "items", evidence=(text or "x",)),
            "blocked_items": known("blocked_items", blocked(text or "x", text or "x"), "risks"),
            "completed_ids": known("completed_ids", [text or "x"], "items"),
            "open_prs": unknown("open_prs", "pull requests", is_reason_ours),
        },
        name=text or "x",
        notes=(is_reason_ours,),
        trends=(series("open_items", text or "x"),),
    )


def shape(text: str) -> list[str]:
    """All that the text is but the text itself: a title may be one code span or no text at all."""
    plain = [
        kind for kind in kinds(READER.parse(text)) if kind not in ("code_inline", "text_special", "text")
    ]
    return [kind for n, kind in enumerate(plain) if kind != "inline" or plain[n - 1 : n] != ["inline"]]


@settings(deadline=None, max_examples=40)
@given(anything)
def test_text_of_a_repository_never_becomes_structure(text: str):
    assert shape(report(with_text(text))) == shape(report(with_text("x")))


@settings(deadline=None, max_examples=40)
@given(anything)
def test_the_reason_of_a_metric_never_becomes_structure(text: str):
    reason = f"because {text}"
    assert shape(report(with_text("x", is_reason_ours=reason))) == shape(report(with_text("x")))


def test_a_day_takes_less_than_forty_milliseconds():
    day = snapshot(
        {
            name: known(
                name, measured.value, measured.unit, evidence=tuple(f"BL-{n:05d}" for n in range(500))
            )
            for name, measured in measurements().items()
            if measured.value is not None
        }
        | {"wsjf_snapshot": known("wsjf_snapshot", ranked(count=40) * 250, "items")}
    )
    to_json(day), to_markdown(day)
    took = []
    for _ in range(5):
        started = time.process_time()
        to_json(day), to_markdown(day)
        took.append(time.process_time() - started)
    assert min(took) < 0.040
