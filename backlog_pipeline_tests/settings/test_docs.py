"""The reference pages say what the table of settings says."""

from pathlib import Path

import pytest

from backlog_pipeline.settings import SETTINGS, SOURCE_SETTINGS, Setting
from backlog_pipeline.settings.table import REPOSITORY_SETTINGS

PAGES = Path(__file__).parents[2] / "docs" / "reference"
IN_FILE = [row for row in SETTINGS if row.key]
IN_ENVIRONMENT = [row for row in SETTINGS if row.environment]


def rows_of(page: str) -> list[list[str]]:
    lines = (PAGES / page).read_text().splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| `")]


def row_about(page: str, word: str) -> list[str]:
    (row,) = [row for row in rows_of(page) if f"`{word}`" in row[0].split(", ")]
    return row


def default_text(row: Setting) -> str:
    if row.name in ("repo", "home"):
        return {"repo": "the current directory's repository", "home": "the platform's state folder"}[row.name]
    if row.default in ((), None, "") or (row.name == "github_token"):
        return "`not set`" if row.name == "github_token" else "none"
    if isinstance(row.default, bool):
        return f"`{str(row.default).lower()}`"
    shown = f"{row.default:g}" if isinstance(row.default, float) else str(row.default)
    return f"`{shown.replace('{home}', 'BACKLOG_HOME')}`"


@pytest.mark.parametrize("row", [*IN_FILE, *SOURCE_SETTINGS, *REPOSITORY_SETTINGS], ids=lambda row: row.key)
def test_every_key_of_the_file_is_on_the_settings_page(row: Setting):
    _, accepted, default, doc = row_about("settings.md", row.key.rpartition(".")[2])
    assert (accepted, default, doc) == (row.kind.accepts, default_text(row), row.doc)
    section = f"## [{row.key.rpartition('.')[0]}]"
    page = (PAGES / "settings.md").read_text()
    assert section in page or f"## [[{row.key.rpartition('.')[0]}]]" in page


@pytest.mark.parametrize("row", IN_FILE, ids=lambda row: row.key)
def test_variables_and_flags_stand_beside_their_key(row: Setting):
    names = row_about("settings.md", row.key.rpartition(".")[2])[0]
    assert (not row.environment) or f"`{row.environment}`" in names
    assert (not row.flag) or f"`{row.flag}`" in names


@pytest.mark.parametrize("row", IN_ENVIRONMENT, ids=lambda row: row.environment)
def test_every_variable_is_on_the_environment_page(row: Setting):
    assert row_about("environment.md", row.environment)[1:] == [row.kind.accepts, default_text(row), row.doc]


def test_the_pages_name_nothing_that_does_not_exist():
    keys = {row.key.rpartition(".")[2] for row in (*IN_FILE, *SOURCE_SETTINGS, *REPOSITORY_SETTINGS)}
    assert {row[0].split(", ")[0].strip("`") for row in rows_of("settings.md")} == keys
    others = {"NO_COLOR", "COLUMNS", "XDG_STATE_HOME"}
    assert {row[0].strip("`") for row in rows_of("environment.md")} == {
        r.environment for r in IN_ENVIRONMENT
    } | others
