"""What a record says of one person, and that forgetting takes out just that."""

from dataclasses import replace

import pytest

from functions.core.concerning import WITHHELD, concerning, named_in, plain
from functions.core.conference import Conference, Entry, Intent, Parked, Published, Pushed, Refusal, Unshown
from functions.core.enrolment import Enrolment, SyncToken, Trouble
from functions.core.forgetting import forget
from functions.core.grant import Grant
from functions.core.hold import Hold
from functions.core.model import EventRef, Kind, Link, Parties
from tests.core.samples import KEY, NOW

ME, BOB = "me@example.com", "bob@example.com"
MINE, HIS = Hold(ref=EventRef(ME, "a")), Hold(ref=EventRef(BOB, "b"))
SAYS_ME = Refusal(reason=f"403 for {ME.upper()}", since=NOW)
NO = Refusal(reason="no", since=NOW)
HIS_CALL = Intent(kind=Kind.UPDATED, fingerprint="f", occurrence=None, source=HIS.ref, owner="o", until=NOW)
MY_CALL = replace(HIS_CALL, source=MINE.ref)
LINK = Link("https://meet.example/r1", "secret")
HIS_RECORD = Conference(
    key=KEY,
    holds=(HIS,),
    owners=(BOB,),
    intent=HIS_CALL,
    refused=NO,
    occurrences={"2026-06-08": Pushed(fingerprint="f", event_id="b_1", series_id="b")},
    published=Published(link=LINK, unwritten=(Unshown(HIS.ref, NOW),)),
    history=(Entry(at=NOW, row="E01", what="held", event=HIS.ref),),
)

MORE = [
    {"holds": (HIS, MINE)},
    {"holds": (replace(HIS, parties=Parties(BOB, "", ME)),)},
    {"borrowed": (MINE,)},
    {"released": (MINE,)},
    {"owners": (BOB, ME)},
    {"intent": MY_CALL},
    {"in_flight": (HIS_CALL, MY_CALL)},
    {"occurrences": {"2026-06-08": Pushed(fingerprint="f", event_id="b_1", series_id="b", refused=SAYS_ME)}},
    {"refused": SAYS_ME},
    {"parked": Parked(reason=f"429 for {ME}", since=NOW, retry_at=NOW)},
    {"history": (Entry(at=NOW, row="E05", what="released", event=MINE.ref),)},
    {"history": (Entry(at=NOW, row="E27", what="refused", why=f"403 for {ME}"),)},
]


def test_what_names_nobody_else_is_not_shown() -> None:
    """A record of others says nothing of me."""
    assert concerning(HIS_RECORD, {ME}) is None


@pytest.mark.parametrize("changes", MORE)
def test_what_names_me_is_shown_and_the_rest_is_not(changes: dict[str, object]) -> None:
    """As much as forgetting takes out: once it is forgotten, nothing is left to show."""
    record = replace(HIS_RECORD, **changes)  # type: ignore[arg-type]
    mine = concerning(record, {ME})
    assert mine is not None
    (changed,) = changes
    assert getattr(mine, changed)
    others = {"holds", "owners", "intent", "occurrences", "refused", "history"} - {changed}
    assert [name for name in others if getattr(mine, name)] == []
    assert concerning(forget(record, ME), {ME}) is None


def test_who_holds_it_is_shown_how_to_join() -> None:
    """And who leads, why it is refused and which dates were pushed; who only borrows it, none of this."""
    mine = concerning(replace(HIS_RECORD, holds=(MINE, HIS), refused=NO), {ME})
    assert mine is not None
    assert (mine.holds, mine.owners, mine.intent, mine.history) == ((MINE,), (), None, ())
    assert (mine.published, mine.refused) == (Published(link=LINK), NO)
    assert mine.occurrences == HIS_RECORD.occurrences
    other = concerning(replace(HIS_RECORD, borrowed=(MINE,), owners=None), {ME})
    assert other is not None
    assert (other.published.link, other.owners, BOB in repr(other)) == (None, None, False)


def test_whose_trouble_names_me() -> None:
    """The words of another calendar's troubles, and of events that cannot be read there."""
    his = Enrolment(calendar_id=BOB, trouble=Trouble(why=f"403 for {ME}"), unreadable={"x": "no", "y": ME})
    assert named_in(his, {ME}) == [f"403 for {ME}", ME]
    assert named_in(his, {"she@example.com"}) == []


def test_secrets_are_named_but_not_shown() -> None:
    """The sealed token, the sync token and a passcode; what there is none of is not said to be stored."""
    grant = Grant(user=ME, subject="1", sealed="v1.sealed", scopes=("s",), granted_at=NOW)
    assert plain(grant) == {
        "user": ME,
        "subject": "1",
        "sealed": WITHHELD,
        "scopes": ["s"],
        "granted_at": NOW.isoformat(),
    }
    assert plain(LINK) == {"join_url": LINK.join_url, "passcode": WITHHELD}
    assert plain(Link("u"))["passcode"] == ""
    enrolment = plain(Enrolment(calendar_id=ME, token=SyncToken(value="t", read_params="p")))
    assert enrolment["token"] == {"value": WITHHELD, "read_params": "p"}
    assert (enrolment["resume"], enrolment["watch"]["possible"], enrolment["unreadable"]) == (None, True, {})
