"""Settings come from the environment once per process; tests change it more often."""

from typing import Any

from functions import wiring

MADE_ONCE: tuple[Any, ...] = (
    wiring.settings,
    wiring.survey,
    wiring.queue,
    wiring.store,
    wiring.calendar,
    wiring.context,
)


def forget() -> None:
    """The next function or command reads its settings anew."""
    for made in MADE_ONCE:
        made.cache_clear()
