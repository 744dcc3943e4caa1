"""Text and numbers inside Markdown, such that nobody's text becomes anything but text.

Two ways in. ``code`` is for what somebody else wrote (titles, paths, ids): a code span, in which
Markdown, HTML, links, mentions and emoji mean nothing. ``prose`` is for sentences of ours and of
metrics (reasons, notes), which may quote such text: what could mean something is escaped, and words
that some readers make links of on their own (``www.``, ``://``, ``@``) become code spans.
"""

import re

from backlog_pipeline.report.canonical import INVISIBLE, readable

LONGEST = 160
"""How long a title may be here; the JSON file has all of it. Sentences may be three times as long."""

_CONTROL = re.compile("[\x00-\x1f]")
_TICKS = re.compile("`+")
_MEANS_SOMETHING = re.compile(r"[\\`*_{}\[\]<>&|~$!^]")
_BEGINS_SOMETHING = re.compile(r"(?:[#+=:-]+|\d+[.)])")
_BECOMES_A_LINK = re.compile(r"://|www\.|@|:\S+:|^(?:https?|ftp|mailto|xmpp):", re.IGNORECASE)


def code(text: str) -> str:
    """Somebody's text as a code span of one line."""
    shown = _shown(text)
    if not shown:
        return "(no text)"
    longest = max((len(ticks) for ticks in _TICKS.findall(shown)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if shown[0] == "`" or shown[-1] == "`" else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def prose(text: str) -> str:
    """A sentence of ours, in which nothing that it quotes is Markdown."""
    first, *others = _shown(text, LONGEST * 3).split() or [""]
    return " ".join([_begun(first), *map(_escaped, others)])


def _begun(word: str) -> str:
    """The first word, which could make a list or a heading of its line."""
    if not _BEGINS_SOMETHING.fullmatch(word):
        return _escaped(word)
    return f"{word[:-1]}\\{word[-1]}" if word[0].isdigit() else f"\\{word}"


def _escaped(word: str) -> str:
    if _BECOMES_A_LINK.search(word):
        return code(word)
    return _MEANS_SOMETHING.sub(lambda found: "\\" + found[0], word)


def _shown(text: str, longest: int = LONGEST) -> str:
    """One line, cut where it is too long; what nobody can see is shown as an escape."""
    line = " ".join(_CONTROL.sub(" ", readable(text)).split())
    line = INVISIBLE.sub(lambda found: f"\\u{{{ord(found[0]):x}}}", line)
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"
