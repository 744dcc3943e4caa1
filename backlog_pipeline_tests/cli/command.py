"""Run the command line as a person does: as a process of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from backlog_pipeline.cli.main import COMMANDS
from backlog_pipeline.settings import SETTINGS

__all__ = ["COMMANDS", "Ended", "backlog", "environment"]

_CODE = "from backlog_pipeline.cli.main import run_and_exit; run_and_exit()"


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


def environment(home: Path, **more: str) -> dict[str, str]:
    """Ours without what would change a setting, with a state folder of its own."""
    ours = {row.environment for row in SETTINGS}
    kept = {k: v for k, v in os.environ.items() if k not in ours and k not in ("COLUMNS", "NO_COLOR")}
    return kept | {"BACKLOG_HOME": str(home), "HOME": str(home / "person")} | more


def backlog(*words: str, home: Path, cwd: Path | None = None, **more: str) -> Ended:
    ended = subprocess.run(
        [sys.executable, "-c", _CODE, *words],
        cwd=cwd or home,
        env=environment(home, **more),
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        stdin=subprocess.DEVNULL,
        timeout=120,
        check=False,
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr)
