"""The alerts on metrics: each fires when it should and is silent when it should be, as Prometheus has it.

Minutes are those since a first deployment, whose Terraform has just made everything.
"""

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from functions.core.errors import RetryLater
from local.conferences.faults import Fault
from tests.host.conftest import ROOT
from tests.infra.promtool import DAY, RULES, Series, counted, firing, name
from tests.support.logged import logged, named
from tests.support.rig import Rig, rig

pytestmark = pytest.mark.promtool

NO_SWEEP = "No sweep comes to its end"
NO_RENEWAL = "No renewal of channels comes to its end"
RUNS_FAIL = "Runs fail"
LEAVES = "Sweeps leave something for an hour"
BY_SWEEP_ONLY = "A calendar changes only by sweep"
NO_NOTIFICATION = "No notification comes in"
LOST = "Notifications are lost to 429"
ANSWERS_5XX = "The receiver answers 5xx"
SYSTEM_FAILS = "A conference system has answered nothing for three hours"
PARKED = "More conferences stay parked"

HOURS = 60
SWEEP, LEFT, RENEW = (
    name("runs", run="sweep", left="false"),
    name("runs", run="sweep", left="true"),
    name("runs", run="renew", left="false"),
)
UNTOLD, OTHER = name("untold", calendar_id="ann"), name("untold", calendar_id="bob")
ACCEPTED = name("notifications", outcome="accepted")
FAILED, APPLIED, REJECTED = (
    name("provider_calls", provider="webhook", outcome=outcome)
    for outcome in ("failed", "applied", "rejected")
)
OF_ZOOM = name("provider_calls", provider="zoom", outcome="applied")
SUM, COUNT = name("parked_for_long_sum"), name("parked_for_long_count")


def swept(begin: int = 4, end: int = 3 * DAY) -> range:
    return range(begin, end, 5)


def runs(*, sweeps: Iterable[int] = (), renewals: Iterable[int] = ()) -> Series:
    series = {SWEEP: list(sweeps) or [*swept()], RENEW: list(renewals) or [*range(59, 3 * DAY, 60)]}
    return {each: counted(minutes) for each, minutes in series.items()}


def attempts(job: str, *minutes: int) -> Series:
    return {name("failed_runs", "cloud_scheduler_job", job_id=job): counted(minutes)}


def answered(status: int, *minutes: int, each: int = 1) -> Series:
    return {name("receiver_errors", status=str(status)): counted(minutes, each=each)}


def parked(*steps: tuple[int, int]) -> Series:
    """Each sweep says so many, from these minutes on."""
    values, total = ["_"] * 3 + ["0"], 0
    for minute in range(4, 2 * DAY):
        total += [number for since, number in steps if since <= minute][-1] if minute in swept() else 0
        values.append(str(total))
    return {SUM: " ".join(values), COUNT: counted(swept())}


WELL: Series = runs()
ROWS: dict[str, tuple[Series, int, list[tuple[str, dict[str, str]]]]] = {
    "never swept, never renewed": ({}, 20, [(NO_SWEEP, {})]),
    "never swept, never renewed, later": ({}, 2 * HOURS, [(NO_RENEWAL, {}), (NO_SWEEP, {})]),
    "just deployed": (WELL, 5, []),
    "just deployed, the first sweep is late": (runs(sweeps=swept(begin=12)), 20, []),
    "before the first renewal": (WELL, 55, []),
    "a day without traffic": (WELL, DAY, []),
    "a sweep or two are missing": (runs(sweeps=[*swept(end=300), *swept(begin=319)]), 320, []),
    "four sweeps are missing": (runs(sweeps=swept(end=300)), 320, []),
    "sweeps have stopped": (runs(sweeps=swept(end=300)), 335, [(NO_SWEEP, {})]),
    "sweeps have come back": (runs(sweeps=[*swept(end=300), *swept(begin=399)]), 420, []),
    "a renewal is missing": (runs(renewals=[59, 119, 239, 299]), 235, []),
    "renewals have stopped": (runs(renewals=[59, 119]), 310, [(NO_RENEWAL, {})]),
    "the sweep fails twice in an hour": ({**WELL, **attempts("sweep-calendars", 205, 240)}, 245, []),
    "the sweep fails": (
        {**WELL, **attempts("sweep-calendars", 225, 230, 235)},
        240,
        [(RUNS_FAIL, {"job_id": "sweep-calendars"})],
    ),
    "a renewal fails with its retries": (
        {**WELL, **attempts("renew-channels", 237, 238, 240)},
        245,
        [(RUNS_FAIL, {"job_id": "renew-channels"})],
    ),
    "sweeps leave something after an outage": ({**WELL, LEFT: counted(range(204, 220, 5))}, 260, []),
    "sweeps leave something for an hour": ({**WELL, LEFT: counted(range(204, 265, 5))}, 265, [(LEAVES, {})]),
    "one change was not told": ({**WELL, UNTOLD: counted([200]), ACCEPTED: counted([199])}, 210, []),
    "two calendars, one change each": (
        {**WELL, UNTOLD: counted([200]), OTHER: counted([230]), ACCEPTED: counted([199])},
        240,
        [],
    ),
    "a dead channel": (
        {**WELL, UNTOLD: counted([200, 680]), ACCEPTED: counted(range(100, 1400, 20))},
        690,
        [(BY_SWEEP_ONLY, {})],
    ),
    "no notification at all": (
        {**WELL, UNTOLD: counted([1300]), ACCEPTED: counted([500])},
        1310,
        [(NO_NOTIFICATION, {})],
    ),
    "a night without notifications": ({**WELL, ACCEPTED: counted([500])}, 1310, []),
    "one notification is lost": ({**WELL, **answered(429, 300)}, 305, [(LOST, {})]),
    "it was lost long ago": ({**WELL, **answered(429, 300)}, 330, []),
    "a few 503, which come again": ({**WELL, **answered(503, 300, 301, 302)}, 305, []),
    "many 5xx": (
        {**WELL, **answered(500, 300, each=6), **answered(503, 301, each=6)},
        305,
        [(ANSWERS_5XX, {})],
    ),
    "a system is out for hours": (
        {**WELL, FAILED: counted(range(301, 700, 5)), APPLIED: counted([250])},
        490,
        [(SYSTEM_FAILS, {"provider": "webhook"})],
    ),
    "a system is out for an hour": (
        {**WELL, FAILED: counted(range(301, 700, 5)), APPLIED: counted([250])},
        360,
        [],
    ),
    "many fail after a quiet night": ({**WELL, FAILED: counted(range(600, 610), each=9)}, 615, []),
    "a system answers now and then": (
        {**WELL, FAILED: counted(range(301, 700, 5)), REJECTED: counted([250, 400])},
        490,
        [],
    ),
    "one system is out, another is not": (
        {**WELL, FAILED: counted(range(301, 700, 5)), OF_ZOOM: counted(range(301, 700, 5))},
        490,
        [(SYSTEM_FAILS, {"provider": "webhook"})],
    ),
    "none is parked": ({**WELL, **parked((0, 0))}, DAY + 100, []),
    "as many stay parked as yesterday": ({**WELL, **parked((0, 4))}, DAY + 100, []),
    "one more stays parked": ({**WELL, **parked((0, 4), (DAY, 5))}, DAY + 100, [(PARKED, {})]),
    "some are parked from the first day": ({**WELL, **parked((0, 0), (300, 3))}, 400, [(PARKED, {})]),
    "fewer stay parked": ({**WELL, **parked((0, 4), (DAY, 2))}, DAY + 100, []),
}


@pytest.mark.parametrize("row", ROWS)
def test_when_an_alert_fires(row: str, tmp_path: Path) -> None:
    """These and no others."""
    series, minute, expected = ROWS[row]
    assert sorted(firing(series, minute, tmp_path), key=str) == sorted(expected, key=str)


def failures(conferences: int) -> Series:
    """Those that the sweep really meets, of so many conferences whose system is out for six hours."""
    with rig() as house:
        house.enrol()
        for _ in range(conferences):
            house.people().add(house.room())
        house.conferences.faults.add(Fault(kind="status", status=503, count=10_000))
        with suppress(RetryLater):  # a message that failed comes again, and is answered then
            house.sync()
        house.sync()
        minutes = [minute for minute in range(5, 6 * HOURS, 5) for _ in range(failures_of_a_sweep(house))]
    return {**WELL, FAILED: counted(minutes)}


def failures_of_a_sweep(house: Rig) -> int:
    """Five minutes after the last one."""
    with logged() as lines:
        house.sweep_later(300)
    return len(named(lines, "provider.failed"))


@pytest.mark.parametrize(("conferences", "told"), [(1, []), (2, [SYSTEM_FAILS]), (5, [SYSTEM_FAILS])])
def test_a_system_that_is_out_is_told_from_its_own_failures(
    conferences: int, told: list[str], tmp_path: Path
) -> None:
    """From three hours on, and as long as it lasts; a single conference that fails is not its system."""
    series = failures(conferences)
    assert [firing(series, minute, tmp_path) for minute in (60, 150)] == [[], []]
    for minute in (220, 250, 285, 315, 350):
        assert [alert for alert, _ in firing(series, minute, tmp_path)] == told, minute


def test_every_rule_fires_in_some_row() -> None:
    """One that is added needs a row, and each is silent in all others."""
    told = {alert for _, _, expected in ROWS.values() for alert, _ in expected}
    assert told == set(re.findall(r"- alert: (.+)", RULES.read_text()))


def test_rules_ask_for_labels_that_there_are() -> None:
    """A label that no line is given would make a rule that never fires."""
    metrics: dict[str, Any] = json.loads((ROOT / "infra" / "log_filters.json").read_text())["metrics"]
    text = RULES.read_text()
    for metric, inner in re.findall(r"user_calendar_sync_(\w+)\{([^}]*)\}", text):
        labels = metrics[re.sub("_(sum|count)$", "", metric)].get("labels", {})
        assert set(re.findall(r"(\w+)=", inner)) <= {"monitored_resource", *labels}, metric
    assert set(re.findall(r"by \((\w+)\)", text)) <= {"job_id", "calendar_id", "provider"}
