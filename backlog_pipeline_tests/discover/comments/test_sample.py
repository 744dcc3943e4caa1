"""The bars that the hand-labelled sample holds the reader to."""

import pytest

from backlog_pipeline_tests.discover.comments.labelled import Score, content, labels, scores, total

SCORES = scores()
REQUIRED = (
    "Python", "JavaScript", "TypeScript", "TSX", "Go", "Rust", "C", "C++", "Java", "Ruby", "Shell", "YAML",
    "TOML", "SQL", "HTML", "CSS", "Dockerfile", "Makefile",
)  # fmt: skip


@pytest.mark.parametrize("score", SCORES, ids=lambda s: s.language)
def test_precision_is_at_least_0_99_and_recall_0_98(score: Score) -> None:
    assert score.precision >= 0.99, score.too_many
    assert score.recall >= 0.98, score.missed


def test_every_required_language_is_in_the_sample_with_words_that_mislead() -> None:
    by_name = {score.language: score for score in SCORES}
    for language in REQUIRED:
        assert by_name[language].labels >= 12, language
        assert by_name[language].decoys >= 5, language
    assert total(SCORES).labels >= 500


def test_every_label_names_a_line_that_holds_its_word() -> None:
    for name, rows in labels().items():
        lines = content(name).decode().split("\n")
        assert all(kind in lines[line - 1] for _, line, kind, _ in rows), name
