"""What a marker says about itself."""

import pytest

from backlog_pipeline.discover.comments.languages import language_of_path
from backlog_pipeline.discover.comments.reading import Marker, read


def marker(comment: str) -> Marker:
    language = language_of_path("a.sh")
    assert language is not None
    (found,) = read(f"# {comment}\n".encode(), language).markers
    return found


def said(comment: str) -> dict[str, str]:
    found = marker(comment)
    assert found.text == "x", found
    names = ("owner", "ticket", "label", "due")
    return {name: getattr(found, name) for name in names if getattr(found, name)}


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("TODO: x", {}),
        ("TODO(@ana, #123, due 2026-12-01): x", {"owner": "ana", "ticket": "#123", "due": "2026-12-01"}),
        ("TODO(ana): x", {"owner": "ana"}),
        ("TODO(ana) x", {"owner": "ana"}),
        ("TODO (ana): x", {"owner": "ana"}),
        ("TODO @ana x", {"owner": "ana"}),
        ("TODO @ana: x", {"owner": "ana"}),
        ("TODO: @ana x", {"owner": "ana"}),
        ("TODO(ana@example.org): x", {"owner": "ana@example.org"}),
        ("TODO(@acme/web): x", {"owner": "acme/web"}),
        ("TODO(owner: ana): x", {"owner": "ana"}),
        ("TODO(ana, backend): x", {"owner": "ana", "label": "backend"}),
        ("TODO[perf]: x", {"label": "perf"}),
        ("TODO [perf]: x", {"label": "perf"}),
        ("TODO[perf, ui]: x", {"label": "perf, ui"}),
        ("TODO(p1): x", {"label": "p1"}),
        ("TODO(2.0): x", {"label": "2.0"}),
        ("TODO(#12): x", {"ticket": "#12"}),
        ("TODO #12: x", {"ticket": "#12"}),
        ("TODO #12 x", {"ticket": "#12"}),
        ("TODO(issue 12): x", {"ticket": "#12"}),
        ("FIXME(GH-12): x", {"ticket": "#12"}),
        ("TODO(ABC-12): x", {"ticket": "ABC-12"}),
        ("TODO ABC-12: x", {"ticket": "ABC-12"}),
        ("TODO(b/1234): x", {"ticket": "b/1234"}),
        ("TODO(web#12): x", {"ticket": "web#12"}),
        ("TODO(Acme/Web#12): x", {"ticket": "Acme/Web#12"}),
        (
            "TODO(https://github.com/acme/web/issues/12): x",
            {"ticket": "acme/web#12"},
        ),
        (
            "TODO: https://gitlab.com/a/b/c/-/issues/3 x",
            {"ticket": "gitlab.com/a/b/c#3"},
        ),
        ("TODO(ana #12): x", {"owner": "ana", "ticket": "#12"}),
        ("TODO(ana)(#12): x", {"owner": "ana", "ticket": "#12"}),
        ("TODO(by 2026-12-01): x", {"due": "2026-12-01"}),
        ("TODO(2026-12-01): x", {"due": "2026-12-01"}),
        ("TODO(2026-02-31): x", {"label": "2026-02-31"}),
        ("TODO(ana, label: ui): x", {"owner": "ana", "label": "ui"}),
    ],
)
def test_tags_are_read_and_left_out_of_the_text(comment: str, expected: dict[str, str]) -> None:
    assert said(comment) == expected


@pytest.mark.parametrize(
    ("comment", "text"),
    [
        ("TODO(this is wrong when it rains) x", "(this is wrong when it rains) x"),
        ("TODO (maybe) x", "(maybe) x"),
        ("TODO UTF-8 x", "utf-8 x"),
        ("TODO ana: x", "ana: x"),
    ],
)
def test_words_that_are_no_tags_stay_in_the_text(comment: str, text: str) -> None:
    found = marker(comment)
    assert (found.text, found.owner, found.ticket) == (text, "", "")


def test_a_ticket_in_the_text_is_a_link_too() -> None:
    text = "TODO: drop it once https://github.com/acme/web/issues/12 is fixed"
    assert marker(text).ticket == "acme/web#12"
    assert marker("TODO: drop it (see #12)").ticket == "#12"


def test_tags_do_not_enter_identity() -> None:
    assert marker("TODO(ana): keep the order").text == marker("TODO(@ben, #9): keep the order.").text
