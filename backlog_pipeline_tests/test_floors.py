"""The floors hold, and the gate that watches them is shown to fail on what it forbids."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the package and its contracts, to plant violations in."""
    pytest.importorskip("importlinter", reason="the floors are checked where the dev tools are installed")
    shutil.copytree(
        PROJECT / "backlog_pipeline",
        tmp_path / "backlog_pipeline",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    return tmp_path


def lint_imports(house: Path) -> "subprocess.CompletedProcess[str]":
    code = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    return subprocess.run(
        [sys.executable, "-c", code], cwd=house, capture_output=True, text=True, check=False
    )


def plant(house: Path, module: str, line: str) -> None:
    file = house / "backlog_pipeline" / module
    file.write_text(file.read_text() + f"\n{line}\n")


def test_the_house_as_it_stands_keeps_its_contracts(house: Path) -> None:
    ended = lint_imports(house)
    assert ended.returncode == 0, ended.stdout


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("model/item.py", "import backlog_pipeline.system.git"),
        ("merge/lifecycle.py", "import backlog_pipeline.score.wsjf"),
        ("score/wsjf.py", "import subprocess"),
        ("cli/main.py", "import dagster"),
        ("discover/files.py", "import subprocess"),
        ("pipeline/stages.py", "import backlog_pipeline.assembly"),
    ],
)
def test_a_planted_violation_fails_the_gate(house: Path, module: str, line: str) -> None:
    plant(house, module, line)
    ended = lint_imports(house)
    assert ended.returncode == 1
    assert "BROKEN" in ended.stdout


def test_a_new_room_without_a_floor_fails_the_gate(house: Path) -> None:
    (house / "backlog_pipeline" / "attic.py").write_text('"""A room nobody gave a floor."""\n')
    assert lint_imports(house).returncode == 1
