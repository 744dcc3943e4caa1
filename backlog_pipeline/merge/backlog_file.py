"""``backlog.yml`` as bytes in and bytes out: nothing of a person's is lost, no byte changes in vain.

``read`` takes every item that can be taken and reports each one that cannot; ``render`` gives the
bytes that the file should have now. Whoever reads and writes the file does three things beside:
read again before replacing it and merge anew if it changed meanwhile, replace it atomically, and
leave both out where nothing can have changed (``pipeline.settled``).
"""

import codecs
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from backlog_pipeline.errors import BacklogFileError
from backlog_pipeline.merge.backlog_text.arrivals import order_of
from backlog_pipeline.merge.backlog_text.changes import Wish, new_items
from backlog_pipeline.merge.backlog_text.check import check_save, not_saved
from backlog_pipeline.merge.backlog_text.contents import Contents, read_contents
from backlog_pipeline.merge.backlog_text.file_item import FileItem
from backlog_pipeline.merge.backlog_text.fresh import file_text
from backlog_pipeline.merge.backlog_text.keys import FieldValue
from backlog_pipeline.merge.backlog_text.save import saved_text
from backlog_pipeline.merge.backlog_text.shape import Shape
from backlog_pipeline.merge.backlog_text.wanted import KEEP_DAYS, Score
from backlog_pipeline.merge.yaml_text.parse import HAS_C_LOADER, Document, collector_paused, parse
from backlog_pipeline.model.backlog import Problem
from backlog_pipeline.model.item import Item

__all__ = [
    "HAS_C_LOADER",
    "KEEP_DAYS",
    "BacklogFile",
    "FileItem",
    "Score",
    "read",
    "render",
    "saved",
]

_MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class BacklogFile:
    """A backlog file as it was read.

    ``items`` are those that could be taken, in their order; ``problems`` say what could not and
    why; ``untaken`` are the ids of those. ``name`` is what messages call the file.
    """

    data: bytes
    name: str
    document: Document = field(repr=False)
    contents: Contents = field(repr=False)

    @property
    def items(self) -> tuple[FileItem, ...]:
        """The items that could be taken."""
        return self.contents.items

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What could not be taken, each with its line."""
        return self.contents.problems

    @property
    def untaken(self) -> frozenset[str]:
        """The ids of items that stand in the file but have a problem; they stay as they are."""
        return self.contents.untaken


def read(data: bytes, name: str) -> BacklogFile:
    """What the bytes of a backlog file say.

    Raises:
        BacklogFileError: not UTF-8, not YAML, no mapping of sections, or larger than 64 MiB; says
            line and column. One bad item is no error but a problem of the result.
    """
    return BacklogFile(data, name, *_understood(data, name))


def render(
    file: BacklogFile | None,
    items: Sequence[Item],
    *,
    repository: str,
    as_of: date,
    scores: Mapping[str, Score],
    keep_days: int = KEEP_DAYS,
) -> bytes:
    """The bytes that the file should have: ``file.data`` itself when nothing has changed.

    Args:
        file: the file as it is now; ``None`` makes a new one.
        items: all items that should be in it.
        repository: its name, for the head of a new file.
        as_of: today, UTC.
        scores: by id ``(wsjf_base, wsjf_score, aging_days, aging_multiplier)``.
        keep_days: items that were done longer ago leave the file.

    Raises:
        BacklogFileError: the result, read again, would not say what it should; nothing is lost.
    """
    return saved(file, items, repository=repository, as_of=as_of, scores=scores, keep_days=keep_days).data


def saved(
    file: BacklogFile | None,
    items: Sequence[Item],
    *,
    repository: str,
    as_of: date,
    scores: Mapping[str, Score],
    keep_days: int = KEEP_DAYS,
) -> BacklogFile:
    """What ``render`` gives, as it reads: ``file`` itself when nothing has changed."""
    wish = Wish({item.id: item for item in items}, scores, as_of, keep_days)
    if file is None or not file.document.text.strip():
        return _new_file(wish, repository, file.name if file else "backlog.yml")
    text = saved_text(file.document, file.contents, wish)
    if text == file.document.text:
        return file
    data = _bytes(text, file.data)
    understood = _read_again(data, file.name)
    check_save((file.document, file.contents), understood, wish, file.name)
    return BacklogFile(data, file.name, *understood)


def with_text(file: BacklogFile, text: str) -> bytes:
    """Another text as the file would hold it: with its byte order mark and its kind of last line."""
    return file.data if text == file.document.text else _bytes(text, file.data)


def _understood(data: bytes, name: str) -> tuple[Document, Contents]:
    with collector_paused():
        document = _document(data, name)
        return document, read_contents(document, name)


def _read_again(data: bytes, name: str) -> tuple[Document, Contents]:
    """What was just put together; not to be understood is our mistake then, and not the person's."""
    try:
        return _understood(data, name)
    except BacklogFileError as error:
        raise not_saved(name, f"the result cannot be read ({error.message})") from error


def _document(data: bytes, name: str) -> Document:
    if len(data) > _MOST_BYTES:
        raise BacklogFileError(
            f"{name} has {len(data) // (1024 * 1024)} MiB", next_step="keep it below 64 MiB"
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BacklogFileError(
            f"{name}, line {line}: not UTF-8 (byte {error.start + 1})",
            next_step="save it as UTF-8; the file was left as it is",
        ) from error
    return parse(_ended(text), name)


def _ended(text: str) -> str:
    """Text whose last line is ended: so every line can be treated alike."""
    return text if not text or text.endswith(("\n", "\r")) else text + "\n"


def _bytes(text: str, old: bytes) -> bytes:
    """The text with the old file's byte order mark and, if it had none, without the last line break."""
    if not old.endswith((b"\n", b"\r")):
        text = text.removesuffix("\n").removesuffix("\r")
    return (codecs.BOM_UTF8 if old.startswith(codecs.BOM_UTF8) else b"") + text.encode()


def _new_file(wish: Wish, repository: str, name: str) -> BacklogFile:
    empty = Contents((), (), (), frozenset(), Shape((), is_ours=True))
    sections: dict[str, list[tuple[Item, dict[str, FieldValue]]]] = {}
    for section, item, values in new_items(empty, wish):
        sections.setdefault(section, []).append((item, values))
    for rows in sections.values():
        rows.sort(key=lambda row: order_of(row[0], row[0].id, wish.base(row[0].id)))
    text = file_text(repository, {name: [values for _, values in rows] for name, rows in sections.items()})
    data = text.encode()
    understood = _understood(data, name)
    check_save((parse("", name), empty), understood, wish, name)
    return BacklogFile(data, name, *understood)
