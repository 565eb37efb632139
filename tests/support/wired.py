"""What a process keeps: settings it has read, and when it logged a refusal; tests begin anew more often."""

from typing import Any

from functions import wiring
from functions.flow.receive import REFUSALS

MADE_ONCE: tuple[Any, ...] = (
    wiring.settings,
    wiring.survey,
    wiring.queue,
    wiring.store,
    wiring.consents,
    wiring.addon_identities,
    wiring.calendar,
    wiring.context,
)


def forget() -> None:
    """The next function or command reads its settings anew."""
    for made in MADE_ONCE:
        made.cache_clear()
    REFUSALS.clear()
