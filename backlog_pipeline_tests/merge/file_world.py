"""Items for tests of ``backlog.yml``, and what strangers and people may put into such a file."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from backlog_pipeline.merge.backlog_file import BacklogFile, Score, read, render
from backlog_pipeline.model.finding import Birth
from backlog_pipeline.model.item import COMPONENTS, Estimate, Estimates, Item, Place
from backlog_pipeline.model.kinds import ItemType, RiskTier, Status

TODAY = date(2026, 11, 22)
BASES = {1: 13.0, 2: 6.5, 3: 4.33, 5: 2.6, 8: 1.62, 13: 1.0}


def item(number: int, *, size: float | None = 5, **fields: object) -> Item:
    """An item whose three other components are 5, 5 and 3: the size alone decides its section."""
    made = Item(
        id=f"bl-{number:08d}",
        title=f"Work number {number}",
        item_type=ItemType.TECHNICAL_DEBT,
        status=Status.READY,
        risk_tier=RiskTier.LOW,
        birth=Birth(date(2026, 1, 31)),
        source="code_comments",
        places=(place(f"src/part_{number}.py"),),
        estimates=estimates(5, 5, 3, size),
        acceptance_criteria=("The comment is gone", "Tests pass"),
        evidence=("commit 0123456",),
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def place(path: str) -> Place:
    return Place("code_comments", "TODO", "text", path=path)


def estimates(*values: float | None) -> Estimates:
    """Estimates from four numbers, in the order of ``COMPONENTS``."""
    return Estimates(*(None if v is None else Estimate(float(v)) for v in values))


def scores(items: Iterable[Item], days: int = 10) -> dict[str, Score]:
    """WSJF of those items that have all four components."""
    found: dict[str, Score] = {}
    for one in items:
        if one.estimates.are_complete:
            values = [getattr(one.estimates, name).value for name in COMPONENTS]
            base = sum(values[:3]) / values[3]
            found[one.id] = (base, base * 1.333, days, 1.333)
    return found


def rendered(file: BacklogFile | bytes | str | None, items: Iterable[Item], **options: object) -> bytes:
    """What ``render`` makes of a file (or its bytes) and items, as of ``TODAY``."""
    if isinstance(file, str):
        file = file.encode()
    if isinstance(file, bytes):
        file = read(file, "backlog.yml")
    found = list(items)
    asked = {"repository": "demo", "as_of": TODAY, "scores": scores(found), **options}
    return render(file, found, **asked)  # type: ignore[arg-type]


def text_of(file: BacklogFile | bytes | str | None, items: Iterable[Item], **options: object) -> str:
    return rendered(file, items, **options).decode()


# Text as strangers write it: everything that means something to YAML, and what no eye sees.
_NASTY = st.sampled_from(
    [
        ": ", " #", "- ", "? ", "'", '"', "\\", "\n", "\r\n", "\t", "\x00", "\x1b[31m", "\x85", "\u2028",
        "\u2029", "\ufeff", "\u202e", "\u200d", "\udc80", "!!python/object:os.system", "&a", "*a", "{{ x }}",
        "[x]", "%", "@", "`", "|", ">", "<<", "=", "~", "null", "NO", "on", "12:30", "2026-01-31", "1e3",
        "0x1f", "...", "---", " ", "  ", "é", "😀", "👩‍💻", "日本", "a", "Fix it",
    ]
)  # fmt: skip
nasty_texts = st.one_of(
    st.lists(_NASTY, min_size=1, max_size=5).map("".join),
    st.text(st.characters(codec=None), min_size=1, max_size=12),
    _NASTY,
)
text_lists = st.lists(nasty_texts, max_size=3).map(tuple)
_numbers = st.sampled_from([None, 1, 2, 3, 5, 8, 13, 4, 2.5, 100])
_days = st.dates(date(2026, 9, 1), TODAY)


@st.composite
def changed(draw: st.DrawFn, one: Item) -> Item:
    """The item with anything about it changed that a run may change."""
    status = draw(st.sampled_from(Status))
    return replace(
        one,
        title=draw(nasty_texts),
        description=draw(st.one_of(st.just(""), nasty_texts, st.just("two\nlines"))),
        item_type=draw(st.sampled_from(ItemType)),
        risk_tier=draw(st.sampled_from(RiskTier)),
        status=status,
        estimates=estimates(*(draw(_numbers) for _ in COMPONENTS)),
        places=tuple(place(p) for p in draw(text_lists)),
        acceptance_criteria=draw(text_lists),
        links=draw(text_lists),
        blocked_by=draw(text_lists),
        evidence=draw(text_lists),
        blocked_reason=draw(nasty_texts) if status is Status.BLOCKED else "",
        dismissed_reason=draw(nasty_texts) if status is Status.DISMISSED else "",
        dismissed_until=draw(_days) if status is Status.DISMISSED else None,
        completed_at=draw(_days) if status is Status.DONE else None,
    )


@st.composite
def backlogs(draw: st.DrawFn, most: int = 5) -> list[Item]:
    """Some items with anything in them."""
    return [draw(changed(item(n))) for n in range(draw(st.integers(0, most)))]


def annotated(text: str, seed: int) -> tuple[str, list[str], list[str]]:
    """The text with comments and keys of a person put in at random, and what was put in.

    Comments go behind lines and between lines, at any depth; keys go into items and at the top.
    """
    chance = random.Random(seed)
    comments: list[str] = []
    keys: list[str] = []
    lines: list[str] = []
    is_block = was_content = False
    for number, line in enumerate(text.splitlines()):
        is_content = is_block and (not line.strip() or line.startswith(" " * 6))
        is_block = is_content or line.endswith("|-")
        behind = ""
        if not is_content and line.strip() and chance.random() < 0.25:
            kind = chance.choice(("behind", "above", "key", "top"))
            if kind == "behind" and not is_block:
                behind = f"  # note {number}"
                comments.append(f"# note {number}")
            elif kind == "above":
                depth = chance.choice((0, 2, 4) if was_content else (0, 2, 4, 6, 9))
                lines.append(" " * depth + f"# note {number}")
                comments.append(f"# note {number}")
            elif kind == "key" and line.startswith("    ") and line[4].isalpha():
                lines.append(f"    own_{number}: {{kept: [{number}, 'x # y']}}  # of mine {number}")
                comments.append(f"# of mine {number}")
                keys.append(f"own_{number}: {{kept: [{number}, 'x # y']}}")
            elif kind == "top" and line[0].isalpha():
                lines.append(f"top_{number}:\n- why: {number}\n- &a{number} 12:30")
                keys.append(f"top_{number}:\n- why: {number}\n- &a{number} 12:30")
        was_content = is_content
        lines.append(line + behind)
    return "\n".join(lines) + "\n", comments, keys
