"""Histories of users who consented themselves: all that can happen goes well; what does not is found."""

from collections.abc import Callable
from typing import Any

import pytest

from functions.adapters.calendar.oauth import GoogleConsents
from functions.core import trouble
from functions.core.errors import AccessLost
from functions.core.hold import missing
from functions.core.model import EventRef
from functions.flow import connect, leaving, revisit, sweep
from tests.simulation.consent_stories import DOWN, PATHS
from tests.simulation.consents import OUTAGES
from tests.simulation.draw import draw
from tests.simulation.drawn_consents import KINDS, MONTH_S
from tests.simulation.history import run
from tests.simulation.operating import ANN
from tests.simulation.ports import SimCalendar
from tests.simulation.story import read

CAUGHT_UP = "a consent ends, people go on, and the reconnect catches up"
DISCONNECTED = "a user disconnects, conferences stay, and a calendar is connected again"
OPERATOR = "an operator disconnects a user whose consent has ended already"
MONTH = "a grant is forgotten after a month, and its user connects again"


@pytest.mark.parametrize("name", PATHS)
def test_path(name: str) -> None:
    """Every promise is kept, and the story is what its name says."""
    path = PATHS[name]
    outcome = run(read(path.story))
    assert outcome.broken == []
    assert path.struck <= outcome.struck.keys()
    assert path.told.items() <= outcome.told.items()
    assert outcome.undone == 0


@pytest.mark.parametrize("user", ["", ANN])
@pytest.mark.parametrize("kind", OUTAGES)
def test_the_token_endpoint_is_down(kind: str, user: str) -> None:
    """For hours, for all or for one user: nobody's access counts as lost, and it heals by itself."""
    outcome = run(read(DOWN.format(kind=kind, user=user)))
    assert outcome.broken == []
    assert outcome.struck[f"token endpoint {kind}"] > 1
    assert outcome.told == {"conference.updated": 5, "conference.deleted": 1}


def test_all_of_it_is_drawn() -> None:
    """By the seeds of a usual run: each thing that happens to consents, each way in which tokens fail, a
    month's silence, and users who stay away.
    """
    stories = [story for story in map(draw, range(1, 301)) if "consent" in story.scene]
    lines = [each for story in stories for each in story.lines]
    assert {kind for kind, _ in KINDS} | {"allow"} <= {each.verb for each in lines}
    assert {each.words["kind"] for each in lines if each.verb == "tokens"} == {*OUTAGES}
    assert {each.words["by"] for each in lines if each.verb == "disconnect"} == {"user", "operator"}
    assert any(max(each.at for each in story.lines) > MONTH_S for story in stories)
    assert any("away" in story.scene for story in stories)
    assert 60 < len(stories) < 140


def _nobody_wakes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(connect, "_regained", lambda *_: [])


def _every_failure_is_the_users(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(GoogleConsents, "_no_token", lambda *_: AccessLost("no token"))


def _a_month_is_nothing(patch: pytest.MonkeyPatch) -> None:
    for module in (sweep, trouble):
        patch.setattr(module, "lapsed", lambda found, _: bool(found.trouble.losses))


def _kept_for_ever(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(sweep, "lapsed", lambda *_: False)


def _kept_after_leaving(patch: pytest.MonkeyPatch) -> None:
    for module in (leaving, connect):
        patch.setattr(module, "end_consent", lambda *_, **__: None)


def _holds_are_kept(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(leaving, "_naming", lambda *_: iter(()))


def _lost_is_gone(patch: pytest.MonkeyPatch) -> None:
    """Whose events cannot be read counts as if they had let go of all."""
    looked_up = SimCalendar.event

    def event(calendar: SimCalendar, access: Any, event_id: str) -> Any:
        try:
            return looked_up(calendar, access, event_id)
        except AccessLost:
            return missing(EventRef(access.calendar_id, event_id))

    patch.setattr(SimCalendar, "event", event)
    patch.setattr(revisit, "around", lambda *_: [])


WRONG: dict[str, tuple[Callable[[pytest.MonkeyPatch], None], str, str]] = {
    "a reconnect that does not wake": (_nobody_wakes, CAUGHT_UP, "is not read since ann@example.com"),
    "a token endpoint that is down marks the user": (
        _every_failure_is_the_users,
        "down",
        "counts as one without consent, which stands",
    ),
    "a consent that is ended too early": (_a_month_is_nothing, CAUGHT_UP, "is ended, and"),
    "a grant that is kept for ever": (_kept_for_ever, MONTH, "is kept, who has been without consent"),
    "a grant that is kept after leaving": (_kept_after_leaving, OPERATOR, "and their grant is kept"),
    "holds that are kept after leaving": (_holds_are_kept, DISCONNECTED, "is held by its events"),
    "a deletion though nothing can be read": (
        _lost_is_gone,
        "a deletion is due when the consent ends",
        "nobody has let its calendars be read since",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_goes_wrong_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each in a story that goes well without it."""
    wrong, story, words = WRONG[name]
    wrong(monkeypatch)
    told = PATHS[story].story if story in PATHS else DOWN.format(kind="client", user="")
    assert words in "; ".join(run(read(told)).broken)
