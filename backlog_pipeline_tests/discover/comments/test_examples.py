"""Code that a docstring shows holds no call to act."""

import pytest

from backlog_pipeline.discover.comments.languages import language_of_path
from backlog_pipeline.discover.comments.pieces import PieceReader
from backlog_pipeline.discover.comments.reading import read


def found(*lines: str) -> list[str]:
    """The texts of the markers in a docstring of these lines, read in both ways."""
    content = "\n".join(["def f():", '    """Do it.', *(f"    {line}" for line in lines), '    """', ""])
    language = language_of_path("a.py")
    assert language is not None
    texts = [m.text for m in read(content.encode(), language).markers]
    assert list(PieceReader().texts("a.py", content.encode())) == texts, "history is read alike"
    return texts


@pytest.mark.parametrize(
    "lines",
    [
        ("```", "# TODO: x", "```"),
        ("```python", "", "TODO: x", "", "```"),
        ("~~~", "TODO: x", "~~~"),
        ("````", "```", "TODO: x", "```", "````"),
        (">>> f()  # TODO: x",),
        (">>> f(", "... # TODO: x", "... )"),
        ("So::", "", "    # TODO: x"),
        (".. code-block:: python", "    :linenos:", "", "    # TODO: x"),
    ],
)
def test_a_marker_in_an_example_is_none(lines: tuple[str, ...]) -> None:
    assert found(*lines) == []
    assert found(*lines, "", "TODO: behind it") == ["behind it"]
    assert found("TODO: before it", "", *lines) == ["before it"]


@pytest.mark.parametrize(
    "lines",
    [
        ("```", "TODO: x"),
        ("````", "TODO: x", "```"),
        ("```one line```", "TODO: x", "```two```"),
        (".. note::", "", "    TODO: x"),
        ("So::", "TODO: x"),
        ("... TODO: x",),
        ("Args:", "    TODO: x"),
    ],
)
def test_what_is_no_example_is_read(lines: tuple[str, ...]) -> None:
    assert found(*lines) == ["x"]
