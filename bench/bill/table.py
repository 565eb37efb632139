"""As a benchmark: what a month costs, and how much of a day's requests to Calendar the sweep takes."""

from bench import report
from bench.bill import walls
from bench.bill.cases import Counted, counted
from bench.bill.page import CALENDARS, together
from bench.plan import Parts, Scale

SWEEPS_MAX = 0.15  # of the day's million with 100,000 calendars: each once a day, and a sample more often


def run(_parts: Parts, _scale: Scale) -> report.Table:
    found = counted()
    return report.Table(
        title="What a month costs",
        command="python -m bench bill",
        header=(
            "calendars",
            "USD a month",
            "requests to Calendar a day",
            "of the million",
            "the sweep's share",
            "first wall",
            "target",
            "",
        ),
        rows=[_row(found, calendars) for calendars in CALENDARS],
        notes=[
            "Counted on the flows, and assumed as in docs/costs.md, which `python -m bench.bill` writes.",
            "The target is for the sweep's share of the day's million requests.",
        ],
    )


def _row(found: Counted, calendars: int) -> tuple[str, ...]:
    a_day, sweeps = walls.a_day(found, calendars), walls.sweeps_a_day(found, calendars)
    wall, share = walls.first(found, calendars, charged=False)
    return (
        f"{calendars:,}",
        f"{together(found, calendars):,.2f}",
        f"{a_day:,.0f}",
        f"{a_day / walls.UNCHARGED_A_DAY:.1%}",
        f"{sweeps / walls.UNCHARGED_A_DAY:.1%}",
        f"{wall.name} ({share:.0%})",
        f"at most {SWEEPS_MAX:.0%}",
        report.at_most(sweeps / walls.UNCHARGED_A_DAY, SWEEPS_MAX),
    )
