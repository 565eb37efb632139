"""The tables of docs/costs.md, between its marks."""

from collections.abc import Sequence

from bench import report
from bench.bill import month, walls
from bench.bill.cases import BURST, EVENTS, Counted
from bench.bill.prices import ASIDES, DAYS, PRICES
from bench.bill.usage import Usage, assumed, due, money
from bench.deployed import ROOT

PAGE = ROOT / "docs" / "costs.md"
BEGIN, END = "<!-- `python -m bench.bill` writes from here -->", "<!-- to here -->"
CALENDARS = (1_000, 30_000, 100_000)
FLEETS = (1_000, 5_000, *CALENDARS[1:])
CRON = {"hourly": 60, "every 5 minutes": 5}
DAY_MINUTES = 1_440
THOUSAND = 1_000
COUNTS = (
    "functions run",
    "seconds charged",
    "messages",
    "Calendar requests",
    "documents read",
    "written",
    "conference calls",
    "log lines",
)


class Unmarked(Exception):
    """The page has no place for the tables."""


def renewed(page: str, tables: str) -> str:
    """The page with these tables in the place of those it has."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise Unmarked(f"{PAGE} lacks the marks {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{tables}\n{END}{after}"


def tables(counted: Counted) -> str:
    bills = [_bill(counted, calendars) for calendars in CALENDARS]
    parts = [
        _summary(counted),
        _walls(counted),
        _one_of_each(counted),
        _months(counted),
        _status(counted),
        *bills,
        _prices(),
    ]
    return "\n".join(parts)


def _summary(counted: Counted) -> str:
    bills = ", ".join(f"{together(counted, number):,.2f} USD with {number:,}" for number in CALENDARS)
    least, most = (money(case.charged()) * THOUSAND for case in (counted.covered, counted.changed))
    return (
        f"A month costs {bills} calendars of {month.NOTIFICATIONS_A_DAY} notifications a day.\n"
        f"With nothing free, a thousand notifications cost {least:.3f} to {most:.3f} USD.\n"
    )


def _walls(counted: Counted) -> str:
    header = ("", "most", *(f"{number:,} calendars" for number in CALENDARS), "full with")
    section = _section("The first wall", header, walls.rows(counted, CALENDARS))
    return "\n".join([section, *(_first_wall(counted, number) for number in CALENDARS), ""])


def _first_wall(counted: Counted, calendars: int) -> str:
    stops, stopped = walls.first(counted, calendars, charged=False)
    costs, charged = walls.first(counted, calendars, charged=True)
    return (
        f"- With {calendars:,} calendars, the first wall: {stops.name} ({stopped:.0%}).\n"
        f"  In the Scaled tier: {costs.name} ({charged:.0%})."
    )


def _one_of_each(counted: Counted) -> str:
    cases = {
        "a notification, nothing changed": counted.unchanged,
        "a notification, one event without a conference changed": counted.elsewhere,
        "a notification, one event with a conference changed": counted.changed,
        "a notification whose request is covered": counted.covered,
        f"a burst of {BURST} notifications, one event with a conference changed": counted.burst,
        "the sweep asks for a sync, nothing changed": counted.swept,
        "a channel is replaced, with its sync": counted.renewed,
        "a user connects, without the first sync": counted.connected,
        "the add-on asks whether a user is connected": counted.state_asked,
        f"a sync counts the {EVENTS} conferences of its calendar anew, besides": counted.recounted,
    }
    rows = [
        (name, *_counts(usage), f"{money(usage.charged()) * THOUSAND:.4f}") for name, usage in cases.items()
    ]
    return _section("One of each", ("", *COUNTS, "USD for 1,000"), rows)


def _months(counted: Counted) -> str:
    parts = {
        f"no calendar: a sweep every {month.SWEEP_MINUTES} minutes, renewals hourly": month.alone(counted),
        f"an idle calendar: {month.SWEPT} times swept, {month.RENEWED} channels": month.idle(counted),
        f"{month.NOTIFICATIONS_A_DAY} notifications a day, {month.OURS_A_DAY} of ours": month.busy(counted),
    }
    rows = [(name, *_counts(usage), f"{money(usage.charged()):.4f}") for name, usage in parts.items()]
    return _section(f"{DAYS} days", ("", *COUNTS, "USD"), rows)


def _status(counted: Counted) -> str:
    """As the README recommends it, and as often as the sweep runs."""
    runs = {name: DAYS * DAY_MINUTES // minutes for name, minutes in CRON.items()}
    looks = {calendars: month.status(counted, calendars) for calendars in FLEETS}
    rows = [
        (
            f"`status`, {calendars:,} calendars",
            f"{look.reads:,}",
            *(f"{money((look * times).charged()):,.2f}" for times in runs.values()),
        )
        for calendars, look in looks.items()
    ]
    header = ("", "documents read", *(f"USD a month, {name}" for name in runs))
    return _section("`status --check` as a cron job", header, rows)


def _counts(usage: Usage) -> Sequence[str]:
    counts = (usage.messages, usage.calendar, usage.reads, usage.writes, usage.conference, usage.lines)
    return (f"{usage.invocations:,}", f"{usage.seconds:,.1f}", *(f"{count:,}" for count in counts))


def _bill(counted: Counted, calendars: int) -> str:
    rows = [
        (
            meter.value,
            f"{amount:,.0f}",
            f"{PRICES[meter].free:,}",
            f"{max(0.0, amount - PRICES[meter].free):,.0f}",
            f"{due(meter, amount):,.2f}",
        )
        for meter, amount in month.charged(counted, calendars).items()
    ]
    last = ("together", "", "", "", f"{together(counted, calendars):,.2f}")
    header = ("", "used", "free", "charged", "USD")
    return _section(f"A month with {calendars:,} calendars", header, [*rows, last])


def together(counted: Counted, calendars: int) -> float:
    return sum(due(meter, amount) for meter, amount in month.charged(counted, calendars).items())


def _prices() -> str:
    header = ("", "USD", "for each", "free in a month", "as of")
    rows = [
        (meter.value, _plain(price.usd), price.unit, price.free_as_said, price.as_of)
        for meter, price in PRICES.items()
    ]
    asides = [(aside.of, aside.usd, aside.unit, "(in none of the sums)", aside.as_of) for aside in ASIDES]
    return f"{_section('Prices', header, [*rows, *asides])}\n{assumed()}"


def _plain(usd: float) -> str:
    return f"{usd:.7f}".rstrip("0").rstrip(".")


def _section(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join([f"## {title}", "", *report.grid(header, rows), ""])
