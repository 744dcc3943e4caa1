"""`.automation-scope.yaml`: how far automation may go in this repository, read strictly.

A key that is not known is an error that names the key and the nearest known one: a limit with a
typing mistake in its name would be no limit. What the file does not say takes the cautious default.
The published schema is ``automation-scope.schema.json`` beside this file; a test holds the two
together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from backlog_pipeline.errors import SettingError
from backlog_pipeline.policy.patterns import PatternError, compile_patterns
from backlog_pipeline.policy.yaml_nodes import (
    Reader,
    ScopeProblem,
    boolean,
    fields_of,
    number,
    root_of,
    texts,
    whole,
)

NAME = ".automation-scope.yaml"


@dataclass(frozen=True, slots=True)
class ExternalOperations:
    """What automation may reach outside the repository; what is not named may not be reached."""

    github_api: bool = False
    docker_registry: bool = False
    deployment_targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AutoApprove:
    """Up to where a change needs no person's approval.

    ``max_wsjf_score``: strictly below, on the un-aged score; ``file_change_limit``: distinct paths;
    ``test_coverage_min``: percent of the changed lines.
    """

    max_wsjf_score: float = 2.0
    file_change_limit: int = 10
    test_coverage_min: float = 80.0


@dataclass(frozen=True, slots=True)
class AutomationScope:
    """The whole file; without a file, the defaults."""

    external_operations: ExternalOperations = field(default_factory=ExternalOperations)
    restricted_paths: tuple[str, ...] = ()
    auto_approve: AutoApprove = field(default_factory=AutoApprove)


_EXTERNAL: Mapping[str, Reader] = {
    "github_api": boolean,
    "docker_registry": boolean,
    "deployment_targets": texts,
}
_APPROVE: Mapping[str, Reader] = {
    "max_wsjf_score": number(0),
    "file_change_limit": whole(0),
    "test_coverage_min": number(0, 100),
}
_FILE: Mapping[str, Reader] = {
    "external_operations": lambda node, where: ExternalOperations(**fields_of(node, where, _EXTERNAL)),
    "restricted_paths": texts,
    "auto_approve": lambda node, where: AutoApprove(**fields_of(node, where, _APPROVE)),
}


def parse(text: str, name: str = NAME) -> AutomationScope:
    """The scope that a file's text describes; an empty text gives the defaults.

    Raises:
        SettingError: the text is no YAML, has an unknown or repeated key, or a value of the wrong
            kind; says the line, the key and what is expected.
    """
    try:
        root = root_of(text)
        scope = AutomationScope() if root is None else AutomationScope(**fields_of(root, "", _FILE))
        compile_patterns(scope.restricted_paths)
    except (ScopeProblem, PatternError) as problem:
        line = getattr(problem, "line", 0)
        where = f"{name}, line {line}" if line else name
        raise SettingError(
            f"{where}: {problem}",
            next_step=f"correct {name} and commit it; until then nothing runs unattended",
        ) from problem
    return scope
