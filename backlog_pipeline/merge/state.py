"""The backlog as the ledger tells it: a fold of events, the same wherever and whenever it is made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from backlog_pipeline.errors import LedgerCorrupt
from backlog_pipeline.merge import fold as item_fold
from backlog_pipeline.merge.fields import WRITTEN, field_text, fields_of
from backlog_pipeline.merge.links import Linked, assertion_in
from backlog_pipeline.merge.written import Layered
from backlog_pipeline.model import codec
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.item import COMPONENTS, Item
from backlog_pipeline.model.link import PERSON, Assertion
from backlog_pipeline.model.scan import Certificate


@dataclass(frozen=True, slots=True)
class LedgerState:
    """Everything that the events of one repository add up to.

    ``items`` by id, open or not, in the order in which they were opened, each as if there were no other
    (``merge.shown`` has them as people see them); ``links`` the active ones, in the order in which they
    were asserted; ``refused`` what a person withdrew that a rule had said; ``revision`` the last recorded
    commit and ``revision_at`` its time (ISO 8601); ``certificates`` the last recorded one of each source,
    ``looks`` the last one of a scan that looked (a failure says nothing about its revision);
    ``written`` every text that we (not a person) ever gave a field, by (item id, field), where it was not "";
    ``doubts`` for an item the ids it may be the same work as; ``problems`` what was already reported about
    the human's file.
    """

    items: Mapping[str, Item] = field(default_factory=dict)
    links: tuple[Assertion, ...] = ()
    refused: frozenset[Assertion] = frozenset()
    tracked_branch: str = ""
    revision: str = ""
    revision_at: str = ""
    certificates: Mapping[str, Certificate] = field(default_factory=dict)
    looks: Mapping[str, Certificate] = field(default_factory=dict)
    written: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    doubts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: frozenset[str] = frozenset()


def fold(entries: Iterable[Event]) -> LedgerState:
    """The state after these events, from the first one on."""
    return apply(LedgerState(), entries)


def apply(state: LedgerState, events: Iterable[Event]) -> LedgerState:
    """The state after more events; ``state`` itself stays as it is.

    Raises:
        LedgerCorrupt: an event does not fit what came before it (an unknown item, a broken value).
    """
    folding = None
    for event in events:
        folding = folding or _Folding(state)
        try:
            folding.take(event)
        except (KeyError, ValueError, TypeError) as error:
            raise LedgerCorrupt(
                f"an event {event.kind} of {event.item or event.repository} cannot be applied ({error})",
                next_step="run `backlog doctor`; if a newer version wrote the ledger, update this one",
            ) from error
    return folding.state() if folding else state


class _Folding:
    """Mutable maps while events are taken in, so that a fold is linear."""

    def __init__(self, state: LedgerState) -> None:
        self._items = dict(state.items)
        self._linked = Linked(state.links)
        self._refused = set(state.refused)
        self._certificates = dict(state.certificates)
        self._looks = dict(state.looks)
        self._written = Layered.over(state.written)
        self._doubts = dict(state.doubts)
        self._problems = set(state.problems)
        self._branch, self._revision, self._revision_at = (
            state.tracked_branch,
            state.revision,
            state.revision_at,
        )

    def state(self) -> LedgerState:
        return LedgerState(
            items=self._items,
            links=self._linked.active(),
            refused=frozenset(self._refused),
            tracked_branch=self._branch,
            revision=self._revision,
            revision_at=self._revision_at,
            certificates=self._certificates,
            looks=self._looks,
            written=self._written.plain(),
            doubts=self._doubts,
            problems=frozenset(self._problems),
        )

    def take(self, event: Event) -> None:
        match event.kind:
            case EventKind.BRANCH_TRACKED | EventKind.REVISION_RECORDED | EventKind.SCAN_RECORDED:
                self._look(event)
            case EventKind.MATCH_DOUBTED:
                self._doubts[event.item] = _texts(event.data["candidates"])
            case EventKind.PROBLEM_SEEN:
                self._problems.add(str(event.data["message"]))
            case EventKind.LINK_ASSERTED | EventKind.LINK_WITHDRAWN:
                self._remember_shown(self._linked.take(event, self._items))
                self._remember_refusal(event)
            case EventKind.ITEM_OPENED:
                self._open(event)
            case _:
                self._change(event)

    def _look(self, event: Event) -> None:
        match event.kind:
            case EventKind.BRANCH_TRACKED:
                self._branch = str(event.data["branch"])
            case EventKind.REVISION_RECORDED:
                self._revision = str(event.data["revision"])
                self._revision_at = str(event.data["committed_at"])
            case _:
                certificate = codec.decode(Certificate, event.data["certificate"])
                self._certificates[certificate.source] = certificate
                if certificate.status.has_looked:
                    self._looks[certificate.source] = certificate

    def _open(self, event: Event) -> None:
        item = item_fold.opened(event)
        if item.id in self._items or item.id != event.item:
            raise ValueError(f"the item {event.item} is there already")
        self._items[item.id] = item
        self._remember(event, item, WRITTEN)

    def _change(self, event: Event) -> None:
        item = item_fold.changed(self._items[event.item], event)
        self._items[item.id] = item
        self._remember(event, item, _touched(event))
        if self._linked.is_linked(item.id):
            self._remember_shown(self._linked.reach(item.id))

    def _remember(self, event: Event, item: Item, names: Iterable[str]) -> None:
        if event.actor == "person":
            return
        for name in names:
            self._wrote(item.id, name, field_text(item, name))

    def _remember_shown(self, ends: Iterable[str]) -> None:
        """What a group says beyond what its members say by themselves is ours, whoever joined them.

        Not that a merged item is DISMISSED: that never stands in the file without ``merged_into``, and
        without that it is a person's word.
        """
        for seen in self._linked.shown(ends, self._items):
            own = self._items[seen.id]
            for name in WRITTEN:
                if name == "status" and seen.merged_into:
                    continue
                text = field_text(seen, name)
                if text != field_text(own, name):
                    self._wrote(seen.id, name, text)

    def _remember_refusal(self, event: Event) -> None:
        said = assertion_in(event)
        if event.kind is EventKind.LINK_ASSERTED:
            self._refused.discard(said)
        elif event.actor == PERSON and not said.is_by_person:
            self._refused.add(said)

    def _wrote(self, item: str, name: str, text: str) -> None:
        known = self._written.get((item, name), frozenset())
        if text and text not in known:
            self._written.put((item, name), known | {text})


def _touched(event: Event) -> tuple[str, ...]:
    match event.kind:
        case EventKind.ITEM_CHANGED:
            return tuple(name for attribute in event.data for name in fields_of(attribute))
        case EventKind.PLACES_CHANGED:
            return ("files",)
        case EventKind.ITEM_ESTIMATED:
            return tuple(c for c in COMPONENTS if c in event.data)
        case EventKind.STATUS_MOVED:
            return ("status", "blocked_reason", "completed_at")
        case _:
            return ()


def _texts(values: object) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise ValueError("candidates is no list")  # noqa: TRY004  (bad data, not a bad call)
    return tuple(str(v) for v in values)
