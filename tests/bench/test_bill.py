"""docs/costs.md against what is counted, and what is counted against what Firestore is asked for."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from bench.bill import month, walls
from bench.bill.cases import BURST, Counted, counted, story
from bench.bill.page import BEGIN, CALENDARS, END, PAGE, Unmarked, renewed, tables
from bench.bill.prices import ASIDES, DAYS, PRICES, UNCONFIRMED, Meter
from bench.bill.usage import CALENDAR_MS, STEP_MS, Usage, due, money, total
from bench.deployed import ROOT
from bench.house import STORES
from functions.adapters.stores.firestore import FirestoreStore


@pytest.fixture(scope="module")
def found() -> Counted:
    return counted()


def test_the_page_is_what_the_script_writes(found: Counted) -> None:
    """Counts exactly, and the money that follows from them and from the prices."""
    page = PAGE.read_text()
    assert renewed(page, tables(found)) == page


def test_a_page_without_its_marks_is_refused() -> None:
    """Nothing that people wrote is overwritten."""
    with pytest.raises(Unmarked):
        renewed(f"{BEGIN} and no end", "tables")
    assert renewed(f"before {BEGIN} old {END} after", "new") == f"before {BEGIN}\n\nnew\n{END} after"


def test_notifications_cost_what_the_protocol_says(found: Counted) -> None:
    """Nothing new: two reads, two writes; covered: one read; a burst: two requests to Calendar."""
    assert found.unchanged == Usage(
        invocations=2, steps=5, messages=1, message_bytes=2_000, calendar=1, reads=2, writes=2, lines=4
    )
    assert found.covered == Usage(invocations=2, steps=2, messages=1, message_bytes=2_000, reads=1, lines=2)
    assert (found.burst.calendar, found.burst.conference) == (2, 1)
    assert (found.burst.invocations, found.burst.messages) == (2 * BURST, BURST)


def test_runs_that_find_nothing_are_not_charged_to_a_calendar(found: Counted) -> None:
    """A calendar's part of a sweep or renewal is one more message and its sync."""
    assert (found.sweep.invocations, found.renewal.invocations) == (1, 1)
    assert (found.sweep.messages, found.renewal.messages) == (0, 0)
    assert (found.swept.invocations, found.renewed.invocations) == (1, 1)
    assert (found.swept.calendar, found.renewed.calendar) == (1, 3)


def test_who_connects_pays_for_two_runs(found: Counted) -> None:
    """Led to Google and back: the role twice and a channel; the add-on's question asks nobody at Google."""
    connected, asked = found.connected, found.state_asked
    assert (connected.invocations, connected.messages, connected.calendar) == (2, 1, 3)
    assert (asked.invocations, asked.steps, asked.reads) == (1, 1, 3)
    assert asked.calendar == asked.writes == asked.messages == 0
    tokens = 2  # for the code, and then for the calendar
    assert connected.steps * STEP_MS >= (connected.calendar + tokens) * CALENDAR_MS


@pytest.mark.parametrize(
    ("meter", "amount", "dollars"),
    [
        (Meter.READS, 50_000 * DAYS, 0.0),
        (Meter.READS, 50_000 * DAYS + 100_000, 0.03),
        (Meter.WRITES, 20_000 * DAYS + 200_000, 0.18),
        (Meter.BYTES, 10 * 2**30 + 2**40, 40.0),
        (Meter.CPU, 180_000 + 1_000_000, 24.0),
        (Meter.MEMORY, 360_000 + 1_000_000, 2.5),
        (Meter.REQUESTS, 3_000_000, 0.4),
        (Meter.JOBS, 2, 0.0),
        (Meter.JOBS, 5, 0.2),
        (Meter.LOGS, 52 * 2**30, 1.0),
        (Meter.CALENDAR, 10**9, 0.0),
    ],
)
def test_what_is_beyond_the_free_part_is_charged(meter: Meter, amount: float, dollars: float) -> None:
    """At the price of its unit, and the free part never makes a debt smaller than none."""
    assert due(meter, amount) == pytest.approx(dollars)


def test_a_month_is_the_sum_of_its_parts(found: Counted) -> None:
    """The deployment once, and each calendar's sweeps, channels and notifications."""
    nothing, one, ten = (money(month.charged(found, calendars)) for calendars in (0, 1, 10))
    assert ten - nothing == pytest.approx(10 * (one - nothing))
    quiet = replace(found, changed=Usage(), elsewhere=Usage())
    idle = 8_640 + 720 + month.SWEPT + month.RENEWED
    assert month.charged(quiet, 1)[Meter.REQUESTS] == idle
    assert month.charged(found, 1)[Meter.REQUESTS] == idle + 2 * 30 * DAYS


def test_an_idle_calendar_is_swept_as_the_policy_says() -> None:
    """Once in `SYNC_EVERY_SECONDS`, but for a sample that is swept more often."""
    once = DAYS * month.DAY_S / month.POLICY.sync_every
    assert once <= month.SWEPT <= 1.5 * once


def test_the_first_wall_is_the_one_used_most(found: Counted) -> None:
    """Of those behind which work waits; with as many calendars as fill it, all of it is used."""
    for calendars in CALENDARS:
        wall, share = walls.first(found, calendars, charged=False)
        assert share == max(one.share(found, calendars) for one in walls.WALLS if not one.charged)
        assert wall.share(found, round(wall.full_with(found))) == pytest.approx(1, rel=0.01)


def test_the_walls_stand_where_the_deployment_has_them() -> None:
    """The numbers of instances, and what one of them does."""
    deployed = (ROOT / "infra" / "functions.tf").read_text()
    a_minute = re.search(r"default += (\d+)", _variable("calendar_requests_per_minute"))
    rate = re.search(r"syncs_a_second = (\d+)", deployed)
    assert a_minute
    assert rate
    assert (int(a_minute[1]), int(rate[1])) == (walls.STANDARD_A_MINUTE, walls.SYNCS_A_SECOND)
    most = walls.STANDARD_A_MINUTE * 0.9 / (walls.SYNCS_A_SECOND * 60)
    assert int(most) == walls.SYNC_INSTANCES
    assert re.search(rf"max_instances = {walls.RECEIVERS}\n", deployed)


def _variable(name: str) -> str:
    text = (ROOT / "infra" / "variables.tf").read_text()
    return text.partition(f'variable "{name}"')[2].partition("\n}\n")[0]


def test_every_price_says_how_old_it_is() -> None:
    """A date, or that there is none; what is not confirmed says so and is in no sum."""
    ages = [price.as_of for price in PRICES.values()] + [aside.as_of for aside in ASIDES]
    assert all(re.search(r"\d{4}|undated", age) for age in ages)
    assert not any(UNCONFIRMED in price.as_of for price in PRICES.values())
    assert PAGE.read_text().count(UNCONFIRMED) == sum(UNCONFIRMED in age for age in ages)


class Ledger:
    """Firestore's API, with a line for each document that it charges."""

    def __init__(self, api: Any) -> None:
        self._api = api
        self.reads = self.writes = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._api, name)

    def batch_get_documents(self, *args: Any, **more: Any) -> Iterator[Any]:
        answers = self._api.batch_get_documents(*args, **more)
        return self._charged(answers, lambda answer: bool(answer.missing or answer.found.name), least=0)

    def run_query(self, *args: Any, **more: Any) -> Iterator[Any]:
        answers = self._api.run_query(*args, **more)
        return self._charged(answers, lambda answer: bool(answer.document.name), least=1)

    def run_aggregation_query(self, *args: Any, **more: Any) -> Iterator[Any]:
        """A count of up to 1,000 documents is charged as one read."""
        return self._charged(self._api.run_aggregation_query(*args, **more), lambda _: False, least=1)

    def commit(self, *args: Any, **more: Any) -> Any:
        self.writes += len(more["request"]["writes"])
        return self._api.commit(*args, **more)

    def _charged(
        self, answers: Iterable[Any], document: Callable[[Any], bool], *, least: int
    ) -> Iterator[Any]:
        number = 0
        try:
            for answer in answers:
                number += document(answer)
                yield answer
        finally:  # whoever asks may stop at the last answer
            self.reads += max(number, least)


@pytest.mark.emulators
def test_firestore_is_asked_for_what_is_counted(firestore_project: str) -> None:
    """Every document that Firestore gives, misses or writes is in the count, and no other."""
    with story(STORES[1]) as told:
        store = told.made.store.inner
        assert isinstance(store, FirestoreStore)
        ledger = Ledger(store._client._firestore_api)
        store._client._firestore_api_internal = ledger
        told.changed("Planning, moved")
        told.notified()
        told.delivered("synced")
        told.notified()
        told.delivered("synced")
        usage = total([told.observer.take(), told.swept(0), told.renewed(0)])
        assert (usage.reads, usage.writes) == (ledger.reads, ledger.writes)
        assert usage.reads > usage.writes > 0


@pytest.mark.emulators
def test_both_stores_cost_the_same(found: Counted, firestore_project: str) -> None:
    """What is counted on the embedded store holds for Firestore."""
    assert counted(STORES[1]) == found
