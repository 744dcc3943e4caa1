"""Which TODO, FIXME, HACK, XXX and BUG in a comment are markers.

A marker is a call to act, in capitals and as a word of its own. It counts

* at the start of a comment's line, after nothing but punctuation, a bullet or a checkbox;
* inside a line after the end of a sentence, a dash or an opening bracket;
* anywhere else only right before a colon, or before a tag in brackets (whose it is, or a number).

It does not count where the word is only mentioned or is a name: in quotes or backticks, part of a
longer word, path, number or call (``TODO_LIST``, ``BUG-123``, ``XXX-XX``, ``TODO.md``, ``BUG()``),
one of a list (``TODO, FIXME and XXX``), assigned to, ``BUG`` before a number (a reference), or at
the start of a line that goes on with a sentence (``the`` / ``TODO list``).
"""

import re

_ANY = "(?:TODO|FIXME|HACK|XXX|BUG)"
_NEAR = 200
WORD = re.compile(rf"(?<!\w){_ANY}(?!\w)")
_NAME_AFTER = re.compile(
    r"-\w|[.\\]\w|/(?!(?:TODO|FIXME|HACK|XXX|BUG)\b)\w|::|[\"'`*_]?[\"'`]|\(\)|\(s\)|\[\d*\]|%|\$|\}\}?(?!\s*\w)"
    r"|[ \t]*[-+|&^]?=(?!=)(?![=>])|[ \t]*==|\.\*"
)
_LIST_AFTER = re.compile(
    rf"(?:[ \t]*[,/|&][ \t]*|[ \t]+(?:and|or|nor|vs\.?)[ \t]+)[\"'`(]*{_ANY}(?!\w)", re.I
)
_LIST_BEFORE = re.compile(
    rf"(?<!\w){_ANY}[\"'`)]*(?:[ \t]*[,/|&][ \t]*(?:and |or )?|[ \t]+(?:and|or|nor)[ \t]+)\Z"
)
PAIR_AFTER = re.compile(
    rf"[ \t]?[/|&][ \t]?{_ANY}(?=[ \t]*[:(\[]|[ \t]+\w|\s*\Z)|,[ \t]?{_ANY}(?=[ \t]*[:(\[])"
)
_NUMBER_AFTER = re.compile(r"[ \t]*#?\d")
_ATTACHED_BEFORE = re.compile(r"(?:[\"'`$%{\\\w?=&]|\w[\[(<*@]|(?<!\s)[./:](?<!\A[./:])|\w-)\Z")
START = re.compile(r"(?:</?\w+>|[^\w\"'`$%{\\]|\b[\dA-Za-z][.)]\s|\[[xX]\]\s)*\Z")
_STRONG_AFTER = re.compile(r"[ \t]?:(?!:)|[ \t]\([^()]*\):|\((?!\))[^()]*\)|\[[^\[\]]+\][: ]|[ \t]@\w")
_BREAK_BEFORE = re.compile(
    r"(?:[.;!?…)\]}>]|(?:^|\s)(?:--+|[-–—*|/#=~]+|\.\.+)|[:,]\s*\()\s*\Z|\w[ \t]{2,}\Z|(?:^|\s)[(\[<*]+\Z"
)
_SENTENCE_GOES_ON = re.compile(
    r"(?:^|[\s(])(?:the|a|an|of|to|in|for|from|with|and|or|as|is|are|by|at|every|our|your|my|its|their|see|via|into|"
    r"than|be|e\.g\.|i\.e\.|another|other|called|named|containing|marked)\s*\Z",
    re.I,
)
_ENDS_NOUN = r"(?=[.,;)]|\Z|[ \t]+(?:is|in|of|for|that|which|and)\b)"
_COMPOUND_AFTER = re.compile(
    rf"[ \t]+(?:(?:list|comment|marker|tag|annotation|keyword|item)\b{_ENDS_NOUN}"
    r"|(?:lists|comments|markers|tags|annotations|keywords|items|entries|tracker)\b)(?![ \t]*:)"
)
_SAYS_SOMETHING_OF_IT = re.compile(
    r"[ \t]+(?:is|are|was|were|means?)[ \t]+(?:not|a|an|the|only|used|done|removed|for)\b"
)


def is_marker(text: str, match: "re.Match[str]", above: str = "") -> bool:
    """Whether the word that ``match`` found in a comment's line calls to act (``above``: the line before)."""
    before = text[max(0, match.start() - _NEAR) : match.start()]
    after = text[match.end() : match.end() + _NEAR]
    is_start = match.start() <= _NEAR and START.match(before) is not None
    if is_start and (pair := PAIR_AFTER.match(after)):
        after = after[pair.end() :]
    if _is_mention(match.group(), before, after):
        return False
    is_strong = _STRONG_AFTER.match(after) is not None
    if is_start:
        return is_strong or not (_SENTENCE_GOES_ON.search(above[-_NEAR:]) or _COMPOUND_AFTER.match(after))
    if before[-1] not in " \t([<*@":
        return False
    if is_strong and not before.endswith("<"):
        return not _SENTENCE_GOES_ON.search(before) or after.startswith(("(", ":"))
    is_about_it = _COMPOUND_AFTER.match(after) or _SAYS_SOMETHING_OF_IT.match(after)
    return bool(_BREAK_BEFORE.search(before)) and not is_about_it


def _is_mention(kind: str, before: str, after: str) -> bool:
    if kind == "BUG" and _NUMBER_AFTER.match(after):
        return True
    of_list = _LIST_AFTER.match(after) or _LIST_BEFORE.search(before)
    return bool(of_list or _NAME_AFTER.match(after) or _ATTACHED_BEFORE.search(before))
