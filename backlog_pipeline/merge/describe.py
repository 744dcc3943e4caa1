"""What an item says of itself, given what was seen of it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from backlog_pipeline.merge.claims import Claim, claimed
from backlog_pipeline.merge.fold import CHANGEABLE, place_order
from backlog_pipeline.merge.match import finding_order
from backlog_pipeline.model import codec, fingerprint
from backlog_pipeline.model.finding import Birth, Finding, Location, Role, Severity, Work
from backlog_pipeline.model.item import Item, Place
from backlog_pipeline.model.kinds import RiskTier, Status

_PINNED_AS = {"title": "title", "description": "description", "type": "item_type", "risk_tier": "risk_tier"}
_ROLES = list(Role)
_LEVELS = {severity: severity.level for severity in Severity}
_TICKET = "ticket:"
_CHANGEABLE = sorted(CHANGEABLE)


def place_of(finding: Finding) -> Place:
    """Where a finding stands, as an item holds it."""
    return Place(
        source=finding.source,
        rule=finding.rule,
        text=finding.text,
        path=finding.path,
        line=finding.line,
        anchor=finding.anchor,
        keys=finding.keys,
        severity=finding.severity,
        detail=finding.detail,
    )


def finding_at(item: Item, place: Place) -> Finding:
    """A place of an item as the finding that it was, as far as the item still tells."""
    return Finding(
        source=place.source,
        rule=place.rule,
        text=place.text,
        work=Work(item.item_type, item.title, item.label),
        severity=place.severity,
        role=Role(item.role),
        detail=place.detail,
        location=Location(place.path, place.line) if place.path else None,
        anchor=place.anchor,
        keys=place.keys,
        birth=item.birth,
        facts=dict(item.facts),
    )


def new_item(item_id: str, label: str, findings: Sequence[Finding], committed_on: date) -> Item:
    """The item that findings ask for; work without a known birth is at least as old as the commit."""
    lead = min(findings, key=_lead_order)
    item = Item(
        id=item_id,
        title=lead.work.title,
        item_type=lead.work.item_type,
        status=Status.NEW,
        risk_tier=RiskTier(lead.severity.value),
        birth=_first(findings) or Birth(committed_on, is_at_least=True),
        source=lead.source,
        label=label,
        places=tuple(sorted((place_of(f) for f in findings), key=place_order)),
    )
    return described(item, findings, label, item.places)


def described(item: Item, findings: Sequence[Finding], label: str, places: tuple[Place, ...]) -> Item:
    """The item with this label and these places as the findings seen of it this time describe it.

    Severity, keys and rules come from all places, also those that were not looked at this time.
    Pinned fields stay.
    """
    said = [f for f in findings if f.work.label == label] or list(findings)
    lead = min(said, key=_lead_order)
    severity = max((p.severity for p in places), key=_LEVELS.__getitem__)
    birth = _older(item.birth, _first(findings))
    keys = tuple(sorted({k for p in places for k in p.keys}))
    facts = _facts(said)
    new = replace(
        item,
        label=label,
        places=places,
        is_observed=True,
        title=lead.work.title,
        item_type=lead.work.item_type,
        description=lead.detail,
        severity=severity,
        risk_tier=RiskTier(severity.value),
        role=min((f.role for f in findings), key=_ROLES.index).value,
        rule=lead.rule,
        keys=keys,
        birth=birth,
        facts=facts,
        evidence=_evidence(places, keys, birth),
        links=_links(item.links, keys, facts),
    )
    return _keep_pins(item, new)


def changed_fields(old: Item, new: Item) -> dict[str, object]:
    """The ``data`` of an ``item_changed`` event: the fields in which the items differ."""
    names = [n for n in _CHANGEABLE if getattr(old, n) != getattr(new, n)]
    return {n: codec.encode(getattr(new, n)) for n in names}


class Ids:
    """Gives out ids that are not taken yet.

    An id comes from content: the text of work of its own, or label and keys of shared work.
    Different work, or equal texts at different places, that come to the same one get ``-2``, ``-3``.
    Work that has an id in ``claims`` (see ``merge.claims``) and not by its content takes that one.
    """

    def __init__(self, taken: Iterable[str], claims: Iterable[Claim] = ()) -> None:
        self._taken = set(taken)
        self._last: dict[str, int] = {}
        self._claims = {claim.id: claim for claim in claims}

    def take(self, findings: Sequence[Finding], label: str) -> str:
        """The id of a new item for these findings."""
        base = _content_id(min(findings, key=finding_order), label, findings)
        is_there = base in self._claims and base not in self._taken
        if not is_there and (known := self._claimed(findings)):
            self._taken.add(known)
            return known
        number = self._last.get(base, 1)
        wanted = base if number == 1 else f"{base}-{number}"
        while wanted in self._taken:
            number += 1
            wanted = f"{base}-{number}"
        self._taken.add(wanted)
        self._last[base] = number
        return wanted

    def _claimed(self, findings: Sequence[Finding]) -> str:
        free = [claim for id_, claim in self._claims.items() if id_ not in self._taken]
        return claimed(free, min(findings, key=_lead_order), findings) if free else ""


def _content_id(first: Finding, label: str, findings: Iterable[Finding]) -> str:
    if not label:
        return fingerprint.item_id(first.source, first.rule, first.text)
    keys = sorted({k for f in findings for k in f.keys})
    return fingerprint.item_id(first.source, "", fingerprint.digest(label, *keys))


def _lead_order(finding: Finding) -> tuple[object, ...]:
    return (-_LEVELS[finding.severity], _ROLES.index(finding.role), finding_order(finding))


def _facts(findings: Iterable[Finding]) -> tuple[tuple[str, str], ...]:
    facts: dict[str, str] = {}
    for finding in sorted(findings, key=_lead_order):
        for name, value in finding.facts.items():
            facts.setdefault(name, value)
    return tuple(sorted(facts.items()))


def _evidence(places: Iterable[Place], keys: Iterable[str], birth: Birth) -> tuple[str, ...]:
    rules = {f"rule:{p.rule}" for p in places if p.rule}
    commit = {f"commit:{birth.commit}"} if birth.commit else set()
    return tuple(sorted({*rules, *commit, *keys}))


def _links(known: Iterable[str], keys: Iterable[str], facts: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """What was linked before, and the tickets that are named now."""
    named = {f"{_TICKET}{dict(facts)['ticket']}".lower()} if "ticket" in dict(facts) else set()
    return tuple(sorted({*known, *named, *(k for k in keys if k.startswith(_TICKET))}))


def _first(findings: Iterable[Finding]) -> Birth | None:
    births = [f.birth for f in findings if f.birth]
    return min(births, key=lambda b: (b.on, b.is_at_least, b.commit), default=None)


def _older(known: Birth, seen: Birth | None) -> Birth:
    """A birth only ever moves back, or becomes exact when history that was cut off is there."""
    if seen is None or (known.on, known.is_at_least) <= (seen.on, seen.is_at_least):
        return known
    return seen


def _keep_pins(old: Item, new: Item) -> Item:
    pinned = dict(old.pins)
    if not pinned:
        return new
    kept = {attribute: getattr(old, attribute) for name, attribute in _PINNED_AS.items() if name in pinned}
    if "created_at" in pinned:
        kept["birth"] = old.birth
    if "links" in pinned:
        kept["links"] = old.links
    return replace(new, **kept)
