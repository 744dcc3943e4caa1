"""Commands in hints can be typed as they are printed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from backlog_pipeline_tests.cli.command import environment

CODE = """
from backlog_pipeline.cli import output, typed
print(typed.program())
output.say("Next: `backlog list`, not `ls`")
"""


def printed(script: str, cwd: Path, path: str) -> tuple[str, str]:
    env = environment(cwd, PATH=path, PYTHONPATH=os.pathsep.join(sys.path))
    ended = subprocess.run(
        [sys.executable, script], cwd=cwd, env=env, capture_output=True, text=True, check=True
    )
    return ended.stdout.strip(), ended.stderr.strip()


def script(folder: Path) -> Path:
    folder.mkdir(parents=True)
    path = folder / "backlog"
    path.write_text(f"#!{sys.executable}\n{CODE}")
    path.chmod(0o755)
    return path


def test_where_the_shell_finds_this_very_one_its_name_is_enough(tmp_path: Path):
    path = script(tmp_path / "bin")
    assert printed(str(path), tmp_path, str(path.parent)) == ("backlog", "Next: `backlog list`, not `ls`")


@pytest.mark.parametrize("other", [False, True], ids=["none", "another"])
def test_where_the_shell_finds_none_or_another_it_is_the_path(other: bool, tmp_path: Path):
    path = script(tmp_path / ".venv" / "bin")
    found = str(script(tmp_path / "other").parent) if other else str(tmp_path)
    expected = (".venv/bin/backlog", "Next: `.venv/bin/backlog list`, not `ls`")
    assert printed(str(path), tmp_path, found) == expected


def test_a_path_with_a_blank_is_quoted_and_one_here_begins_with_a_dot(tmp_path: Path):
    path = script(tmp_path / "my tools")
    assert printed(str(path), tmp_path, "")[0] == "'my tools/backlog'"
    assert printed("backlog", path.parent, "")[0] == "./backlog"


def test_a_far_path_stays_whole(tmp_path: Path):
    path, far = script(tmp_path / "bin"), tmp_path.joinpath(*"abcdefghijklmnopqrstuvwxyz" * 3)
    far.mkdir(parents=True)
    assert printed(str(path), far, "")[0] == str(path)


def test_what_is_no_script_of_ours_goes_by_the_name(tmp_path: Path):
    path = script(tmp_path / "bin").rename(tmp_path / "pytest")
    assert printed(str(path), tmp_path, "")[0] == "backlog"
