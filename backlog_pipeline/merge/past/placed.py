"""The places of an item through many changes, followed as text: only what is left at the end is decoded."""

import json
from collections.abc import Iterable, Sequence

from backlog_pipeline.merge import fold as item_fold
from backlog_pipeline.model import codec
from backlog_pipeline.model.item import Place

_ONE_MOVED, _WAS, _ENDS = '{"data":{"moved":[{"now":{', ',"was":', '}]},"'
_AFTER = ('happened_at":"', 'evidence":{')


class Placed:
    """Where an item stands while changes are taken in, in the order in which its places came.

    Two texts that are the same are the same place. The other way round it need not be so (a value that
    is the default may be written out): then a place that goes is not found, which raises ``ValueError``,
    and whoever asked decodes instead. ``most`` is the highest number of places so far.
    """

    def __init__(self, places: Iterable[Place], most: int) -> None:
        rows = [(codec.dumps(place), place) for place in places]
        self._known, self._texts = dict(rows), [text for text, _ in rows]
        self.most = most

    def take(self, events: Iterable[str]) -> None:
        """More ``places_changed``, in order. Raises ``ValueError`` where one does not fit, or is none."""
        texts = self._texts
        for event in events:
            gone, new = _one_moved(event) or _rows(event)
            for text in gone:
                texts.remove(text)
            texts += new
            self.most = max(self.most, len(texts))

    def places(self) -> tuple[Place, ...]:
        """The places now, in the order of items. Raises ``ValueError`` where one cannot be read."""
        known = self._known
        self._known = {t: known[t] if t in known else codec.loads(Place, t) for t in self._texts}
        return tuple(sorted((self._known[t] for t in self._texts), key=item_fold.place_order))


def _one_moved(event: str) -> tuple[tuple[str], tuple[str]] | None:
    """The place that went and the one that came, cut out as they stand, where one moved and that is all.

    A quote inside a text has a backslash before it, so what looks like a key is one. Cut wrongly they
    are no places of the item, which ``Placed`` notices.
    """
    head, _, rest = event.partition(_WAS)
    was, _, after = rest.partition(_ENDS)
    if not head.startswith(_ONE_MOVED) or not after.startswith(_AFTER) or _WAS in was or "}]," in was:
        return None
    return (was,), (head[len(_ONE_MOVED) - 1 :],)


def _rows(event: str) -> tuple[Sequence[str], Sequence[str]]:
    """The places that go and those that come, each as text."""
    data = json.loads(event)["data"]
    moved = data.get("moved", [])
    gone = [*data.get("removed", []), *(row["was"] for row in moved)]
    new = [*data.get("added", []), *(row["now"] for row in moved)]
    return [_text(row) for row in gone], [_text(row) for row in new]


def _text(row: object) -> str:
    return json.dumps(row, sort_keys=True, separators=(",", ":"))
