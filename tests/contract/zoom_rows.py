"""Series, and what Zoom's recurrence object has for each: RFC 5545 3.3.10 says what a rule means, Zoom's
description of `PATCH /meetings/{meetingId}` what the object can say.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from functions.adapters.providers.zoom.recurrence import EXCLUDED_MAX
from functions.adapters.providers.zoom.rule import Why
from functions.core.model import Meeting

BERLIN, NEW_YORK, TOKYO = "Europe/Berlin", "America/New_York", "Asia/Tokyo"
MONDAY = "2026-03-02T09:00:00+01:00"
BEFORE = datetime(2026, 3, 1, 12, tzinfo=UTC)
LAST_OF_MARCH = "2026-03-31T09:00:00+02:00"
Recurrence = dict[str, object]


def series(*lines: str, start: str = MONDAY, zone: str | None = BERLIN) -> Meeting:
    begin = datetime.fromisoformat(start)
    return Meeting(
        id="e1", title="", description="", location="", start=begin, end=begin + timedelta(hours=1),
        time_zone=zone, all_day=False, recurrence=lines, organizer=None, attendees=(), updated=None,
    )  # fmt: skip


def ruled(rule: str, start: str = MONDAY, zone: str | None = BERLIN) -> Meeting:
    return series(f"RRULE:{rule}", start=start, zone=zone)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def daily(**other: object) -> Recurrence:
    return {"type": 1, "repeat_interval": 1, "end_times": 0} | other


def weekly(days: str, **other: object) -> Recurrence:
    return {"type": 2, "repeat_interval": 1, "weekly_days": days, "end_times": 0} | other


def monthly(day: int, **other: object) -> Recurrence:
    return {"type": 3, "repeat_interval": 1, "monthly_day": day, "end_times": 0} | other


def monthly_week(week: int, day: int, **other: object) -> Recurrence:
    both = {"monthly_week": week, "monthly_week_day": day}
    return {"type": 3, "repeat_interval": 1, "end_times": 0} | both | other


def ending(when: str) -> Recurrence:
    return {"type": 1, "repeat_interval": 1, "end_date_time": when}


EXPRESSIBLE: list[tuple[str, Meeting, Recurrence]] = [
    ("daily", ruled("FREQ=DAILY"), daily()),
    ("daily-seldom", ruled("FREQ=DAILY;INTERVAL=99"), daily(repeat_interval=99)),
    ("daily-counted", ruled("FREQ=DAILY;COUNT=60"), daily(end_times=60)),
    ("daily-on-weekdays", ruled("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR"), weekly("2,3,4,5,6")),
    ("once", ruled("FREQ=WEEKLY;COUNT=1"), weekly("2", end_times=1)),
    ("weekly", ruled("FREQ=WEEKLY"), weekly("2")),
    ("weekly-on-days", ruled("FREQ=WEEKLY;BYDAY=SA,WE,MO"), weekly("2,4,7")),
    ("weekly-day-twice", ruled("FREQ=WEEKLY;BYDAY=MO,MO"), weekly("2")),
    ("weekly-over-sunday", ruled("FREQ=WEEKLY;WKST=MO;BYDAY=MO,SU"), weekly("1,2")),
    ("weekly-seldom", ruled("FREQ=WEEKLY;INTERVAL=50"), weekly("2", repeat_interval=50)),
    ("fortnight", ruled("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR"), weekly("2,6", repeat_interval=2)),
    ("fortnight-from-sunday", ruled("FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SU,MO"),
     weekly("1,2", repeat_interval=2)),
    ("fortnight-one-day", ruled("FREQ=WEEKLY;INTERVAL=2;WKST=WE;BYDAY=MO"), weekly("2", repeat_interval=2)),
    ("fortnight-on-sunday", ruled("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU", "2026-03-01T18:00:00+01:00"),
     weekly("1", repeat_interval=2)),
    ("fortnight-after-sunday", ruled("FREQ=WEEKLY;INTERVAL=2;WKST=WE;BYDAY=SU,MO,TU"),
     weekly("1,2,3", repeat_interval=2)),
    ("weekday-of-the-zone", ruled("FREQ=WEEKLY", "2026-03-01T15:30:00Z", TOKYO), weekly("2")),
    ("weekday-of-the-zone-behind", ruled("FREQ=WEEKLY", "2026-03-03T03:00:00Z", NEW_YORK), weekly("2")),
    ("monthly", ruled("FREQ=MONTHLY"), monthly(2)),
    ("monthly-28", ruled("FREQ=MONTHLY;BYMONTHDAY=28", "2026-03-28T09:00:00+01:00"), monthly(28)),
    ("monthly-signed", ruled("FREQ=MONTHLY;BYMONTHDAY=+2"), monthly(2)),
    ("monthly-seldom", ruled("FREQ=MONTHLY;INTERVAL=10"), monthly(2, repeat_interval=10)),
    ("month-day-of-the-zone", ruled("FREQ=MONTHLY", "2026-03-31T15:30:00Z", TOKYO), monthly(1)),
    ("first-monday", ruled("FREQ=MONTHLY;BYDAY=1MO"), monthly_week(1, 2)),
    ("first-monday-signed", ruled("FREQ=MONTHLY;BYDAY=+1MO;COUNT=9"), monthly_week(1, 2, end_times=9)),
    ("fourth-sunday", ruled("FREQ=MONTHLY;BYDAY=4SU", "2026-03-22T09:00:00+01:00"), monthly_week(4, 1)),
    ("last-tuesday", ruled("FREQ=MONTHLY;BYDAY=-1TU", LAST_OF_MARCH), monthly_week(-1, 3)),
    ("until", ruled("FREQ=DAILY;UNTIL=20260401T070000Z"), ending("2026-04-01T21:59:59Z")),
    ("until-just-before", ruled("FREQ=DAILY;UNTIL=20260401T065959Z"), ending("2026-03-31T21:59:59Z")),
    ("until-day", ruled("FREQ=DAILY;UNTIL=20260328"), ending("2026-03-28T22:59:59Z")),
    ("until-day-of-clock-change", ruled("FREQ=DAILY;UNTIL=20260329"), ending("2026-03-29T21:59:59Z")),
    ("until-local", ruled("FREQ=DAILY;UNTIL=20260401T090000"), ending("2026-04-01T21:59:59Z")),
    ("until-local-just-before", ruled("FREQ=DAILY;UNTIL=20260401T085959"), ending("2026-03-31T21:59:59Z")),
    ("until-other-day-in-utc",
     ruled("FREQ=DAILY;UNTIL=20260306T010000Z", "2026-03-02T20:00:00-05:00", NEW_YORK),
     ending("2026-03-06T04:59:59Z")),
    ("until-the-end-of-time", ruled("FREQ=DAILY;UNTIL=99991231T235959Z"), daily()),
    ("first-of-two-hours", ruled("FREQ=DAILY", "2026-10-25T02:30:00+02:00"), daily()),
    ("small-letters", series("rrule:freq=daily;count=2"), daily(end_times=2)),
    ("any-order", ruled("COUNT=2;INTERVAL=3;FREQ=DAILY"), daily(repeat_interval=3, end_times=2)),
    ("semicolon-left", ruled("FREQ=DAILY;"), daily()),
    ("spaces-around", series(" RRULE:FREQ=DAILY\r\n"), daily()),
    ("vendors-own-part", ruled("FREQ=DAILY;X-FOO=1;COUNT=2"), daily(end_times=2)),
    ("vendors-own-option", series("RRULE;X-A=B:FREQ=DAILY"), daily()),
    ("vendors-own-line", series("RRULE:FREQ=DAILY", "X-A:20260303T080000Z"), daily()),
]  # fmt: skip

UNDER_WAY: list[tuple[str, Meeting, str, str, Recurrence]] = [
    ("before-the-start", ruled("FREQ=DAILY"), "2026-03-02T07:59:59Z", "2026-03-02T09:00", daily()),
    ("at-the-start", ruled("FREQ=DAILY"), "2026-03-02T08:00:00Z", "2026-03-03T09:00", daily()),
    ("while-it-runs", ruled("FREQ=DAILY"), "2026-03-02T08:30:00Z", "2026-03-03T09:00", daily()),
    ("every-third-day", ruled("FREQ=DAILY;INTERVAL=3"), "2026-03-06T12:00:00Z", "2026-03-08T09:00",
     daily(repeat_interval=3)),
    ("fortnight", ruled("FREQ=WEEKLY;INTERVAL=2"), "2026-03-03T12:00:00Z", "2026-03-16T09:00",
     weekly("2", repeat_interval=2)),
    ("within-a-fortnight", ruled("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR"), "2026-03-17T12:00:00Z",
     "2026-03-20T09:00", weekly("2,6", repeat_interval=2)),
    ("quarter", ruled("FREQ=MONTHLY;INTERVAL=3"), "2026-04-15T12:00:00Z", "2026-06-02T09:00",
     monthly(2, repeat_interval=3)),
    ("counted", ruled("FREQ=DAILY;COUNT=10"), "2026-03-05T12:00:00Z", "2026-03-06T09:00", daily(end_times=6)),
    ("last-of-a-count", ruled("FREQ=DAILY;COUNT=10"), "2026-03-11T07:00:00Z", "2026-03-11T09:00",
     daily(end_times=1)),
    ("long-count-nearly-done", ruled("FREQ=DAILY;COUNT=100"), "2026-04-10T12:00:00Z", "2026-04-11T09:00",
     daily(end_times=60)),
    ("last-of-until", ruled("FREQ=DAILY;UNTIL=20260305T080000Z"), "2026-03-05T07:00:00Z",
     "2026-03-05T09:00", ending("2026-03-05T22:59:59Z")),
    ("other-side-of-a-clock-change", ruled("FREQ=DAILY"), "2026-06-01T07:30:00Z", "2026-06-02T09:00",
     daily()),
    ("start-outside-the-rule", ruled("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE"), "2026-03-03T12:00:00Z",
     "2026-03-04T09:00", weekly("4", repeat_interval=2)),
    ("start-outside-the-rule-at-a-weeks-end",
     ruled("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", "2026-03-01T09:00:00+01:00"), "2026-03-03T12:00:00Z",
     "2026-03-11T09:00", weekly("4", repeat_interval=2)),
    ("next-is-excluded", series("RRULE:FREQ=DAILY;COUNT=5", "EXDATE:20260303T080000Z"),
     "2026-03-02T12:00:00Z", "2026-03-04T09:00", daily(end_times=3)),
    ("began-in-the-second-of-two-hours", ruled("FREQ=DAILY", "2025-10-26T02:30:00+01:00"),
     "2026-03-02T12:00:00Z", "2026-03-03T02:30", daily()),
    ("ends-in-the-first-of-two-hours",
     ruled("FREQ=DAILY;UNTIL=20261025T003000Z", "2025-10-26T02:30:00+01:00"), "2026-10-24T12:00:00Z",
     "2026-10-25T02:30", ending("2026-10-25T22:59:59Z")),
    ("seconds-before-the-start", ruled("FREQ=DAILY", "2026-03-02T09:00:30.5+01:00"), "2026-03-01T12:00:00Z",
     "2026-03-02T09:00:30", daily()),
    ("seconds", ruled("FREQ=DAILY", "2026-03-02T09:00:30.5+01:00"), "2026-03-02T12:00:00Z",
     "2026-03-03T09:00:30", daily()),
    ("decades-old", ruled("FREQ=DAILY", "1980-03-02T09:00:00+01:00"), "2026-03-02T12:00:00Z",
     "2026-03-03T09:00", daily()),
]  # fmt: skip

APART: list[tuple[str, Meeting, str, Recurrence]] = [
    ("weekday", ruled("FREQ=WEEKLY;BYDAY=TU"), "2026-03-03T09:00", weekly("3")),
    ("month-day", ruled("FREQ=MONTHLY;BYMONTHDAY=3"), "2026-03-03T09:00", monthly(3)),
    ("weekday-of-a-month", ruled("FREQ=MONTHLY;INTERVAL=2;BYDAY=1TU", "2026-03-30T09:00:00+02:00"),
     "2026-05-05T09:00", monthly_week(1, 3, repeat_interval=2)),
    ("until", ruled("FREQ=WEEKLY;BYDAY=TU;UNTIL=20260401"), "2026-03-03T09:00",
     weekly("3") | {"end_times": None, "end_date_time": "2026-04-01T21:59:59Z"}),
]  # fmt: skip

ALL_DAY = replace(series("RRULE:FREQ=DAILY"), start=date(2026, 3, 2), end=date(2026, 3, 3), all_day=True)
EXDATES_TOO_MANY = ",".join(f"202603{day:02}T080000Z" for day in range(4, 5 + EXCLUDED_MAX))

INEXPRESSIBLE: list[tuple[str, Meeting, Why]] = [
    ("yearly", ruled("FREQ=YEARLY"), Why.FREQUENCY),
    ("hourly", ruled("FREQ=HOURLY;INTERVAL=24"), Why.FREQUENCY),
    ("minutely", ruled("FREQ=MINUTELY"), Why.FREQUENCY),
    ("secondly", ruled("FREQ=SECONDLY"), Why.FREQUENCY),
    ("daily-too-seldom", ruled("FREQ=DAILY;INTERVAL=100"), Why.INTERVAL),
    ("weekly-too-seldom", ruled("FREQ=WEEKLY;INTERVAL=51"), Why.INTERVAL),
    ("monthly-too-seldom", ruled("FREQ=MONTHLY;INTERVAL=11"), Why.INTERVAL),
    ("count-too-high", ruled("FREQ=DAILY;COUNT=61"), Why.COUNT),
    ("every-second-day-on-weekdays", ruled("FREQ=DAILY;INTERVAL=2;BYDAY=MO,WE"), Why.WEEKDAY),
    ("daily-numbered-weekday", ruled("FREQ=DAILY;BYDAY=1MO"), Why.UNREADABLE),
    ("daily-month-day", ruled("FREQ=DAILY;BYMONTHDAY=2"), Why.MONTH_DAY),
    ("weekly-numbered-weekday", ruled("FREQ=WEEKLY;BYDAY=1MO"), Why.UNREADABLE),
    ("weekly-month-day", ruled("FREQ=WEEKLY;BYMONTHDAY=2"), Why.MONTH_DAY),
    ("fortnight-over-sunday", ruled("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU"), Why.WEEK_START),
    ("fortnight-over-midweek", ruled("FREQ=WEEKLY;INTERVAL=2;WKST=WE;BYDAY=MO,WE"), Why.WEEK_START),
    ("fortnight-own-day-and-sunday", ruled("FREQ=WEEKLY;INTERVAL=2;WKST=SA;BYDAY=SA,MO"), Why.WEEK_START),
    ("monthly-29", ruled("FREQ=MONTHLY;BYMONTHDAY=29", "2026-03-29T09:00:00+02:00"), Why.MONTH_DAY),
    ("monthly-31-by-start", ruled("FREQ=MONTHLY", LAST_OF_MARCH), Why.MONTH_DAY),
    ("monthly-last-day", ruled("FREQ=MONTHLY;BYMONTHDAY=-1", LAST_OF_MARCH), Why.MONTH_DAY),
    ("monthly-days", ruled("FREQ=MONTHLY;BYMONTHDAY=2,16"), Why.MONTH_DAY),
    ("monthly-no-day", ruled("FREQ=MONTHLY;BYMONTHDAY=0"), Why.UNREADABLE),
    ("fifth-monday", ruled("FREQ=MONTHLY;BYDAY=5MO", "2026-03-30T09:00:00+02:00"), Why.WEEKDAY),
    ("last-but-one", ruled("FREQ=MONTHLY;BYDAY=-2MO", "2026-03-23T09:00:00+01:00"), Why.WEEKDAY),
    ("each-monday-of-a-month", ruled("FREQ=MONTHLY;BYDAY=MO"), Why.WEEKDAY),
    ("two-weeks-of-a-month", ruled("FREQ=MONTHLY;BYDAY=1MO,3MO"), Why.WEEKDAY),
    ("friday-the-13th", ruled("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "2026-03-13T09:00:00+01:00"),
     Why.WEEKDAY),
    ("first-monday-if-the-2nd", ruled("FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=2"), Why.WEEKDAY),
    ("last-weekday", ruled("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", LAST_OF_MARCH), Why.PART),
    ("months", ruled("FREQ=MONTHLY;BYMONTH=3,9"), Why.PART),
    ("weekly-in-a-month", ruled("FREQ=WEEKLY;BYMONTH=3"), Why.PART),
    ("hours", ruled("FREQ=DAILY;BYHOUR=9,17"), Why.PART),
    ("minutes", ruled("FREQ=DAILY;BYMINUTE=0,30"), Why.PART),
    ("seconds", ruled("FREQ=DAILY;BYSECOND=0"), Why.PART),
    ("week-numbers", ruled("FREQ=WEEKLY;BYWEEKNO=10"), Why.PART),
    ("days-of-a-year", ruled("FREQ=DAILY;BYYEARDAY=61"), Why.PART),
    ("other-calendar", ruled("RSCALE=CHINESE;FREQ=MONTHLY;SKIP=FORWARD"), Why.PART),
    ("count-and-until", ruled("FREQ=DAILY;COUNT=2;UNTIL=20260401T070000Z"), Why.UNREADABLE),
    ("empty", ruled(""), Why.UNREADABLE),
    ("no-frequency", ruled("INTERVAL=2"), Why.UNREADABLE),
    ("odd-frequency", ruled("FREQ=NEVER"), Why.UNREADABLE),
    ("part-twice", ruled("FREQ=DAILY;FREQ=WEEKLY"), Why.UNREADABLE),
    ("part-without-value", ruled("FREQ=DAILY;COUNT"), Why.UNREADABLE),
    ("no-part", ruled("on weekdays"), Why.UNREADABLE),
    ("interval-0", ruled("FREQ=DAILY;INTERVAL=0"), Why.UNREADABLE),
    ("interval-negative", ruled("FREQ=DAILY;INTERVAL=-1"), Why.UNREADABLE),
    ("interval-other-digits", ruled("FREQ=DAILY;INTERVAL=\u0662"), Why.UNREADABLE),
    ("interval-endless", ruled(f"FREQ=DAILY;INTERVAL={'9' * 5_000}"), Why.UNREADABLE),
    ("count-0", ruled("FREQ=DAILY;COUNT=0"), Why.UNREADABLE),
    ("odd-weekday", ruled("FREQ=WEEKLY;BYDAY=MO,XX"), Why.UNREADABLE),
    ("no-weekday", ruled("FREQ=WEEKLY;BYDAY=MO,"), Why.UNREADABLE),
    ("week-0", ruled("FREQ=MONTHLY;BYDAY=0MO"), Why.UNREADABLE),
    ("odd-month-day", ruled("FREQ=MONTHLY;BYMONTHDAY=2nd"), Why.UNREADABLE),
    ("odd-week-start", ruled("FREQ=WEEKLY;WKST=XX"), Why.UNREADABLE),
    ("odd-until", ruled("FREQ=DAILY;UNTIL=tomorrow"), Why.UNREADABLE),
    ("until-no-such-day", ruled("FREQ=DAILY;UNTIL=20260230"), Why.UNREADABLE),
    ("until-with-offset", ruled("FREQ=DAILY;UNTIL=20260401T070000+0200"), Why.UNREADABLE),
    ("other-line", series("RRULE:FREQ=DAILY", "DTSTART:20260302T080000Z"), Why.UNREADABLE),
    ("rule-without-colon", series("RRULE"), Why.UNREADABLE),
    ("semicolon-for-a-colon", series("RRULE;FREQ=DAILY"), Why.UNREADABLE),
    ("no-lines", series(), Why.NO_RULE),
    ("only-excluded", series("EXDATE:20260303T080000Z"), Why.NO_RULE),
    ("only-added", series("RDATE:20260303T080000Z"), Why.RDATE),
    ("added", series("RRULE:FREQ=DAILY", "RDATE:20260303T180000Z"), Why.RDATE),
    ("two-rules", series("RRULE:FREQ=WEEKLY", "RRULE:FREQ=MONTHLY"), Why.SEVERAL_RULES),
    ("excluding-rule", series("RRULE:FREQ=DAILY", "EXRULE:FREQ=WEEKLY;BYDAY=SU"), Why.EXRULE),
    ("excluded-odd", series("RRULE:FREQ=DAILY", "EXDATE:tomorrow"), Why.EXDATE),
    ("excluded-nothing", series("RRULE:FREQ=DAILY", "EXDATE:"), Why.EXDATE),
    ("excluded-of-no-zone", series("RRULE:FREQ=DAILY", "EXDATE;TZID=Mars/Base:20260303T090000"), Why.EXDATE),
    ("excluded-too-many", series("RRULE:FREQ=DAILY", f"EXDATE:{EXDATES_TOO_MANY}"), Why.EXDATE),
    ("all-excluded", series("RRULE:FREQ=DAILY;COUNT=2", "EXDATE:20260302T080000Z,20260303T080000Z"),
     Why.OVER),
    ("over-by-until", ruled("FREQ=DAILY;UNTIL=20260215T080000Z", "2026-02-02T09:00:00+01:00"), Why.OVER),
    ("over-by-count", ruled("FREQ=DAILY;COUNT=5", "2026-02-02T09:00:00+01:00"), Why.OVER),
    ("ends-before-it-starts", ruled("FREQ=DAILY;UNTIL=20260301T230000Z"), Why.START),
    ("centuries-old", ruled("FREQ=DAILY", "1726-03-02T09:00:00+01:00"), Why.RANGE),
    ("all-day", ALL_DAY, Why.ALL_DAY),
    ("no-zone", ruled("FREQ=DAILY", zone=None), Why.ZONE),
    ("empty-zone", ruled("FREQ=DAILY", zone=""), Why.ZONE),
    ("unknown-zone", ruled("FREQ=DAILY", zone="Mars/Base"), Why.ZONE),
    ("windows-zone", ruled("FREQ=DAILY", zone="W. Europe Standard Time"), Why.ZONE),
    ("offset-of-half-an-hour", ruled("FREQ=DAILY", zone="GMT+05:30"), Why.ZONE),
    ("path-for-a-zone", ruled("FREQ=DAILY", zone="../../etc/localtime"), Why.ZONE),
    ("part-of-a-zone", ruled("FREQ=DAILY", zone="America"), Why.ZONE),
    ("nul-in-a-zone", ruled("FREQ=DAILY", zone="A\0"), Why.ZONE),
    ("counted-start-outside", ruled("FREQ=WEEKLY;BYDAY=TU;COUNT=9"), Why.START),
    ("only-the-start-outside", ruled("FREQ=WEEKLY;BYDAY=WE;UNTIL=20260303T230000Z"), Why.START),
    ("counted-start-outside-gone-by", ruled("FREQ=WEEKLY;BYDAY=TU;COUNT=9", "2026-02-02T09:00:00+01:00"),
     Why.START),
    ("second-of-two-hours", ruled("FREQ=DAILY", "2026-10-25T02:30:00+01:00"), Why.CLOCK_CHANGE),
    ("next-in-no-hour", ruled("FREQ=WEEKLY", "2026-02-08T02:30:00-05:00", NEW_YORK), Why.CLOCK_CHANGE),
]  # fmt: skip


EXCLUDED: list[tuple[str, str, list[str]]] = [
    ("utc", "EXDATE:20260303T080000Z", ["2026-03-03T08:00:00Z"]),
    ("in-its-zone", "EXDATE;TZID=Europe/Berlin:20260303T090000", ["2026-03-03T08:00:00Z"]),
    ("in-another-zone", "EXDATE;TZID=America/New_York:20260303T030000", ["2026-03-03T08:00:00Z"]),
    ("zone-in-quotes", 'EXDATE;TZID="Asia/Tokyo":20260303T170000', ["2026-03-03T08:00:00Z"]),
    ("more-options", "exdate;VALUE=DATE-TIME;x-tzid=UTC;tzid=Asia/Tokyo;X-A=B:20260303T170000",
     ["2026-03-03T08:00:00Z"]),
    ("small-letters", "exdate:20260303t080000z", ["2026-03-03T08:00:00Z"]),
    ("without-zone", "EXDATE:20260303T090000", ["2026-03-03T08:00:00Z"]),
    ("spaces-between", "EXDATE:20260303T080000Z, 20260304T080000Z",
     ["2026-03-03T08:00:00Z", "2026-03-04T08:00:00Z"]),
    ("day-without-a-time", "EXDATE;VALUE=DATE:20260303", []),
    ("over-a-clock-change", "EXDATE:20260329T090000,20260330T070000Z",
     ["2026-03-29T07:00:00Z", "2026-03-30T07:00:00Z"]),
    ("not-in-order", "EXDATE:20260305T080000Z,20260303T080000Z",
     ["2026-03-03T08:00:00Z", "2026-03-05T08:00:00Z"]),
    ("twice", "EXDATE:20260303T080000Z,20260303T090000", ["2026-03-03T08:00:00Z"]),
    ("gone-by", "EXDATE:20260227T080000Z", []),
    ("no-occurrence", "EXDATE:20260303T093000Z", []),
    ("as-many-as-may-be", f"EXDATE:{EXDATES_TOO_MANY[17:]}",
     [f"2026-03-{day:02}T08:00:00Z" for day in range(5, 5 + EXCLUDED_MAX)]),
]  # fmt: skip
