"""The fattest pages that Calendar may give, on an instance with all its requests under way."""

import re
import tracemalloc
from pathlib import Path

from bench.fat import fat_calendar
from bench.memory import MIB_MAX
from functions.adapters.calendar.google import GoogleCalendar
from functions.core.enrolment import Access
from tests.support.rig import SOLUTIONS

FUNCTIONS = Path(__file__).parents[2] / "infra" / "functions.tf"
EVENTS = 500
ACCESS = Access("fat@example.com", None)
MIB = 1 << 20


def deployed(name: str) -> tuple[int, int]:
    """MiB, and requests at once."""
    said = FUNCTIONS.read_text().partition(f"{name} = {{")[2]
    memory, concurrency = re.search(r'memory +?= "(\d+)Mi"', said), re.search(r"concurrency += (\d+)", said)
    assert memory
    assert concurrency
    return int(memory[1]), int(concurrency[1])


def test_reading_the_fattest_events_stays_within_a_requests_share_of_the_memory() -> None:
    """What reading a page takes at most, for each request at once, fits beside what the function takes
    otherwise; and all the events are read.
    """
    memory, at_once = deployed("sync-calendar")
    with fat_calendar(EVENTS) as url:
        calendar = GoogleCalendar(auth="anonymous", solutions=SOLUTIONS, endpoint=url)
        tracemalloc.start()
        try:
            page = calendar.changes(ACCESS, token=None, page_token=None)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        read = len(page.events)
        while page.next_page:
            page = calendar.changes(ACCESS, token=None, page_token=page.next_page)
            read += len(page.events)
    assert peak / MIB * at_once <= memory - MIB_MAX
    assert read == EVENTS
