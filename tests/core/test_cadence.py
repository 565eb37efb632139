"""How long calendars may be silent and when their channels are replaced, over many calendars."""

from datetime import UTC, datetime, timedelta
from statistics import mean

import pytest

from functions.core.enrolment import ending_at, silent_for

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
DAY_S = 86_400
CALENDARS = [f"owner{number}@example.com" for number in range(4_000)]


def silence(name: str, now: datetime = NOW, every: int = DAY_S, *, suspect: bool = False) -> timedelta:
    return silent_for(name, now, every, suspect=suspect)


def sampled(day: int) -> set[str]:
    return {name for name in CALENDARS if silence(name, NOW + day * DAY) < 12 * HOUR}


def test_a_wave_is_spread_over_half_of_its_period() -> None:
    """Enrolled at one time, calendars are due from a quarter before to a quarter after, evenly."""
    due = sorted(silence(name) for name in CALENDARS if name not in sampled(0))
    assert 18 * HOUR <= due[0] < due[-1] <= 30 * HOUR
    for part in range(1, 10):
        assert abs(due[len(due) * part // 10] - (18 + 1.2 * part) * HOUR) < HOUR / 2


def test_a_calendar_deviates_always_by_the_same() -> None:
    """So a wave that is spread goes on spreading, and does not come together again."""
    name = next(one for one in CALENDARS if one not in sampled(0) | sampled(1))
    assert silence(name) == silence(name, NOW + DAY)
    assert silence(name, every=8 * DAY_S) - 8 * silence(name) < timedelta(seconds=1)


def test_an_eighth_is_read_four_times_a_day() -> None:
    """That many in each day's sample, and others on the next."""
    samples = [sampled(day) for day in range(10)]
    assert all(400 < len(sample) < 600 for sample in samples)
    assert 30 < len(samples[0] & samples[1]) < 100
    often = [silence(name) for name in samples[0]]
    assert 4.5 * HOUR <= min(often) < max(often) <= 7.5 * HOUR
    assert mean(each / HOUR for each in often) == pytest.approx(6, abs=0.2)


def test_a_small_deployment_is_sampled_on_most_days() -> None:
    """Of ten calendars one is in the sample on three days of four; nothing counts them."""
    days = [any(silence(name, NOW + day * DAY) < 12 * HOUR for name in CALENDARS[:10]) for day in range(400)]
    assert 270 < sum(days) < 330


def test_a_suspect_is_read_again_soon() -> None:
    """Its channel may be dead: whether it is, the next read says, and not a day later."""
    assert max(silence(name, suspect=True) for name in CALENDARS) <= 7.5 * HOUR


def test_who_is_read_oftener_anyway_stays_so() -> None:
    """The setting may ask for less than the sample's silence."""
    for suspect in (False, True):
        assert max(silence(name, every=3_600, suspect=suspect) for name in CALENDARS) <= 1.25 * HOUR


def test_channels_opened_at_once_are_replaced_over_a_day() -> None:
    """With a quarter more or less than two days left."""
    expires_at = NOW + 7 * DAY
    ends = sorted(ending_at(name, expires_at, NOW, 2 * DAY_S) - expires_at for name in CALENDARS)
    assert -12 * HOUR <= ends[0] < -11 * HOUR
    assert abs(ends[len(ends) // 2]) < HOUR
    assert 11 * HOUR < ends[-1] <= 12 * HOUR


@pytest.mark.parametrize("life", [timedelta(hours=2), 7 * DAY])
def test_no_channel_counts_as_ending_long_after_its_end(life: timedelta) -> None:
    """An operator who has all channels replaced sets the time before their end to years."""
    late = [ending_at(name, NOW + life, NOW, 10**9) - (NOW + life) for name in CALENDARS]
    assert max(map(abs, late)) <= life / 12
