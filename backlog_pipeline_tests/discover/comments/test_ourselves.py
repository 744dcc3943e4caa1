"""Our own files speak of markers on every page, and hold none."""

from pathlib import Path

import pytest

import backlog_pipeline
from backlog_pipeline.discover.comments.gather import markers

PACKAGE = Path(backlog_pipeline.__file__).parent
FOLDERS = sorted({path.parent.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py")})


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_no_word_about_markers_is_taken_for_one(folder: Path) -> None:
    found = {path.name: markers(path.name, path.read_bytes()) for path in (PACKAGE / folder).glob("*.py")}
    assert {name: texts for name, texts in found.items() if texts} == {}
