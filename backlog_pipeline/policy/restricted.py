"""Paths that no unattended change may touch: those of the scope file, and always some more.

The second list cannot be switched off: whoever may change these files decides what automation may
do, what other agents are told, or what runs on every machine that checks the repository out.
"""

from collections.abc import Iterable
from functools import lru_cache

from backlog_pipeline.policy.patterns import Patterns, compile_patterns, leaves_repository, normalise
from backlog_pipeline.policy.scope import AutomationScope

ALWAYS_RESTRICTED = (
    # what automation may do here
    "/.automation-scope.yaml", "/.automation-scope.yml", "/backlog.toml",
    # git's own configuration, hooks, attributes and modules; the forge's settings and workflows
    ".git*", "git~[0-9]*", "/.github/workflows/", "CODEOWNERS", "MAINTAINERS",
    # what agents are told
    "AGENTS.md", "AGENT.md", "CLAUDE.md", "CLAUDE.local.md", "GEMINI.md", "CONVENTIONS.md", ".cursorrules",
    ".cursor/", ".windsurfrules", ".windsurf/", ".clinerules", ".aider*", ".claude/", ".codex/", ".gemini/",
    ".junie/", ".roo/", ".mcp.json", ".github/copilot-instructions.md", "copilot-instructions.md",
    # what runs by itself in continuous integration or on a developer's machine
    "/.circleci/", "/.buildkite/", "/.ci/", "/.travis.yml", "/azure-pipelines.yml",
    "/bitbucket-pipelines.yml", "Jenkinsfile", "/.drone.yml", "/.woodpecker*",
    ".pre-commit-config.yaml", ".husky/", ".lefthook*", "lefthook.yml", ".devcontainer/",
    ".vscode/", ".idea/", ".envrc",
)  # fmt: skip
"""Gitignore-style patterns that are restricted whatever the scope file says."""


def restricted_by(paths: Iterable[str], scope: AutomationScope) -> str:
    """Why these paths may not be changed unattended: the first reason by path, or "".

    A path is restricted by the fixed list, by the scope's ``restricted_paths``, or because it lies
    outside the repository. A "!" pattern of the scope takes back the scope's own patterns only.
    """
    reasons = (_reason(path, scope.restricted_paths) for path in sorted(set(paths)))
    return next((reason for reason in reasons if reason), "")


@lru_cache(maxsize=100_000)
def _reason(path: str, restricted_paths: tuple[str, ...]) -> str:
    """Why one path is restricted, or ""; remembered, since many items stand in few files."""
    if leaves_repository(path):
        return f"{path} lies outside the repository"
    normal = normalise(path)
    if pattern := _compiled(ALWAYS_RESTRICTED).match(normal):
        return f"{path} matches {pattern}, which is always restricted"
    if pattern := _compiled(restricted_paths).match(normal):
        return f"{path} matches {pattern} of restricted_paths"
    return ""


@lru_cache(maxsize=16)
def _compiled(patterns: tuple[str, ...]) -> Patterns:
    return compile_patterns(patterns)
