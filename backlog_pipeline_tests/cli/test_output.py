"""Data on standard output, talk on standard error, colours and moving bars only on a terminal."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from backlog_pipeline.cli import output
from backlog_pipeline_tests.cli.command import environment

TALK = """
import time
from backlog_pipeline.cli import output
with output.progress() as progress:
    progress("reading files", 0, 2)
    progress("reading files", 1, 2)
    progress("reading files", 2, 2)
    progress("merging", 0, 0)
output.data({"a": "ü"})
"""

COLOURED = """
from backlog_pipeline.cli import output
from rich.text import Text
output.table(Text("word", style="bold red"))
"""


def on_terminal(code: str, home: Path, **more: str) -> str:
    """What a person sees: both streams on a pseudo-terminal of 80 columns."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=follower,
        stderr=follower,
        env=environment(home, TERM="xterm", COLUMNS="80", **more),
    )
    os.close(follower)
    seen = b""
    try:
        while chunk := os.read(leader, 4096):
            seen += chunk
    except OSError:  # the last writer has closed the terminal
        pass
    process.wait(timeout=30)
    os.close(leader)
    return seen.decode()


def test_in_a_log_each_thing_is_said_once(tmp_path: Path):
    ended = subprocess.run(
        [sys.executable, "-c", TALK], env=environment(tmp_path), capture_output=True, text=True, check=True
    )
    assert ended.stderr.splitlines() == ["reading files ...", "merging ..."]
    assert ended.stdout == '{\n  "a": "ü"\n}\n'


def test_on_a_terminal_lines_move_and_are_gone_at_the_end(tmp_path: Path):
    seen = on_terminal(TALK, tmp_path)
    assert "reading files" in seen
    assert "\x1b[" in seen


def test_without_colours_where_nobody_wants_them(tmp_path: Path):
    assert "\x1b[" in on_terminal(COLOURED, tmp_path)
    assert "\x1b[31m" not in on_terminal(COLOURED, tmp_path, NO_COLOR="1")
    ended = subprocess.run(
        [sys.executable, "-c", COLOURED],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout == "word\n"


def test_a_long_step_gives_a_sign_of_life(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    seconds = iter([0.0, 3.0, 11.0, 12.0])
    monkeypatch.setattr(output.time, "monotonic", lambda: next(seconds))
    progress = output.PlainProgress()
    for done in range(4):
        progress("reading files", done, 9)
    assert capsys.readouterr().err.splitlines() == ["reading files ...", "reading files ... 2 of 9"]


def test_json_is_utf_8_whatever_a_file_is_called(tmp_path: Path):
    code = "from backlog_pipeline.cli import output; output.data(['caf\\udce9.py', 'ü'])"
    argv = [sys.executable, "-c", code]
    ended = subprocess.run(argv, env=environment(tmp_path), capture_output=True, check=True)
    assert ended.stdout.decode("utf-8") == '[\n  "caf\\udce9.py",\n  "ü"\n]\n'
    assert os.fsencode(json.loads(ended.stdout)[0]) == b"caf\xe9.py"


@pytest.mark.parametrize("encoding", ["utf-8:strict", "latin-1:strict"])
def test_no_text_is_too_much_for_an_output(tmp_path: Path, encoding: str):
    code = (
        "from backlog_pipeline.cli import output; output.accept_any_text()\n"
        "output.lines(['/caf\\udce9 \\ud800 …']); output.say('/caf\\udce9')"
    )
    argv, env = [sys.executable, "-c", code], environment(tmp_path, PYTHONIOENCODING=encoding)
    ended = subprocess.run(argv, env=env, capture_output=True, check=True)
    sign = "…".encode("utf-8" if "utf" in encoding else "ascii", "backslashreplace")
    assert ended.stdout == b"/caf\xe9 \\ud800 " + sign + b"\n"
    assert ended.stderr == b"/caf\xe9\n"
