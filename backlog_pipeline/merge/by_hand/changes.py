"""Events about one item in a few words, for the person who caused them and for the log."""

import json
from collections.abc import Iterable, Mapping

from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.item import COMPONENTS
from backlog_pipeline.model.link import PERSON, LinkType

_Data = Mapping[str, object]
_COMMIT_CHARS = 12
_LINKS: Mapping[str, str] = {
    LinkType.SAME: "is the same as",
    LinkType.DIFFERENT: "is not the same as",
    LinkType.CAUSES: "causes",
    LinkType.FIXED_BY: "is fixed by",
    LinkType.SUBSUMES: "subsumes",
}
_LISTS = frozenset({"acceptance_criteria", "links", "blocked_by"})


def told(events: Iterable[Event]) -> str:
    """What events did to their item: ``job_size set to 2; READY to DOING``."""
    return "; ".join(_TOLD[event.kind](event.data) for event in events)


def _opened(data: _Data) -> str:
    item = data["item"]
    return f"opened: {item.get('title', '')}" if isinstance(item, Mapping) else "opened"


def _pinned(data: _Data) -> str:
    return f"{data['field']} set to {_shown(str(data['field']), str(data['value']))}"


def _released(data: _Data) -> str:
    return f"{data['field']} given back{', to be estimated again' if data['field'] in COMPONENTS else ''}"


def _estimated(data: _Data) -> str:
    return ", ".join(f"{name} is {_number(data[name])}" for name in COMPONENTS if name in data)


def _changed(data: _Data) -> str:
    return ", ".join(f"{name} changed" for name in sorted(data))


def _moved(data: _Data) -> str:
    reason = f": {data['reason']}" if data.get("reason") else ""
    until = f" until {data['until']}" if data.get("until") else ""
    came_from = "still" if data["from"] == data["to"] else f"{data['from']} to"
    return f"{came_from} {data['to']}{until}{reason}"


def _places(data: _Data) -> str:
    counts = [
        (len(rows), word)
        for word in ("added", "moved", "removed")
        if isinstance(rows := data.get(word), list)
    ]
    return "places: " + ", ".join(f"{number} {word}" for number, word in counts)


def _shown(field: str, value: str) -> str:
    if field in _LISTS and value:
        return "; ".join(str(text) for text in json.loads(value))
    return value


def _number(estimate: object) -> str:
    return f"{estimate['value']:g}" if isinstance(estimate, Mapping) else "unknown"


def _tracked(data: _Data) -> str:
    return f"the recorded branch is {data.get('branch', '')}"


def _looked_at(data: _Data) -> str:
    return f"looked at commit {str(data.get('revision', ''))[:_COMMIT_CHARS]}"


def _scanned(data: _Data) -> str:
    seen = data.get("certificate")
    if not isinstance(seen, Mapping):
        return "scanned"
    reason = f": {seen['reason']}" if seen.get("reason") else ""
    count = data.get("findings", 0)
    found = f"{count} finding{'' if count == 1 else 's'}"
    return f"{seen.get('source', '')} looked ({seen.get('status', '')}), {found}{reason}"


def _doubted(data: _Data) -> str:
    others = data.get("candidates")
    return f"may be the same as {', '.join(map(str, others))}" if isinstance(others, list) else "doubted"


def _link(data: _Data) -> str:
    return f"{data.get('subject', '')} {_LINKS.get(str(data.get('type')), '')} {data.get('target', '')}"


def _asserted(data: _Data) -> str:
    reason = f": {data['reason']}" if data.get("reason") else ""
    return f"{_link(data)}, says {_asserter(data)}{reason}"


def _withdrawn(data: _Data) -> str:
    reason = f": {data['reason']}" if data.get("reason") else ""
    return f"withdrawn what {_asserter(data)} said, that {_link(data)}{reason}"


def _asserter(data: _Data) -> str:
    return "a person" if data.get("asserter") == PERSON else str(data.get("asserter", ""))


def _problem(data: _Data) -> str:
    return str(data.get("message", ""))


_TOLD = {
    EventKind.BRANCH_TRACKED: _tracked,
    EventKind.REVISION_RECORDED: _looked_at,
    EventKind.SCAN_RECORDED: _scanned,
    EventKind.LINK_ASSERTED: _asserted,
    EventKind.LINK_WITHDRAWN: _withdrawn,
    EventKind.MATCH_DOUBTED: _doubted,
    EventKind.PROBLEM_SEEN: _problem,
    EventKind.ITEM_OPENED: _opened,
    EventKind.ITEM_CHANGED: _changed,
    EventKind.PLACES_CHANGED: _places,
    EventKind.ITEM_ESTIMATED: _estimated,
    EventKind.STATUS_MOVED: _moved,
    EventKind.FIELD_PINNED: _pinned,
    EventKind.FIELD_RELEASED: _released,
}
