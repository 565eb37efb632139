"""A process of its own for the store's contract: raises one enrolment's fence by one, again and again.

Run as `python -m tests.contract.store_writer FILE TIMES`.
"""

import sys
from dataclasses import replace

from functions.adapters.stores.sqlite import SqliteStore
from functions.core.enrolment import Enrolment
from functions.ports import Store

CALENDAR = "contended"


def raise_fence(store: Store) -> None:
    """Read, change, write if nobody else wrote meanwhile, else again."""
    version = None
    while version is None:
        kept = store.enrolment(CALENDAR)
        value = kept.value if kept else Enrolment(calendar_id=CALENDAR)
        version = store.save(replace(value, fence=value.fence + 1), kept.version if kept else None)


if __name__ == "__main__":
    opened = SqliteStore(sys.argv[1])
    for _ in range(int(sys.argv[2])):
        raise_fence(opened)
