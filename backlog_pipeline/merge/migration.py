"""A file of another tool in our own form, with all that is a person's: shown first, or written at once.

Three steps, each from text to text: names and words in place, items into our sections, and the lists
of the other tool away. The result is read again and must say what the file said.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from backlog_pipeline.errors import BacklogFileError
from backlog_pipeline.merge.backlog_file import BacklogFile, read, with_text
from backlog_pipeline.merge.backlog_text.check import are_alike, comments_of, not_saved, own_changes, own_top
from backlog_pipeline.merge.backlog_text.contents import read_contents
from backlog_pipeline.merge.backlog_text.regroup import regrouped_text
from backlog_pipeline.merge.backlog_text.rename import renamed_text
from backlog_pipeline.merge.backlog_text.save import moved_text
from backlog_pipeline.merge.backlog_text.sections import LOWEST, section_for
from backlog_pipeline.merge.yaml_text import nodes
from backlog_pipeline.merge.yaml_text.nodes import key_text
from backlog_pipeline.merge.yaml_text.parse import parse
from backlog_pipeline.model.kinds import Status


def migrated(file: BacklogFile, bases: Mapping[str, float]) -> BacklogFile:
    """The file in our own form; the very same when it is in it.

    Args:
        file: any file that can be read.
        bases: by id the un-aged score of the items that have one; it decides the section.

    Raises:
        BacklogFileError: something in the file cannot be taken along; nothing is lost.
    """
    contents = file.contents
    are_ours = all(section.is_ours for section in contents.sections)
    if are_ours and contents.shape.is_ours and not any(item.is_renamed for item in file.items):
        return file
    if file.problems:
        first = file.problems[0]
        more = f" (and {len(file.problems) - 1} more)" if len(file.problems) > 1 else ""
        raise BacklogFileError(
            f"{file.name} was not migrated: line {first.line}: {first.message}{more}",
            next_step="correct it, then migrate again; the file was left as it is",
        )
    name = file.name
    document = parse(renamed_text(file.document, contents, bases), name)
    sections = {i.id: _section(str(i.values.get("status", "")), bases.get(i.id)) for i in file.items}
    document = parse(moved_text(document, read_contents(document, name), sections), name)
    result = read(with_text(file, regrouped_text(document, name, contents.records)), name)
    for wrong in _differences(file, result, sections):
        raise not_saved(name, f"{wrong} would not survive the migration")
    return result


def _section(status: str, base: float | None) -> str:
    return section_for(Status(status) if status else Status.NEW, base) or LOWEST


def _differences(old: BacklogFile, new: BacklogFile, sections: Mapping[str, str]) -> Iterator[str]:
    after = {item.id: item for item in new.items}
    for item in old.items:
        found = after.get(item.id)
        if found is None or found.section != sections[item.id]:
            yield f"the item {item.id}"
            continue
        for key, value in item.values.items():
            if found.values.get(key) != value:
                yield f"{key} of {item.id}"
        yield from own_changes(item, found)
    yield from _changed_top(old, new)
    if new.problems or not new.contents.shape.is_ours or len(after) != len(old.items):
        yield "what it says"
    lost: Counter[str] = comments_of(old.document) - comments_of(new.document)
    yield from (f"the comment {comment!r}" for comment in lost)


def _changed_top(old: BacklogFile, new: BacklogFile) -> Iterator[str]:
    """The keys of the top level that are none of ours; in ``metadata`` the mark of our form came in."""
    after = dict(own_top(new.document, new.contents))
    for name, value in own_top(old.document, old.contents):
        if value is None:
            continue
        now = after.get(name) or after.get(name.partition(".")[0])
        if isinstance(value, nodes.Mapping) and name == "metadata" and isinstance(now, nodes.Mapping):
            inside = {key_text(k): v for k, v in now.pairs}
            if all(are_alike(v, inside.get(key_text(k), k)) for k, v in value.pairs):
                continue
        elif "." in name and isinstance(now, nodes.Mapping):
            now = next((v for k, v in now.pairs if key_text(k) == name.partition(".")[2]), None)
        if now is None or not are_alike(value, now):
            yield f"the key {name}"
