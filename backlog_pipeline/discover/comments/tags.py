"""What a marker says about itself: ``TODO(@ana, #123, due 2026-12-01): text``.

Tags stand behind the word: in round or square brackets, or as ``@owner`` and ticket before the
text. Brackets that hold none of these are part of the text.
"""

import re
from dataclasses import dataclass
from datetime import date

_REPOSITORY = r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*"
_URL_ISSUE = re.compile(
    r"https?://(?:www\.)?(?P<host>[\w.-]+)/(?P<path>[\w./-]+?)/(?:-/)?(?:issues|pull|pulls|merge_requests)/(?P<number>\d+)"
)
_QUALIFIED = re.compile(rf"({_REPOSITORY})#(\d+)")
_HASHED = re.compile(r"#(\d+)|(?:GH|gh)-(\d+)|(?i:issue|ticket|bug) #?(\d+)")
_PROJECT = re.compile(r"[A-Za-z][\w.-]*#\d+")
_NO_TRACKER = "UTF|UCS|ISO|SHA|MD|RFC|HTTP|TLS|SSL|PEP|CVE|CWE|AES|CP|EN|IEEE|BASE|TOP|PHASE|STEP|PART"
_JIRA = re.compile(rf"(?!(?:{_NO_TRACKER})-)[A-Z][A-Z0-9_]{{1,9}}-\d+")
_OTHER_TRACKER = re.compile(
    r"(?:b|bugs?|crbug\.com|go|bpo|issue)[/:-]\d+|(?:crbug|bugs)\.[\w.]+/[\w/]*\d+", re.I
)
_URL = re.compile(r"https?://[^\s)\]>,;]+")
_DATE = re.compile(r"(?:(?:due|by|until|before|expires?|deadline)\b[ :=]*(?:on )?)?(\d{4}-\d{2}-\d{2})", re.I)
_OWNER = re.compile(r"@[A-Za-z0-9][\w.-]*(?:/[\w.-]+)?")
_NAME = re.compile(r"[A-Za-z][\w.+-]*(?:@[\w.-]*)?")
_NO_NAME = re.compile(
    r"p\d|v?\d[\d.]*|low|medium|high|critical|urgent|minor|major|later|soon|nice-to-have", re.I
)
_LABEL = re.compile(r"[A-Za-z0-9][\w.+:/-]*")
_OWNER_LIST = re.compile(r"(?:owner|assignee|author)[ :=]+@?([\w.@-]+)", re.I)
_SEPARATORS = re.compile(r"[,;|]\s*|\s+(?=[@#]|due\b)")
_BRACKETS = re.compile(r"[ \t]?(?:\(([^()\n]*)\)|\[([^\[\]\n]*)\])")
_LOOSE = re.compile(
    rf":?[ \t]*(?:{_OWNER.pattern}|{_URL_ISSUE.pattern}|{_QUALIFIED.pattern}|#\d+|GH-\d+|{_JIRA.pattern})"
    r"(?=[\s:,.;)\]-]|$)"
)
_IN_TEXT = re.compile(rf"{_URL_ISSUE.pattern}|(?<![\w/]){_REPOSITORY}#\d+|(?<![\w&/])#\d+\b|\bGH-\d+\b")


@dataclass(frozen=True, slots=True)
class Tags:
    """What was said, each "" where it was not. A ticket is a link: several comments may name one."""

    owner: str = ""
    ticket: str = ""
    label: str = ""
    due: str = ""

    def joined(self, other: "Tags") -> "Tags":
        """Both together; where both speak, the first holds, and labels add up."""
        labels = ", ".join(x for x in (self.label, other.label) if x)
        return Tags(
            self.owner or other.owner,
            self.ticket or other.ticket,
            labels,
            self.due or other.due,
        )


def parse_tags(after: str) -> tuple[Tags, str]:
    """The tags at the head of ``after`` (what follows the word on its line), and the rest."""
    tags, rest = Tags(), after
    while True:
        bracket = _BRACKETS.match(rest)
        if bracket and (found := _bracket(bracket, rest)):
            tags, rest = tags.joined(found), rest[bracket.end() :]
            continue
        loose = _LOOSE.match(rest)
        said = _part(loose.group().lstrip(": \t")) if loose else None
        if loose is None or said is None:
            return tags, rest
        tags, rest = tags.joined(said), rest[loose.end() :]


def mentioned_ticket(text: str) -> str:
    """The first ticket that a text names, or ""."""
    found = _IN_TEXT.search(text)
    if found is None:
        return ""
    tags = _part(found.group())
    return tags.ticket if tags else ""


def _bracket(match: "re.Match[str]", rest: str) -> Tags | None:
    inner = match.group(1) if match.group(1) is not None else match.group(2)
    is_square = match.group(1) is None
    if not inner.strip():
        return None
    is_apart = match.group().startswith((" ", "\t"))
    tags = Tags()
    for part in _SEPARATORS.split(inner.strip()):
        found = _part(part.strip()) or _word(part.strip(), is_owner=not is_square and not tags.owner)
        if found is None:
            return None
        tags = tags.joined(found)
    is_plain = not (tags.ticket or tags.due or "@" in inner)
    if is_apart and is_plain and not rest[match.end() :].startswith(":"):
        return None
    return tags


def _part(part: str) -> Tags | None:
    """One tag that its form gives away: a date, a ticket or an ``@owner``."""
    return _due(part) or _ticket(part) or _named_owner(part)


def _due(part: str) -> Tags | None:
    found = _DATE.fullmatch(part)
    if found is None:
        return None
    try:
        return Tags(due=date.fromisoformat(found.group(1)).isoformat())
    except ValueError:
        return Tags(label=part)


def _ticket(part: str) -> Tags | None:
    if url := _URL_ISSUE.match(part):
        ticket = f"{url['path']}#{url['number']}"
        is_github = url["host"] == "github.com" and url["path"].count("/") == 1
        name = ticket if is_github else f"{url['host']}/{ticket}"
        return Tags(ticket=name)
    if _QUALIFIED.fullmatch(part):
        return Tags(ticket=part)
    if found := _HASHED.fullmatch(part):
        return Tags(ticket="#" + next(g for g in found.groups() if g))
    if (
        _PROJECT.fullmatch(part)
        or _JIRA.fullmatch(part)
        or _OTHER_TRACKER.fullmatch(part)
        or _URL.fullmatch(part)
    ):
        return Tags(ticket=part)
    if part.isascii() and part.isdigit() and len(part) >= 2:
        return Tags(ticket=f"#{part}")
    return None


def _named_owner(part: str) -> Tags | None:
    if _OWNER.fullmatch(part):
        return Tags(owner=part[1:])
    if found := _OWNER_LIST.fullmatch(part):
        return Tags(owner=found.group(1).lstrip("@"))
    return None


def _word(part: str, *, is_owner: bool) -> Tags | None:
    """A bare word: the first in round brackets is who it waits for, every other is a label."""
    if part.lower().startswith(("label:", "label ", "label=")):
        return Tags(label=part[6:].strip())
    if is_owner and _NAME.fullmatch(part) and not _NO_NAME.fullmatch(part):
        return Tags(owner=part.rstrip("@"))
    if _LABEL.fullmatch(part):
        return Tags(label=part)
    return None
