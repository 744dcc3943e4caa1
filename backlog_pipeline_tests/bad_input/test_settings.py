"""A value of the environment that cannot be read ends the command with exit code 2: nothing is guessed."""

from pathlib import Path

import pytest

from backlog_pipeline_tests.bad_input.place import Place, build, the_error


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return build(tmp_path_factory.mktemp("settings"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WSJF_THRESHOLD", "high"),
        ("AGING_MULTIPLIER_MAX", "0.5"),
        ("PR_DAILY_LIMIT", "-1"),
        ("CI_FAILURE_THRESHOLD", "30"),
        ("ENABLE_AUTO_SECURITY_UPDATES", "maybe"),
        ("SECURITY_SCAN_LEVEL", "paranoid"),
        ("GITHUB_API_URL", "github"),
    ],
)
def test_a_value_that_cannot_be_read_is_named_with_what_is_accepted(
    place: Place, name: str, value: str
) -> None:
    said = the_error(place.backlog("run", **{name: value}), 2)
    assert said.startswith(f"environment {name}: '{value}' is not ")
    assert "Next: set it to " in said
    assert sorted(path.name for path in place.home.iterdir()) == ["backlog.toml"]


def test_an_invalid_file_of_settings_is_named_with_its_line(tmp_path: Path) -> None:
    place = build(tmp_path, "[plan\n")
    said = the_error(place.backlog("run"), 2)
    assert said.startswith(f"{place.home}/backlog.toml is not valid TOML: ")
    assert "line 1" in said
