"""One save: the text of a file with what changed put in its place, and every other byte left alone."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from backlog_pipeline.merge.backlog_text import layout
from backlog_pipeline.merge.backlog_text.aliases import unfold_edits
from backlog_pipeline.merge.backlog_text.arrivals import Arrival, Order, order_of
from backlog_pipeline.merge.backlog_text.braces import comments_around, flow_section_edit, slice_text
from backlog_pipeline.merge.backlog_text.changes import Change, Wish, changes, new_items, settled
from backlog_pipeline.merge.backlog_text.containers import Section
from backlog_pipeline.merge.backlog_text.contents import Contents, top_pairs
from backlog_pipeline.merge.backlog_text.fresh import OFFSET, flow_item_text, item_text
from backlog_pipeline.merge.backlog_text.keys import FieldValue
from backlog_pipeline.merge.backlog_text.manner import OURS, Manner, manner_of
from backlog_pipeline.merge.backlog_text.new_section import room_for
from backlog_pipeline.merge.backlog_text.place import BlockSection
from backlog_pipeline.merge.backlog_text.sections import SECTIONS
from backlog_pipeline.merge.yaml_text import nodes
from backlog_pipeline.merge.yaml_text.edits import Edit, Spans, apply
from backlog_pipeline.merge.yaml_text.parse import Document
from backlog_pipeline.model.item import Item


def saved_text(document: Document, contents: Contents, wish: Wish) -> str:
    """The text as it should be now; the very same text when nothing has changed."""
    manner = manner_of(document, contents, _offset(document, contents))
    changed = changes(document, contents, wish, manner)
    new = list(new_items(contents, wish))
    save = _Save(document, contents, changed, new, lambda i: order_of(wish.items.get(i), i, wish.base(i)))
    return apply(document.text, save.edits(manner)) if changed or new else document.text


def moved_text(document: Document, contents: Contents, to: Mapping[str, str]) -> str:
    """The text with each item in the section that ``to`` names, in the order that they have now."""
    changed = settled(document, contents, [Change(i, (), (), to[i.id]) for i in contents.items])
    place = {item.id: float(item.node.start) for item in contents.items}
    save = _Save(document, contents, changed, (), lambda i: (place[i], i))
    return apply(document.text, save.edits(OURS)) if changed else document.text


def brought_in(
    document: Document,
    contents: Contents,
    asked: Sequence[Change],
    arrivals: Mapping[str, Sequence[Arrival]],
    order: Callable[[str], Order],
) -> str:
    """The text with the changes ``asked`` for and with the ``arrivals`` of each section, by ``order``."""
    save = _Save(document, contents, settled(document, contents, asked), (), order, arrivals=arrivals)
    return apply(document.text, save.edits(OURS))


class _Save:
    """The changes of one save, and the edits they come to."""

    def __init__(
        self,
        document: Document,
        contents: Contents,
        changed: Sequence[Change],
        new: Sequence[tuple[str, Item, dict[str, FieldValue]]],
        order: Callable[[str], Order],
        *,
        arrivals: Mapping[str, Sequence[Arrival]] | None = None,
    ) -> None:
        self._document, self._contents, self._order = document, contents, order
        self._offset = _offset(document, contents)
        self._changes, self._new = changed, new
        self._arrivals = {name: list(rows) for name, rows in (arrivals or {}).items()}
        self._unfolded: list[Edit] = []
        self._rebuilt: list[tuple[int, int]] = []

    def edits(self, manner: Manner) -> list[Edit]:
        """Every edit of the text; those at one place in the order in which they should stand."""
        self._unfolded = unfold_edits(self._document, self._changes)
        self._note_arrivals(manner)
        placed = list(self._placed())
        gone = Spans((c.start, c.end) for c in self._changes if c.is_leaving)
        anew = Spans(self._rebuilt)
        inner = [e for c in self._changes if not c.is_leaving for e in c.edits]
        inner += [e for e in self._unfolded if gone.around(e.start, e.end) is None]
        return [e for e in inner if anew.around(e.start, e.end) is None] + placed

    def _note_arrivals(self, manner: Manner) -> None:
        for change in self._changes:
            if change.is_leaving and change.to:
                self._arrivals.setdefault(change.to, []).append(self._moved(change))
        for section, item, values in self._new:
            self._arrivals.setdefault(section, []).append(self._new_arrival(item, values, manner))
        for arrivals in self._arrivals.values():
            arrivals.sort(key=lambda a: a.order)

    def _new_arrival(self, item: Item, values: dict[str, FieldValue], manner: Manner) -> Arrival:
        newline = self._document.newline
        return Arrival(
            self._order(item.id),
            lambda column: item_text(values, column, newline, manner),
            lambda: flow_item_text(values, manner),
        )

    def _moved(self, change: Change) -> Arrival:
        item, document = change.item, self._document
        edits = (*change.edits, *self._unfolded)

        def braces() -> str:
            return slice_text(document, item.node.start, item.node.end, edits)

        def flow() -> str:
            around = comments_around(document, item.node, change.start, change.end)
            lead = f"{document.newline}  "
            return lead * bool(around) + "".join(comment + lead for comment in around) + braces()

        def lines(column: int) -> str:
            if item.list_node.is_flow:
                return " " * column + "- " + braces() + document.newline
            text = slice_text(document, change.start, change.end, edits)
            dash = layout.dash_line(document, item.list_node, item.index, change.start)
            line = document.text[dash if dash is not None else change.start :]
            return layout.indented(text, column - (len(line) - len(line.lstrip(" "))))

        return Arrival(self._order(item.id), lines, flow)

    def _placed(self) -> Iterator[Edit]:
        first: dict[str, Section] = {}
        for section in self._contents.sections:
            first.setdefault(section.name, section)
        if not top_pairs(self._document):
            yield from self._clear_root()
        for section in self._contents.sections:
            is_first = section is first[section.name]
            yield from self._place(section, self._arrivals.get(section.name, []) if is_first else [])
        for name in SECTIONS:  # behind what comes into the section above
            if name not in first and name in self._arrivals:
                yield self._create(name)

    def _clear_root(self) -> Iterator[Edit]:
        """An empty top level (``{}``, ``~``) gives its place to the sections, on a line of their own."""
        root, document = self._document.root, self._document
        if root is not None:
            yield Edit(root.start, root.start, document.newline if document.column(root.start) else "")
            yield Edit(root.start, root.end, "")

    def _place(self, section: Section, arrivals: Sequence[Arrival]) -> Iterator[Edit]:
        leaving = {
            c.item.index: c for c in self._changes if c.is_leaving and c.item.list_node is section.value
        }
        if not leaving and not arrivals:
            return
        orders = self._orders(section)
        value = section.value
        keeps = isinstance(value, nodes.Sequence) and value.is_flow and len(leaving) < len(value.entries)
        if isinstance(value, nodes.Sequence) and (keeps or section.is_in_braces):
            self._rebuilt.append((value.start, value.end))
            inner = [e for c in self._changes for e in c.edits] + self._unfolded
            yield flow_section_edit(
                self._document, value, inner, leaving=leaving, arrivals=arrivals, orders=orders
            )
        elif section.is_in_braces:
            colon = layout.colon_end(self._document, section.key, value)
            yield Edit(value.start, value.end, (" " if colon else ": ") + _bracketed(arrivals))
        else:
            yield from BlockSection(self._document, section, self._offset).edits(leaving, arrivals, orders)

    def _orders(self, section: Section) -> list[Order]:
        """The order of each entry that is there; one that was not taken comes before everything."""
        count = len(section.value.entries) if isinstance(section.value, nodes.Sequence) else 0
        orders: list[Order] = [(float("-inf"), "")] * count
        for item in self._contents.items:
            if item.list_node is section.value:
                orders[item.index] = self._order(item.id)
        return orders

    @property
    def _is_in_braces(self) -> bool:
        root = self._document.root
        return isinstance(root, nodes.Mapping) and root.is_flow and bool(root.pairs)

    def _create(self, name: str) -> Edit:
        if self._is_in_braces:
            end = top_pairs(self._document)[-1][1].end
            return Edit(end, end, f', "{name}": {_bracketed(self._arrivals[name])}')
        room = room_for(self._document, name)
        lines = "".join(arrival.lines(self._offset) for arrival in self._arrivals[name])
        text = f"{room.before}{name}:{self._document.newline}{lines}{room.after}"
        return Edit(room.position, room.position, text)


def _bracketed(arrivals: Sequence[Arrival]) -> str:
    return "[" + ", ".join(a.flow() for a in arrivals) + "]"


def _offset(document: Document, contents: Contents) -> int:
    """How far this file indents a list below its key."""
    for section in contents.sections:
        value = section.value
        if isinstance(value, nodes.Sequence) and value.entries and not value.is_flow:
            chunk = layout.entry_chunk(document, value, 0, section.key.end)
            if chunk is not None:
                return chunk.column - document.column(section.key.start)
    return OFFSET
