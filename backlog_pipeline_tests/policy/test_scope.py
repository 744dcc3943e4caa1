"""`.automation-scope.yaml` is read strictly: whole, or not at all with the line and the key."""

from pathlib import Path

import pytest

from backlog_pipeline.errors import SettingError
from backlog_pipeline.policy.scope import AutoApprove, AutomationScope, ExternalOperations, parse

REAL = Path(__file__).parents[3] / "shared" / "data" / "scopes"

WHOLE = """\
# what automation may do here
external_operations:
  github_api: on
  docker_registry: false
  deployment_targets: [staging]
restricted_paths:
  - ./infra/**
  - "*.pem"
auto_approve:
  max_wsjf_score: 3
  file_change_limit: 12
  test_coverage_min: 87.5
"""


def test_a_whole_file_is_read() -> None:
    assert parse(WHOLE) == AutomationScope(
        ExternalOperations(github_api=True, docker_registry=False, deployment_targets=("staging",)),
        ("./infra/**", "*.pem"),
        AutoApprove(3.0, 12, 87.5),
    )


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n", "{}"])
def test_a_file_that_says_nothing_gives_the_cautious_defaults(text: str) -> None:
    scope = parse(text)
    assert scope == AutomationScope()
    assert not scope.external_operations.github_api
    assert scope.auto_approve == AutoApprove(max_wsjf_score=2.0, file_change_limit=10, test_coverage_min=80.0)


def test_what_a_file_leaves_out_keeps_its_default() -> None:
    assert parse("auto_approve: {file_change_limit: 3}").auto_approve == AutoApprove(2.0, 3, 80.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "restrictedpaths: []",
            "line 1: unknown key restrictedpaths; the nearest known one is restricted_paths",
        ),
        (
            "auto_approve:\n  max_wsjf: 1",
            "line 2: unknown key auto_approve.max_wsjf; the nearest known one is auto_approve.max_wsjf_score",
        ),
        (
            "external_operations: {github_apis: true}",
            "line 1: unknown key external_operations.github_apis; the nearest known one is"
            " external_operations.github_api",
        ),
        ("<<: {a: 1}", "unknown key <<"),
        ("? [a]\n: 1", "unknown key a list"),
        ("restricted_paths: x", "line 1: restricted_paths must be a list of texts, not 'x'"),
        ("restricted_paths: [1]", "restricted_paths must be a list of texts, not '1'"),
        ("restricted_paths: ['  ']", "restricted_paths has an empty text"),
        ("restricted_paths: !!python/object:os.system []", "must be a list of texts, not a list"),
        ("restricted_paths: ['#x']", "the pattern '#x' matches nothing"),
        ("restricted_paths: ['[z-a]']", "the pattern '[z-a]' cannot be read"),
        ("auto_approve:", "auto_approve must hold keys, not nothing"),
        ("auto_approve: [1]", "auto_approve must hold keys, not a list"),
        ("auto_approve: {max_wsjf_score: -1}", "max_wsjf_score must be a number of at least 0, not '-1'"),
        ("auto_approve: {max_wsjf_score: .nan}", "must be a number of at least 0, not '.nan'"),
        ("auto_approve: {max_wsjf_score: .inf}", "must be a number of at least 0, not '.inf'"),
        ("auto_approve: {max_wsjf_score: '2'}", "must be a number of at least 0, not '2'"),
        ("auto_approve: {max_wsjf_score: 1:30}", "must be a number of at least 0, not '1:30'"),
        ("auto_approve: {file_change_limit: 010}", "must be a whole number of at least 0, not '010'"),
        ("auto_approve: {file_change_limit: 1.5}", "must be a whole number of at least 0, not '1.5'"),
        ("auto_approve: {file_change_limit: yes}", "must be a whole number of at least 0, not 'yes'"),
        ("auto_approve: {test_coverage_min: 101}", "must be a number from 0 to 100, not '101'"),
        ("external_operations: {github_api: 'true'}", "github_api must be true or false, not 'true'"),
        ("external_operations: {github_api: !!bool x}", "must be true or false, not 'x'"),
        ("restricted_paths: []\nrestricted_paths: []", "line 2: the key restricted_paths appears twice"),
        ("[1]", "the file must hold keys, not a list"),
        ("a: [", "line 1: is not YAML"),
        ("a: 1\n---\nb: 1", "line 2: is not YAML"),
        ("\0", "is not YAML"),
        ("a: " + "[" * 1000, "is not YAML"),
        (" " * 100_001, "is larger than 100,000 characters"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(SettingError) as caught:
        parse(text)
    assert said in caught.value.message
    assert caught.value.message.startswith(".automation-scope.yaml")
    assert "nothing runs unattended" in caught.value.next_step


@pytest.mark.skipif(not REAL.is_dir(), reason="real scope files are not here")
def test_real_files_of_others_are_read_or_refused_with_key_and_line() -> None:
    answers = [_answer(file.read_text("utf-8")) for file in sorted(REAL.glob("*.y*ml"))]
    assert all(answer == "read" or "unknown key" in answer for answer in answers)
    assert all(answer == "read" or ", line " in answer for answer in answers)


def _answer(text: str) -> str:
    try:
        parse(text)
    except SettingError as error:
        return error.message
    return "read"
