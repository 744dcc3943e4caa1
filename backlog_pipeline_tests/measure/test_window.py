"""Days as the calendar of a time zone has them."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlog_pipeline.errors import SettingError
from backlog_pipeline.measure.window import closes_at, day_of, first_day, opens_at, window, zone_of

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Havana",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "Asia/Beirut",
    "America/Toronto",
    "America/Goose_Bay",
)
TICK = timedelta(microseconds=1)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type]


def hours(day: date, zone: str) -> float:
    return (closes_at(day, zone) - opens_at(day, zone)) / timedelta(hours=1)


@pytest.mark.parametrize(
    ("day", "zone", "closes", "length"),
    [
        (date(2026, 3, 28), "Europe/Berlin", utc(2026, 3, 28, 23), 24),
        (date(2026, 3, 29), "Europe/Berlin", utc(2026, 3, 29, 22), 23),
        (date(2026, 10, 25), "Europe/Berlin", utc(2026, 10, 25, 23), 25),
        (date(2026, 1, 5), "UTC", utc(2026, 1, 6), 24),
        (date(2018, 11, 3), "America/Sao_Paulo", utc(2018, 11, 4, 3), 24),  # no midnight follows
        (date(2018, 11, 4), "America/Sao_Paulo", utc(2018, 11, 5, 2), 23),
        (date(2018, 2, 17), "America/Sao_Paulo", utc(2018, 2, 18, 3), 25),  # its last hour comes twice
        (date(2026, 11, 1), "America/Havana", utc(2026, 11, 2, 5), 25),  # midnight comes twice
        (date(2026, 10, 31), "America/Havana", utc(2026, 11, 1, 4), 24),
        (date(2011, 12, 29), "Pacific/Apia", utc(2011, 12, 30, 10), 24),
        (date(2011, 12, 30), "Pacific/Apia", utc(2011, 12, 30, 10), 0),  # there was no such day
        (date(2011, 12, 31), "Pacific/Apia", utc(2011, 12, 31, 10), 24),
        (date(1919, 3, 30), "America/Toronto", utc(1919, 3, 31, 4, 30), 23.5),  # 23:30 became 0:30
        (date(2006, 10, 28), "America/Goose_Bay", utc(2006, 10, 29, 4), 25),  # 0:01 became 23:01
    ],
)
def test_a_day_ends_where_the_calendar_says(day: date, zone: str, closes: datetime, length: float) -> None:
    assert closes_at(day, zone) == closes
    assert hours(day, zone) == length


@given(
    st.datetimes(datetime(1905, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(ZONES),
)
def test_every_moment_is_in_exactly_the_day_that_holds_it(moment: datetime, zone: str) -> None:
    day = day_of(moment, zone)
    assert opens_at(day, zone) <= moment < closes_at(day, zone)


@given(st.dates(date(1905, 1, 1), date(2036, 12, 30)), st.sampled_from(ZONES))
def test_after_its_end_the_date_is_a_later_one_and_before_it_is_not(day: date, zone: str) -> None:
    end, clock = closes_at(day, zone), zone_of(zone)
    assert (end - TICK).astimezone(clock).date() <= day < end.astimezone(clock).date()
    assert end <= closes_at(day + timedelta(days=1), zone)


@pytest.mark.parametrize("year", range(2000, 2031, 2))
@pytest.mark.parametrize("zone", ZONES)
def test_the_days_of_a_year_follow_each_other_without_gap_or_overlap(zone: str, year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    for day in days:
        if opens_at(day, zone) < closes_at(day, zone):
            assert day_of(opens_at(day, zone), zone) == day
            assert day_of(closes_at(day, zone) - TICK, zone) == day


def test_a_moment_may_be_given_in_any_zone() -> None:
    tokyo = timezone(timedelta(hours=9))
    assert day_of(datetime(2026, 1, 6, 8, tzinfo=tokyo), "UTC") == date(2026, 1, 5)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Europe/Berlim", "did you mean 'Europe/Berlin'"),
        ("utc", "UTC|did you mean"),
        ("", "use a name such as"),
        ("../etc/passwd", "there is no time zone"),
        ("/etc/localtime", "there is no time zone"),
        ("Europe", "there is no time zone"),
        ("a\0b", "there is no time zone"),
    ],
)
def test_a_zone_that_is_not_there_is_refused_with_a_hint(name: str, hint: str) -> None:
    with pytest.raises(SettingError, match=hint):
        closes_at(date(2026, 1, 5), name)


def test_a_stretch_of_days_ends_with_its_day_and_is_cut_where_nothing_is_known() -> None:
    day = date(2026, 3, 10)
    assert window(day) == "2026-03-10/2026-03-10"
    assert window(day, 30) == "2026-02-09/2026-03-10"
    assert window(day, 30, not_before=date(2026, 3, 1)) == "2026-03-01/2026-03-10"
    assert first_day(day, 30, not_before=date(2026, 4, 1)) == day
