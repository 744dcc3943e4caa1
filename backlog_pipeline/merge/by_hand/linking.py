"""Typed links between work that is not the same: a person asserts them and takes them back, a rule's too."""

from difflib import get_close_matches

from backlog_pipeline.errors import UsageError
from backlog_pipeline.merge.by_hand import said
from backlog_pipeline.merge.by_hand.deeds import Deed, Hand
from backlog_pipeline.merge.by_hand.groups import Linking
from backlog_pipeline.model.link import LinkType

TYPES = (LinkType.CAUSES, LinkType.FIXED_BY, LinkType.SUBSUMES)
_TICKET = "ticket:"


def link(hand: Hand, subject: str, kind: str, target: str, *, reason: str = "") -> Deed:
    """Say what the first is to the second; one of them may be the key of something outside.

    Raises:
        UsageError: there is no such item or type of link, or it would link an item to itself.
    """
    of, one, other = _ends(hand, subject, kind, target)
    if one == other:
        raise UsageError(f"{one} cannot be linked to itself", next_step="name two items")
    linking = Linking(hand, said.text("reason", reason) if reason else "")
    linking.say(of, one, other)
    return Deed(one if one in hand.state.items else other, tuple(linking.events))


def unlink(hand: Hand, subject: str, kind: str, target: str) -> Deed:
    """Take it back, whoever said it; no rule says again what a person took back.

    Raises:
        UsageError: nobody says so.
    """
    of, one, other = _ends(hand, subject, kind, target)
    linking = Linking(hand)
    active = [a for a in linking.links if (a.type, a.subject, a.target) == (of, one, other)]
    item = one if one in hand.state.items else other
    if not active:
        raise UsageError(f"nobody says {one} {of} {other}", next_step=f"see `backlog show {item}`")
    for assertion in active:
        linking.withdraw(assertion)
    return Deed(item, tuple(linking.events))


def _ends(hand: Hand, subject: str, kind: str, target: str) -> tuple[LinkType, str, str]:
    of, ends = _type(kind), [_end(hand, word) for word in (subject, target)]
    if not any(end in hand.state.items for end in ends):
        raise UsageError(f"neither {subject} nor {target} is an item", next_step="see `backlog list --all`")
    return of, ends[0], ends[1]


def _type(word: str) -> LinkType:
    wanted = word.strip().lower().replace("_", "-")
    if wanted in (LinkType.SAME, LinkType.DIFFERENT):
        verb = "merge ID --into ID" if wanted == LinkType.SAME else "split ID"
        raise UsageError(f"{wanted} is said by another command", next_step=f"`backlog {verb}`")
    if wanted in TYPES:
        return LinkType(wanted)
    near = get_close_matches(wanted, TYPES, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"use one of {', '.join(TYPES)}"
    raise UsageError(f"there is no type of link {word!r}", next_step=hint)


def _end(hand: Hand, word: str) -> str:
    """The item, or what is outside: a word with a colon, such as ``ticket:owner/name#12``."""
    if ":" not in word:
        return hand.item(word).id
    key = said.text("key", word)
    kind, _, name = key.partition(":")
    if not kind or not name or any(char.isspace() for char in key):
        raise UsageError(f"{word!r} is no key", next_step="write it as ticket:owner/name#12")
    return key.lower() if key.lower().startswith(_TICKET) else key
