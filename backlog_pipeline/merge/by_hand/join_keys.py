"""The keys of ``backlog.yml`` that say which items are the same work, and what an item says in them."""

from backlog_pipeline.merge.backlog_file import FileItem

MERGED, APART = "merged_into", "different_from"
KEYS = (MERGED, APART)
_NONE = "none"


def named(edited: FileItem, key: str) -> tuple[str, ...]:
    """The ids in one of these keys; none where it is missing."""
    value = edited.values.get(key, ())
    return value if isinstance(value, tuple) else (str(value).strip(),)


def target_of(edited: FileItem) -> str:
    """The one word in ``merged_into``, which is there."""
    return str(edited.values[MERGED]).strip()


def is_merged_in_file(edited: FileItem) -> bool:
    """Whether the file says that another item stands for this one."""
    return MERGED in edited.values and target_of(edited).lower() != _NONE
