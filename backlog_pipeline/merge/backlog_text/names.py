"""How other tools name the keys of an item, and which keys of an item are ours under any name."""

from collections.abc import Mapping
from dataclasses import dataclass

from backlog_pipeline.merge.backlog_text.keys import KEYS
from backlog_pipeline.merge.yaml_text import nodes
from backlog_pipeline.merge.yaml_text.nodes import Node, key_text

Pair = tuple[Node, Node]

ALIASES: Mapping[str, str] = {
    "value": "business_value",
    "effort": "job_size",
    "task_type": "type",
    "created_date": "created_at",
    "completed_date": "completed_at",
    "completion_date": "completed_at",
    "blocker": "blocked_reason",
    "age_days": "aging_days",
    "final_score": "wsjf_score",
}
"""Other names of our keys. Our own name in the same item wins, and the other is then the person's."""

GROUP = "wsjf"
"""The key under which some files keep the components and the score."""

GROUPED: Mapping[str, str] = {
    "business_value": "business_value",
    "user_business_value": "business_value",
    "value": "business_value",
    "time_criticality": "time_criticality",
    "risk_reduction": "risk_reduction",
    "risk_reduction_opportunity_enablement": "risk_reduction",
    "job_size": "job_size",
    "job_duration": "job_size",
    "effort": "job_size",
    "score": "wsjf_base",
}
"""The names in that group; its score is the one that its components give, without aging."""

NAMES: Mapping[str, str] = {**ALIASES, **{name: name for name in KEYS}}


class StandsTwiceError(Exception):
    """One key stands twice in one item."""

    def __init__(self, name: str, line: int, own: Mapping[str, Pair]) -> None:
        super().__init__(name)
        self.name, self.line, self.own = name, line, own


@dataclass(frozen=True, slots=True)
class OwnPairs:
    """The pairs of an item by our names, and the ``wsjf`` group if it has one.

    ``is_renamed`` where some key has another name than ours.
    """

    pairs: dict[str, Pair]
    group: Pair | None
    is_renamed: bool


def own_pairs(entry: nodes.Mapping) -> OwnPairs:
    """The pairs of an item that are ours, under any name.

    Raises:
        StandsTwiceError: a key of ours stands twice.
    """
    own: dict[str, Pair] = {}
    group: Pair | None = None
    is_renamed = False
    for pair in entry.pairs:
        written = key_text(pair[0])
        name = NAMES.get(written)
        if name is None:
            group = pair if written == GROUP and isinstance(pair[1], nodes.Mapping) else group
        elif name not in own:
            own[name] = pair
            is_renamed = is_renamed or name != written
        else:
            _note_again(own, name, written, pair)
    if is_renamed and "wsjf_score" in own:
        _sort_out_scores(own, entry)
    if group is not None and not _take_group(own, group):
        group = None
    return OwnPairs(own, group, is_renamed or group is not None)


def _take_group(own: dict[str, Pair], group: Pair) -> bool:
    """Whether the group holds anything that the item does not say itself; that is noted."""
    before = len(own)
    for pair in group[1].pairs:  # type: ignore[union-attr]  # a mapping, see own_pairs
        name = GROUPED.get(key_text(pair[0]))
        if name is not None:
            own.setdefault(name, pair)
    return len(own) > before


def _note_again(own: dict[str, Pair], name: str, written: str, pair: Pair) -> None:
    """A key that stands under two names: ours wins, else the first."""
    if key_text(own[name][0]) == written:
        raise StandsTwiceError(written, pair[0].line, own)
    if written == name:
        own[name] = pair


def _sort_out_scores(own: dict[str, Pair], entry: nodes.Mapping) -> None:
    """Beside a ``final_score``, which is the aged one, ``wsjf_score`` is the score without aging."""
    for pair in entry.pairs:
        if key_text(pair[0]) == "final_score" and pair is not own["wsjf_score"]:
            own.setdefault("wsjf_base", own["wsjf_score"])
            own["wsjf_score"] = pair
            return
