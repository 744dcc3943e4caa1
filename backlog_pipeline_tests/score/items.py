"""Items for tests of scoring: one builder, and Hypothesis strategies of whole backlogs."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import settings
from hypothesis import strategies as st

from backlog_pipeline.model.finding import Birth, Severity
from backlog_pipeline.model.item import COMPONENTS, Estimate, Estimates, Item, Place
from backlog_pipeline.model.kinds import ItemType, RiskTier, Status

TODAY = date(2026, 11, 22)

few = settings(max_examples=40, deadline=None)
"""For properties of whole tables, which take a while each."""


def estimates(*values: float) -> Estimates:
    """Four plain estimates, in the order of the components."""
    return Estimates(**{name: Estimate(v, ("a reason",)) for name, v in zip(COMPONENTS, values, strict=True)})


def item(id_: str = "bl-a", numbers: tuple[float, ...] | None = (3, 2, 3, 5), **changes: object) -> Item:
    """A READY item of 100 days; ``numbers`` are its four components."""
    base = Item(
        id=id_,
        title=f"Title of {id_}",
        item_type=ItemType.BUG_FIX,
        status=Status.READY,
        risk_tier=RiskTier.MEDIUM,
        birth=Birth(TODAY - timedelta(days=100)),
        source="code_comments",
        rule="FIXME",
        estimates=estimates(*numbers) if numbers else Estimates(),
        acceptance_criteria=("It is gone.",),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def comment(text: str, **changes: object) -> Item:
    """A TODO in the product code without estimates."""
    path = str(changes.pop("path", "src/a.py"))
    place = Place("code_comments", str(changes.get("rule", "TODO")), text, path, 3)
    plain = {"item_type": ItemType.TECHNICAL_DEBT, "rule": "TODO", "places": (place,)}
    return item(numbers=None, **(plain | changes))


def advisory(**changes: object) -> Item:
    """A vulnerable dependency without estimates, published ten days ago, fixed in 3.1.6."""
    place = Place("dependency_vulnerabilities", "advisory", "jinja2", "requirements.txt", 2)
    plain: dict[str, object] = {
        "item_type": ItemType.SECURITY_VULNERABILITY,
        "source": "dependency_vulnerabilities",
        "rule": "advisory",
        "severity": Severity.MEDIUM,
        "keys": ("advisory:CVE-2025-1",),
        "facts": (("fix_version", "3.1.6"), ("package", "jinja2")),
        "places": (place,),
        "birth": Birth(TODAY - timedelta(days=10)),
    }
    return item(numbers=None, **(plain | changes))


numbers = st.one_of(
    st.sampled_from((1.0, 2.0, 3.0, 5.0, 8.0, 13.0)),
    st.floats(0.25, 40, allow_nan=False).map(lambda x: round(x, 2)),
)
"""Mostly on the scale; sometimes what a person wrote."""

births = st.integers(-3, 4000).map(lambda days: Birth(TODAY - timedelta(days=days)))
dues = st.one_of(st.just(()), st.integers(-50, 400).map(lambda d: (("due", str(TODAY + timedelta(days=d))),)))


@st.composite
def backlogs(draw: st.DrawFn, most: int = 12, with_links: bool = True) -> list[Item]:
    """Some items with ids of their own, in any order, with links between them."""
    ids = draw(st.lists(st.text("abcdé9", min_size=1, max_size=3), min_size=1, max_size=most, unique=True))
    found = [draw(_items(f"bl-{name}")) for name in ids]
    if not with_links:
        return found
    names = st.lists(st.sampled_from([*(i.id for i in found), "bl-gone"]), max_size=2, unique=True)
    return [replace(i, blocked_by=tuple(draw(names))) if draw(st.booleans()) else i for i in found]


@st.composite
def _items(draw: st.DrawFn, id_: str) -> Item:
    values = draw(st.one_of(st.tuples(numbers, numbers, numbers, numbers), st.none()))
    return item(
        id_,
        values,
        status=draw(st.sampled_from(Status)),
        risk_tier=draw(st.sampled_from(RiskTier)),
        item_type=draw(st.sampled_from(ItemType)),
        birth=draw(births),
        facts=draw(dues),
    )
