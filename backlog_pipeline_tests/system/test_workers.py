import os
import signal
import time
from pathlib import Path

import pytest

from backlog_pipeline.errors import ToolError
from backlog_pipeline.system import workers

ECHO = "backlog_pipeline_tests.system.echo_worker"


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[2]))


def ask(*tasks: str, jobs: int = 2, **options: float) -> dict[str, workers.Answer]:
    return dict(workers.ask_all(ECHO, ((t, t.encode()) for t in tasks), jobs=jobs, **options))


def is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().split(")")[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_every_task_is_answered_once():
    tasks = [f"say {n}" for n in range(200)]
    answers = list(workers.ask_all(ECHO, ((t, t.encode()) for t in tasks), jobs=2))
    assert sorted(key for key, _ in answers) == sorted(tasks)
    assert all(answer.data == key.encode() for key, answer in answers)


def test_no_task_starts_no_process():
    assert ask() == {}


def test_a_worker_that_dies_loses_only_its_own_task():
    answers = ask("say a", "signal 11", "say b", "exit 3", "say c")
    assert answers["signal 11"] == workers.Answer(lost="its process was ended by SIGSEGV")
    assert answers["exit 3"] == workers.Answer(lost="its process ended with 3")
    assert [answers[f"say {x}"].lost for x in "abc"] == ["", "", ""]


def test_a_task_that_never_ends_is_stopped_by_its_processor_time():
    answers = ask("spin", "say a", jobs=1)
    assert answers["spin"].lost == "it took too much processor time"
    assert answers["say a"].data == b"say a"


def test_a_worker_that_waits_for_ever_is_given_up():
    answers = ask("sleep", "say a", jobs=1, wall_seconds=1.5)
    assert answers["sleep"].lost == "no answer within 1.5 s"
    assert answers["say a"].data == b"say a"


def test_what_a_worker_prints_is_no_answer():
    assert ask("print noise").values().__iter__().__next__().data == b"print noise"


def test_a_worker_that_cannot_start_is_an_error_that_says_why():
    with pytest.raises(ToolError, match=r"No module named backlog_pipeline_tests\.nothing"):
        list(workers.ask_all("backlog_pipeline_tests.nothing", [("a", b"a")], jobs=2))


def test_workers_that_die_on_everything_end_in_an_error():
    with pytest.raises(ToolError, match=r"processes of .* died"):
        list(workers.ask_all(ECHO, ((n, b"exit 1") for n in range(1000)), jobs=2))


def test_an_error_of_the_tasks_reaches_the_caller():
    def tasks():
        yield "a", b"say a"
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        list(workers.ask_all(ECHO, tasks(), jobs=2))


def test_workers_end_when_the_caller_stops_asking():
    answers = workers.ask_all(ECHO, ((n, b"pid") for n in range(10_000)), jobs=2)
    process = int(next(answers)[1].data)
    answers.close()
    assert not is_alive(process)


def test_workers_end_when_their_parent_is_killed(tmp_path: Path):
    parent = os.fork()
    if parent == 0:
        note = tmp_path / "pid"
        for _, answer in workers.ask_all(ECHO, iter([(1, b"pid"), (2, b"wait")]), jobs=1):
            note.write_bytes(answer.data)
        os._exit(0)
    worker = int(wait_for(tmp_path / "pid"))
    os.kill(parent, signal.SIGKILL)
    os.waitpid(parent, 0)
    deadline = time.monotonic() + 10
    while is_alive(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_alive(worker)


def wait_for(path: Path) -> str:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if path.exists() and path.read_text():
            return path.read_text()
        time.sleep(0.05)
    raise AssertionError(f"{path} never appeared")


def test_no_file_of_the_current_folder_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "json.py").write_text("raise SystemExit('a stranger ran')")
    (tmp_path / "resource.py").write_text("raise SystemExit('a stranger ran')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["", ".", os.environ["PYTHONPATH"]]))
    assert ask("say a")["say a"].data == b"say a"
