"""A program is run to its end, and never outlives its time."""

import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from backlog_pipeline.errors import ToolError, ToolMissing, ToolTimeout
from backlog_pipeline.system import process


def _python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def _is_gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


def test_exit_code_and_both_outputs_come_back() -> None:
    ended = process.run(_python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"))
    assert (ended.code, ended.stdout, ended.stderr) == (3, b"out\n", b"err\n")


def test_standard_input_is_closed_unless_given(tmp_path: Path) -> None:
    echo = _python("import sys; sys.stdout.write(sys.stdin.read())")
    assert process.run(echo).stdout == b""
    assert process.run(echo, stdin=b"\xff x").stdout == b"\xff x"


def test_folder_and_environment_are_those_given(tmp_path: Path) -> None:
    code = "import os; print(os.getcwd(), os.environ.get('MINE'), os.environ.get('HOME'))"
    ended = process.run(_python(code), cwd=tmp_path, env={"MINE": "1"})
    assert ended.stdout.decode().split() == [str(tmp_path), "1", "None"]


def test_no_shell_reads_the_arguments(tmp_path: Path) -> None:
    odd = "$(touch x); `touch y` 'z"
    ended = process.run((*_python("import sys; print(sys.argv[1])"), odd), cwd=tmp_path)
    assert ended.stdout.decode() == odd + "\n"
    assert not (tmp_path / "x").exists()
    assert not (tmp_path / "y").exists()


def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(ToolMissing, match=r"no-such-program was not found\. Next: install"):
        process.run(("no-such-program",))


def test_a_folder_that_is_gone_is_not_taken_for_a_missing_program(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"gone is not there any more") as raised:
        process.run((sys.executable, "-c", ""), cwd=tmp_path / "gone")
    assert not isinstance(raised.value, ToolMissing)


def test_a_program_that_takes_too_long_is_ended_with_its_children(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    child = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    start = time.monotonic()
    with pytest.raises(ToolTimeout, match=r"did not end within 1 s"):
        process.run(_python(parent), timeout=1)
    assert time.monotonic() - start < 8
    pid = int(note.read_text())
    deadline = time.monotonic() + 3
    while not _is_gone(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert _is_gone(pid)


def test_a_program_is_ended_with_us(tmp_path: Path) -> None:
    note, here = tmp_path / "pid", threading.get_ident()

    def stop_us() -> None:
        while not (note.exists() and note.read_text()):
            time.sleep(0.01)
        signal.pthread_kill(here, signal.SIGINT)

    threading.Thread(target=stop_us, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        process.run(("sh", "-c", f"echo $$ > {note}; exec sleep 60"), timeout=50)
    assert _is_gone(int(note.read_text()))


def test_a_program_that_ignores_the_first_signal_is_killed() -> None:
    stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    with pytest.raises(ToolTimeout):
        process.run(_python(stubborn), timeout=0.5)


def test_a_failure_becomes_one_line_with_the_end_of_what_was_said() -> None:
    ended = process.run(_python("import sys; sys.exit('first line\\nlast line')"))
    with pytest.raises(ToolError) as caught:
        process.check(ended, next_step="look")
    assert "last line" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_lines_are_handed_over_while_the_program_runs() -> None:
    seen: list[tuple[str, float]] = []
    code = "import sys, time\nfor n in range(3): print(n, file=sys.stderr, flush=True); time.sleep(0.2)"
    ended = process.watch(_python(code), lambda line: seen.append((line, time.monotonic())), timeout=20)
    assert [line for line, _ in seen] == ["0", "1", "2"]
    assert seen[2][1] - seen[0][1] > 0.2
    assert ended.code == 0


def test_a_watched_program_that_takes_too_long_is_ended() -> None:
    with pytest.raises(ToolTimeout):
        process.watch(_python("import time; time.sleep(60)"), lambda line: None, timeout=0.5)
