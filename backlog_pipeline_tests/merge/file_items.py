"""Three items for tests of saves, and what a save did: who stands where, and which lines changed."""

from backlog_pipeline.merge.backlog_file import read
from backlog_pipeline_tests.merge.file_world import item

CRITICAL, HIGH, LOW = item(1, size=5), item(2, size=8), item(3, size=13)


def sections(text: str | bytes) -> dict[str, list[str]]:
    """The ids of each section that holds items."""
    found: dict[str, list[str]] = {}
    for one in read(text.encode() if isinstance(text, str) else text, "f").items:
        found.setdefault(one.section, []).append(one.id)
    return found


def diff(old: str, new: str) -> tuple[list[str], list[str]]:
    """The lines that went and those that came."""
    before, after = old.splitlines(), new.splitlines()
    return [x for x in before if x not in after], [x for x in after if x not in before]
