"""Series of events, drawn at random, many of them where clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from functions.core.model import Meeting
from tests.contract.zoom_reading import after, calendar_makes
from tests.contract.zoom_rows import series

ZONES = (
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Chatham",
    "America/Sao_Paulo", "Africa/Casablanca", "Europe/Dublin", "Pacific/Kiritimati", "America/St_Johns",
    "Asia/Beirut", "UTC",
)  # fmt: skip
CODES = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
# Midnight, hours around changes of clocks, the last second of a day.
TIMES = (0, 30, 105, 120, 125, 150, 165, 180, 540, 1_380, 1_410)


FIRST = datetime(2023, 1, 1)  # noqa: DTZ001 - a wall-clock time


def _odd(zone: ZoneInfo) -> list[datetime]:
    """Wall-clock times that clocks leave out, or that come twice, on whole quarters of an hour."""
    days = [FIRST + timedelta(days=day) for day in range(1_800)]
    offsets = [day.replace(tzinfo=zone).utcoffset() for day in days]
    changing = [days[at] for at in range(len(days) - 1) if offsets[at] != offsets[at + 1]]
    walls = [day + timedelta(minutes=15 * at) for day in changing for at in range(96)]
    return [
        wall for wall in walls if len({wall.replace(tzinfo=zone, fold=n).utcoffset() for n in (0, 1)}) > 1
    ]


ODD = {name: _odd(ZoneInfo(name)) for name in ZONES}


@st.composite
def begins(draw: st.DrawFn) -> tuple[datetime, ZoneInfo]:
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    if ODD[zone.key] and draw(st.sampled_from((True, False))):
        wall = draw(st.sampled_from(ODD[zone.key])) - timedelta(days=draw(st.sampled_from((0, 1, 7))))
    else:
        wall = FIRST + timedelta(days=draw(st.integers(0, 1_800)), minutes=draw(st.sampled_from(TIMES)))
    return wall.replace(tzinfo=zone, fold=draw(st.sampled_from((0, 0, 1)))).astimezone(UTC), zone


@st.composite
def rules(draw: st.DrawFn, begin: datetime) -> str:
    """Mostly such as Zoom can say, and each with the start in it, or nearly each."""
    own = CODES[begin.isoweekday() % 7]
    week = draw(st.sampled_from((f"{(begin.day - 1) // 7 + 1}", "-1", "2")))
    several = draw(st.sets(st.sampled_from(CODES), max_size=4)) | draw(st.sampled_from(({own}, {own}, set())))
    days = f"BYDAY={','.join(sorted(several) or [own])}"
    parts = draw(
        st.sampled_from(
            (
                ("DAILY",), ("DAILY", days), ("WEEKLY",), ("WEEKLY", days), ("WEEKLY", days), ("MONTHLY",),
                ("MONTHLY", f"BYMONTHDAY={begin.day}"), ("MONTHLY", f"BYDAY={week}{own}"),
            )
        )
    )  # fmt: skip
    interval = draw(st.sampled_from((None, None, 1, 2, 2, 3, 4, 7, 10, 11, 50, 99)))
    week_start = draw(st.sampled_from((None, None, *CODES)))
    return ";".join(
        [
            f"FREQ={parts[0]}",
            *parts[1:],
            *([f"INTERVAL={interval}"] if interval else []),
            *([f"WKST={week_start}"] if week_start else []),
            *draw(ends(begin)),
        ]
    )


@st.composite
def ends(draw: st.DrawFn, begin: datetime) -> list[str]:
    until = begin + timedelta(
        days=draw(st.integers(0, 900)), seconds=draw(st.sampled_from((0, -1, 1, 7_200)))
    )
    how = draw(st.sampled_from(("", "", "COUNT={}", "UNTIL={:%Y%m%d}", "UNTIL={:%Y%m%dT%H%M%S}", "UTC")))
    if how == "UTC":
        return [f"UNTIL={until.astimezone(UTC):%Y%m%dT%H%M%SZ}"]
    return [how.format(draw(st.integers(1, 90)) if "COUNT" in how else until)] if how else []


@st.composite
def meetings(draw: st.DrawFn) -> tuple[Meeting, ZoneInfo, datetime]:
    """A series, its zone, and a time around one of its occurrences, or before all of them."""
    begin, zone = draw(begins())
    rule = draw(rules(begin.astimezone(zone)))
    every = after(calendar_makes(rule, begin, zone), begin - timedelta(days=1), 1 + draw(st.integers(0, 200)))
    now = draw(st.sampled_from((begin - timedelta(days=300), begin, *every[-1:], *every[-3:-2])))
    now += timedelta(seconds=draw(st.sampled_from((-1, 0, 1, 1_800, 86_400))))
    near = after(calendar_makes(rule, begin, zone), now - timedelta(days=9), 70) or [begin]
    gone = draw(st.lists(st.sampled_from(near), max_size=5))
    lines = [f"EXDATE:{when:%Y%m%dT%H%M%SZ}" for when in gone]
    return series(f"RRULE:{rule}", *lines, start=begin.isoformat(), zone=zone.key), zone, now
