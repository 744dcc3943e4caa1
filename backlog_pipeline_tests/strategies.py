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


Step = Edit | Insert | RenameFile | Dismiss | Run

lines = st.lists(st.sampled_from(LINES), max_size=8).map(tuple)
edits = st.builds(Edit, st.sampled_from(PATHS), lines)
renames = st.builds(RenameFile, st.sampled_from(PATHS), st.sampled_from((*PATHS, "e.py", "new/f.py")))
_statuses = st.sampled_from((ScanStatus.PARTIAL, ScanStatus.PARTIAL, *ScanStatus))
runs = st.builds(
    Run,
    st.fixed_dictionaries({"notes": _statuses, "asserts": _statuses}),
    st.lists(st.sampled_from((*PATHS, "lib/")), min_size=1, max_size=3, unique=True).map(tuple),
    st.sampled_from((False, False, False, True)),
)
whole_runs = st.just(Run())
steps = st.one_of(
    edits,
    edits,
    st.builds(Insert, st.integers(1, 5)),
    renames,
    st.builds(Dismiss, st.integers(0, 5), st.one_of(st.none(), st.integers(0, 3))),
    whole_runs,
    runs,
    runs,
)
histories = st.lists(steps, min_size=2, max_size=14)
