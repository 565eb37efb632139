"""What one notification costs in a small calendar and in a large one."""

from collections.abc import Mapping, Sequence

from bench import report
from bench.house import STORES, House, house
from bench.plan import Parts, Scale

# Ids of the same length, and as many changes behind each: the stand-in writes both into its tokens.
SMALL, LARGE = "small@example.com", "large@example.com"
TITLE = "Planning, moved"


def run(_parts: Parts, scale: Scale) -> report.Table:
    rows: list[Sequence[str]] = []
    for store in STORES:
        with house(store) as made:
            few, many = _prepared(made, scale)
        rows += [_row(store, name, few[name], many[name]) for name in few]
    small, large = scale.calendars
    return report.Table(
        title="A notification in a small calendar and in a large one",
        command="python -m bench cost",
        header=("cost", "store", f"{small} events", f"{large} events", "target", ""),
        rows=rows,
        notes=[
            "One event's title changed, one notification came; all events carry conferences that are held.",
        ],
    )


def _prepared(made: House, scale: Scale) -> tuple[Mapping[str, int], Mapping[str, int]]:
    small, large = scale.calendars
    made.calendar(SMALL, small)
    made.calendar(LARGE, large)
    for number in range(large - small):
        made.put(SMALL, 0, f"Planning {number:05}")
    made.sync(SMALL)
    return _cost(made, SMALL), _cost(made, LARGE)


def _cost(made: House, calendar_id: str) -> Mapping[str, int]:
    made.put(calendar_id, 1, TITLE)
    made.store.counts.take()
    made.provider.counts.take()
    made.asked_of_calendar()
    made.sync(calendar_id)
    counts, asked = made.store.counts.take(), made.asked_of_calendar()
    return {
        "requests to Calendar": asked["requests"],
        "bytes from Calendar": asked["bytes"],
        "reads of the store": counts["reads"],
        "records read": counts["records"],
        "writes to the store": counts["writes"],
        "calls to the conference system": made.provider.counts.take().total(),
    }


def _row(store: str, name: str, few: int, many: int) -> Sequence[str]:
    return (name, store, str(few), str(many), "the same", report.MET if few == many else report.MISSED)
