"""Which part of a split series leads, and what an instance's id is remembered to mean."""

from dataclasses import replace

from functions.core.conference import Hold
from functions.core.model import EventRef, Instance
from functions.core.parts import lead, leading, remembered
from functions.core.span import Span
from functions.core.told import Told
from tests.core.samples import NOW, ORIGINAL, held

HOLD = Hold(ref=EventRef("c", "e1"), span=Span(begins="1", ends="2"))


def part(name: str, begins: str, ends: str = "") -> Hold:
    return Hold(ref=EventRef("c", name), span=Span(begins=begins, ends=ends))


def test_the_last_of_a_chain_leads() -> None:
    """However many parts there are between, in whichever order they hold it."""
    chain = (HOLD, part("d", "5"), part("b", "3", "4"), part("copy", "1"))
    assert leading(held(holds=chain)).ref.event_id == "d"


def test_in_a_circle_whoever_leads_goes_on() -> None:
    """Parts of one name that were moved about follow each other for ever."""
    tail, other = part("e1_R20260608T090000", "0", "0"), part("b", "1", "2")
    circle = held(holds=(replace(HOLD, span=Span(begins="3", ends="")), tail, other))
    for primary in circle.holds:
        others = tuple(hold for hold in circle.holds if hold is not primary)
        assert leading(replace(circle, holds=(primary, *others))) == primary


def test_what_does_not_hold_it_cannot_lead() -> None:
    """Nothing changes."""
    assert lead(held(), EventRef("c", "x"), now=NOW) == held()


def test_a_new_leader_is_told_all_its_dates_anew() -> None:
    """Those of others stay as they are: nothing is told of them while they do not lead."""
    of_first, of_second = (Told(fingerprint="f", event_id="i", series_id=name) for name in ("e1", "e2"))
    found = lead(held("e1", "e2", occurrences={"a": of_first, "b": of_second}), EventRef("c", "e2"), now=NOW)
    assert found.occurrences == {"a": of_first, "b": replace(of_second, again=True)}
    assert (found.holds[0].ref.event_id, found.due_at) == ("e2", NOW)


def test_an_id_is_remembered_in_its_calendar() -> None:
    """Ids are unique in one calendar only."""
    known = held(occurrences={ORIGINAL: Told(fingerprint="f", event_id="i", series_id="e1")})
    its = Instance(series_id="e1", original_start=ORIGINAL, sure=False)
    assert remembered(known, EventRef("c", "i")) == its
    assert remembered(known, EventRef("d", "i")) is None
    assert remembered(known, EventRef("c", "x")) is None
    assert remembered(replace(known, holds=()), EventRef("c", "i")) is None
