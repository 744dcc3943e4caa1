"""An option that no source of the house has is found before anything is scanned or written."""

from pathlib import Path

import pytest

from backlog_pipeline import plugins, settings
from backlog_pipeline.assembly.parts import build_parts
from backlog_pipeline.errors import SettingError
from backlog_pipeline_tests.cli.command import backlog
from backlog_pipeline_tests.git_repository import GitRepository

WRONG = '[sources.dependency_vulnerabilities]\nosv_ulr = "https://osv.example"\n'
SAID = "backlog.toml [sources.dependency_vulnerabilities]: there is no option 'osv_ulr'"

PLUGIN = """
from backlog_pipeline.plugins import source

raise RuntimeError("a plugin's code must not run here")

@source
def ours(look):
    return []
"""


def test_an_unknown_option_ends_the_building_of_parts_before_the_ledger_is_made(backlog_home: Path) -> None:
    backlog_home.mkdir()
    (backlog_home / "backlog.toml").write_text(WRONG)
    chosen = settings.read({}, {"BACKLOG_HOME": str(backlog_home)})
    with pytest.raises(SettingError) as caught:
        build_parts(chosen)
    assert (caught.value.message, caught.value.next_step) == (SAID, "did you mean 'osv_url'?")
    assert [path.name for path in backlog_home.iterdir()] == ["backlog.toml"]


@pytest.mark.parametrize("words", [("run",), ("run", "--dry-run")])
def test_a_run_says_it_in_one_line_and_ends_with_2(
    repository: GitRepository, tmp_path: Path, words: tuple[str, ...]
) -> None:
    repository.write("a.py", "# TODO: split it\n")
    repository.commit()
    home = tmp_path / "state"
    home.mkdir()
    (home / "backlog.toml").write_text(WRONG)
    ended = backlog(*words, "--repo", str(repository.path), home=home)
    assert ended.code == 2
    assert ended.err.splitlines()[-1] == f"error: {SAID}. Next: did you mean 'osv_url'?"
    assert "Traceback" not in ended.err


def test_an_option_that_is_known_is_taken() -> None:
    plugins.check_house_options({"code_comments": {"kinds": "TODO"}, "sast_findings": {}})


def test_the_code_of_a_plugin_is_not_run_to_check_its_options(tmp_path: Path) -> None:
    file = tmp_path / "ours.py"
    file.write_text(PLUGIN)
    plugins.check_house_options(
        {"ours": {"depth": "2"}, "code_comments": {"kinds": "BUG"}}, files=[str(file)]
    )
