"""What the flows log for those who watch: lag, channels that fall silent or run out, lost calendars."""

from dataclasses import replace
from datetime import timedelta

import pytest

from functions.core.aside import set_aside
from functions.core.enrolment import Watch
from functions.core.errors import RetryLater
from functions.core.model import Reason
from functions.flow.renew import renew
from functions.flow.sync import sync
from functions.flow.turn import Delivery
from local.conferences.faults import Fault
from tests.support.logged import logged, named
from tests.support.rig import OWNER, Rig


def test_the_lag_counts_from_the_publishing(house: Rig) -> None:
    """Seconds from when the request was published to when its sync was finished."""
    waited = replace(house.delivery(), published_at=house.delivery().published_at + timedelta(seconds=-90))
    house.amend(lambda found: replace(found, synced_at=None))
    with logged() as lines:
        sync(house.context, house.request(), waited)
    (line,) = named(lines, "sync.token_committed")
    assert 90 <= line["lag_s"] < 150


@pytest.mark.parametrize("reason", [Reason.SWEEP, Reason.RENEWAL])
def test_a_channel_that_told_nothing_is_named(house: Rig, reason: Reason) -> None:
    """Changes found without a notification; not when there were none, nor when one had told of them."""
    house.people().add()
    with logged() as lines:
        assert house.sync(reason=reason) == "synced"
        assert house.sync(reason=reason) == "synced"
        house.people().add()
        assert house.sync(reason=Reason.NOTIFICATION) == "synced"
    (line,) = named(lines, "channel.silent")
    channel = house.enrolment().watch.channel
    assert channel is not None
    assert (line["calendar_id"], line["channel_id"], line["events"]) == (OWNER, channel.id, 1)


def test_a_calendar_whose_channel_told_nothing_is_read_again_soon(house: Rig) -> None:
    """Within hours: then it is known whether its channel is dead, or one notification was dropped."""
    house.with_policy(sync_every=90 * 86_400)
    house.people().add()
    house.sync(reason=Reason.SWEEP)
    assert house.sweep_later(int(1.25 * 6 * 3_600)).asked == 1


def test_a_calendar_that_fell_behind_by_itself_does_not_blame_its_channel(house: Rig) -> None:
    """The notification came and its sync failed: what the sweep finds then had been told."""
    house.people().add(house.room())
    house.conferences.faults.add(Fault(kind="status", status=503, count=3))
    with logged() as lines:
        with pytest.raises(RetryLater):
            house.sync()
        house.ahead += timedelta(minutes=6)
        assert house.sync(reason=Reason.SWEEP) == "synced"
    assert named(lines, "channel.silent") == []


@pytest.mark.parametrize("what", ["asked again", "unwatched", "token void"])
def test_other_reasons_to_find_something(house: Rig, what: str) -> None:
    """A request that still waits, a calendar that cannot be watched, a full read."""
    house.people().add()
    kept = house.context.store.enrolment(OWNER)
    assert kept is not None
    changed = {
        "asked again": replace(kept.value, asked_again_at=house.now()),
        "unwatched": replace(kept.value, watch=Watch(possible=False)),
        "token void": replace(kept.value, token=None),
    }
    house.amend(lambda _: changed[what])
    with logged() as lines:
        house.sync(reason=Reason.SWEEP)
    assert named(lines, "channel.silent") == []


@pytest.mark.parametrize("channel", [True, False])
def test_how_long_a_channel_that_was_not_renewed_is_still_heard(house: Rig, channel: bool) -> None:  # noqa: FBT001 - a case
    """Seconds; 0 for a calendar whose first watch failed."""
    if not channel:
        house.amend(lambda found: replace(found, watch=Watch()))
    house.with_policy(renew_before=700_000)
    house.calendar.control("POST", "faults", {"method": "events.watch", "status": 503})
    with logged() as lines:
        renew(house.context)
    (line,) = named(lines, "channel.not_renewed")
    assert (604_000 < line["seconds_left"] <= 604_800) if channel else line["seconds_left"] == 0
    (done,) = named(lines, "renew.done")
    assert (done["renewed"], done["failed"], done["lost"]) == (0, 1, 0)


def test_the_fifth_loss_of_access_is_marked(house: Rig) -> None:
    """Four may pass; from then on the calendar backs off, and each try says that it is lost."""
    house.calendar.control("POST", "role", {"calendarId": OWNER, "role": "none"})
    with logged() as lines:
        for seconds in (300, 300, 300, 300, 3_060, 0):
            assert house.sync() == "access_lost"
            house.let_pass(seconds)
    assert [line["marked"] for line in named(lines, "calendar.access_lost")] == [False] * 4 + [True] * 2


def test_a_vendors_words_are_kept_for_the_operator_and_not_logged(house: Rig) -> None:
    """They may repeat an event's title: the record has them, the log only who answered what."""
    room = house.room()
    house.people().add(room, summary="Layoffs")
    house.conferences.faults.add(Fault(kind="status", status=422, echo=True))
    with logged() as lines:
        house.sync()
    (line,) = named(lines, "provider.rejected")
    assert line["why"] == "127.0.0.1 answered 422"
    assert "Layoffs" not in str(lines)
    assert "Layoffs" in str(set_aside(house.record(room)))


def test_passing_words_are_kept_for_the_operator_and_not_logged(house: Rig) -> None:
    """As above, for a failure that comes again."""
    house.people().add(house.room(), summary="Layoffs")
    house.conferences.faults.add(Fault(kind="status", status=503, count=3, echo=True))
    with logged() as lines, pytest.raises(RetryLater):
        sync(house.context, house.request(), Delivery(id="m", published_at=house.delivery().published_at))
    assert named(lines, "provider.failed")
    assert named(lines, "sync.failed")
    assert "Layoffs" not in str(lines)
    assert "Layoffs" in house.enrolment().trouble.why
