"""What every provider promises. `system` is the conference system that it is for."""

import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from conformance.changes import change, deletion, meeting
from conformance.relay import Relay
from conformance.system import Limiting, System
from functions.adapters.web.client import Limits
from functions.core.errors import Gone, Rejected, RetryLater
from functions.core.model import Ability, Kind

IMPATIENT = Limits(connect=1.0, read=0.2, call=0.5, tries=1)
ONCE = Limits(tries=1)


def test_an_update_reaches_the_system(system: System) -> None:
    """After an update the conference has the event's title."""
    name = system.make()
    system.provider().apply(change(name, meeting=meeting(title="Renamed")))
    assert system.title(name) == "Renamed"


def test_an_update_twice_is_one_effect(system: System) -> None:
    """Repeating an update leaves the conference as the first one did."""
    name, provider = system.make(), system.provider()
    update = change(name, meeting=meeting(title="Once"))
    provider.apply(update)
    provider.apply(update)
    assert system.title(name) == "Once"


def test_changed_and_changed_back(system: System) -> None:
    """A title that returns to what it was is pushed again."""
    name, provider = system.make(), system.provider()
    for title in ("First", "Second", "First"):
        provider.apply(change(name, meeting=meeting(title=title)))
    assert system.title(name) == "First"


def test_an_update_lasts(system: System) -> None:
    """The new title is still there after the system was started again."""
    name = system.make()
    system.provider().apply(change(name, meeting=meeting(title="Lasting")))
    system.restart()
    assert system.title(name) == "Lasting"


def test_a_deletion_is_for_good(system: System) -> None:
    """A deleted conference does not come back when the system starts again."""
    name, other = system.make(), system.make()
    system.provider().apply(deletion(name))
    system.restart()
    assert (system.title(name), system.title(other)) == (None, "as made")


def test_a_deletion_twice(system: System) -> None:
    """The second deletion succeeds or says that the conference is gone; it stays deleted either way."""
    name, provider = system.make(), system.provider()
    provider.apply(deletion(name))
    with suppress(Gone):
        provider.apply(deletion(name))
    assert system.title(name) is None


def test_a_deletion_of_what_never_was(system: System) -> None:
    """Deleting an unknown conference succeeds or says that it is gone."""
    with suppress(Gone):
        system.provider().apply(deletion(system.unknown))
    assert system.title(system.unknown) is None


def test_an_update_of_what_never_was(system: System) -> None:
    """Updating an unknown conference says that it is gone."""
    with pytest.raises(Gone):
        system.provider().apply(change(system.unknown))


@pytest.mark.parametrize(
    "title",
    [
        pytest.param("Grüße 你好 \N{PARTY POPPER}", id="unicode"),
        pytest.param('"it\'s" \\n {x} #1; // <b>', id="quotes and escapes"),
        pytest.param("two\nlines\tand a tab\r\n", id="newlines"),
        pytest.param("x" * 1_024, id="long"),
        pytest.param("\u202eright to left", id="direction marks"),
    ],
)
def test_titles_arrive_as_they_are(system: System, title: str) -> None:
    """Whatever people write into a title survives the way there, and a restart; but for what is too long."""
    name = system.make()
    system.provider().apply(change(name, meeting=meeting(title=title)))
    system.restart()
    assert system.title(name) == title[: system.title_max]


def test_an_empty_title_does_not_keep_the_old_one(system: System) -> None:
    """An event whose title was removed leaves a conference without it, too."""
    name = system.make()
    system.provider().apply(change(name, meeting=meeting(title="")))
    assert system.title(name) == system.untitled


@pytest.mark.parametrize("title", ["half \ud83d a pair", "a \0 in the middle"])
def test_titles_that_no_system_can_carry(system: System, title: str) -> None:
    """Signs that JSON or UTF-8 cannot carry do not stop the change."""
    name = system.make()
    system.provider().apply(change(name, meeting=meeting(title=title)))
    assert (system.title(name) or "").startswith(title[:2])


def test_wrong_credentials(system: System) -> None:
    """Wrong credentials change nothing and are named."""
    name = system.make()
    provider, error, word = system.refused()
    with pytest.raises(error, match=word):
        provider.apply(change(name))
    assert system.title(name) == "as made"


def test_unreachable(system: System) -> None:
    """A system that refuses connections is passing trouble, in a change and in a check."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    provider = system.provider(port=port, limits=IMPATIENT)
    with pytest.raises(RetryLater, match=r"127\.0\.0\.1: ConnectError"):
        provider.apply(change(system.unknown))
    with pytest.raises(RetryLater, match=r"127\.0\.0\.1: ConnectError"):
        provider.check()


def test_hanging(system: System, silent: int) -> None:
    """A system that takes the connection and never answers is passing trouble."""
    with pytest.raises(RetryLater, match="ReadTimeout"):
        system.provider(port=silent, limits=IMPATIENT).apply(change(system.unknown))


def test_the_check_passes_and_changes_nothing(system: System) -> None:
    """With a good system and good credentials the check says nothing and leaves everything as it is."""
    name = system.make()
    system.provider().check()
    assert system.title(name) == "as made"


def test_many_threads_share_one_provider(system: System) -> None:
    """Eight threads with one provider: each conference ends with its own title."""
    names = [system.make() for _ in range(40)]
    provider = system.provider()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: provider.apply(change(name, meeting=meeting(title=f"of {name}"))), names))
    assert [system.title(name) for name in names] == [f"of {name}" for name in names]


def test_an_update_of_what_was_deleted(system: System) -> None:
    """An update of a deleted conference says that it is gone, or recreates it, as the abilities say."""
    name, provider = system.make(), system.provider()
    provider.apply(deletion(name))
    if provider.abilities.recreates:
        provider.apply(change(name, meeting=meeting(title="Again")))
        assert system.title(name) == "Again"
    else:
        with pytest.raises(Gone):
            provider.apply(change(name))


def test_a_refusal(system: System) -> None:
    """What the system refuses for good is rejected, and what is logged of it holds nothing of the event."""
    name = system.make_refusing()
    with pytest.raises(Rejected) as refusal:
        system.provider().apply(change(name, meeting=meeting(title="Top secret", description="Top secret")))
    assert system.title(name) == "as made"
    assert "secret" not in refusal.value.logged


def test_a_limit(limiting: Limiting) -> None:
    """A system that asks to come again much later is not asked again now, and the delay is handed on."""
    name, provider = limiting.make(), limiting.provider()
    limiting.limit(1_800)
    with pytest.raises(RetryLater) as trouble:
        provider.apply(change(name))
    assert trouble.value.delay == 1_800
    assert limiting.title(name) == "as made"


def test_a_short_limit(limiting: Limiting) -> None:
    """A system that asks to come again in some seconds gets the change in the same call."""
    name = limiting.make()
    limiting.limit(2)
    limiting.provider().apply(change(name, meeting=meeting(title="Soon")))
    assert limiting.title(name) == "Soon"


def test_an_update_whose_answer_is_lost(system: System) -> None:
    """After an answer that never came the same update is pushed again, with the same end."""
    name, update = system.make(), meeting(title="Lost")
    with Relay(system.port, lose=system.changes) as relay:
        provider = system.provider(port=relay.port, limits=ONCE)
        told = change(name, meeting=update)
        with pytest.raises(RetryLater):
            provider.apply(told)
        assert (system.title(name), relay.lost) == ("Lost", 1)
        relay.lose = None
        provider.apply(told)
    assert system.title(name) == "Lost"


def test_a_deletion_whose_answer_is_lost(system: System) -> None:
    """A deletion that was done, but got no answer, ends well, or as gone, when it is pushed again."""
    name, told = system.make(), None
    with Relay(system.port, lose=system.changes) as relay:
        provider, told = system.provider(port=relay.port, limits=ONCE), deletion(name)
        with pytest.raises(RetryLater):
            provider.apply(told)
        assert (system.title(name), relay.lost) == (None, 1)
        relay.lose = None
        with suppress(Gone):
            provider.apply(told)
    assert system.title(name) is None


def test_slow_answers_share_the_time_of_a_change(system: System) -> None:
    """Answers that come late, but each in its own time, do not make a change longer than it may be."""
    name = system.make()
    with Relay(system.port, delay=0.5) as relay:
        provider = system.provider(port=relay.port, limits=Limits(change=0.3))
        with pytest.raises(RetryLater):
            provider.apply(change(name))
        assert relay.handed_on <= 1


@pytest.mark.parametrize(
    ("kind", "ability"),
    [
        (Kind.OCCURRENCE_UPDATED, Ability.OCCURRENCE_UPDATE),
        (Kind.OCCURRENCE_CANCELLED, Ability.OCCURRENCE_CANCEL),
    ],
)
def test_one_instance_never_touches_the_whole(system: System, kind: Kind, ability: Ability) -> None:
    """A push of one instance leaves the conference as it is; without the ability it is rejected."""
    name, provider = system.make(), system.provider()
    told = change(name, kind=kind, occurrence="2026-03-09T09:00:00Z", meeting=meeting(recurrence=()))
    if ability in provider.abilities.can:
        provider.apply(told)
    else:
        with pytest.raises(Rejected):
            provider.apply(told)
    assert system.title(name) == "as made"
