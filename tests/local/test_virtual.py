"""The push subscription and the instances at virtual times behave as Google's pages say."""

from datetime import UTC, datetime, timedelta

import pytest

from functions.adapters.queues.sqlite import Terms
from functions.core.model import Reason, SyncRequest
from local.virtual.hub import Hub
from local.virtual.instances import PATIENCE_S, Begun, Instances
from local.virtual.pushes import Done, Pushed, Pushes
from local.virtual.subscription import WINDOW_FIRST, WINDOW_LINEAR, Delivery, Subscription, stop_s

AT = datetime(2026, 6, 1, tzinfo=UTC)
LONG = 10_000.0


def published(number: int, terms: Terms | None = None) -> Subscription[int]:
    made = Subscription[int](terms)
    for each in range(number):
        made.publish(each, 0, AT)
    return made


def answer(made: Subscription[int], deliveries: list[Delivery[int]], now: float, *, good: bool) -> None:
    for each in deliveries:
        made.answered(each, now, good=good)


@pytest.mark.parametrize(
    ("failing", "of", "least", "most"), [(1, 5, 0.4, 0.6), (5, 5, 30, 60), (0.1, 5, 0.1, 0.2)]
)
def test_failures_stop_everything_for_as_long_as_documented(
    failing: float, of: float, least: float, most: float
) -> None:
    """Of five messages a second, so many fail."""
    assert least <= stop_s(failing, failing / of) <= most
    assert least <= stop_s(failing, 0) <= most


@pytest.mark.parametrize(("every", "least", "most"), [(5, 0.4, 0.7), (1, 30, 60)])
def test_a_steady_share_of_failures_stops_for_as_long_as_documented(
    every: int, least: float, most: float
) -> None:
    """Five messages a second, of which each fifth fails, or all: what the last failure stops."""
    made = published(0)
    now = 0.0
    for number in range(100):
        made.stopped_until = now  # as often as in the example, whatever it came to
        made.publish(number, now, AT)
        answer(made, made.claim(now), now, good=number % every != every - 1)
        now += 0.2
    assert least <= made.stopped_until - (now - 0.2) <= most


def test_a_failure_holds_back_the_others_and_comes_again_by_the_retry_policy() -> None:
    """Nothing is delivered while the subscription is stopped; the failed message waits longer."""
    made = published(1)
    [first] = made.claim(0)
    made.answered(first, 1, good=False)
    made.publish(7, 1, AT)
    stopped = made.next_at()
    assert stopped is not None
    assert 1.1 <= stopped < 1.3
    assert made.claim(stopped - 0.01) == []
    assert [each.data for each in made.claim(stopped)] == [7]
    assert [(each.data, each.attempt) for each in made.claim(1 + Terms().backoff_min)] == [(0, 2)]


def test_the_window_begins_small_doubles_and_is_halved() -> None:
    """Each round trip without a failure doubles it."""
    made = published(1_000)
    first = made.claim(0)
    assert len(first) == WINDOW_FIRST
    answer(made, first, 1, good=True)
    second = made.claim(1)
    assert len(second) == 2 * WINDOW_FIRST
    made.answered(second[0], 2, good=False)
    assert made.window == WINDOW_FIRST


@pytest.mark.parametrize(("took", "grows"), [(0.5, True), (1.5, False)])
def test_above_three_thousand_the_window_grows_slowly_and_while_answers_are_quick(
    took: float, *, grows: bool
) -> None:
    """Slow answers bring it back to where it is linear."""
    made = published(20_000)
    made.window = WINDOW_LINEAR + 10
    answer(made, made.claim(0)[:1_000], took, good=True)
    assert WINDOW_LINEAR <= made.window <= WINDOW_LINEAR + 11
    assert (made.window > WINDOW_LINEAR + 10) is grows


def test_no_answer_by_the_deadline_is_a_failure_and_a_late_one_counts_no_more() -> None:
    """The message comes again, and is acknowledged once."""
    made = published(1)
    [first] = made.claim(0)
    assert made.next_at() == Terms().ack_within
    assert made.claim(Terms().ack_within) == []
    assert made.failures == 1
    assert not made.answered(first, 601, good=True)
    [second] = made.claim(LONG)
    assert made.answered(second, LONG, good=True)
    assert not made.answered(second, LONG, good=True)
    assert made.waiting() == 0


def test_after_so_many_failures_it_is_a_dead_letter() -> None:
    """Refusals of any kind count."""
    made = published(1, Terms(deliveries_max=3))
    for attempt in range(3):
        answer(made, made.claim(LONG * attempt), LONG * attempt, good=False)
    assert [each.attempt for each in made.dead] == [3]
    assert made.waiting() == 0
    assert made.next_at() is None


def test_who_finds_no_slot_waits_and_is_refused() -> None:
    """The first free slot of the first instance goes to who came first."""
    made = Instances[str](2, 1)
    for name in ("a", "b", "c", "d"):
        made.arrive(name, 0)
    assert made.begin() == [Begun("a", 0), Begun("b", 1)]
    assert made.refuse(PATIENCE_S - 1) == []
    made.left(1)
    assert made.begin() == [Begun("c", 1)]
    assert made.next_at() == PATIENCE_S
    assert made.refuse(PATIENCE_S) == ["d"]
    assert made.refusals == 1
    assert made.next_at() is None


def test_all_that_is_published_is_handled_in_spite_of_refusals_and_deaths() -> None:
    """One slot, a minute for each delivery, and each first one dies: late, but nothing is lost."""
    hub = Hub(1)
    tries: list[tuple[str, int]] = []

    def handle(begun: Begun[Pushed], done: Done) -> None:
        tries.append((begun.request.id, begun.request.attempt))
        hub.after(60, lambda: done(True if begun.request.attempt > 1 else None))

    made = Pushes(
        hub=hub,
        clock=lambda: AT + timedelta(seconds=hub.seconds),
        subscription=Subscription(),
        instances=Instances(1, 1),
        handle=handle,
    )
    for _ in range(4):
        made.publish(SyncRequest(calendar_id="c", reason=Reason.SWEEP))
    hub.run(LONG)
    assert made.subscription.waiting() == 0
    assert made.subscription.dead == []
    assert made.instances.refusals > 0
    assert len(made.lags) == 4
    assert min(made.lags) > 600
    assert {name for name, _ in tries} == {"1", "2", "3", "4"}
