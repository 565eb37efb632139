"""Trouble of some calendars costs the others nothing, at virtual times."""

from statistics import median

import pytest

from bench.queue.measured import Run, measured
from bench.queue.office import FAILING, HOUR_S, SYSTEMS, Trouble, system

CALENDARS = 200
pytestmark = pytest.mark.slow


def _lags(run: Run) -> list[tuple[int, float]]:
    """Of the changes of calendars that are well in each run."""
    well = [lag for lag in run.lags if lag.calendar % FAILING and system(lag.calendar) == SYSTEMS[0]]
    return sorted((round(lag.at), lag.seconds) for lag in well)


def test_calendars_that_fail_for_ever_fail_one_delivery_each_at_most() -> None:
    """The healthy ones' changes are told as soon as without them, and no message becomes a dead letter."""
    usual = measured(CALENDARS, 2 * HOUR_S, Trouble())
    found = measured(CALENDARS, 2 * HOUR_S, Trouble(failing=True))
    assert [at for at, _ in _lags(usual)] == [at for at, _ in _lags(found)]
    assert median(lag for _, lag in _lags(found)) <= 1.1 * median(lag for _, lag in _lags(usual))
    assert 0 < found.failures <= CALENDARS // FAILING
    assert (found.most, found.dead, usual.failures) == (1, 0, 0)


def test_a_system_that_is_away_costs_the_others_nothing_and_is_told_all_at_its_return() -> None:
    """Within the hour that what has failed may rest at most, and a sweep."""
    found = measured(CALENDARS, 3 * HOUR_S, Trouble(back_at=1.5 * HOUR_S))
    assert max(lag for _, lag in _lags(found)) < 2
    late = [lag for lag in found.lags if lag.at < 1.5 * HOUR_S < lag.at + lag.seconds]
    assert late
    assert max(lag.at + lag.seconds for lag in late) < (2.5 * HOUR_S) + 300 + 60
    assert found.dead == 0
