"""Two witnesses of one life: which wordings count as the same work, who opened and who removed it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from backlog_pipeline.model.finding import Birth
from backlog_pipeline.model.item import Item, Place
from backlog_pipeline.model.kinds import ItemType, RiskTier, Status
from backlog_pipeline.model.life import Deed, Life, LifeStep, Signed, Told
from backlog_pipeline.pipeline.lived import ItemLife, LivedPlace, commits_of, lived

AT = datetime(2026, 1, 5, tzinfo=UTC)
PLACE = Place("code_comments", "TODO", "split the parser", "a.py", 3)
ITEM = Item(
    "bl-1", "Split", ItemType.TECHNICAL_DEBT, Status.READY, RiskTier.LOW, Birth(date(2026, 1, 5), "c9"),
    "code_comments",
)  # fmt: skip


def life(text: str, *deeds: tuple[Deed, str]) -> Life:
    return Life(text, tuple(LifeStep(deed, commit, "a.py") for deed, commit in deeds))


def item_life(*places: LivedPlace) -> ItemLife:
    signed = {f"c{n}": Signed("Ana", AT + timedelta(days=n)) for n in range(10)}
    return ItemLife(ITEM, "c9", AT, places, (), signed)


def test_like_wordings_are_one_life_and_the_first_unlike_one_ends_it() -> None:
    now = life("split the parser", (Deed.WRITTEN, "c3"))
    typo = life("split the parsr", (Deed.WRITTEN, "c2"), (Deed.REMOVED, "c3"))
    other = life("remove in 3.0", (Deed.WRITTEN, "c1"), (Deed.REMOVED, "c2"))
    older = life("split the parser", (Deed.WRITTEN, "c0"), (Deed.REMOVED, "c1"))
    found = lived(PLACE, Told(now, (typo, other, older)))
    assert found.wordings == (typo, now)
    assert [(s.deed, s.commit) for _, s in found.steps()] == [(Deed.WRITTEN, "c2"), (Deed.WRITTEN, "c3")]


def test_a_wording_after_the_one_known_is_where_the_life_goes_on() -> None:
    now = life("split the parser", (Deed.WRITTEN, "c1"), (Deed.REMOVED, "c2"))
    later = life("split the parser now", (Deed.WRITTEN, "c2"), (Deed.REMOVED, "c3"))
    whole = item_life(lived(PLACE, Told(now, (), (later,))))
    assert (whole.opened_by, whole.removed_by) == ("c1", "c3")
    assert item_life(lived(PLACE, Told(now))).removed_by == "c2"


def test_what_history_does_not_tell_keeps_its_reason_and_the_recorded_birth() -> None:
    found = lived(PLACE, Told(reason="it is not known"))
    assert found == LivedPlace(PLACE, reason="it is not known")
    assert (item_life(found).opened_by, item_life(found).removed_by) == ("c9", "")


def test_of_several_places_the_first_opens_and_the_last_to_go_closes() -> None:
    gone = lived(PLACE, Told(life("x", (Deed.WRITTEN, "c4"), (Deed.REMOVED, "c5"))))
    also = lived(PLACE, Told(life("y", (Deed.WRITTEN, "c2"), (Deed.REMOVED, "c7"))))
    left = lived(PLACE, Told(life("z", (Deed.WRITTEN, "c3"))))
    assert (item_life(gone, also).opened_by, item_life(gone, also).removed_by) == ("c2", "c7")
    assert item_life(gone, also, left).removed_by == ""
    assert item_life(gone, LivedPlace(PLACE, reason="unknown")).removed_by == ""


def test_returns_are_counted_and_every_commit_named_is_asked_for() -> None:
    steps = (
        LifeStep(Deed.WRITTEN, "c1", "a.py", merged_by="c2"),
        LifeStep(Deed.REMOVED, "c3", "a.py"),
        LifeStep(Deed.RETURNED, "c4", "a.py"),
    )
    whole = item_life(lived(PLACE, Told(Life("x", steps))))
    assert whole.returns == 1
    assert commits_of(whole) == {"c1", "c2", "c3", "c4", "c9"}
    closed = replace(whole, item=replace(ITEM, closed_by="c5"))
    assert "c5" in commits_of(closed)
