"""One tree of errors. Each answers two questions: can another attempt help, and whose move is it?

::

    BacklogError
    ├── UsageError            the person's words or settings are off            exit 2
    │   └── SettingError      one setting cannot be read                        exit 2
    ├── RepositoryError       the repository cannot be looked at                exit 3
    ├── BacklogFileError      backlog.yml cannot be read or saved               exit 4
    ├── StateError            our own state (ledger, cache, disk) is in trouble exit 5
    │   ├── LedgerCorrupt     the hash chain does not hold                      exit 5
    │   ├── StateBusy         another process holds it; try again               exit 6, transient
    │   └── StateUnreachable  the ledger's server does not answer; try again    exit 6, transient
    ├── ToolError             a program or library we call failed               exit 8
    │   ├── ToolMissing       it is not installed                               exit 8
    │   ├── ToolTimeout       it did not end in its time                        exit 8, transient
    │   └── ServiceUnreachable  a network service did not answer                exit 8, transient
    └── PluginError           a plugin cannot be imported or breaks its promise exit 9
        └── ReportError       a value has not the shape that readers rely on    exit 9

Exit 7 is no error: ``backlog run --strict`` ended, and a source could not look everywhere.
Every message is one line: what happened, where, and then the next step.
"""

from enum import StrEnum
from typing import ClassVar

RESTORE = "keep a copy of the damaged ledger, then put a backup in its place"
"""The next step wherever a ledger is damaged."""


class Owner(StrEnum):
    """Whose move an error is."""

    PERSON = "person"
    OPERATOR = "operator"
    UPSTREAM = "upstream"
    US = "us"


class BacklogError(Exception):
    """The root of everything we raise on purpose.

    ``str(error)`` is one line: the message, then ``Next: `` and the next step.
    """

    exit_code: ClassVar[int] = 1
    is_transient: ClassVar[bool] = False
    owner: ClassVar[Owner] = Owner.US

    def __init__(self, message: str, *, next_step: str) -> None:
        self.message = " ".join(message.split())
        self.next_step = " ".join(next_step.split())
        super().__init__(self.message)

    def __str__(self) -> str:
        return f"{self.message.rstrip('.')}. Next: {self.next_step}"


class UsageError(BacklogError):
    """What a person typed cannot be done."""

    exit_code = 2
    owner = Owner.PERSON


class SettingError(UsageError):
    """One setting has a value that cannot be read; nothing is guessed in its place."""


class RepositoryError(BacklogError):
    """The target is not a git repository that can be looked at."""

    exit_code = 3
    owner = Owner.PERSON


class BacklogFileError(BacklogError):
    """``backlog.yml`` cannot be read or saved; it is left as it is on disk."""

    exit_code = 4
    owner = Owner.PERSON


class StateError(BacklogError):
    """The state folder (``BACKLOG_HOME``) cannot be used."""

    exit_code = 5
    owner = Owner.OPERATOR


class LedgerCorrupt(StateError):
    """An entry of the ledger was edited, removed or cut; it is reported and never overwritten."""


class StateBusy(StateError):
    """Another process holds what this one needs; a later attempt can succeed."""

    exit_code = 6
    is_transient = True


class StateUnreachable(StateError):
    """The server that holds the ledger does not answer; a later attempt can succeed."""

    exit_code = 6
    is_transient = True


class ToolError(BacklogError):
    """A program or library that we call failed; its results are not trusted."""

    exit_code = 8
    owner = Owner.OPERATOR


class ToolMissing(ToolError):
    """A program that we call is not installed."""


class ToolTimeout(ToolError):
    """A program did not end within its time limit and was ended, with its children."""

    is_transient = True


class ServiceUnreachable(ToolError):
    """A network service did not answer, so what it knows is unknown; never "nothing there"."""

    is_transient = True
    owner = Owner.UPSTREAM


class PluginError(BacklogError):
    """A plugin cannot be imported or built, or breaks the promise of its interface."""

    exit_code = 9
    owner = Owner.OPERATOR


class ReportError(PluginError):
    """A snapshot is not what its published schema promises to readers; nothing is written."""

    owner = Owner.US
