"""The first five minutes, as a person has them: run, read, keep, run again."""

import json
import os
import re
import resource
import signal
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backlog_pipeline_tests.cli.command import Ended, backlog, environment
from backlog_pipeline_tests.cli.test_present import KEYS
from backlog_pipeline_tests.git_repository import GitRepository

NOW = datetime.now(UTC)
OFFLINE = "[sources.dependency_vulnerabilities]\nenabled = false\n"
QUICK = f"{OFFLINE}[sources.sast_findings]\nenabled = false\n"
MARKERS = (
    "TODO: split the parser",
    "FIXME: leaks a handle",
    "HACK: works around a race",
    "XXX: is this ever called",
)


@dataclass(frozen=True)
class World:
    home: Path
    repository: GitRepository

    def backlog(self, *words: str, **more: str) -> Ended:
        return backlog(*words, "--repo", str(self.repository.path), home=self.home, **more)

    def items(self, *words: str, **more: str) -> list[dict[str, object]]:
        return json.loads(self.backlog("list", "--json", *words, **more).out)


def build(folder: Path, settings: str = QUICK) -> World:
    home, repository = folder / "home", GitRepository(folder / "project")
    home.mkdir()
    (home / "backlog.toml").write_text(settings)
    for number in range(14):
        marker = MARKERS[number % len(MARKERS)]
        repository.write(
            f"src/m{number}.py", f"def f{number}():\n    # {marker} number {number}\n    return {number}\n"
        )
        repository.commit(f"add m{number}", when=NOW - timedelta(days=3 * number + 2))
    repository.write("src/shell.py", "import subprocess\nsubprocess.call('ls ' + input(), shell=True)\n")
    repository.commit("call a shell", when=NOW - timedelta(days=1))
    return World(home, repository)


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, Ended]:
    """A repository after its first run; tests that use it only read."""
    world = build(tmp_path_factory.mktemp("looked"), OFFLINE)
    return world, world.backlog("run")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return build(tmp_path)


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_the_first_run_prints_ten_ranked_items_and_what_comes_next(looked: tuple[World, Ended]):
    world, ended = looked
    assert ended.code == 0, ended.err
    lines = ended.out.splitlines()
    assert lines[0].startswith("project (main, ")
    assert "15 open items, 15 new" in lines[0]
    start = lines.index("rank  score  what to do")
    ranks = [line.split()[0] for line in lines[start + 1 : start + 21 : 2]]
    assert ranks == [str(n) for n in range(1, 11)]
    assert all("  bl-" in line for line in lines[start + 1 : start + 21 : 2])
    assert all(re.search(r"\.py:\d+, \d+ days? old: \w", line) for line in lines[start + 2 : start + 22 : 2])
    assert f"Everything is kept in {world.home}" in ended.out
    assert "backlog ui" in ended.out
    assert "carrying items out is not part of this version" in ended.out
    assert "Nothing was written into the repository" in ended.out
    assert "dependency_vulnerabilities, switched off" in ended.out
    assert "merging ..." in ended.err


def test_the_first_run_writes_nothing_into_the_repository(looked: tuple[World, Ended]):
    world, _ = looked
    assert world.repository.git("status", "--porcelain", "--ignored").strip() == ""


def test_what_the_first_run_prints_fits_80_columns_but_for_paths(looked: tuple[World, Ended]):
    world, ended = looked
    for line in ended.out.splitlines():
        if str(world.repository.path) not in line and str(world.home) not in line:
            assert len(line) <= 80, line


def test_items_as_json_have_exactly_the_keys_of_the_file(looked: tuple[World, Ended]):
    rows = looked[0].items()
    assert len(rows) == 15
    assert all(list(row) == KEYS for row in rows)
    scores = [row["wsjf_score"] for row in rows]
    assert scores == sorted(scores, reverse=True)
    (shell,) = [row for row in rows if "src/shell.py" in row["files"]]
    assert shell["source"] == "sast_findings"


def test_one_item_is_shown_by_the_beginning_of_its_id(looked: tuple[World, Ended]):
    world, _ = looked
    id_ = str(world.items()[0]["id"])
    for word in (id_, id_[3:], id_[:-1]):
        ended = world.backlog("show", word)
        assert ended.code == 0, ended.err
        assert ended.out.startswith(f"{id_}  ")
        assert "= score" in ended.out
        assert "Why this score" in ended.out
    assert [row["id"] for row in json.loads(world.backlog("show", id_, "--json").out)] == [id_]
    terms = json.loads(world.backlog("show", id_, "--json", "--terms").out)
    assert [t["name"] for t in terms][:3] == ["business_value", "time_criticality", "risk_reduction"]


def test_an_id_that_does_not_exist_gets_the_nearest_one(looked: tuple[World, Ended]):
    world, _ = looked
    id_ = str(world.items()[0]["id"])
    wrong = id_[:-1] + ("0" if id_[-1] != "0" else "1")
    ended = world.backlog("show", wrong)
    assert ended.code == 2
    assert f"there is no item '{wrong}'. Next: did you mean {id_}?" in ended.err
    assert "items begin with 'bl-'" in world.backlog("show", "bl-").err


def test_findings_are_listed_with_their_source(looked: tuple[World, Ended]):
    world, _ = looked
    rows = json.loads(world.backlog("findings", "--json").out)
    assert {row["source"] for row in rows} == {"code_comments", "sast_findings"}
    only = json.loads(world.backlog("findings", "--source", "code_comments", "--json").out)
    assert {row["source"] for row in only} == {"code_comments"}
    assert len(only) == 14
    below = json.loads(world.backlog("findings", "--below", "--json").out)
    assert all(row["is_below_bar"] for row in below)
    ended = world.backlog("findings", "--source", "code_coments")
    assert (ended.code, "use one of code_comments" in ended.err) == (2, True)


@pytest.mark.parametrize(
    "words", [["list"], ["list", "--json", "--all"], ["findings"], ["config"], ["plugins"], ["show", "ID"]]
)
def test_commands_that_only_read_import_neither_dagster_nor_pandas(
    looked: tuple[World, Ended], words: list[str]
):
    world, _ = looked
    words = [str(world.items()[0]["id"]) if word == "ID" else word for word in words]
    code = (
        "import sys\nfrom backlog_pipeline.cli.main import run_and_exit\n"
        "try:\n    run_and_exit()\nexcept SystemExit as end:\n    assert end.code == 0\n"
        "heavy = [m for m in ('dagster', 'pandas', 'alembic') if m in sys.modules]\n"
        "sys.stderr.write('IMPORTED ' + ' '.join(heavy))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, *words, "--repo", str(world.repository.path)],
        env=environment(world.home), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert ended.stderr.splitlines()[-1] == "IMPORTED "


def cpu_seconds(world: World, *words: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert world.backlog(*words).code == 0
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_a_run_with_no_news_is_over_at_once_and_adds_nothing(looked: tuple[World, Ended]):
    world, _ = looked
    before = files_of(world.home / "storage")
    ended = world.backlog("run")
    assert ended.code == 0
    assert "nothing has changed since the run of " in ended.out
    assert "rank  score  what to do" in ended.out
    assert files_of(world.home / "storage") == before
    assert min(cpu_seconds(world, "run") for _ in range(2)) < 1.5


def test_a_dry_run_writes_nothing_anywhere(world: World):
    home = world.home
    before, outside = files_of(home), files_of(world.repository.path)
    ended = world.backlog("run", "--dry-run")
    assert ended.code == 0, ended.err
    assert "14 open items, 14 new" in ended.out
    assert "A dry run: nothing was written or recorded anywhere." in ended.out
    assert files_of(home) == before
    assert files_of(world.repository.path) == outside


def test_a_dry_run_after_a_run_knows_what_the_run_knew(looked: tuple[World, Ended]):
    world, _ = looked
    before = files_of(world.home / "storage")
    ended = world.backlog("run", "--dry-run")
    assert "15 open items, nothing new" in ended.out
    assert files_of(world.home / "storage") == before


def test_run_as_json_prints_the_ranked_items_and_talks_on_standard_error(looked: tuple[World, Ended]):
    world, _ = looked
    ended = world.backlog("run", "--json", "--discover-only")
    assert [row["id"] for row in json.loads(ended.out)] == [row["id"] for row in world.items()]
    assert "nothing has changed" in ended.err
    assert "carrying items out" not in ended.err


def test_the_file_is_kept_up_to_date_and_a_persons_edit_wins(world: World):
    world.backlog("run")
    ended = world.backlog("init")
    assert ended.code == 0, ended.err
    assert "holds 14 open items" in ended.err
    path = world.repository.path / "backlog.yml"
    text = path.read_text()
    assert all(str(row["id"]) in text for row in world.items())

    id_ = str(world.items()[-1]["id"])
    start = text.index("business_value: ", text.index(id_))
    edited = text[:start] + "business_value: 13" + text[text.index("\n", start) :]
    path.write_text(edited)
    world.repository.write("src/new.py", "# TODO: one more thing\n")
    world.repository.git("add", "src")
    world.repository.git("commit", "-m", "more")

    assert "15 open items, 1 new" in world.backlog("run").out
    assert "one more thing" in path.read_text()
    assert "business_value: 13" in path.read_text()
    assert next(row for row in world.items() if row["id"] == id_)["business_value"] == 13
    assert "set by hand: business_value" in world.backlog("show", id_).out
    assert world.repository.git("status", "--porcelain").split("\n") == ["?? backlog.yml", "?? docs/"]
    assert [path.name for path in (world.repository.path / "docs").iterdir()] == ["status"]
    after = path.read_bytes()
    ended = world.backlog("run")
    assert "nothing has changed since" in ended.out
    assert "backlog.yml is up to date" in ended.out
    assert path.read_bytes() == after


def test_strict_ends_with_7_when_a_source_could_not_look(world: World):
    ours = world.home / "ours.py"
    ours.write_text(
        "from backlog_pipeline.plugins import source\n"
        "@source\ndef broken(look):\n    raise OSError('no net')\n"
    )
    (world.home / "backlog.toml").write_text(f"{QUICK}[plugins]\nfiles = ['{ours}']\n")
    ended = world.backlog("run", "--strict")
    assert ended.code == 7, ended.err
    assert "Not everything could be looked at:" in ended.out
    assert "broken, failed: its process ended with 1: OSError: no net. Next: " in ended.out
    assert "14 open items" in ended.out


def test_continuous_looks_until_it_is_stopped(world: World):
    code = "from backlog_pipeline.cli.main import run_and_exit; run_and_exit()"
    words = ["run", "--continuous", "--interval", "60", "--repo", str(world.repository.path)]
    process = subprocess.Popen(
        [sys.executable, "-c", code, *words],
        env=environment(world.home), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1,
    )  # fmt: skip
    assert process.stderr is not None
    for line in process.stderr:
        if "Next look in 60 minutes" in line:
            break
    os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "14 open items" in out
    assert err.strip().startswith("error: stopped")
    assert "Traceback" not in err


def test_an_interval_without_continuous_is_refused(world: World):
    ended = world.backlog("run", "--interval", "5")
    assert (ended.code, "add --continuous" in ended.err) == (2, True)
    assert world.backlog("run", "--continuous", "--interval", "0").code == 2
