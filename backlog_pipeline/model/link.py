"""What somebody says that one piece of work is to another: a typed link, attributed, to be taken back."""

from dataclasses import dataclass
from enum import StrEnum

PERSON = "person"


class LinkType(StrEnum):
    """What the subject is to the target. SAME and DIFFERENT hold both ways round."""

    SAME = "same"
    DIFFERENT = "different"
    CAUSES = "causes"
    FIXED_BY = "fixed-by"
    SUBSUMES = "subsumes"


@dataclass(frozen=True, slots=True, order=True)
class Assertion:
    """One link, as ``asserter`` says it.

    Subject and target are item ids, or keys of what is outside the backlog (``ticket:owner/name#12``,
    ``advisory:CVE-2020-28493``). The asserter is ``person``, a source (``code_comments``), or a rule of ours
    with its version (``fusion/same-place 1``). When a person says that A and B are the same, A (the subject)
    goes into B.
    """

    type: LinkType
    subject: str
    target: str
    asserter: str

    @property
    def pair(self) -> frozenset[str]:
        """Both ends, whichever way round."""
        return frozenset((self.subject, self.target))

    @property
    def is_by_person(self) -> bool:
        """Whether a person says so; nothing that a program says weighs more."""
        return self.asserter == PERSON
