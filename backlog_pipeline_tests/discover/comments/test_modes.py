"""The stops of a mode only make it fast: they pass over no place where a rule would match."""

import gc
import re

import pytest
from hypothesis import given, settings

from backlog_pipeline.discover.comments.languages import LANGUAGES
from backlog_pipeline.discover.comments.scanner import Mode
from backlog_pipeline_tests.discover.comments.labelled import content, labels
from backlog_pipeline_tests.discover.comments.test_scanner_properties import TEXTS

SAMPLE = "".join(content(name).decode() for name in labels())
MODES = sorted({id(m): m for m in gc.get_objects() if isinstance(m, Mode)}.values(), key=lambda m: m.name)
FAST = [mode for mode in MODES if mode._stop is not None]


def places(mode: Mode, text: str) -> list[tuple[int, int, int | None]]:
    found, position = [], 0
    while match := mode.next(text, position, len(text)):
        found.append((match.start(), match.end(), match.lastindex))
        position = max(match.end(), match.start() + 1)
    return found


def places_without_stops(mode: Mode, text: str) -> list[tuple[int, int, int | None]]:
    search = mode._match.__self__.search  # type: ignore[attr-defined]
    found, position = [], 0
    while match := search(text, position, len(text)):
        found.append((match.start(), match.end(), match.lastindex))
        position = max(match.end(), match.start() + 1)
    return found


def test_there_are_modes_with_stops_and_each_language_has_a_mode() -> None:
    assert len(FAST) >= 10
    assert all(language.mode in MODES for language in LANGUAGES)


@pytest.mark.parametrize("mode", FAST, ids=lambda m: m.name)
def test_stops_pass_over_nothing_in_the_sample(mode: Mode) -> None:
    assert places(mode, SAMPLE) == places_without_stops(mode, SAMPLE)


@pytest.mark.parametrize("mode", FAST, ids=lambda m: m.name)
@settings(max_examples=40)
@given(text=TEXTS)
def test_stops_pass_over_nothing_in_any_text(mode: Mode, text: str) -> None:
    assert places(mode, text) == places_without_stops(mode, text)


def test_no_rule_matches_nothing() -> None:
    for mode in MODES:
        pattern: re.Pattern[str] = mode._match.__self__  # type: ignore[attr-defined]
        assert pattern.fullmatch("") is None, mode.name
