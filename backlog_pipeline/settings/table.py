"""The settings, one row each: where a value may come from, how it is read, its default, what it does.

``docs/reference/settings.md`` and ``environment.md`` are compared with these rows by a test.
"""

from dataclasses import dataclass
from datetime import date

from backlog_pipeline.discover.interface import ScanLevel
from backlog_pipeline.settings import kinds
from backlog_pipeline.settings.values import Secret


@dataclass(frozen=True, slots=True)
class Setting:
    """One row. ``name`` is the field of ``Settings``; ``key`` is ``section.key`` in ``backlog.toml``.

    ``default`` is the value, or a text with ``{home}`` for what lies in the state folder.
    """

    name: str
    kind: kinds.Kind
    default: object
    doc: str
    environment: str = ""
    key: str = ""
    flag: str = ""


_NAMES = kinds.Words(r"[a-z][a-z0-9_]*", 'a list of names, as in ["security_boost"]')
_FILES = kinds.Words(r"/.+\.py", 'a list of absolute paths of Python files, as in ["/etc/backlog/ours.py"]')
_DATABASE = kinds.Text(r"[a-z0-9+]+://.*", "an SQLAlchemy URL, as in sqlite:////srv/backlog/ledger.db")
_STORAGE = kinds.Text(r"/.+|[a-z0-9+]+://.+", "an absolute path or an fsspec URL, as in s3://bucket/backlog")

SETTINGS = (
    Setting(
        "repo", kinds.Folder(is_absolute=False), None,
        "The repository to look at; without it, the one around the current directory.",
        environment="REPO_ROOT", flag="--repo",
    ),
    Setting(
        "home", kinds.Folder(), None,
        "The state folder; the default is the platform's state directory.",
        environment="BACKLOG_HOME",
    ),
    Setting(
        "wsjf_threshold", kinds.Number(0), 1.0,
        "The least score of an item that may be worked on; items below it wait.",
        environment="WSJF_THRESHOLD", key="score.wsjf_threshold",
    ),
    Setting(
        "aging_multiplier_max", kinds.Number(1), 2.0,
        "By how much waiting multiplies a score in the end; 1 turns aging off.",
        environment="AGING_MULTIPLIER_MAX", key="score.aging_multiplier_max",
    ),
    Setting(
        "aging_horizon_days", kinds.Number(1), 30.0,
        "After how many days of waiting the whole multiplier counts.",
        key="score.aging_horizon_days",
    ),
    Setting(
        "rules", _NAMES, (),
        "The scoring rules that are applied, by name; each is a row of every explanation.",
        key="score.rules",
    ),
    Setting(
        "oldest_share", kinds.Number(0, 1), 0.1,
        "The share of the day's places that is kept for the oldest executable items.",
        key="plan.oldest_share",
    ),
    Setting(
        "pr_daily_limit", kinds.Whole(0), 5,
        "How many items the plan lets start in one day.",
        environment="PR_DAILY_LIMIT", key="plan.pr_daily_limit",
    ),
    Setting(
        "ci_failure_threshold", kinds.Number(0, 1), 0.3,
        "The share of failed runs on the default branch from which on nothing new is started.",
        environment="CI_FAILURE_THRESHOLD", key="plan.ci_failure_threshold",
    ),
    Setting(
        "enable_auto_security_updates", kinds.Switch(), False,
        "Whether upgrades of vulnerable dependencies may run without a person.",
        environment="ENABLE_AUTO_SECURITY_UPDATES", key="plan.enable_auto_security_updates",
    ),
    Setting(
        "security_scan_level", kinds.Level(), ScanLevel.STANDARD,
        "Which security findings become items; off runs no security source.",
        environment="SECURITY_SCAN_LEVEL", key="run.security_scan_level",
    ),
    Setting(
        "github_token", kinds.Token(), Secret(),
        "The token for GitHub's API; never shown, and read from the environment only.",
        environment="GITHUB_TOKEN",
    ),
    Setting(
        "github_api_url", kinds.WebAddress(), "https://api.github.com",
        "The address of GitHub's API; another one for GitHub Enterprise.",
        environment="GITHUB_API_URL", key="github.api_url",
    ),
    Setting(
        "jobs", kinds.Whole(0, 1024), 0,
        "How many processors a run may use; 0 is all of them.",
        key="run.jobs", flag="--jobs",
    ),
    Setting(
        "interval_minutes", kinds.Number(1), 60.0,
        "How long a continuous run waits between two looks.",
        key="run.interval_minutes", flag="--interval",
    ),
    Setting(
        "keep_days", kinds.Whole(0, 36_500), 90,
        "For how many days what is done stays in `backlog.yml`; then only the ledger has it.",
        key="backlog_file.keep_days",
    ),
    Setting(
        "time_zone", kinds.TimeZone(), "UTC",
        "The time zone in which the days of metrics begin and end.",
        key="metrics.time_zone",
    ),
    Setting(
        "since", kinds.Day(), date(2010, 1, 1),
        "The first day that metrics can be asked for; no earlier one is a partition.",
        key="metrics.since",
    ),
    Setting(
        "ledger_url", _DATABASE, "sqlite:///{home}/ledger.db",
        "The database of the ledger, as an SQLAlchemy URL.",
        key="store.ledger_url",
    ),
    Setting(
        "storage", _STORAGE, "{home}/storage",
        "Where the values of assets are kept: a folder or any fsspec URL.",
        key="store.storage",
    ),
    Setting(
        "plugin_files", _FILES, (),
        "Python files whose `@source` and `@scoring_rule` functions are plugins.",
        key="plugins.files",
    ),
)  # fmt: skip

SOURCE_SETTINGS = (
    Setting(
        "is_enabled", kinds.Switch(), True,
        "Whether the source runs; switched off, it is listed as not looked at.",
        key="sources.NAME.enabled",
    ),
    Setting(
        "timeout_seconds", kinds.Number(1, 86_400), 900.0,
        "After how many seconds the source is ended and its scan counts as failed.",
        key="sources.NAME.timeout_seconds",
    ),
)  # fmt: skip

REPOSITORY_SETTINGS = (
    Setting(
        "path", kinds.Folder(), None,
        "The repository's work tree; a table without it is an error.",
        key="repositories.path",
    ),
    Setting(
        "name", kinds.Text(), "",
        "The name shown; the default is the folder's name.",
        key="repositories.name",
    ),
    Setting(
        "tracked_branch", kinds.Text(), "",
        "The branch that the backlog follows; the default is the remote's HEAD.",
        key="repositories.tracked_branch",
    ),
)  # fmt: skip
