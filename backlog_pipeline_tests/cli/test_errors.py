"""Whatever goes wrong is one line with a next step on standard error, and a documented exit code."""

import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from backlog_pipeline import errors as ours
from backlog_pipeline.cli import errors
from backlog_pipeline.errors import BacklogError, RepositoryError
from backlog_pipeline_tests.cli.command import backlog, environment

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "exit-codes.md"
FAULT = """
from backlog_pipeline.cli import errors
def fails():
    raise {error}
raise SystemExit(errors.exit_code_of(fails))
"""


def one_line(err: str) -> str:
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    return err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["lst"], 2, "There is no command 'lst'. Next: did you mean 'list'?"),
        (["zzzzzz"], 2, "see `backlog --help`"),
        (["list", "--al"], 2, "--all"),
        (["list", "--jsno"], 2, "Did you mean '--json'? Next: see `backlog list --help`"),
        (["show"], 2, "Missing argument 'ID'. Next: see `backlog show --help`"),
        (["list", "--repo", "/no/such/place"], 3, "/no/such/place does not exist. Next: give the path"),
        (["list"], 3, "is not in a git repository. Next: give one with --repo PATH"),
    ],
)
def test_a_mistake_is_one_line_with_the_next_step(words: list[str], code: int, said: str, tmp_path: Path):
    ended = backlog(*words, home=tmp_path)
    assert ended.code == code
    assert said in one_line(ended.err)
    assert ended.out == ""


def test_a_bad_variable_stops_every_command_that_reads_settings(tmp_path: Path):
    for name in ("list", "findings", "config", "plugins", "init", "run"):
        ended = backlog(name, home=tmp_path, WSJF_THRESHOLD="high")
        assert ended.code == 2
        assert "environment WSJF_THRESHOLD: 'high' is not a number of 0 or more" in one_line(ended.err)


def all_errors(kind: type[BacklogError] = BacklogError) -> list[type[BacklogError]]:
    return [kind, *(error for child in kind.__subclasses__() for error in all_errors(child))]


@pytest.mark.parametrize("kind", all_errors(), ids=lambda kind: kind.__name__)
def test_each_of_our_errors_ends_with_its_code(kind: type[BacklogError], capsys: pytest.CaptureFixture[str]):
    def fails() -> int:
        raise kind("it\nbroke", next_step="mend it")

    assert errors.exit_code_of(fails) == kind.exit_code
    assert capsys.readouterr().err == "error: it broke. Next: mend it\n"


def test_every_exit_code_is_documented():
    documented = {int(code) for code in re.findall(r"^\| (\d+) \|", PAGE.read_text(), flags=re.MULTILINE)}
    used = {kind.exit_code for kind in all_errors()} | {0, 7, errors.INTERRUPTED, errors.PIPE_CLOSED}
    assert documented == used
    assert all(
        f"exit {kind.exit_code}" in (ours.__doc__ or "") for kind in all_errors() if kind.exit_code > 1
    )


def test_a_fault_of_ours_keeps_its_traceback_and_no_secret(tmp_path: Path):
    code = FAULT.format(error="RuntimeError('with ghp_topsecret at https://ana:pw@example.org/x')")
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(tmp_path, GITHUB_TOKEN="ghp_topsecret"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    line = one_line(ended.stderr)
    (kept,) = (tmp_path / "errors").iterdir()
    assert str(kept) in line
    report = kept.read_text()
    assert "Traceback" in report
    for text in (line, report):
        assert "ghp_topsecret" not in text
        assert "ana:pw" not in text
        assert "https://[login]@example.org/x" in text


def test_a_fault_of_ours_is_said_even_where_nothing_can_be_kept(tmp_path: Path):
    code = FAULT.format(error="RuntimeError('x')")
    (tmp_path / "file").write_text("")
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(tmp_path / "file" / "below"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert "Traceback" in ended.stderr
    assert ended.stderr.splitlines()[-1].startswith("error: a fault of ours, RuntimeError: x.")


def test_ctrl_c_ends_with_130(capsys: pytest.CaptureFixture[str]):
    def interrupted() -> int:
        raise KeyboardInterrupt

    assert errors.exit_code_of(interrupted) == 130
    assert "stopped" in capsys.readouterr().err


def test_a_reader_that_stops_reading_is_no_fault(tmp_path: Path):
    code = (
        "from backlog_pipeline.cli import errors, output\n"
        "def many():\n    output.lines('x' * 80 for _ in range(100_000))\n    output.flush()\n    return 0\n"
        "raise SystemExit(errors.exit_code_of(many))"
    )
    read, write = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=write, stderr=subprocess.PIPE, env=environment(tmp_path)
    )
    os.close(write)
    os.read(read, 100)
    os.close(read)
    _, err = process.communicate(timeout=30)
    assert process.returncode == errors.PIPE_CLOSED
    assert err == b""


def without_reader(code: str, home: Path, *, is_both: bool) -> subprocess.CompletedProcess[bytes]:
    """Run with standard error, or both streams, going into a pipe that nobody reads any more."""
    read, write = os.pipe()
    os.close(read)
    try:
        return subprocess.run(
            [sys.executable, "-c", code],
            stdout=write if is_both else subprocess.PIPE,
            stderr=write,
            env=environment(home),
            timeout=60,
            check=False,
        )
    finally:
        os.close(write)


@pytest.mark.parametrize("is_both", [True, False], ids=["both streams", "standard error"])
def test_progress_that_nobody_reads_fails_no_step(is_both: bool, tmp_path: Path):
    code = (
        "from pathlib import Path\n"
        "from backlog_pipeline.cli import errors, output\n"
        "def run():\n"
        "    with output.progress() as progress:\n"
        "        for step in ('one', 'two', 'three'):\n            progress(step, 0, 0)\n"
        f"        Path({str(tmp_path / 'done')!r}).touch()\n"
        "    output.lines(['found'])\n    output.say('more')\n    output.flush()\n    return 0\n"
        "raise SystemExit(errors.exit_code_of(run))"
    )
    ended = without_reader(code, tmp_path, is_both=is_both)
    assert (tmp_path / "done").exists()
    assert ended.returncode == errors.PIPE_CLOSED
    assert ended.stdout == (None if is_both else b"found\n")


@pytest.mark.parametrize("words", [["plugins"], ["config", "--json"], []], ids=" ".join)
def test_a_command_that_nobody_reads_ends_with_its_code(words: list[str], tmp_path: Path):
    code = f"import sys; sys.argv[1:] = {words!r}\nfrom backlog_pipeline.cli import main; main.run_and_exit()"
    assert without_reader(code, tmp_path, is_both=True).returncode == errors.PIPE_CLOSED


def test_talk_that_nobody_reads_is_no_fault(tmp_path: Path):
    code = (
        "from backlog_pipeline.cli import errors, output\n"
        "raise SystemExit(errors.exit_code_of(lambda: output.say('more') or 0))"
    )
    assert without_reader(code, tmp_path, is_both=False).returncode == errors.PIPE_CLOSED


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_standard_output_is_said(tmp_path: Path):
    code = "from backlog_pipeline.cli.main import run_and_exit; run_and_exit()"
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-c", code, "plugins"],
            stdout=full, stderr=subprocess.PIPE, text=True, env=environment(tmp_path), check=False,
        )  # fmt: skip
    assert ended.returncode == 5
    assert "standard output could not be written" in one_line(ended.stderr)


def test_an_error_with_a_question_is_not_given_a_full_stop():
    error = click.UsageError("Did you mean '--json'?")
    assert errors._in_one_line(error) == "Did you mean '--json'? Next: see `backlog --help`"


def test_the_next_step_of_an_error_is_never_lost(tmp_path: Path):
    assert str(RepositoryError("a.", next_step="b")) == "a. Next: b"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:s3cret@host/db",
        "postgresql://me:s3/cr:et@host/db",
        "postgresql://host/db?a=b&password=s3c",
    ],
)
def test_a_url_is_shown_without_its_password(url: str):
    shown = errors.without_login(f"see {url} now")
    assert "s3" not in shown
    assert "host/db" in shown
    assert shown.endswith(" now")
