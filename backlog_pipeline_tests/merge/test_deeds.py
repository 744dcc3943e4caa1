"""What a person does by command: the events it makes, and what is refused in one line."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backlog_pipeline.errors import UsageError
from backlog_pipeline.merge import lifecycle
from backlog_pipeline.merge.backlog_file import read
from backlog_pipeline.merge.by_hand import deeds
from backlog_pipeline.merge.by_hand.changes import told
from backlog_pipeline.merge.by_hand.deeds import Deed, Hand
from backlog_pipeline.merge.by_hand.said import SETTABLE
from backlog_pipeline.merge.by_hand.which import which
from backlog_pipeline.merge.human_edits import human_events
from backlog_pipeline.merge.state import LedgerState, apply, fold
from backlog_pipeline.model import codec
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.item import Estimate, Item
from backlog_pipeline.model.kinds import ItemType, RiskTier, Status
from backlog_pipeline_tests.merge.file_world import item, text_of

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
TODAY = NOW.date()
ONE = item(1)
ID = ONE.id


def opened(*items: Item) -> LedgerState:
    """The state after a scan brought these items."""
    return fold(
        Event("repo", EventKind.ITEM_OPENED, NOW, i.id, data={"item": codec.encode(i)}) for i in items
    )


def hand(state: LedgerState, command: str = "set") -> Hand:
    return Hand(state, "repo", NOW, command)


def done(state: LedgerState, deed: Deed) -> LedgerState:
    """The state after the deed, whose events are the person's and say by which command."""
    assert all(
        e.actor == "person" and e.repository == "repo" and "command" in e.evidence for e in deed.events
    )
    return apply(state, deed.events)


def added(state: LedgerState, *pairs: tuple[str, str], again: bool = False) -> tuple[LedgerState, Item]:
    deed = deeds.add(hand(state, "add"), pairs, is_again=again)
    after = done(state, deed)
    return after, after.items[deed.item]


def changed(state: LedgerState, *pairs: tuple[str, str], reason: str = "", id_: str = ID) -> LedgerState:
    return done(state, deeds.change(hand(state), id_, pairs, reason=reason))


def refusal(call: object) -> str:
    with pytest.raises(UsageError) as caught:
        call()  # type: ignore[operator]
    assert "\n" not in str(caught.value)
    return str(caught.value)


# New work


def test_work_that_a_person_adds_has_what_the_person_said_and_nothing_else() -> None:
    state, new = added(LedgerState(), ("title", "  Call the customer "))
    assert (new.title, new.source, new.status) == ("Call the customer", "person", Status.NEW)
    assert (new.item_type, new.risk_tier, new.created_at) == (ItemType.ENHANCEMENT, RiskTier.MEDIUM, TODAY)
    assert dict(new.pins) == {"title": "Call the customer"}
    assert state.written == {}


def test_everything_that_can_be_said_of_new_work_is_kept() -> None:
    _, new = added(
        LedgerState(),
        ("title", "Rotate keys"), ("type", "Security-Enhancement"), ("risk-tier", "high"), ("job_size", "4"),
        ("description", "one\ntwo"), ("files", "b.py"), ("files", "a.py"), ("acceptance_criteria", "done"),
        ("acceptance_criteria", "seen"), ("links", "ticket:#1"), ("created_at", "2026-01-31"),
    )  # fmt: skip
    assert (new.item_type, new.risk_tier) == (ItemType.SECURITY_ENHANCEMENT, RiskTier.HIGH)
    assert new.estimates.job_size == Estimate(4.0, ("set by hand",), is_pinned=True, is_off_scale=True)
    assert (new.files, new.acceptance_criteria) == (("a.py", "b.py"), ("done", "seen"))
    assert (new.links, new.created_at, new.description) == (("ticket:#1",), date(2026, 1, 31), "one\ntwo")


def test_two_machines_that_add_the_same_title_on_any_day_agree_on_the_id() -> None:
    _, mine = added(LedgerState(), ("title", "Call the customer"))
    later = Hand(opened(ONE), "other", NOW + timedelta(days=9), "add")
    assert deeds.add(later, [("title", "call  the Customer!")]).item == mine.id
    assert mine.id.startswith("bl-")


def test_the_same_title_again_is_refused_unless_it_is_meant() -> None:
    state, first = added(LedgerState(), ("title", "Call the customer"))
    said = refusal(lambda: added(state, ("title", "Call the customer.")))
    assert f"{first.id} has this title already" in said
    assert "--again" in said
    after, second = added(state, ("title", "Call the customer"), again=True)
    assert second.id == f"{first.id}-2"
    assert added(after, ("title", "Call the customer"), again=True)[1].id == f"{first.id}-3"


def test_a_title_of_found_or_dismissed_work_is_refused_and_one_of_done_work_is_new() -> None:
    state, first = added(LedgerState(), ("title", "Call"))
    dismissed = done(state, deeds.dismiss(hand(state, "dismiss"), first.id, reason="no need"))
    assert "dismissed (no need)" in refusal(lambda: added(dismissed, ("title", "Call")))
    assert ID in refusal(lambda: added(opened(ONE), ("title", ONE.title)))
    finished = changed(state, ("status", "DONE"), id_=first.id)
    assert added(finished, ("title", "Call"))[1].id == f"{first.id}-2"


# Dismissals


def test_a_dismissal_keeps_its_reason_and_last_day_and_can_be_worded_anew() -> None:
    state = opened(ONE)
    deed = deeds.dismiss(hand(state, "dismiss"), ID, reason=" risk accepted ", until=TODAY)
    after = done(state, deed)
    assert deed.events[0].evidence == {"command": "dismiss"}
    assert (after.items[ID].status, after.items[ID].dismissed_reason) == (Status.DISMISSED, "risk accepted")
    assert after.items[ID].dismissed_until == TODAY
    same = deeds.dismiss(hand(after, "dismiss"), ID, reason="risk accepted", until=TODAY)
    assert same.events == ()
    again = done(after, deeds.dismiss(hand(after, "dismiss"), ID, reason="for good"))
    assert (again.items[ID].dismissed_reason, again.items[ID].dismissed_until) == ("for good", None)


def test_a_dismissal_comes_back_after_its_last_day_and_not_on_it() -> None:
    state = opened(ONE)
    state = done(state, deeds.dismiss(hand(state, "dismiss"), ID, reason="x", until=TODAY))
    assert lifecycle.expire(state, repository="repo", now=NOW) == ()
    (back,) = lifecycle.expire(state, repository="repo", now=NOW + timedelta(days=1))
    assert back.data["to"] == "NEW"


@pytest.mark.parametrize(
    ("reason", "until", "said"),
    [
        ("", None, "the reason is empty. Next: write some words"),
        ("  \t ", None, "the reason is empty"),
        ("x", TODAY - timedelta(days=1), "2026-11-21 is in the past (today is 2026-11-22, UTC)"),
        ("two\nlines", None, "the reason holds a line break or a control character"),
        ("\x1b[31mred", None, "the reason holds a line break or a control character"),
        ("\u202eevil", None, "the reason holds a line break or a control character"),
        ("x" * 501, None, "the reason has 501 characters. Next: use at most 500"),
    ],
)
def test_a_dismissal_that_says_nothing_or_nonsense_is_refused(
    reason: str, until: date | None, said: str
) -> None:
    assert said in refusal(lambda: deeds.dismiss(hand(opened(ONE)), ID, reason=reason, until=until))


def test_what_is_done_cannot_be_dismissed() -> None:
    state, new = added(LedgerState(), ("title", "Call"))
    state = changed(state, ("status", "DONE"), id_=new.id)
    assert "cannot be DISMISSED: there is no move from DONE" in refusal(
        lambda: deeds.dismiss(hand(state), new.id, reason="x")
    )


# Values


def test_a_value_that_is_set_is_pinned_even_where_ours_is_the_same() -> None:
    state = changed(opened(ONE), ("job_size", "5"), ("risk_tier", "HIGH"))
    assert dict(state.items[ID].pins) == {"job_size": "5", "risk_tier": "HIGH"}
    assert deeds.change(hand(state), ID, [("job_size", "5.0"), ("risk-tier", "high")]).events == ()


def test_a_list_takes_an_entry_from_each_pair_and_waiting_is_for_items_that_exist() -> None:
    state = opened(ONE, item(2), item(3))
    state = changed(
        state, ("links", "a"), ("links", "b"), ("blocked_by", "00000002"), ("blocked_by", "bl-00000003")
    )
    assert state.items[ID].links == ("a", "b")
    assert state.items[ID].blocked_by == ("bl-00000002", "bl-00000003")
    assert "cannot wait for itself" in refusal(lambda: changed(state, ("blocked_by", ID)))
    assert "there is no item 'nobody'" in refusal(lambda: changed(state, ("blocked_by", "nobody")))


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        (("job-szie", "3"), "there is no field 'job-szie'. Next: did you mean job_size?"),
        (("colour", "red"), "there is no field 'colour'. Next: use one of title, "),
        (("wsjf_score", "9"), "wsjf_score is computed or recorded, and not set by hand"),
        (("id", "x"), "id is computed or recorded"),
        (("job_size", "0"), "job_size is '0', and must be above 0"),
        (("job_size", "many"), "job_size is no number above 0 ('many'). Next: use a number"),
        (("job_size", "nan"), "job_size is no number above 0"),
        (("job_size", "1e400"), "job_size is no number above 0"),
        (("job_size", "-2"), "job_size is no number above 0"),
        (("job_size", " "), "job_size is given no value"),
        (("type", "bugfixx"), "type is 'bugfixx', which is not known. Next: did you mean bug_fix?"),
        (("type", "zzz"), "Next: use one of bug_fix, technical_debt"),
        (("risk_tier", "huge"), "Next: use one of LOW, MEDIUM, HIGH, CRITICAL"),
        (("created_at", "soon"), "created_at is no date like 2026-01-31 ('soon')"),
        (("created_at", "2026-11-23"), "created_at is 2026-11-23, which is yet to come"),
        (("title", "a\nb"), "the title holds a line break"),
        (("description", "a\x00b"), "the description holds a control character"),
        (("files", "x.py"), "the files of bl-00000001 are where code_comments sees it"),
        (("status", "ready-ish"), "status is 'ready-ish', which is not known"),
    ],
)  # fmt: skip
def test_a_value_that_is_none_is_refused_with_the_next_step(pair: tuple[str, str], said: str) -> None:
    assert said in refusal(lambda: changed(opened(ONE), pair))


SECRETS = (
    "https://ana:geheim@git.example/x", "-----BEGIN RSA PRIVATE KEY-----", "ghp_" + "a1" * 18,
    "github_pat_" + "a1" * 18, "AKIA" + "ABCDEFGH12345678", "xoxb-" + "1234567890-abc", "glpat-" + "x" * 20,
)  # fmt: skip


@pytest.mark.parametrize("secret", SECRETS)
def test_what_looks_like_a_secret_is_refused_and_not_repeated(secret: str) -> None:
    for refused in (
        refusal(lambda: added(LedgerState(), ("title", f"see {secret} there"))),
        refusal(lambda: changed(opened(ONE), ("links", f"x {secret}"))),
        refusal(lambda: deeds.dismiss(hand(opened(ONE)), ID, reason=f"because {secret}")),
    ):
        assert "the ledger keeps every text for good" in refused
        assert secret not in refused


def test_what_only_speaks_of_secrets_is_taken() -> None:
    for title in ("Rotate the token of ana@example.org", "sk-learn is slow", "https://git.example:8080/x@y"):
        assert added(LedgerState(), ("title", title))[1].title == title


def test_given_twice_is_refused_and_one_bad_value_records_nothing() -> None:
    assert "job_size is given twice" in refusal(
        lambda: changed(opened(ONE), ("job_size", "1"), ("job-size", "2"))
    )
    refusal(lambda: changed(opened(ONE), ("title", "Fine"), ("job_size", "x")))


def test_values_of_closed_work_are_refused_with_the_way_back() -> None:
    state = opened(ONE)
    state = done(state, deeds.dismiss(hand(state), ID, reason="x"))
    said = refusal(lambda: changed(state, ("job_size", "1")))
    assert f"{ID} is DISMISSED, so only its status can be set" in said
    assert f"`backlog set {ID} status=NEW`" in said
    assert "nothing of it is estimated" in refusal(lambda: deeds.release(hand(state), ID))


def test_files_of_own_work_follow_what_the_person_says() -> None:
    state, new = added(LedgerState(), ("title", "Call"), ("files", "a.py"))
    state = changed(state, ("files", "./b.py"), ("files", "a.py"), id_=new.id)
    assert state.items[new.id].files == ("a.py", "b.py")
    assert changed(state, ("files", "c.py"), id_=new.id).items[new.id].files == ("c.py",)


# Statuses


def test_work_is_claimed_blocked_and_taken_back() -> None:
    state = changed(opened(ONE), ("status", "in progress"))
    assert state.items[ID].status is Status.DOING
    state = changed(state, ("status", "BLOCKED"), reason="ask Ana")
    assert (state.items[ID].blocked_reason, state.items[ID].blocked_from) == ("ask Ana", Status.DOING)
    state = changed(state, ("status", "BLOCKED"), reason="ask Ben")
    assert (state.items[ID].blocked_reason, state.items[ID].blocked_from) == ("ask Ben", Status.DOING)
    assert changed(state, ("status", "READY")).items[ID].status is Status.READY


def test_a_dismissal_is_taken_back_in_the_moves_that_exist() -> None:
    state = changed(opened(ONE), ("status", "DISMISSED"), reason="x")
    deed = deeds.change(hand(state), ID, [("status", "READY")])
    assert told(deed.events) == "DISMISSED to NEW; NEW to READY"
    assert done(state, deed).items[ID].status is Status.READY


def test_found_work_is_not_done_by_word_and_a_persons_own_is() -> None:
    said = refusal(lambda: changed(opened(ONE), ("status", "DONE")))
    assert f"{ID} cannot be DONE: code_comments still sees it in src/part_1.py" in said
    assert f"`backlog dismiss {ID} --reason TEXT`" in said
    state, new = added(LedgerState(), ("title", "Call"), ("files", "a.py"))
    state = changed(state, ("status", "merged"), id_=new.id)
    assert (state.items[new.id].status, state.items[new.id].completed_at) == (Status.DONE, TODAY)
    back = changed(state, ("status", "READY"), id_=new.id)
    assert (back.items[new.id].status, back.items[new.id].recurrences) == (Status.READY, 1)


@pytest.mark.parametrize("to", ["BLOCKED", "DISMISSED"])
def test_a_block_and_a_dismissal_need_a_reason(to: str) -> None:
    assert f"to be {to} it needs a reason. Next: add --reason TEXT" in refusal(
        lambda: changed(opened(ONE), ("status", to))
    )


def test_a_reason_without_a_status_is_refused_and_the_same_status_says_nothing() -> None:
    assert "a reason belongs to a status" in refusal(
        lambda: changed(opened(ONE), ("job_size", "1"), reason="why")
    )
    assert deeds.change(hand(opened(ONE)), ID, [("status", "READY")]).events == ()


def test_a_status_that_would_not_stay_is_refused_with_what_holds_it() -> None:
    before = opened(replace(ONE, status=Status.REFINED, blocked_by=("bl-00000002",)), item(2))
    deed = deeds.change(hand(before), ID, [("status", "READY")])
    ready = done(before, deed)
    moved = lifecycle.advance(ready, repository="repo", restricted={}, now=NOW)
    said = refusal(lambda: deeds.refuse_undone(deed, before, apply(ready, moved), moved))
    assert f"{ID} cannot stay READY: it is blocked by bl-00000002, which is open" in said


def test_a_block_that_ends_in_new_may_go_on_by_itself() -> None:
    before = changed(opened(ONE), ("status", "BLOCKED"), reason="x")
    deed = deeds.change(hand(before), ID, [("status", "NEW")])
    state = done(before, deed)
    moved = lifecycle.advance(state, repository="repo", restricted={}, now=NOW)
    deeds.refuse_undone(deed, before, apply(state, moved), moved)
    assert apply(state, moved).items[ID].status is Status.READY


# Giving back


def test_what_was_set_is_given_back_by_name_or_all_of_it() -> None:
    state = changed(opened(ONE), ("job_size", "1"), ("title", "Mine"))
    one = done(state, deeds.release(hand(state, "release"), ID, ["job-size"]))
    assert dict(one.items[ID].pins) == {"title": "Mine"}
    assert one.items[ID].estimates.job_size is None
    assert done(one, deeds.release(hand(one, "release"), ID)).items[ID].pins == ()
    assert deeds.release(hand(opened(ONE), "release"), ID).events == ()


def test_what_was_not_set_cannot_be_given_back() -> None:
    state = changed(opened(ONE), ("title", "Mine"))
    said = refusal(lambda: deeds.release(hand(state), ID, ["job_size"]))
    assert f"job_size of {ID} is not set by hand" in said
    assert "title" in said.partition("Next: ")[2]
    assert "did you mean job_size?" in refusal(lambda: deeds.release(hand(state), ID, ["jobsize"]))


# Which item


def test_the_beginning_of_an_id_is_enough_where_only_one_begins_so() -> None:
    ids = ["bl-4kq20000", "bl-4kq2000x", "bl-9zzzzzzz", "call-customer", "7"]
    assert which("9z", ids) == which("bl-9z", ids) == "bl-9zzzzzzz"
    assert which("call", ids) == "call-customer"
    assert which("7", ids) == "7"
    assert "2 items begin with '4kq'. Next: write more of one of bl-4kq20000, bl-4kq2000x" in refusal(
        lambda: which("4kq", ids)
    )
    assert "did you mean bl-9zzzzzzz?" in refusal(lambda: which("9zzzzzzx", ids))
    assert "see `backlog list --all`" in refusal(lambda: which("", ids))


# By command or in the file: the same


@settings(max_examples=80)
@given(
    st.lists(
        st.sampled_from(
            [
                ("job_size", "8"), ("job_size", "4"), ("title", "NO"), ("title", "12:30 # x"),
                ("type", "testing"), ("status", "DOING"), ("status", "PR"), ("created_at", "2025-02-03"),
                ("risk_tier", "critical"), ("links", "- a: b"), ("links", "#1"),
                ("acceptance_criteria", "on"), ("description", "one\n  two"),
            ]
        ),
        min_size=1, max_size=6, unique_by=lambda pair: pair if pair[0] == "links" else pair[0],
    )
)  # fmt: skip
def test_the_file_that_is_saved_after_a_command_says_nothing_new(pairs: list[tuple[str, str]]) -> None:
    state, new = added(opened(ONE), ("title", "Mine"), ("files", "a.py"))
    for id_ in (ID, new.id):
        state = changed(state, *pairs, id_=id_)
    file = read(text_of(None, state.items.values()).encode(), "backlog.yml")
    assert human_events(file, state, repository="repo", now=NOW) == ((), ())


def test_every_settable_field_is_in_the_reference() -> None:
    page = (Path(__file__).parents[2] / "docs/reference/commands.md").read_text()
    part = page.split("## backlog set\n")[1].split("\n## ")[0]
    assert all(f"`{name}`" in part for name in SETTABLE)
