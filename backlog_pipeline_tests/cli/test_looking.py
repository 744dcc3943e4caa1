"""One look at a repository, from inside."""

import gc
import os
from pathlib import Path

import pytest

from backlog_pipeline import settings
from backlog_pipeline.cli import looking
from backlog_pipeline.errors import RepositoryError


def test_garbage_is_collected_again_once_everything_is_imported(tmp_path: Path) -> None:
    chosen = settings.load({}, os.environ)
    with pytest.raises(RepositoryError):
        looking.rehearse(chosen, tmp_path, lambda what, done, total: None)
    assert gc.isenabled()
    assert gc.get_freeze_count() > 100_000, "what was imported is looked through again and again"
    gc.unfreeze()
