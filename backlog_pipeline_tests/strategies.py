"""Hypothesis strategies: histories of a small repository, and what runs saw of it.

A history is a list of steps. Each step is a value that a ``World`` (``merge/world.py``) can take,
so that a failing one prints as what happened.
"""

from dataclasses import dataclass, field

from hypothesis import strategies as st

from backlog_pipeline.model.scan import ScanStatus

PATHS = ("a.py", "b.py", "lib/c.py", "lib/d.py")
LINES = (
    "",
    "x = 1",
    "call(x)",
    "return y",
    "# TODO fix",
    "# TODO handle the empty case too",
    "y = 2  # TODO rename this to something better",
    "assert x",
    "assert x is not None and y",
    "pin: jinja2 CVE-1 GHSA-1",
    "pin: jinja2 GHSA-1",
    "pin: jinja2 CVE-2",
    "pin: flask CVE-1",
)


@dataclass(frozen=True, slots=True)
class Edit:
    """One file gets these lines; no lines delete it."""

    path: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Insert:
    """Lines go in above every file's first one."""

    count: int


@dataclass(frozen=True, slots=True)
class RenameFile:
    """A file gets a name that was free."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class MoveBlock:
    """Some lines of a file, from ``first`` on, go into a file (perhaps the same) before its line ``to``."""

    old: str
    first: int
    count: int
    new: str
    to: int


@dataclass(frozen=True, slots=True)
class Reword:
    """The n-th line with a TODO says more."""

    which: int
    more: str


@dataclass(frozen=True, slots=True)
class Look:
    """Another branch is looked at, on which one file has these lines, and then the first one again."""

    path: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Restart:
    """The process ends; the next one folds what the ledger says, or takes up what was kept of it."""

    is_kept: bool


@dataclass(frozen=True, slots=True)
class Dismiss:
    """A person dismisses the n-th open item, perhaps for some days."""

    which: int
    days: int | None


@dataclass(frozen=True, slots=True)
class Run:
    """A run: per source how far it got and what it did not read; a preview records nothing."""

    statuses: dict[str, ScanStatus] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    is_preview: bool = False


Step = Edit | Insert | RenameFile | MoveBlock | Reword | Look | Restart | Dismiss | Run

lines = st.lists(st.sampled_from(LINES), max_size=8).map(tuple)
edits = st.builds(Edit, st.sampled_from(PATHS), lines)
renames = st.builds(RenameFile, st.sampled_from(PATHS), st.sampled_from((*PATHS, "e.py", "new/f.py")))
_statuses = st.sampled_from((ScanStatus.PARTIAL, ScanStatus.PARTIAL, *ScanStatus))
runs = st.builds(
    Run,
    st.fixed_dictionaries({"notes": _statuses, "asserts": _statuses, "pins": _statuses}),
    st.lists(st.sampled_from((*PATHS, "lib/")), min_size=1, max_size=3, unique=True).map(tuple),
    st.sampled_from((False, False, False, True)),
)
whole_runs = st.just(Run())
_few = st.integers(0, 6)
moves = st.builds(MoveBlock, st.sampled_from(PATHS), _few, st.integers(1, 5), st.sampled_from(PATHS), _few)
rewords = st.builds(
    Reword, _few, st.sampled_from((" soon", " and the other one", "!", " or leave it as it is"))
)
steps = st.one_of(
    edits,
    edits,
    st.builds(Insert, st.integers(1, 5)),
    renames,
    moves,
    rewords,
    st.builds(Look, st.sampled_from(PATHS), lines),
    st.builds(Restart, st.booleans()),
    st.builds(Dismiss, st.integers(0, 5), st.one_of(st.none(), st.integers(0, 3))),
    whole_runs,
    runs,
    runs,
)
histories = st.lists(steps, min_size=2, max_size=14)
