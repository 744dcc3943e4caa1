"""The Python files of commits, and what Bandit says of them: asked once for many commits, by content."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from backlog_pipeline.discover.files import SurveyedFile, reason_not_to_read, survey
from backlog_pipeline.discover.interface import Look
from backlog_pipeline.errors import BacklogError
from backlog_pipeline.model.scan import Unread
from backlog_pipeline.scanners import bandit
from backlog_pipeline.scanners.bandit import BanditFile, SourceFile

_KEPT_AS = "python content 1"


@dataclass(frozen=True, slots=True)
class PythonTree:
    """The Python files of a commit that are looked at, and what of the tree is left out with its reason."""

    python: tuple[SurveyedFile, ...]
    excluded: tuple[Unread, ...]


def tree_of(look: Look) -> PythonTree:
    """The Python files of the commit. Raises ``ToolError`` when git cannot tell, or a content is not here."""
    look.progress("looking over the tree", 0, 1)
    tree = survey(look.git, look.repository.revision)
    python = [f for f in tree.files if f.path.endswith(".py")]
    reasons = _content_reasons(look, python)
    excluded = [u for u in tree.unread if u.path.endswith((".py", "/"))]
    excluded += [Unread(f.path, reasons[f.blob]) for f in python if reasons[f.blob]]
    return PythonTree(tuple(f for f in python if not reasons[f.blob]), tuple(excluded))


def trees_of(looks: Iterable[Look]) -> list[PythonTree | BacklogError]:
    """The tree of each commit, or why there is none; equal files of several commits are one value."""
    shared: dict[SurveyedFile, SurveyedFile] = {}
    return [_tree_or_error(look, shared) for look in looks]


def _tree_or_error(look: Look, shared: dict[SurveyedFile, SurveyedFile]) -> PythonTree | BacklogError:
    try:
        tree = tree_of(look)
    except BacklogError as error:
        return error
    return replace(tree, python=tuple(shared.setdefault(f, f) for f in tree.python))


def ask_bandit(look: Look, trees: Sequence[PythonTree]) -> dict[str, BanditFile]:
    """What Bandit says of every content in these trees, by ``key_of`` its files.

    Raises:
        ToolError: Bandit cannot be started.
    """
    return bandit.check_contents(
        [_source_file(f) for f in dict.fromkeys(f for tree in trees for f in tree.python)],
        look.git.blobs,
        look.cache,
        jobs=look.jobs,
        progress=lambda done, total: look.progress("running Bandit", done, total),
    )


def key_of(file: SurveyedFile) -> str:
    """Under which key ``ask_bandit`` says what it found in a file."""
    return bandit.content_key(_source_file(file))


def _content_reasons(look: Look, files: Sequence[SurveyedFile]) -> dict[str, str]:
    """Why each blob's content is not looked at, or ""; read once per content."""
    known = look.cache.get_many(_KEPT_AS, {f.blob for f in files})
    paths = {f.blob: f.path for f in files if f.blob not in known}
    new = {blob: reason_not_to_read(paths[blob], data) for blob, data in look.git.blobs(paths)}
    look.cache.put_many(_KEPT_AS, new)
    return known | new


def _source_file(file: SurveyedFile) -> SourceFile:
    return SourceFile(file.path, file.blob, file.size)
