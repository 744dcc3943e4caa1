"""Commands that need no run: config, plugins, doctor, init."""

import json
import os
from pathlib import Path

import pytest

from backlog_pipeline.settings import SETTINGS
from backlog_pipeline_tests.bad_input.place import QUICK
from backlog_pipeline_tests.cli.command import backlog
from backlog_pipeline_tests.git_repository import GitRepository

OURS = """
from backlog_pipeline.plugins import source

@source
def licence_headers(look):
    return []
"""


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


def test_config_shows_each_setting_with_its_origin(home: Path):
    (home / "backlog.toml").write_text(
        "[plan]\npr_daily_limit = 2\n[sources.code_comments]\nenabled = false\n"
    )
    ended = backlog("config", "--json", home=home, WSJF_THRESHOLD="1.5", GITHUB_TOKEN="ghp_secret")
    assert ended.code == 0
    rows = {row["name"]: row for row in json.loads(ended.out)}
    assert {setting.name for setting in SETTINGS} <= set(rows)
    assert (rows["wsjf_threshold"]["value"], rows["wsjf_threshold"]["origin"]) == (
        1.5,
        "environment WSJF_THRESHOLD",
    )
    assert rows["pr_daily_limit"]["origin"] == f"{home}/backlog.toml [plan] pr_daily_limit"
    assert rows["jobs"]["origin"] == "default"
    assert rows["github_token"]["value"] == "set"
    assert rows["sources.code_comments.enabled"]["value"] is False
    assert "ghp_secret" not in ended.out + ended.err


def test_config_as_a_table_says_the_same(home: Path):
    ended = backlog("config", home=home, PR_DAILY_LIMIT="9", COLUMNS="200")
    line = next(line for line in ended.out.splitlines() if line.startswith("pr_daily_limit"))
    assert line.split() == ["pr_daily_limit", "9", "environment", "PR_DAILY_LIMIT"]


def test_config_hides_a_login_in_the_address_of_the_database(home: Path):
    (home / "backlog.toml").write_text(
        '[store]\nledger_url = "postgresql+psycopg2://ana:geheim@db/backlog"\n'
    )
    ended = backlog("config", "--json", home=home)
    assert "geheim" not in ended.out
    assert "postgresql+psycopg2://[login]@db/backlog" in ended.out


def test_a_source_that_does_not_exist_is_an_error_with_the_nearest_name(home: Path):
    (home / "backlog.toml").write_text("[sources.code_coments]\nenabled = false\n")
    ended = backlog("config", home=home)
    assert ended.code == 2
    assert "there is no plugin 'code_coments'. Next: did you mean 'code_comments'?" in ended.err


def test_plugins_are_listed_with_who_brings_them(home: Path):
    ours = home / "ours.py"
    ours.write_text(OURS)
    (home / "backlog.toml").write_text(
        f"[plugins]\nfiles = ['{ours}']\n[score]\nrules = ['security_boost']\n"
    )
    rows = {row["name"]: row for row in json.loads(backlog("plugins", "--json", home=home).out)}
    assert rows["code_comments"]["distribution"] == "backlog-pipeline"
    assert rows["code_comments"]["kind"] == "source"
    assert rows["licence_headers"]["file"] == str(ours)
    assert rows["security_boost"]["state"] == "on"
    assert rows["security_boost"]["kind"] == "scoring rule"


def test_a_broken_plugin_is_shown_as_broken_and_the_others_go_on(home: Path):
    ours = home / "ours.py"
    ours.write_text(OURS + "\n1 / 0\n")
    (home / "backlog.toml").write_text(f"[plugins]\nfiles = ['{ours}']\n")
    ended = backlog("plugins", "--check", "--json", home=home)
    rows = {row["name"]: row for row in json.loads(ended.out)}
    assert ended.code == 0
    assert rows["licence_headers"]["state"] == "broken: ZeroDivisionError: division by zero"
    assert rows["code_comments"]["state"] == "on"


def levels(out: str) -> dict[str, str]:
    return {row["name"]: row["level"] for row in json.loads(out)}


def test_doctor_finds_nothing_wrong_with_a_fresh_installation(home: Path, repository: GitRepository):
    repository.write("a.py", "x = 1\n")
    repository.commit("one")
    ended = backlog("doctor", "--repo", str(repository.path), home=home)
    assert ended.code == 0, ended.out
    assert {line.split()[0] for line in ended.out.splitlines()} <= {"ok", "warn"}
    for name in (
        "python",
        "git",
        "yaml",
        "settings",
        "repository",
        "state folder",
        "disk space",
        "ledger",
        "runs",
    ):
        assert f"  {name}: " in ended.out


def test_doctor_names_a_state_folder_that_cannot_be_made_and_ends_with_1(home: Path):
    (home / "file").write_text("")
    ended = backlog("doctor", "--json", home=home / "file" / "below", cwd=home)
    assert ended.code == 1
    assert levels(ended.out)["state folder"] == "fail"
    row = next(row for row in json.loads(ended.out) if row["name"] == "state folder")
    assert "BACKLOG_HOME" in row["next_step"]


def test_doctor_counts_every_setting_that_is_not_at_its_default(home: Path):
    (home / "backlog.toml").write_text(
        "[sources.sast_findings]\nenabled = false\ntimeout_seconds = 7\n[[repositories]]\npath = '/r'\n"
    )
    before = "settings: 1 value not at the default"
    ended = backlog("doctor", home=home)
    assert before.replace("1 value", "4 values") in ended.out


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_config_folds_no_value(columns: int, home: Path):
    rows = json.loads(backlog("config", "--json", home=home).out)
    lines = backlog("config", home=home, COLUMNS=str(columns)).out.splitlines()
    assert all(len(line) <= columns or line.startswith("    ") for line in lines)
    for row in rows:
        assert any(row["name"] in line.split() for line in lines)
    assert any(str(home) in line for line in lines)


def test_doctor_names_a_plugin_that_is_broken(home: Path):
    (home / "ours.py").write_text("def f(:\n")
    (home / "backlog.toml").write_text(f"[plugins]\nfiles = ['{home}/ours.py']\n")
    ended = backlog("doctor", home=home)
    assert ended.code == 1
    assert "fail  source ours: line 1: invalid syntax. Next: repair or reinstall" in ended.out


def test_an_option_that_a_source_does_not_have_is_named(home: Path):
    (home / "backlog.toml").write_text("[sources.code_comments]\nkind = 'TODO'\n")
    said = "backlog.toml [sources.code_comments]: there is no option 'kind'"
    doctor, config = backlog("doctor", home=home), backlog("config", home=home)
    assert (doctor.code, config.code) == (1, 2)
    assert f"fail  source code_comments: {said}" in doctor.out
    assert said in config.err
    assert "Next: did you mean 'kinds'?" in doctor.out
    assert "Next: did you mean 'kinds'?" in config.err


def test_doctor_names_a_damaged_ledger(home: Path):
    (home / "ledger.db").write_bytes(b"this is no database" * 100)
    ended = backlog("doctor", "--json", home=home)
    assert ended.code == 1
    assert levels(ended.out)["ledger"] == "fail"


def test_doctor_says_which_setting_cannot_be_read(home: Path):
    ended = backlog("doctor", "--json", home=home, PR_DAILY_LIMIT="many")
    assert ended.code == 1
    assert levels(ended.out)["settings"] == "fail"


def test_doctor_warns_of_a_variable_with_a_typing_error(home: Path):
    ended = backlog("doctor", home=home, WSJF_THRESHHOLD="2")
    assert "warn  environment: WSJF_THRESHHOLD is no setting. Next: did you mean WSJF_THRESHOLD?" in ended.out


def test_doctor_outside_a_repository_only_warns(home: Path):
    ended = backlog("doctor", "--json", home=home)
    assert levels(ended.out)["repository"] == "warn"


def test_init_before_the_first_run_makes_an_empty_file_and_says_what_fills_it(
    home: Path, repository: GitRepository
):
    repository.write("a.py", "x = 1\n")
    repository.commit("one")
    ended = backlog("init", "--repo", str(repository.path), home=home)
    assert ended.code == 0, ended.err
    assert (repository.path / "backlog.yml").read_text()
    assert "`backlog run` fills it" in ended.err
    assert not (home / "ledger.db").exists()


def test_before_the_first_commit_init_works_and_says_that_a_run_needs_one(
    home: Path, repository: GitRepository
):
    (home / "backlog.toml").write_text(QUICK)
    asked = ("--repo", str(repository.path))
    ended = backlog("init", *asked, home=home)
    assert ended.code == 0, ended.err
    assert "still empty. Next: commit it; then `backlog run` fills it." in ended.err
    refused = backlog("run", *asked, home=home)
    assert refused.code == 3
    assert "has no commit yet" in refused.err
    (row,) = [
        row for row in json.loads(backlog("doctor", "--json", *asked, home=home).out)
        if row["name"] == "repository"
    ]  # fmt: skip
    assert row["level"] == "warn"
    assert f"{row['said']}. Next: {row['next_step']}" in refused.err
    repository.write("a.py", "# TODO: split the parser\n")
    repository.git("add", "backlog.yml")
    repository.commit("one")
    assert backlog("run", *asked, home=home).code == 0
    assert "split the parser" in (repository.path / "backlog.yml").read_text()


def test_init_never_overwrites(home: Path, repository: GitRepository):
    for prepare in (lambda p: p.write_text("mine: 1\n"), lambda p: (p.unlink(), p.symlink_to("nowhere"))):
        path = repository.path / "backlog.yml"
        prepare(path)
        ended = backlog("init", cwd=repository.path, home=home)
        assert ended.code == 2
        assert "is already there. Next: `backlog run` keeps it up to date" in ended.err
        assert path.is_symlink() or path.read_text() == "mine: 1\n"


def test_init_as_a_dry_run_prints_the_file_and_writes_nothing(home: Path, repository: GitRepository):
    ended = backlog("init", "--dry-run", "--repo", str(repository.path), home=home)
    assert ended.code == 0
    assert "metadata" in ended.out
    assert not (repository.path / "backlog.yml").exists()


OTHER_TOOL = "items:\n  - id: a-1\n    title: Draw it\n    value: 3  # agreed\n    effort: 2\n"


def test_init_migrate_shows_what_it_will_do_and_then_does_it(home: Path, repository: GitRepository):
    repository.write("backlog.yml", OTHER_TOOL)
    repository.commit("another tool")
    path = repository.path / "backlog.yml"
    asked = ("init", "--migrate", "--repo", str(repository.path))
    shown = backlog(*asked, "--dry-run", home=home)
    assert (shown.code, path.read_text()) == (0, OTHER_TOOL)
    assert "-    value: 3  # agreed\n" in shown.out
    assert "+    business_value: 3  # agreed\n" in shown.out
    done = backlog(*asked, home=home)
    assert (done.code, done.out) == (0, "")
    assert "1 item; the old file is in git" in done.err
    once = path.read_text()
    assert "low_priority:\n  - id: a-1\n    title: Draw it\n    business_value: 3  # agreed\n" in once
    again = backlog(*asked, home=home)
    assert "in our form already; nothing to do" in again.err
    assert path.read_text() == once


def test_init_migrate_keeps_an_old_file_that_git_does_not_have(home: Path, repository: GitRepository):
    path = repository.path / "backlog.yml"
    path.write_text(OTHER_TOOL)
    kept = repository.path / "backlog.yml.before-migration"
    asked = ("init", "--migrate", "--repo", str(repository.path))
    ended = backlog(*asked, home=home)
    assert "the old file is kept as backlog.yml.before-migration" in ended.err
    assert kept.read_text() == OTHER_TOOL
    path.write_text(OTHER_TOOL + "# more\n")
    refused = backlog(*asked, home=home)
    assert refused.code == 4
    assert "is there from an earlier migration. Next: move it away" in refused.err
    assert (kept.read_text(), path.read_text()) == (OTHER_TOOL, OTHER_TOOL + "# more\n")


def test_init_migrate_refuses_what_it_cannot_read_in_one_line(home: Path, repository: GitRepository):
    asked = ("init", "--migrate", "--repo", str(repository.path))
    ended = backlog(*asked, home=home)
    assert ended.code == 2
    assert "to migrate. Next: `backlog init` makes one" in ended.err
    path = repository.path / "backlog.yml"
    for text, said in (("a: b: c\n", "line 1, column 5: not YAML"), ("items:\n- title: x\n", "it has no id")):
        path.write_text(text)
        ended = backlog(*asked, home=home)
        assert (ended.code, ended.err.count("\n"), path.read_text()) == (4, 1, text)
        assert said in ended.err


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may write everywhere")
def test_init_in_a_repository_that_cannot_be_written_is_one_line(home: Path, repository: GitRepository):
    repository.path.chmod(0o555)
    ended = backlog("init", "--repo", str(repository.path), home=home)
    repository.path.chmod(0o755)
    assert ended.code == 4
    assert ended.err.count("\n") == 1


def test_the_repository_is_taken_from_the_flag_then_the_variable_then_the_folder(
    home: Path, repository: GitRepository, tmp_path: Path
):
    said = f"{repository.path} has not been looked at yet"
    inside = repository.path / "deep"
    inside.mkdir()
    assert said in backlog("list", cwd=inside, home=home).err
    assert said in backlog("list", cwd=home, home=home, REPO_ROOT=str(repository.path)).err
    ended = backlog("list", "--repo", str(repository.path), cwd=home, home=home, REPO_ROOT="/nowhere")
    assert said in ended.err
    assert ended.code == 5


def test_a_repository_whose_first_run_failed_has_not_been_looked_at(home: Path, repository: GitRepository):
    repository.write("backlog.yml", "items: [\n")
    repository.write("a.py", "# TODO: one\n")
    repository.commit("one")
    assert backlog("run", cwd=repository.path, home=home).code == 4
    ended = backlog("list", cwd=repository.path, home=home)
    assert (ended.code, "has not been looked at yet" in ended.err) == (5, True)
