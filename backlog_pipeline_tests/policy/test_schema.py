"""The published schema and the parser accept the same files, and name the same defaults."""

import json
from dataclasses import asdict
from importlib import resources
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from backlog_pipeline.errors import SettingError
from backlog_pipeline.policy.scope import AutomationScope, parse
from backlog_pipeline_tests.policy.schema_check import is_valid

SCHEMA: dict[str, Any] = json.loads(
    resources.files("backlog_pipeline.policy").joinpath("automation-scope.schema.json").read_text("utf-8")
)

scalars = st.one_of(
    st.booleans(),
    st.integers(-3, 200),
    st.floats(-3, 200).map(lambda x: round(x, 2)),
    st.sampled_from(["docs/", "*.pem", "!keep.md", "", " ", "true", "2"]),
    st.none(),
)
values = st.one_of(scalars, st.lists(scalars, max_size=3), st.just({}))


def groups(*names: str) -> st.SearchStrategy[dict[str, object]]:
    """Mostly known keys, sometimes one with a typing mistake."""
    return st.dictionaries(st.sampled_from([*names, names[0] + "s"]), values, max_size=4)


files = st.fixed_dictionaries(
    {},
    optional={
        "external_operations": st.one_of(
            groups("github_api", "docker_registry", "deployment_targets"), values
        ),
        "restricted_paths": values,
        "auto_approve": st.one_of(groups("max_wsjf_score", "file_change_limit", "test_coverage_min"), values),
        "version": scalars,
    },
)


def accepts(text: str) -> bool:
    try:
        parse(text)
    except SettingError:
        return False
    return True


@given(files)
def test_parser_and_schema_accept_the_same_files(data: dict[str, object]) -> None:
    assert accepts(json.dumps(data)) == is_valid(data, SCHEMA, SCHEMA)


def test_the_schema_names_every_key_with_its_default() -> None:
    known = asdict(AutomationScope())
    shown = {name: _defaults(part) for name, part in SCHEMA["properties"].items()}
    assert shown == {name: _plain(value) for name, value in known.items()}


def _defaults(part: dict[str, Any]) -> object:
    if "$ref" in part:
        part = SCHEMA["$defs"][part["$ref"].removeprefix("#/$defs/")]
    if "properties" in part:
        return {name: _defaults(inner) for name, inner in part["properties"].items()}
    return part["default"]


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    return list(value) if isinstance(value, tuple) else value
