"""Flags win over environment over backlog.toml over defaults, and nothing is guessed."""

import copy
import json
import pickle
from datetime import date
from pathlib import Path

import pytest

from backlog_pipeline.discover.interface import ScanLevel
from backlog_pipeline.errors import SettingError
from backlog_pipeline.model import codec
from backlog_pipeline.settings import SETTINGS, OriginKind, Secret, Settings, load, read

HOME = {"BACKLOG_HOME": "/state"}


def of(environ: dict[str, str] | None = None, toml: str = "", **flags: object) -> Settings:
    return load(flags, HOME | (environ or {}), toml_text=toml, toml_name="backlog.toml")


def message(environ: dict[str, str] | None = None, toml: str = "", **flags: object) -> str:
    with pytest.raises(SettingError) as caught:
        of(environ, toml, **flags)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_without_a_word_every_setting_has_its_documented_default():
    settings = of()
    assert settings.wsjf_threshold == 1.0
    assert settings.aging_multiplier_max == 2.0
    assert settings.aging_horizon_days == 30.0
    assert settings.pr_daily_limit == 5
    assert settings.ci_failure_threshold == 0.3
    assert settings.enable_auto_security_updates is False
    assert settings.security_scan_level is ScanLevel.STANDARD
    assert settings.rules == ()
    assert settings.ledger_url == "sqlite:////state/ledger.db"
    assert settings.storage == "/state/storage"
    assert settings.repo is None
    assert {o.kind for n, o in settings.origins.items() if n != "home"} == {OriginKind.DEFAULT}


def test_every_row_of_the_table_is_a_field_with_an_origin():
    assert sorted(of().origins) == sorted(row.name for row in SETTINGS)


def test_the_stronger_place_wins_and_is_named_as_the_origin():
    toml = "[run]\ninterval_minutes = 5\n[plan]\npr_daily_limit = 7\n"
    settings = of({"PR_DAILY_LIMIT": "9"}, toml, interval_minutes=2.0)
    assert settings.interval_minutes == 2.0
    assert str(settings.origins["interval_minutes"]) == "--interval"
    assert settings.pr_daily_limit == 9
    assert str(settings.origins["pr_daily_limit"]) == "environment PR_DAILY_LIMIT"
    assert str(of(toml=toml).origins["pr_daily_limit"]) == "backlog.toml [plan] pr_daily_limit"
    assert of(toml=toml).pr_daily_limit == 7


def test_a_flag_that_was_not_given_does_not_count():
    assert of(jobs=None).origins["jobs"].kind is OriginKind.DEFAULT


@pytest.mark.parametrize(
    ("name", "word", "field", "value"),
    [
        ("REPO_ROOT", "some/where", "repo", Path("some/where")),
        ("WSJF_THRESHOLD", "1.5", "wsjf_threshold", 1.5),
        ("WSJF_THRESHOLD", "0", "wsjf_threshold", 0.0),
        ("AGING_MULTIPLIER_MAX", "1", "aging_multiplier_max", 1.0),
        ("AGING_MULTIPLIER_MAX", "3e0", "aging_multiplier_max", 3.0),
        ("PR_DAILY_LIMIT", "0", "pr_daily_limit", 0),
        ("CI_FAILURE_THRESHOLD", "1.0", "ci_failure_threshold", 1.0),
        ("ENABLE_AUTO_SECURITY_UPDATES", "True", "enable_auto_security_updates", True),
        ("ENABLE_AUTO_SECURITY_UPDATES", "0", "enable_auto_security_updates", False),
        ("SECURITY_SCAN_LEVEL", "STRICT", "security_scan_level", ScanLevel.STRICT),
        ("SECURITY_SCAN_LEVEL", "off", "security_scan_level", ScanLevel.OFF),
        ("GITHUB_TOKEN", "ghp_secret", "github_token", Secret("ghp_secret")),
        ("GITHUB_API_URL", "http://127.0.0.1:8080/api/v3/", "github_api_url", "http://127.0.0.1:8080/api/v3"),
    ],
)
def test_an_environment_variable_is_read(name: str, word: str, field: str, value: object):
    settings = of({name: word})
    assert getattr(settings, field) == value
    assert str(settings.origins[field]) == f"environment {name}"


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("REPO_ROOT", ""),
        ("WSJF_THRESHOLD", ""),
        ("WSJF_THRESHOLD", "high"),
        ("WSJF_THRESHOLD", "nan"),
        ("WSJF_THRESHOLD", "inf"),
        ("WSJF_THRESHOLD", "1e999"),
        ("WSJF_THRESHOLD", "-1"),
        ("WSJF_THRESHOLD", "1,5"),
        ("WSJF_THRESHOLD", "1_0"),
        ("WSJF_THRESHOLD", " 1"),
        ("AGING_MULTIPLIER_MAX", "0.5"),
        ("PR_DAILY_LIMIT", "5.0"),
        ("PR_DAILY_LIMIT", "-1"),
        ("PR_DAILY_LIMIT", "٣"),
        ("CI_FAILURE_THRESHOLD", "30"),
        ("CI_FAILURE_THRESHOLD", "30%"),
        ("ENABLE_AUTO_SECURITY_UPDATES", "maybe"),
        ("ENABLE_AUTO_SECURITY_UPDATES", ""),
        ("SECURITY_SCAN_LEVEL", "paranoid"),
        ("GITHUB_API_URL", "api.github.com"),
        ("GITHUB_API_URL", "https://user:pass@example.org"),
        ("GITHUB_API_URL", "file:///etc/passwd"),
        ("BACKLOG_HOME", "relative/folder"),
        ("BACKLOG_HOME", ""),
    ],
)
def test_a_value_that_cannot_be_read_names_the_variable_the_value_and_what_is_accepted(name: str, word: str):
    text = message({name: word})
    assert text.startswith(f"environment {name}: {word!r} is not ")
    assert "Next: set it to " in text


def test_a_bad_secret_is_refused_without_being_shown():
    text = message({"GITHUB_TOKEN": "ghp_abc\ndef"})
    assert "GITHUB_TOKEN" in text
    assert "abc" not in text
    assert "def" not in text


def test_an_empty_token_counts_as_not_set():
    settings = of({"GITHUB_TOKEN": ""})
    assert str(settings.github_token) == "not set"
    assert settings.origins["github_token"].kind is OriginKind.DEFAULT


def test_a_secret_is_shown_by_nothing():
    settings = of({"GITHUB_TOKEN": "ghp_secret"})
    token = settings.github_token
    for shown in (
        str(token),
        repr(token),
        f"{token}",
        f"{token!r}",
        repr(settings),
        json.dumps(settings.overrides()),
    ):
        assert "ghp_secret" not in shown
    assert str(token) == "set"
    with pytest.raises(TypeError):
        json.dumps(codec.encode(token))
    with pytest.raises(TypeError):
        pickle.dumps(token)
    assert copy.deepcopy(token) is token
    assert token.reveal() == "ghp_secret"


def test_a_token_in_a_file_is_refused():
    assert "unknown key 'token'" in message(toml='[github]\ntoken = "ghp_secret"\n')


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("[scoer]\n", "backlog.toml: unknown section 'scoer'. Next: did you mean 'score'?"),
        (
            "[score]\naging_horizon = 3\n",
            "unknown key 'aging_horizon'. Next: did you mean 'aging_horizon_days'?",
        ),
        ("[run]\nzzz = 3\n", "backlog.toml [run]: unknown key 'zzz'. Next: use one of"),
        ("jobs = 3\n", "unknown section 'jobs'"),
        ("run = 3\n", "backlog.toml [run] is not a table"),
        ('[run]\njobs = "3"\n', "backlog.toml [run] jobs: '3' is not a whole number from 0 to 1024"),
        ("[run]\njobs = true\n", "backlog.toml [run] jobs: True is not a whole number"),
        ("[score]\nwsjf_threshold = nan\n", "nan is not a number of 0 or more"),
        ("[plan]\noldest_share = 1.5\n", "1.5 is not a number from 0 to 1"),
        ('[score]\nrules = "security_boost"\n', "is not a list of names"),
        ('[plugins]\nfiles = ["ours.py"]\n', "is not a list of absolute paths"),
        ("[sources.x]\nenabled = 1\n", "backlog.toml [sources.x] enabled: 1 is not true or false"),
        ("[sources.x]\na = {b = 1}\n", "backlog.toml [sources.x] a is not a text"),
        ("[sources]\nx = 1\n", "backlog.toml [sources.x] is not a table"),
        ("[[repositories]]\nname = 'a'\n", "[[repositories]] 1 has no path"),
        ("[[repositories]]\npath = 'a'\n", "'a' is not an absolute path"),
        ("[[repositories]]\npath = '/a'\nbranch = 'x'\n", "unknown key 'branch'"),
        ("[[repositories]]\npath = '/a'\n[[repositories]]\npath = '/a'\n", "/a is named by two"),
        ("repositories = 3\n", "repositories is not a list of tables"),
        ("[run\n", "backlog.toml is not valid TOML"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_place(toml: str, said: str):
    assert said in message(toml=toml)


def test_sources_and_repositories_are_read_from_the_file():
    settings = of(
        toml='[sources.x]\nenabled = false\ntimeout_seconds = 5\nosv_url = "http://127.0.0.1:1"\n'
        'skip = ["a", "b"]\ndeep = true\n[[repositories]]\npath = "/r"\ntracked_branch = "main"\n'
    )
    assert settings.source("x").is_enabled is False
    assert settings.source("x").timeout_seconds == 5.0
    assert settings.source("x").options == {"osv_url": "http://127.0.0.1:1", "skip": "a,b", "deep": "true"}
    assert settings.source("other").is_enabled is True
    assert settings.repository_at(Path("/r")).tracked_branch == "main"
    assert settings.repository_at(Path("/s")).tracked_branch == ""


def test_what_overrode_the_file_is_carried_by_a_run_and_taken_back():
    first = of(
        {"WSJF_THRESHOLD": "3", "SECURITY_SCAN_LEVEL": "off", "GITHUB_TOKEN": "s", "REPO_ROOT": "/r"}, jobs=2
    )
    carried = json.loads(json.dumps(first.overrides()))
    assert carried == {"jobs": 2, "security_scan_level": "off", "wsjf_threshold": 3.0}
    again = of(None, "", **carried)
    assert (again.jobs, again.wsjf_threshold, again.security_scan_level) == (2, 3.0, ScanLevel.OFF)
    assert again.overrides() == first.overrides()


def test_a_run_with_a_setting_that_no_longer_exists_is_refused():
    assert "unknown setting 'jbos'. Next: did you mean 'jobs'?" in message(jbos=2)


def test_the_file_of_the_state_folder_is_read(tmp_path: Path):
    (tmp_path / "backlog.toml").write_text("[run]\njobs = 3\n")
    settings = read({}, {"BACKLOG_HOME": str(tmp_path)})
    assert settings.jobs == 3
    assert str(settings.origins["jobs"]) == f"{tmp_path}/backlog.toml [run] jobs"


def test_a_file_that_is_not_text_is_a_setting_error(tmp_path: Path):
    (tmp_path / "backlog.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingError, match="cannot be read"):
        read({}, {"BACKLOG_HOME": str(tmp_path)})


def test_without_backlog_home_the_state_lies_in_the_platforms_state_folder():
    home = load({}, {}).home
    assert home.is_absolute()
    assert home.name == "backlog-pipeline"


@pytest.mark.parametrize(
    ("word", "nearest"),
    [
        ("europe/berlin", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("Europe/Berln", "Europe/Berlin"),
        ("America/New York", "America/New_York"),
        ("utc", "UTC"),
    ],
)
def test_a_time_zone_that_is_not_known_names_the_nearest_one(word: str, nearest: str):
    text = message(toml=f'[metrics]\ntime_zone = "{word}"\n')
    assert f"backlog.toml [metrics] time_zone: {word!r} is not an IANA time zone" in text
    assert f"Next: did you mean {nearest!r}?" in text


@pytest.mark.parametrize("word", ['"+02:00"', '""', "2", '"../../etc/passwd"', '"Mars/Olympus Mons"'])
def test_what_is_like_no_time_zone_is_refused_with_an_example(word: str):
    text = message(toml=f"[metrics]\ntime_zone = {word}\n")
    assert "Next: set it to an IANA time zone, as in Europe/Berlin, or remove it" in text


def test_the_first_day_of_metrics_is_a_date_or_its_text():
    assert of(toml="[metrics]\nsince = 2020-02-29\n").since == date(2020, 2, 29)
    again = of(toml='[metrics]\nsince = "2020-02-29"\n')
    assert again.since == date(2020, 2, 29)
    for word in ('"2021-02-29"', "2020-02-29T00:00:00Z", '"29.02.2020"', "2020"):
        assert "is not a day, as in 2010-01-01" in message(toml=f"[metrics]\nsince = {word}\n")
